"""A recurrent network through time: the error signal at every step of its sequences.

The last step, where the loss is, stands at the right; a memory that fades is a staircase that falls
towards the first step at the left.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...scenarios.i18n import N_, _, factor_text, figure
from ..protocol import Picture
from ..render.axes import Axis, log_axis
from ..render.palette import Role
from .base.chart import Chart, constant
from .base.common import SYMBOLS, note, picture
from .base.legends import LegendEntry, legend, seen
from .base.scene import Scene
from .base.table import ChartTable, Columns, summary_columns, table_from_columns
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import Floats, band, extent, logarithm, medians

_FEWEST_DECADES = 4.0


def fits(scene: Scene) -> bool:
    """Whether there are steps to look at."""
    return bool(scene.tables.time)


def draw(scene: Scene, size: Size) -> Picture:
    """Δ at every step, and what each step adds to the gradient, of one layer."""
    layer = min(scene.layer or 1, scene.depth - 1)
    time = scene.tables.time or {}
    bars, adds = (time[name][scene.upto - 1, :, layer - 1] for name in ("delta_rms", "grad_norm"))
    chart = PerLayer(
        axis=_axis(scene, layer, plot_rows(size)),
        bars=band(bars, log=True),
        roles=[Role.FIRST] * bars.shape[1],
        levels=band(adds, log=True),
        ends=(_("first step"), _("last step")),
        title="",
    )
    lines = per_layer(chart, size, scene.glyphs)
    entries = [
        LegendEntry(scene.glyphs.eighths[-1], Role.FIRST, [SYMBOLS["delta_rms"], "Δ"]),
        LegendEntry(scene.glyphs.levels[1], Role.STRONG, [SYMBOLS["grad_norm"]]),
    ]
    words = note(_("layer {layer}").format(layer=layer))
    shown = seen(entries, lines, scene.glyphs)
    return picture(*legend(_("through time"), shown, size, _("through time")), words, lines)


def _axis(scene: Scene, layer: int, rows: int) -> Axis:
    """Decades of what has been seen so far."""
    seen = [
        extent(logarithm(_past(table, scene.row_count, layer)))
        for table in (scene.tables.time or {}).values()
    ]
    low = min((pair[0] for pair in seen if pair), default=-1.0)
    high = max((pair[1] for pair in seen if pair), default=0.0)
    return log_axis(min(low, high - _FEWEST_DECADES), high, rows)


def _past(table: Floats, upto: int, layer: int) -> Floats:
    step = max(upto // 200, 1)
    return medians(np.ascontiguousarray(table[:upto:step, :, layer - 1]))


def table(scene: Scene) -> ChartTable:
    """A recurrent layer at every step of its sequences."""
    layer = min(scene.layer or 1, scene.depth - 1)
    time = scene.tables.time or {}
    columns: Columns = {}
    for name, values in time.items():
        columns |= summary_columns(name, values[scene.upto - 1 : scene.upto, :, layer - 1], row=0)
    count = len(next(iter(columns.values()), ()))
    return table_from_columns(
        {"layer": [layer] * count, "sequence_step": range(1, count + 1)} | columns
    )


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """How fast the error signal fades through time."""
    del layer
    found = scene.diagnosis
    if found.step_rate is not None and found.step_ratio is not None:
        said = _("×{rate} per step back in time; first over last step: {ratio}")
        yield said.format(rate=factor_text(found.mean_step_rate), ratio=figure(found.step_ratio))


CHART = Chart(
    tab=N_("through time"),
    title=N_("The error signal through time"),
    terms=("time-step", "error-signal"),
    reading=(
        N_(
            "The last step of the sequence, where the loss is, stands at the right. Bars are Δ"
            " at each step, lines what the step adds to the gradient."
        ),
    ),
    draw=draw,
    table=table,
    figures=figures,
    equations=constant("Δ⁽ᵗ⁻¹⁾ = Δ⁽ᵗ⁾ Wᵀ ∘ g′(Z⁽ᵗ⁻¹⁾)", "∂J/∂W = sum over t of A⁽ᵗ⁻¹⁾ᵀ Δ⁽ᵗ⁾"),
    fits=fits,
    by_layer=False,
)
