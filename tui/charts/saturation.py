"""Which share of each layer is saturated, and which share of its units is dead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...engine.measure.signals import SATURATED
from ...engine.nn.activations import ACTIVATIONS
from ...scenarios.i18n import N_, _, figure
from ..protocol import Picture
from ..render.axes import linear_axis
from ..render.palette import Role
from .base.chart import Chart, constant, is_measured
from .base.common import picture, replicas, value_at
from .base.legends import LegendEntry, legend, seen
from .base.scene import Scene
from .base.table import layer_tabulator
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import band


def draw(scene: Scene, size: Size) -> Picture:
    """Which share of a layer hardly answers, and which does not answer at all."""
    dead = band(scene.latest("dead"), log=False)
    chart = PerLayer(
        axis=linear_axis(0.0, 1.0, plot_rows(size)),
        bars=band(scene.latest("saturated"), log=False),
        roles=[Role.FIRST] * scene.depth,
        logarithmic=False,
        levels=replace(dead, zero=dead.zero & False),
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    lines = per_layer(chart, size, scene.glyphs)
    entries = [
        LegendEntry(scene.glyphs.eighths[7], Role.FIRST, [_("saturated")]),
        LegendEntry(scene.glyphs.levels[1], Role.STRONG, [_("dead")]),
    ]
    shown = seen(entries, lines, scene.glyphs)
    head = legend(_("share of units"), shown, size, _("saturation"))
    return picture(*head, replicas(scene), lines)


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """Shares of a layer, and the slope under which a unit counts as saturated."""
    steepest = ACTIVATIONS[scene.tables.layers[layer - 1].activation].steepest
    for words, measure in ((_("saturated"), "saturated"), (_("dead"), "dead")):
        yield f"{words}: {100 * value_at(scene, measure, layer):.3g} %"
    said = _("sup |g′| = {steepest}, so a slope under {least} counts as saturated")
    yield said.format(steepest=figure(steepest), least=figure(SATURATED * steepest))


CHART = Chart(
    tab=N_("saturation"),
    title=N_("Saturated and dead units"),
    terms=("saturation", "dead-unit"),
    reading=(
        N_(
            "The bar is the share of (example, unit) pairs whose slope is below a twentieth of "
            "its maximum; the line is the share of units whose slope is 0 for the whole batch."
        ),
    ),
    draw=draw,
    fits=is_measured("saturated", "dead"),
    table=layer_tabulator("saturated", "dead"),
    figures=figures,
    equations=constant("|g′(z)| < 0.05 · sup |g′|", "g′(z) = 0"),
)
