"""How far one step moves the weights of each layer, against what would get it anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...engine.diagnosis.diagnosis import FROZEN_BUDGET
from ...scenarios.i18n import N_, _, figure
from ..protocol import Picture
from ..render.axes import log_axis
from ..render.palette import Role
from ..render.styled_text import style
from .base.chart import Chart, constant
from .base.common import SYMBOLS, UPDATE, budget_roles, note, picture, value_at
from .base.scene import Scene
from .base.table import layer_tabulator
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import band


def draw(scene: Scene, size: Size) -> Picture:
    """‖δW‖/‖W‖ by layer, with a line under which a layer counts as frozen."""
    enough = float(np.log10(FROZEN_BUDGET / max(scene.trace.steps, 1)))
    chart = PerLayer(
        axis=log_axis(*scene.decades(("update_ratio",), enough - 1), plot_rows(size)),
        bars=band(scene.latest("update_ratio"), log=True),
        roles=budget_roles(scene),
        guides=[enough],
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    legend = [("  ", 0), (SYMBOLS["update_ratio"], style(Role.MUTED))]
    lines = per_layer(chart, size, scene.glyphs)
    return picture(_("update by layer"), legend, note(_("under the line: frozen")), lines)


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """The update ratio of a layer, and its budget: that ratio times the planned steps."""
    ratio, steps = value_at(scene, "update_ratio", layer), scene.trace.steps
    budget = scene.diagnosis.budget[layer - 1]
    yield f"‖δW({layer})‖ / ‖W({layer})‖ = {figure(ratio)}"
    said = _("× {steps} steps = {budget}: under {least}, so the layer is frozen")
    moves = _("× {steps} steps = {budget}: at least {least}, so the layer gets somewhere")
    form = said if layer in scene.diagnosis.frozen else moves
    yield form.format(steps=steps, budget=figure(budget), least=figure(FROZEN_BUDGET))


CHART = Chart(
    title=N_("Update by layer"),
    reading=(
        N_(
            "How far one step moves a layer's weights, in their own length. Under the line"
            " all planned steps together move it by less than 1 %: it is frozen."
        ),
    ),
    draw=draw,
    table=layer_tabulator("update_ratio"),
    figures=figures,
    equations=constant(UPDATE),
)
