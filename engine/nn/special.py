"""Activation functions: g and its derivative side by side, in a table keyed by name.

Each writes into a given array: `apply(Z, A)` sets A = g(Z), `slope(Z, A, S)` sets S = g′(Z) and may
use A = g(Z), which is cheaper for most. Where these lose their digits far from 0 (1 - a² once tanh
rounds to 1, ½ + ½ tanh once it rounds to 0), `tail(Z, A, S)` gives both to full relative precision.
"""

from math import erfc, pi, sqrt

import numpy as np

from ..numerics import Array


def normal_cdf(Z: Array) -> Array:
    """Φ(z) = erfc(-z/√2)/2, by the rational approximation of Numerical Recipes' erfccheb.

    Relative error under 1e-12 in float64, tails included; float32 needs fewer terms.
    """
    x = np.abs(Z) / sqrt(2)
    t = 2.0 / (2.0 + x)
    ty = 4.0 * t - 2.0
    d, dd = np.zeros_like(x), np.zeros_like(x)
    for c in ERFC_CHEBYSHEV[ERFC_TERMS[Z.dtype.itemsize] : 0 : -1]:
        d, dd = ty * d - dd + c, d
    upper = 0.5 * t * np.exp(-x * x + 0.5 * (ERFC_CHEBYSHEV[0] + ty * d) - dd)
    return np.where(Z > 0, 1.0 - upper, upper)


def chebyshev_of_erfc(terms: int = 28, points: int = 64) -> tuple[float, ...]:
    """Chebyshev coefficients of ln(erfc(x) e^(x²)/t) in ty = 4t - 2, with t = 2/(2 + x)."""
    angle = (np.arange(points) + 0.5) * pi / points
    t = (np.cos(angle) + 1) / 2
    value = [log_scaled_erfc(2 / s - 2) - np.log(s) for s in t]
    return tuple((2 / points * np.cos(np.outer(np.arange(terms), angle)) @ value).tolist())


def log_scaled_erfc(x: float) -> float:
    """ln(erfc(x) e^(x²)) for x ≥ 0, by a continued fraction where erfc itself underflows."""
    if x < 2:
        return float(np.log(erfc(x)) + x * x)
    fraction = x
    for k in range(200, 0, -1):
        fraction = x + k / 2 / fraction
    return float(-np.log(fraction * sqrt(pi)))


ERFC_CHEBYSHEV = chebyshev_of_erfc()
ERFC_TERMS = {4: 10, 8: 27}
"""Terms that reach the precision of a number of 4 or 8 bytes."""


def normal_density(Z: Array) -> Array:
    """φ(z) = e^(-z²/2)/√(2π)."""
    return np.exp(-0.5 * Z * Z) * (1 / sqrt(2 * pi))
