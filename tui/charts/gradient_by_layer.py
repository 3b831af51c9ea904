"""The gradient, layer by layer, as it is at the record looked at: the lab's first chart."""

from __future__ import annotations

from collections.abc import Iterator

from ...scenarios.i18n import N_, _
from ..protocol import Picture
from ..render.axes import log_axis
from ..render.labels import series_word
from ..render.palette import Role
from ..render.styled_text import Lines
from .base.chart import Chart, constant
from .base.common import (
    GRADIENT,
    HOW_BARS_ARE_READ,
    HOW_IT_IS_JUDGED,
    HOW_MARKS_ARE_READ,
    SIGNAL,
    SYMBOLS,
    W_SHARE,
    budget_entries,
    budget_roles,
    decades_with_ghost,
    delta_figures,
    edge_entry,
    ghost_entry,
    ghost_layers,
    gradient_figures,
    law_figures,
    note,
    picture,
    replicas,
    theory_decades,
    theory_edges,
    theory_entry,
)
from .base.legends import LegendEntry, legend, seen, with_legend
from .base.scene import Scene
from .base.table import ChartTable, layer_table
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import band


def draw(scene: Scene, size: Size) -> Picture:
    """The gradient, layer by layer, as it is now."""
    first = scene.measures[0]
    lines, entries = with_legend(lambda room: _drawn(scene, room), size)
    caption = replicas(scene) or note(
        _("{measure} (log10) by layer").format(measure=SYMBOLS[first])
    )
    return picture(*legend(_subject(scene), entries, size), caption, lines)


def _drawn(scene: Scene, size: Size) -> tuple[Lines, list[LegendEntry]]:
    """The chart, and what the signs in it mean."""
    first, *second = scene.measures
    levels = band(scene.latest(second[0]), log=True) if second else None
    chart = PerLayer(
        axis=log_axis(*decades_with_ghost(scene, scene.measures), plot_rows(size)),
        bars=band(scene.latest(first), log=True),
        roles=budget_roles(scene),
        levels=levels,
        theory=theory_decades(scene, first),
        theory_band=theory_edges(scene, first),
        ghost=ghost_layers(scene, first),
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    entries = [
        LegendEntry(scene.glyphs.eighths[7], Role.FIRST, [SYMBOLS[first]]),
        *budget_entries(scene),
        *(
            LegendEntry(scene.glyphs.levels[1], Role.STRONG, [SYMBOLS[name]] * 2 + ["Δ"])
            for name in second
        ),
        theory_entry(scene),
        edge_entry(scene),
        *ghost_entry(scene, scene.glyphs.ghost),
    ]
    lines = per_layer(chart, size, scene.glyphs)
    return lines, seen(entries, lines, scene.glyphs)


def _subject(scene: Scene) -> str:
    """Whose gradient: where there are several networks, the one that is looked at."""
    several = len(scene.trace.networks) > 1
    return series_word(scene.network) if several else _("gradient")


def table(scene: Scene) -> ChartTable:
    """The measures on the chart, a row a layer."""
    return layer_table(scene, scene.measures)


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """The error signal as a product and the gradient, both against theory."""
    for measure in scene.measures:
        yield from {"delta_rms": delta_figures, "grad_norm": gradient_figures}[measure](
            scene, layer
        )
    yield from law_figures(scene)


CHART = Chart(
    title=N_("Gradient by layer"),
    terms=("layer", "gradient", "error-signal", "frozen", "theory"),
    reading=(HOW_BARS_ARE_READ, HOW_MARKS_ARE_READ, HOW_IT_IS_JUDGED, W_SHARE),
    draw=draw,
    table=table,
    figures=figures,
    equations=constant(SIGNAL, GRADIENT),
)
