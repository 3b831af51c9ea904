"""Two laws for how an error signal fades from layer to layer, fitted to its logarithms.

exponential   ln δ_l = a - l ln rate        a factor `rate` per layer on the way to the input
power         ln δ_l = a - p ln l           as tanh with Xavier weights does, rate → 1
"""

from dataclasses import dataclass

import numpy as np

from ..measure.trace import NetworkTrace
from ..numerics import Exact, Mask, median


def rates(delta: Exact) -> Exact:
    """The factor of δ per layer on the way to the input, (…, layers) -> (…).

    1 for a single layer, which has no way to go; 0 where δ is exactly 0 somewhere, the limit of
    ever smaller δ there; NaN where δ is not finite.
    """
    return np.where((delta == 0).any(axis=-1), 0.0, rates_of_logs(logarithm(delta)))


def rates_of_logs(logs: Exact) -> Exact:
    """The same, from ln δ (…, layers)."""
    layers = np.arange(logs.shape[-1], dtype=np.float64)
    with np.errstate(over="ignore"):
        return np.exp(-fit_line(layers, logs)[0])


def ratio(part: Exact, whole: Exact) -> Exact:
    """part/whole; 0 where there is nothing of either."""
    return np.where(whole > 0, part, 0) / np.where(whole > 0, whole, 1)


def is_power_law(delta: Exact) -> Exact:
    """1 where the power law leaves less unexplained, else 0: (…, layers) -> (…)."""
    layers = np.arange(1.0, delta.shape[-1] + 1)
    if len(layers) < 3:
        return np.zeros(delta.shape[:-1])
    y = logarithm(delta)
    exponential, power = fit_line(layers, y)[1], fit_line(np.log(layers), y)[1]
    return (power < exponential).astype(np.float64)


def logarithm(delta: Exact) -> Exact:
    """ln δ; NaN where δ is 0 or not finite."""
    sound = np.isfinite(delta) & (delta > 0)
    return np.where(sound, np.log(np.where(sound, delta, 1.0)), np.nan)


def fit_line(x: Exact, y: Exact) -> tuple[Exact, Exact]:
    """Slope of the least-squares line through (x, y), and the sum of squares it leaves."""
    dx, dy = x - x.mean(), y - y.mean(axis=-1, keepdims=True)
    slope = dy @ dx / (float(dx @ dx) or 1.0)
    return slope, np.square(dy - slope[..., None] * dx).sum(axis=-1)


@dataclass(frozen=True)
class Reach:
    """Figures of the first layer, through which all that is seen comes in; medians over the
    replicas."""

    rate: float
    """The factor of `delta_rms` per step on the way to the beginning of a sequence."""
    ratio: float
    """`delta_rms` at the first step over that at the last."""
    share: float
    """The first step's gradient over that of all steps."""


def reach(network: NetworkTrace, row: int, sound: Mask) -> Reach | None:
    """The reach in one row of the trace, over the replicas where `sound`; None for a network
    without time steps."""
    if network.time is None:
        return None
    delta, uses = (network.time[name][row, sound, 0] for name in ("delta_rms", "grad_norm"))
    gradient = network.measures["grad_norm"][row, sound, 0]
    return Reach(
        rate=float(median(rates(delta))),
        ratio=float(median(ratio(delta[:, 0], delta[:, -1]))),
        share=float(median(ratio(uses[:, 0], gradient))),
    )
