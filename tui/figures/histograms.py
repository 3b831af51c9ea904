"""Histograms by layer: how outputs and back-propagated error signals are distributed, as in
figures 6 and 7 of Glorot & Bengio 2010. They need a layer's arrays, which no run document holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np

from ...engine.measure.own_measures import LayerState
from ...scenarios.experiment.layer_arrays import layer_arrays
from ...scenarios.i18n import N_, _
from ...scenarios.schema.spec import Scenario
from ..charts.plotting.series import Floats
from .kinds import FigureCurve, Panel

MOST_LAYERS = 6
"""Hidden layers that are told apart; of more, some are left out evenly."""
BINS = 80
INSIDE = 0.99
"""Share of the widest layer's numbers that the axis shows."""

HISTOGRAMS: Mapping[str, tuple[Callable[[LayerState], Floats], str]] = {
    "activation-histogram": (lambda layer: layer.A, N_("activation A")),
    "error-signal-histogram": (lambda layer: layer.Delta, N_("error signal Δ")),
}
"""What is counted, and what the axis says."""


def histogram_panels(
    chart: str, scenarios: Sequence[Scenario], at: Literal["birth", "end"]
) -> Iterator[Panel]:
    """A panel a scenario, with a curve a hidden layer; all have the same bins."""
    of, said = HISTOGRAMS[chart]
    all_layers = [[of(layer) for layer in layer_arrays(one, at)[:-1]] for one in scenarios]
    widest = max(float(np.quantile(np.abs(A), INSIDE)) for layers in all_layers for A in layers)
    edges = np.linspace(-widest, widest, BINS + 1)
    for scenario, layers in zip(scenarios, all_layers, strict=True):
        curves = [
            layer_curve(values, edges, number, place)
            for place, (number, values) in enumerate(chosen(layers))
        ]
        yield Panel(_(said), _("density"), curves, title=scenario.title.in_language())


def chosen(layers: Sequence[Floats]) -> Iterator[tuple[int, Floats]]:
    """At most MOST_LAYERS of the layers, with their numbers, the first and the last among them."""
    count = min(len(layers), MOST_LAYERS)
    for i in np.linspace(0, len(layers) - 1, count).round().astype(int).tolist():
        yield i + 1, layers[i]


def layer_curve(values: Floats, edges: Floats, number: int, place: int) -> FigureCurve:
    """The density of a layer's numbers, (R, rows, units), over the bins."""
    shares = np.histogram(values, edges)[0] / (values.size * np.diff(edges))
    middles = (edges[:-1] + edges[1:]) / 2
    name = _("layer {layer}").format(layer=number)
    return FigureCurve(name, middles, shares, shares, shares, run=place)
