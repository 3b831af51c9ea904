"""The places of a phase diagram: which gains and which depths are tried on a scenario."""

from __future__ import annotations

from math import sqrt

from ..schema.activation_facts import ACTIVATION_FACTS
from ..schema.spec import NetworkSpec

DEPTHS = (2, 3, 5, 8, 12, 20, 30)
COUNT = 13
FACTOR = 4.0
"""How far to either side of the critical gain the diagram reaches."""


def gains(network: NetworkSpec) -> list[float]:
    """Gains around the critical one, evenly spaced by factors."""
    middle = ACTIVATION_FACTS[network.activation].critical_gain / init_scale(network)
    return [float(f"{middle * FACTOR ** (2 * i / (COUNT - 1) - 1):.3g}") for i in range(COUNT)]


def init_scale(network: NetworkSpec) -> float:
    """σ_w of the network's initial weights at a gain of 1."""
    return {"he": sqrt(2), "uniform": 1 / sqrt(3), "normal": sqrt(network.width)}.get(
        network.init, 1.0
    )


def nearest_gain(values: list[float], target: float) -> int:
    """The place whose gain is nearest, by factors."""
    return min(range(len(values)), key=lambda i: abs(values[i] / target - 1))
