"""The charts by name. A further chart is a file of its own and a row here, in one of two tables."""

from __future__ import annotations

from ..protocol import Picture
from . import (
    activation_shape,
    activations,
    chain_rule,
    decision_boundary,
    displacement,
    gan_game,
    gradient_by_layer,
    gradient_by_step,
    layer_line,
    loss,
    precision,
    recorded,
    saturation,
    signals,
    time_steps,
    update_ratio,
    weights,
)
from .base.chart import Chart
from .base.scene import Scene
from .plotting.canvas import Size

CHARTS: dict[str, Chart] = {
    "layers": gradient_by_layer.CHART,
    "history": gradient_by_step.CHART,
    "learning": loss.CHART,
    "walk": chain_rule.CHART,
    "signals": signals.CHART,
}
"""Charts with a place of their own: panels, and those that fill a room."""

INNER: dict[str, Chart] = {
    "update_ratio": update_ratio.CHART,
    "displacement": displacement.CHART,
    "activations": activations.CHART,
    "saturation": saturation.CHART,
    "shape": activation_shape.CHART,
    "weights": weights.CHART,
    "plane": decision_boundary.CHART,
    "game": gan_game.CHART,
    "lags": time_steps.CHART,
    "precision": precision.CHART,
}
"""Charts that take turns in the fourth panel, `inside`, in the order of the key `a`."""

INSIDE, LINE = "inside", "layer"
PANELS = (*CHARTS, INSIDE, LINE)
"""What can be drawn: the charts, the fourth panel, and the line of the layer singled out."""


def inner_names(scene: Scene) -> list[str]:
    """The names of the charts the fourth panel can show of this scenario."""
    return [name for name, chart in INNER.items() if chart.fits(scene)]


def find(scene: Scene, panel: str) -> Chart | None:
    """The chart in a panel; in the fourth one that which is asked for, or the first where this
    scenario has no such chart. None for the name of anything else."""
    if panel in CHARTS or panel == INSIDE:
        other = recorded.stand_in(scene, panel)
        if other is not None:
            return other
    if panel != INSIDE:
        return CHARTS.get(panel)
    fitting = inner_names(scene)
    return INNER[scene.inner if scene.inner in fitting else fitting[0]]


def draw(scene: Scene, panel: str, size: Size) -> Picture | None:
    """A panel, exactly as large as `size`; None where there is none of this name."""
    if panel == LINE:
        return layer_line.draw(scene, size)
    chart = find(scene, panel)
    return chart.draw(scene, size) if chart else None
