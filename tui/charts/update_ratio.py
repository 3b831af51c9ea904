"""How far one step moves the weights of each layer, against what would get it anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...engine.diagnosis.movement import horizon
from ...engine.diagnosis.thresholds import FROZEN_BUDGET
from ...engine.numerics import median
from ...scenarios.i18n import N_, _, figure
from ...scenarios.recordings.as_trace import RecordedTrace
from ..protocol import Picture
from ..render.axes import log_axis
from ..render.palette import Role
from .base.chart import Chart, constant, is_measured
from .base.common import SYMBOLS, UPDATE, budget_entries, budget_roles, note, picture, value_at
from .base.legends import LegendEntry, legend, seen
from .base.scene import Scene
from .base.table import layer_tabulator
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import Floats, band, medians


def draw(scene: Scene, size: Size) -> Picture:
    """‖δW‖/‖W‖ by layer, with a line under which a layer counts as frozen."""
    enough = enough_decades(scene)
    chart = PerLayer(
        axis=log_axis(*scene.decades(("update_ratio",), enough - 1), plot_rows(size)),
        bars=band(scene.latest("update_ratio"), log=True),
        roles=budget_roles(scene),
        guides=[enough],
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    entries = [LegendEntry(scene.glyphs.eighths[7], Role.FIRST, [SYMBOLS["update_ratio"]])]
    lines = per_layer(chart, size, scene.glyphs)
    shown = seen([*entries, *budget_entries(scene)], lines, scene.glyphs)
    head = legend(_("update by layer"), shown, size, _("update"))
    return picture(*head, note(_("line: {least} in total").format(least="1 %")), lines)


def fits(scene: Scene) -> bool:
    """Every training has updates; a recording may have none."""
    return not isinstance(scene.trace, RecordedTrace) or is_measured("update_ratio")(scene)


def steps_ahead(scene: Scene) -> Floats:
    """How many steps like the row's the planned ones come to, a layer (see horizon)."""
    gradient = medians(scene.latest("grad_norm")[None])[0]
    return horizon(scene.tables, scene.upto - 1, gradient, scene.trace.steps)


def enough_decades(scene: Scene) -> float:
    """The update that just gets a layer somewhere, in decades; of most layers, where they
    differ."""
    ahead = steps_ahead(scene)
    known = ahead[np.isfinite(ahead) & (ahead > 0)]
    return float(np.log10(FROZEN_BUDGET / (median(known) if len(known) else 1.0)))


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """The update ratio of a layer, and its budget: that ratio times the planned steps, or what they
    come to."""
    ratio, steps = value_at(scene, "update_ratio", layer), scene.trace.steps
    budget, ahead = scene.diagnosis.budget[layer - 1], float(steps_ahead(scene)[layer - 1])
    yield f"‖δW({layer})‖ / ‖W({layer})‖ = {figure(ratio)}"
    if scene.tables.undecayed:
        gradients = medians(scene.tables.by_gradient("update_ratio")[scene.upto - 1][None])[0]
        yield _("without weight decay: {ratio}").format(ratio=figure(gradients[layer - 1]))
    if abs(ahead - steps) > 0.01 * steps:
        said = _("{steps} planned steps come to {ahead} of these, by the optimizer's law")
        yield said.format(steps=steps, ahead=figure(ahead))
    facts = {"steps": figure(ahead) if ahead != steps else steps}
    facts |= {"budget": figure(budget), "least": figure(FROZEN_BUDGET)}
    yield outcome(scene, layer).format(**facts)


def outcome(scene: Scene, layer: int) -> str:
    """What a layer's budget says, with blanks for the numbers."""
    if layer in scene.diagnosis.done:
        return _(
            "× {steps} steps = {budget}: under {least}, but it has moved, and the network learned"
        )
    if layer in scene.diagnosis.stopped:
        return _("× {steps} steps = {budget}: under {least}, so the layer has come to a stop")
    if layer in scene.diagnosis.frozen:
        return _("× {steps} steps = {budget}: under {least}, so the layer is frozen")
    return _("× {steps} steps = {budget}: at least {least}, so the layer gets somewhere")


CHART = Chart(
    tab=N_("update"),
    title=N_("Update by layer"),
    terms=("update", "budget"),
    reading=(
        N_(
            "How far one step moves a layer's weights, relative to their norm. Below the line "
            "all planned steps together move it by less than 1 %: it is frozen."
        ),
    ),
    draw=draw,
    table=layer_tabulator("update_ratio"),
    figures=figures,
    equations=constant(UPDATE),
    fits=fits,
)
