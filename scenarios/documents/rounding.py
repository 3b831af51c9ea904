"""How far float32 is from float64: what a network at initialization makes of its numbers' rounding.

Gradients are measured to 1e-4 in float32 wherever the forward pass keeps its digits. A chaotic
network does not: each layer multiplies a difference between two signals, rounding among them
(Schoenholz et al. 2017, section 3), so that after some layers two number types see two networks.
"""

from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace

from ...engine.measure.trace import NetworkTrace
from ...engine.training.supervised import Experiment
from ..experiment.build import build
from ..experiment.memory import TooLarge
from ..schema.spec import Scenario

COMPARED = ("delta_rms", "grad_norm")


def float32_errors(scenario: Scenario, experiment: Experiment) -> Mapping[str, float | None]:
    """By network, the largest relative difference at initialization, over layers and replicas, of
    ‖∂J/∂W‖ or the rms of Δ from the same run in float64.

    None where the run was computed in float64, or there is no memory for one beside it.
    """
    if any(network.dtype is not np.float32 for network in experiment.networks.values()):
        return dict.fromkeys(experiment.networks)
    try:
        exact = build(in_float64(scenario))
    except TooLarge:
        return dict.fromkeys(experiment.networks)
    next(exact.steps)
    pairs = experiment.trace.networks, exact.trace.networks
    return {name: largest_difference(pairs[0][name], pairs[1][name]) for name in pairs[0]}


def in_float64(scenario: Scenario) -> Scenario:
    """The first step of the same run in float64."""
    one = replace(scenario.training, steps=1, stages=())
    return replace(scenario, training=one, run=replace(scenario.run, dtype="float64"))


@np.errstate(invalid="ignore", divide="ignore")
def largest_difference(single: NetworkTrace, double: NetworkTrace) -> float | None:
    """|a - b| / max(|a|, |b|) of record 0, the largest of all layers and replicas; None where no
    two numbers are finite."""
    found = [0.0]
    for name in COMPARED:
        a, b = single.measures[name][0], double.measures[name][0]
        off = np.where(a == b, 0.0, np.abs(a - b) / np.maximum(np.abs(a), np.abs(b)))
        if not np.isfinite(off).any():
            return None
        found.append(float(np.nanmax(off)))
    return max(found)
