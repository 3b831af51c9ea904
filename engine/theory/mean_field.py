"""Mean-field theory of wide random networks.

In a wide network with random weights every pre-activation is Gaussian, so one number per layer, its
variance q, says what the signal does, and averages over z ~ N(0, 1) say the rest:

    q_{l+1} = σ_w² E[g(√q_l z)²] + σ_b²     the length map
    χ       = σ_w² E[g′(√q z)²]             what a layer multiplies ‖δ‖² by on the way to the input

(Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos";
Schoenholz et al. 2017, "Deep information propagation".) The length map leads q to q*; there the
gradient vanishes where χ < 1, explodes where χ > 1, and χ = 1 is the edge of chaos.
σ_w² stands for fan_in × the variance of a weight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, log, pi, sqrt

import numpy as np

from ..nn.activations import Activation
from ..numerics import Exact

JUMP = 1e-3
"""A rate this far from 1 on the edge of chaos has jumped over it."""
LEAST, MOST = 1e-300, 1e300
"""Variances outside are taken for these: their square roots are still sound numbers."""
NEGLIGIBLE = 1e-9
"""A variance below this is 0, one above its inverse ∞: what g does, it does near 1."""


def half_line(step: float = 1 / 32, low: float = -4.0, high: float = 2.6) -> tuple[Exact, Exact]:
    """Points and weights for averages of f(z) over the half z > 0 of a standard Gaussian.

    The trapezoidal rule after z = exp(t - e⁻ᵗ) (Takahasi & Mori 1974): a kink at 0 lies at the
    border, and what g does at any scale 1/√q meets as many points as what it does at 1.
    Gauss-Hermite's points are spaced for √q near 1: at q = 100 they miss a sigmoid's slope.
    """
    t = np.arange(low, high, step)
    z = np.exp(t - np.exp(-t))
    weights = step * z * (1 + np.exp(-t)) * np.exp(-z * z / 2) / sqrt(2 * pi)
    return z, weights


POINTS = np.concatenate([-half_line()[0], half_line()[0]])
WEIGHTS = np.tile(half_line()[1], 2)


def expectation(values: Exact) -> Exact:
    """E f(z) for z ~ N(0, 1), from the values of f at POINTS along the last axis."""
    return values @ WEIGHTS


def normal_quantiles(count: int) -> Exact:
    """`count` numbers that are distributed as z ~ N(0, 1), in order, of mean 0 and variance 1.

    statistics.NormalDist has them too, but takes longer to load than most runs to be predicted.
    """
    z = np.linspace(-6, 6, 1 << 14)
    shares = np.cumsum(np.exp(-z * z / 2))
    found = np.interp((np.arange(count) + 0.5) / count, shares / shares[-1], z)
    found -= found[::-1].copy()
    return found / found.std()


def preactivations(q: Exact) -> Exact:
    """The pre-activations √q z at POINTS, (…, points)."""
    return np.sqrt(np.clip(q, LEAST, MOST))[..., None] * POINTS


def activation_and_slope(g: Activation, Z: Exact) -> tuple[Exact, Exact]:
    """g(Z) and g′(Z) in new arrays of Z's shape, right to full relative precision."""
    A, S = np.empty_like(Z), np.empty_like(Z)
    g.apply(Z, A)
    if g.tail:
        g.tail(Z, A, S)
    else:
        g.slope(Z, A, S)
    return A, S


@dataclass(frozen=True)
class Averages:
    """What an activation makes of Gaussian pre-activations of variance q, element by element."""

    mean: Exact
    """E g"""
    square: Exact
    """E g²"""
    slope: Exact
    """E g′²"""

    @property
    def variance(self) -> Exact:
        """Var g"""
        return self.square - self.mean**2


def averages(g: Activation, q: Exact) -> Averages:
    """The averages over z of g(√q z), for every entry of q."""
    A, S = activation_and_slope(g, preactivations(q))
    excess = np.where(q > MOST, np.asarray(q, np.float64) / MOST, 1.0)
    square = expectation(np.square(A)) * excess
    return Averages(expectation(A) * np.sqrt(excess), square, expectation(np.square(S)))


def length_map(g: Activation, weights: float, bias: float = 0.0) -> Callable[[float], float]:
    """q ↦ σ_w² E[g(√q z)²] + σ_b², for σ_w² = `weights` and σ_b² = `bias`."""
    return lambda q: weights * float(averages(g, np.array(q)).square) + bias


