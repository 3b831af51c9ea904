"""The laws by which an error signal may fade from layer to layer, fitted to its logarithms.

exponential   ln δ_l = a - l ln rate       a factor `rate` per layer on the way to the input
power         ln δ_l = a + p ln(l + l₀)    as tanh with Xavier weights does, where p = ½ and
                                           l₀ = 1/(2 q₁) says how small its inputs are: rate → 1
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


def mean_factor(whole: float, crossings: int) -> float:
    """The factor that makes `whole` when it is applied so many times: its geometric mean; 1 where
    there is no way to go."""
    return whole ** (1 / crossings) if crossings > 0 else 1.0


MOST_POWER = 1.5
"""A steeper power with an offset of many layers is an exponential but in name: mean-field theory
knows ½ (tanh), 1 (ELU, SELU) and 0.73 (batch-normalized residual ReLU)."""
DETAIL = 0.01
"""What a law leaves of the change per layer that no law here is meant to explain."""
FEWEST = 5
"""Changes from layer to layer in which a bend can be seen."""
EVIDENCE = 2.0
"""Difference of two laws' information criteria that counts (Kass & Raftery 1995)."""
STRONG = 6.0
"""The same that refutes (ibid.)."""
OFFSETS = np.concatenate([[-0.9, -0.5, 0.0], np.geomspace(0.1, 1e5, 140)])
FADING = 1 - np.geomspace(0.9, 1e-3, 60)


def decay_law(delta: Exact) -> str:
    """Which law the replicas' median δ, (R, layers), follows: "power", "exponential", or
    "undecided" where depth, or chance at the network's width, does not let it be told.

    A network's own deviations add up from layer to layer, so that it is the changes of ln δ from
    one to the next that a law explains but for independent errors. There the exponential law is a
    constant, the power law p ln((l + 1 + l₀)/(l + l₀)), and a third is the exponential one that
    begins at other lengths than it keeps to, b + c rˡ. They have one, two and three parameters, and
    are judged by Schwarz's information criterion.
    """
    changes = np.diff(median(logarithm(delta)))
    count, total = len(changes), float(changes @ changes)
    if count < 2 or not np.isfinite(total):
        return "exponential"
    least = count * (DETAIL**2 * total / count) + 1e-20
    constant = float(np.square(changes - changes.mean()).sum())
    if constant <= least:
        return "exponential"
    rests = np.array([constant, bent_rest(changes), settling_rest(changes)])
    misfit = count * np.log(rests + least)
    plain, power, settling = misfit + np.log(count) * np.array([1, 2, 3])
    if count >= FEWEST and power + EVIDENCE < plain and power <= settling:
        return "power"
    settles = count >= FEWEST and settling + STRONG < power
    return "exponential" if settles or misfit[1] - misfit[0] > STRONG else "undecided"


def bent_rest(changes: Exact) -> float:
    """The squares that the best power law leaves of the changes of ln δ."""
    layers = np.arange(1.0, len(changes) + 1)
    bends = np.log1p(1 / (layers + OFFSETS[:, None]))
    powers = (bends @ changes) / np.square(bends).sum(axis=1)
    powers = np.clip(powers, -MOST_POWER, MOST_POWER)
    return float(np.square(changes - powers[:, None] * bends).sum(axis=1).min())


def settling_rest(changes: Exact) -> float:
    """The squares that the best b + c rˡ leaves of them."""
    fading = FADING[:, None] ** np.arange(len(changes))
    dx, dy = fading - fading.mean(axis=1, keepdims=True), changes - changes.mean()
    slopes = (dx @ dy) / np.square(dx).sum(axis=1)
    return float(np.square(dy - slopes[:, None] * dx).sum(axis=1).min())


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
    crossings: int = 0
    """Steps from the last to the first."""


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
        crossings=delta.shape[-1] - 1,
    )
