"""Lines of mean-field theory over a phase diagram: the critical σ_w of each depth, at which nothing
vanishes, and 6 ξ_c at each σ_w, up to which a network can be trained.

Only over `network.gain` and `network.depth`, and where there is a law.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, sqrt
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from ..experiment.convert import architecture
from ..experiment.data import train_and_test
from ..schema.spec import Scenario
from .pivot import Grid

if TYPE_CHECKING:
    from ...engine.numerics import Exact

GAIN, DEPTH = "network.gain", "network.depth"
ELSEWHERE = ("training.", "run.", "data.noise")
"""Other axes that change nothing at initialization, or hardly."""
HALVINGS = 12
"""A gain is then known to better than a column of any terminal."""
FINE = 60
"""Gains at which 6 ξ_c is computed."""
Point = tuple[float, float]
"""Values of the axis across and the one up."""


def critical_points(scenario: Scenario, keys: Sequence[str], values: Grid) -> list[Point]:
    """The critical σ_w, where an axis of the map is the gain; else empty. keys: all that is varied,
    the map's two axes first."""
    gains, depths = (axis_numbers(key, keys, values) for key in (GAIN, DEPTH))
    if len(gains) < 2:
        return []
    whole = [int(depth) for depth in depths or [scenario.network.depth]]
    return [along_axes(*point, keys) for point in critical_gains(scenario, keys, gains, whole)]


def trainable_points(scenario: Scenario, keys: Sequence[str], values: Grid) -> list[Point]:
    """6 ξ_c by σ_w, where the axes of the map are gain and depth; else empty. keys: as above."""
    gains, depths = (axis_numbers(key, keys, values) for key in (GAIN, DEPTH))
    if len(gains) < 2 or not depths:
        return []
    fine = np.linspace(min(gains), max(gains), FINE).tolist()
    return [along_axes(*point, keys) for point in trainable_depths(scenario, keys, fine)]


def axis_numbers(key: str, keys: Sequence[str], values: Grid) -> list[float]:
    """The values of an axis of the map; none where the key is not one."""
    axes = dict(zip(keys[:2], (values.across, values.up), strict=False))
    return [float(value) for value in axes.get(key, ()) if not isinstance(value, str)]


def along_axes(gain: float, depth: float, keys: Sequence[str]) -> Point:
    """The point as the map has it."""
    return (gain, float(depth)) if keys[0] == GAIN else (float(depth), gain)


TRAINABLE = 6
"""A network can be trained up to about so many times its correlations' depth scale."""


def trainable_depths(
    scenario: Scenario, keys: Sequence[str], gains: Sequence[float]
) -> Iterator[tuple[float, float]]:
    """6 ξ_c at each gain, where it is finite (Schoenholz et al. 2017): of plain dense networks."""
    from ...engine.nn.activations import activation
    from ...engine.theory.mean_field import correlation_scale
    from ...engine.theory.propagation import weight_variance

    net = scenario.network
    plain = (net.architecture, net.norm, net.skip) == ("mlp", "none", "none")
    lawful = all(key in (GAIN, DEPTH) or key.startswith(ELSEWHERE) for key in keys)
    for gain in gains if plain and lawful and scenario.kind == "classifier" else ():
        here = replace(scenario, network=replace(net, gain=gain))
        weights = net.width * weight_variance(architecture(here), net.width, net.width)
        scale = correlation_scale(activation(net.activation, net.slope), weights, net.bias_std**2)
        if isfinite(scale):
            yield gain, TRAINABLE * scale


def critical_gains(
    scenario: Scenario, keys: Sequence[str], gains: Sequence[float], depths: Sequence[int]
) -> Iterator[tuple[float, int]]:
    """The critical gain at each depth, where it lies between the gains."""
    lawful = all(key in (GAIN, DEPTH) or key.startswith(ELSEWHERE) for key in keys)
    if not lawful or (scenario.kind, scenario.network.architecture) != ("classifier", "mlp"):
        return
    lengths = input_lengths(scenario)
    for depth in depths:
        found = gain_of_rate_one(scenario, lengths, depth, min(gains), max(gains))
        if found is not None:
            yield found, depth


def input_lengths(scenario: Scenario) -> Exact:
    """The mean square of each training example."""
    learned, _held_back = train_and_test(scenario, [scenario.run.seed], np.float64)
    return np.mean(np.square(learned.X[0]), axis=1)


def gain_of_rate_one(
    scenario: Scenario, lengths: Exact, depth: int, low: float, high: float
) -> float | None:
    """The gain at which a network of that depth has a rate of 1."""
    ends = [predicted_rate(scenario, lengths, depth, gain) for gain in (low, high)]
    if not (ends[0] <= 1 <= ends[1]):
        return None
    for _ in range(HALVINGS):
        middle = sqrt(low * high)
        if predicted_rate(scenario, lengths, depth, middle) < 1:
            low = middle
        else:
            high = middle
    return sqrt(low * high)


def predicted_rate(scenario: Scenario, lengths: Exact, depth: int, gain: float) -> float:
    """What theory expects a layer to do to the error signal, from the mean squares of the inputs;
    not a number where it has no law."""
    from ...engine.theory.predictions import theory_for  # slow to load, and no first frame needs it

    net = replace(scenario.network, depth=depth, gain=gain)
    theory = theory_for(architecture(replace(scenario, network=net)), lengths)
    return theory.rate if theory and isfinite(theory.rate) else float("nan")
