"""The charts by name. A further chart is a file of its own and a row here, in one of two tables."""

from __future__ import annotations

from ...scenarios.i18n import _
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
    network_diagram,
    own_measures,
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
    "network": network_diagram.CHART,
}
"""Charts with a place of their own: panels, and those that fill a room."""

INNER: dict[str, Chart] = {
    "update_ratio": update_ratio.CHART,
    "displacement": displacement.CHART,
    "activations": activations.CHART,
    "saturation": saturation.CHART,
    "shape": activation_shape.CHART,
    "weights": weights.CHART,
    "decision": decision_boundary.CHART,
    "game": gan_game.CHART,
    "time_steps": time_steps.CHART,
    "precision": precision.CHART,
    "network": network_diagram.CHART,
}
"""Charts that take turns in the fourth panel, `inside`, in the order of the key `a`."""

INSIDE, BESIDE, LINE = "inside", "beside", "layer"
PANELS = (*CHARTS, INSIDE, BESIDE, LINE)
"""What can be drawn: the charts, the fourth panel, the one after it on a wide screen, and the line
of the layer singled out."""


def inner_charts(scene: Scene) -> dict[str, Chart]:
    """The charts the fourth panel can show of this scenario, by name: ours, and those of measures
    that are a person's own."""
    ours = {name: chart for name, chart in INNER.items() if chart.fits(scene)}
    return ours | own_measures.own_charts(scene)


def inner_names(scene: Scene) -> list[str]:
    """The names of the charts the fourth panel can show of this scenario."""
    return [*inner_charts(scene)]


def tab_names(scene: Scene) -> list[str]:
    """What they are called, each in a word or two."""
    return [_(chart.tab or chart.title) for chart in inner_charts(scene).values()]


def inner_name(scene: Scene) -> str:
    """The chart in the fourth panel: that which is asked for, or the one that tells the scenario's
    story, or the first that there is."""
    fitting = inner_names(scene)
    return next(name for name in (scene.inner, scene.story, *fitting) if name in fitting)


def find(scene: Scene, panel: str) -> Chart | None:
    """The chart in a panel; in the one beside the fourth, the first that has no place yet. None for
    the name of anything else."""
    if panel in CHARTS or panel in (INSIDE, BESIDE):
        other = recorded.stand_in(scene, panel)
        if other is not None:
            return other
    if panel == INSIDE:
        return inner_charts(scene)[inner_name(scene)]
    if panel == BESIDE:
        here, fitting = inner_name(scene), inner_charts(scene)
        shown = (*CHARTS, here)
        return fitting[next((name for name in fitting if name not in shown), here)]
    return CHARTS.get(panel)


def is_patient(scene: Scene, panel: str) -> bool:
    """Whether the chart in a panel is drawn no oftener than it must be."""
    chart = find(scene, panel)
    return chart is not None and chart.patient


def draw(scene: Scene, panel: str, size: Size) -> Picture | None:
    """A panel, exactly as large as `size`; None where there is none of this name."""
    if panel == LINE:
        return layer_line.draw(scene, size)
    chart = find(scene, panel)
    return chart.draw(scene, size) if chart else None
