"""How far each layer is from the weights it was born with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...engine.diagnosis.thresholds import FROZEN_BUDGET
from ...scenarios.i18n import N_, _, figure
from ..protocol import Picture
from ..render.axes import log_axis
from ..render.palette import Role
from .base.chart import Chart, constant, is_measured
from .base.common import SYMBOLS, note, picture, value_at
from .base.legends import LegendEntry, legend, seen
from .base.scene import Scene
from .base.table import layer_tabulator
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import band, medians

MOVED = float(np.log10(FROZEN_BUDGET))
"""In decades, the displacement of a layer that has got somewhere."""


def draw(scene: Scene, size: Size) -> Picture:
    """‖W - W₀‖/‖W₀‖ by layer, with a line under which a layer is as it was born."""
    moved = medians(scene.latest("displacement")[None])[0]
    low, high = scene.decades(("displacement",), MOVED - 1)
    chart = PerLayer(
        axis=log_axis(low, max(high, 0.0), plot_rows(size)),
        bars=band(scene.latest("displacement"), log=True),
        roles=[Role.FROZEN if one < FROZEN_BUDGET else Role.FIRST for one in moved],
        guides=[MOVED],
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    entries = [
        LegendEntry(scene.glyphs.eighths[7], Role.FIRST, [SYMBOLS["displacement"]]),
        LegendEntry(scene.glyphs.frozen[-1], Role.FROZEN, ["<1 %"]),
    ]
    lines = per_layer(chart, size, scene.glyphs)
    shown = seen(entries, lines, scene.glyphs)
    head = legend(_("moved since init."), shown, size, _("moved"))
    return picture(*head, note(_("line: {least}").format(least="1 %")), lines)


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """How far the layer is, against what it could have gone by now were all steps like this."""
    moved = value_at(scene, "displacement", layer)
    yield f"‖W({layer}) - W₀({layer})‖ / ‖W₀({layer})‖ = {figure(moved)}"
    if moved < FROZEN_BUDGET:
        said = _("less than {least}: the layer is still as it was drawn")
    else:
        said = _("at least {least}: the layer has got somewhere")
    yield said.format(least=figure(FROZEN_BUDGET))


CHART = Chart(
    tab=N_("moved"),
    title=N_("Moved since initialization"),
    terms=("displacement", "frozen"),
    reading=(
        N_(
            "How far a layer is from its initial weights, in a straight line and relative to "
            "their norm: many steps back and forth lead nowhere. Below the line it is still as "
            "it was drawn, and its bar hatched: it may be frozen, or its steps have just begun."
        ),
    ),
    draw=draw,
    fits=is_measured("displacement"),
    table=layer_tabulator("displacement"),
    figures=figures,
    equations=constant("‖W⁽ˡ⁾ - W₀⁽ˡ⁾‖ / ‖W₀⁽ˡ⁾‖"),
)
