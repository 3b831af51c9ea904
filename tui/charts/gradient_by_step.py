"""The gradient of every layer at every step so far, as colors."""

from __future__ import annotations

from collections.abc import Iterator

from ...scenarios.i18n import N_, _, figure
from ..protocol import Picture
from ..render.axes import log_axis
from ..render.palette import Role
from ..render.styled_text import style
from .base.chart import Chart, constant
from .base.common import GRADIENT, SYMBOLS, note, picture, value_at
from .base.legends import legend, visible
from .base.scene import Scene
from .base.table import ChartTable, layers_by_step
from .plotting.canvas import Size
from .plotting.heatmap import HeatMap, heat_map, time_axis
from .plotting.series import extent, medians


def draw(scene: Scene, size: Size) -> Picture:
    """The gradient of every layer at every step so far."""
    measure = scene.measures[0]
    chart = HeatMap(
        records=scene.trace.records[: scene.row_count],
        values=medians(scene.rows(measure, slice(scene.row_count))),
        axis=log_axis(*scene.decades((measure,)), size.rows - 1),
        end=scene.end,
        cursor=scene.layer,
        at=scene.now if scene.back else None,
    )
    lines, time = heat_map(chart, size, scene.glyphs, scene.shades), time_axis(chart, size)
    named = [("  ", 0), (SYMBOLS[measure], style(Role.MUTED))]
    odd = legend("", visible([], lines, scene.glyphs), size)[1]
    return picture(_("layer × step"), [*named, *odd], note(_("log scale")), lines, time)


def table(scene: Scene) -> ChartTable:
    """A row a record, a column a layer."""
    return layers_by_step(scene, scene.measures[0])


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """A layer's row of the map, from its first column to now, and the ends of the colors."""
    measure = scene.measures[0]
    born = float(medians(scene.rows(measure, slice(0, 1)))[0, layer - 1])
    now = value_at(scene, measure, layer)
    said = _("{symbol} of layer {layer}: {born} at initialization, {now} now (×{share})")
    share = figure(now / born if born else None)
    yield said.format(
        symbol=SYMBOLS[measure], layer=layer, born=figure(born), now=figure(now), share=share
    )
    found = extent(scene.past(measure))
    if found:
        yield _("of all layers and steps: from {low} to {high}").format(
            low=figure(found[0]), high=figure(found[1])
        )


CHART = Chart(
    title=N_("Gradient by layer and step"),
    terms=("gradient", "record"),
    reading=(
        N_(
            "A row is a layer, the loss at the top; a column is a step; the color is the decade, "
            "as the bar at the right says. x is exactly zero, ! is not finite."
        ),
    ),
    draw=draw,
    table=table,
    figures=figures,
    equations=constant("log ‖∂J/∂W⁽ˡ⁾‖", GRADIENT),
)