def chi(g: Activation, q: float, weights: float) -> float:
    """χ = σ_w² E[g′(√q z)²], for σ_w² = `weights`."""
    return weights * float(averages(g, np.array(q)).slope)


def fixed_point(g: Activation, weights: float, bias: float = 0.0, start: float = 1.0) -> float:
    """q*, where the length map leads from `start`: perhaps 0 or ∞; `start` where all q stay."""
    V = length_map(g, weights, bias)
    growth = V(start) / start
    if abs(growth - 1) < 1e-12:
        return start
    grows, factor = growth > 1, 2.0 if growth > 1 else 0.5
    near, far = start, start * factor
    while (V(far) > far) == grows:
        near, far = far, far * factor
        if not NEGLIGIBLE < far < 1 / NEGLIGIBLE:
            return inf if grows else 0.0
    return bisect(lambda q: (V(q) > q) == grows, near, far)


def bisect(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """The positive number between at which `holds`, true at `inside`, turns false."""
    for _ in range(60):
        middle = sqrt(inside * outside)
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return sqrt(inside * outside)


def rate(g: Activation, weights: float, bias: float = 0.0) -> float:
    """√χ(q*): the factor of ‖δ‖ per layer on the way to the input, in a deep network."""
    return sqrt(chi(g, fixed_point(g, weights, bias), weights))


def correlation_scale(g: Activation, weights: float, bias: float = 0.0) -> float:
    """ξ_c: the layers over which the correlation of two inputs comes closer to c* by a factor e.

    c* is where the correlation map c ↦ (σ_w² E[g(u₁) g(u₂)] + σ_b²)/q* leads, u₁ and u₂ Gaussian of
    variance q* and correlation c; ξ_c = -1/ln(σ_w² E[g′(u₁) g′(u₂)]) there. Networks of up to some
    6 ξ_c layers can be trained (Schoenholz et al. 2017). 0 where q* is 0 or infinite, ∞ on the edge
    of chaos.
    """
    q = fixed_point(g, weights, bias)
    if not (NEGLIGIBLE < q < 1 / NEGLIGIBLE):
        return 0.0
    slope = chi(g, q, weights)
    if slope > 1:
        slope = weights * correlated(g, q, fixed_correlation(g, q, weights, bias))[1]
    if not 0 < slope < 1:
        return inf if slope >= 1 else 0.0
    return -1 / log(slope)


def fixed_correlation(g: Activation, q: float, weights: float, bias: float) -> float:
    """c*, where χ > 1 drives similar inputs apart: below 1, and 0 where nothing holds them."""
    low, high = 0.0, 1 - 1e-9
    for _ in range(40):
        middle = (low + high) / 2
        if weights * correlated(g, q, middle)[0] + bias > middle * q:
            low = middle
        else:
            high = middle
    return low


def correlated(g: Activation, q: float, c: float) -> tuple[float, float]:
    """E[g(u₁) g(u₂)] and E[g′(u₁) g′(u₂)], u₁ and u₂ Gaussian of variance q and correlation c."""
    half, weights = half_line(step=1 / 12)
    z, share = np.concatenate([-half, half]), np.tile(weights, 2)
    A, S = activation_and_slope(g, sqrt(q) * z)
    B, T = activation_and_slope(g, sqrt(q) * (c * z[:, None] + sqrt(1 - c * c) * z))
    return float((A * (B @ share)) @ share), float((S * (T @ share)) @ share)


def depth_scale(rate: float) -> float:
    """ξ = 1/|ln χ| = 1/|2 ln rate|: the layers over which ‖δ‖² changes by a factor e."""
    if not (isfinite(rate) and rate > 0):
        return 0.0
    return inf if rate == 1 else 1 / abs(2 * log(rate))


def critical_gain(g: Activation, bias: float = 0.0) -> float | None:
    """The σ_w with χ(q*) = 1, on the edge of chaos; None where no σ_w up to 1000 reaches it, or χ
    jumps over 1, as with GELU and SiLU: there q* leaves 0 at once, for lengths far from it."""
    low, high = 1e-3, 1e3
    if rate(g, high**2, bias) < 1:
        return None
    found = bisect(lambda gain: rate(g, gain**2, bias) < 1, low, high)
    return found if abs(rate(g, found**2, bias) - 1) < JUMP else None
