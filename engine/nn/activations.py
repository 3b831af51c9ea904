"""Activation functions: g, g′ and g″ side by side, in a table keyed by name.

What is said of them in words (formula, critical gain) stands in scenarios/schema/activation_facts.

Each writes into a given array: `apply(Z, A)` sets A = g(Z), `slope(Z, A, S)` sets S = g′(Z) and may
use A = g(Z), which is cheaper for most. Where these lose their digits far from 0 (1 - a² once tanh
rounds to 1, ½ + ½ tanh once it rounds to 0), `tail(Z, A, S)` gives both to full relative precision.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import erfc, exp, pi, sqrt

import numpy as np

from ..numerics import Array, Exact
from .special import normal_cdf, normal_density

Apply = Callable[[Array, Array], object]
Slope = Callable[[Array, Array, Array], object]
Curvature = Callable[[Array], Array]

SELU_ALPHA = 1.6732632423543772
"""Klambauer et al. 2017, "Self-Normalizing Neural Networks", eq. 14."""
SELU_SCALE = 1.0507009873554805


@dataclass(frozen=True)
class Activation:
    """One activation function g, its derivatives and what is known of it."""

    name: str
    apply: Apply
    """apply(Z, A): A = g(Z)."""
    slope: Slope
    """slope(Z, A, S): S = g′(Z), given A = g(Z)."""
    curvature: Curvature
    """curvature(Z) = g″(Z) in a new array; 0 at a kink, which no sample hits."""
    steepest: float
    """The supremum of |g′|: 1/4 for a sigmoid."""
    kinked: bool = False
    """True where g′ jumps at 0."""
    dips: bool = False
    """True where g′ is somewhere negative."""
    tail: Slope | None = None
    """tail(Z, A, S): S = g′(Z), and A = g(Z) again where `apply` loses digits, for saturated
    layers; None where slopes never get tiny."""


def sigmoid(Z: Array, A: Array) -> None:
    """g(z) = 1/(1 + e⁻ᶻ) = (1 + tanh(z/2))/2: the second form cannot overflow, and is faster."""
    np.multiply(Z, 0.5, out=A)
    np.tanh(A, out=A)
    A *= 0.5
    A += 0.5


def sigmoid_slope(_: Array, A: Array, S: Array) -> None:
    """g′ = a (1 - a)."""
    np.subtract(1.0, A, out=S)
    S *= A


def normal_exp(Z: Array, E: Array) -> None:
    """E = eᶻ, but 0 for a subnormal number: a product of these can take a hundred times as long."""
    np.exp(Z, out=E)
    E *= np.finfo(E.dtype).smallest_normal <= E


def sigmoid_tail(Z: Array, A: Array, S: Array) -> None:
    """g(z) = 1/(1 + e⁻ᶻ) = eᶻ/(1 + eᶻ), g′(z) = e⁻ᶻ/(1 + e⁻ᶻ)²: of the forms, those with e^-|z|."""
    normal_exp(-np.abs(Z), S)
    np.divide(np.where(Z > 0, 1, S), 1 + S, out=A)
    S /= np.square(1 + S)


def logistic(Z: Array) -> Array:
    """σ(z) in a new array."""
    A = np.empty_like(Z)
    sigmoid(Z, A)
    return A


def sigmoid_curvature(Z: Array) -> Array:
    """g″ = a (1 - a) (1 - 2a)."""
    A = logistic(Z)
    return A * (1 - A) * (1 - 2 * A)


def tanh(Z: Array, A: Array) -> None:
    """g(z) = tanh z."""
    np.tanh(Z, out=A)


def tanh_slope(_: Array, A: Array, S: Array) -> None:
    """g′ = 1 - a²."""
    np.square(A, out=S)
    np.subtract(1.0, S, out=S)


def tanh_tail(Z: Array, A: Array, S: Array) -> None:
    """g′(z) = 1/cosh² z = 4 e⁻²ᶻ/(1 + e⁻²ᶻ)², with |z| for z."""
    sigmoid_tail(2 * Z, A, S)
    S *= 4
    np.tanh(Z, out=A)


def tanh_curvature(Z: Array) -> Array:
    """g″ = -2a (1 - a²)."""
    A = np.tanh(Z)
    return -2 * A * (1 - A * A)


def leaky_relu(slope: float | Exact) -> tuple[Apply, Slope]:
    """g(z) = max(z, αz); ReLU is α = 0. With (R, 1, 1) slopes each replica has its own."""

    leaks = bool(np.any(slope))

    def alpha(Z: Array) -> float | Array:
        return slope.astype(Z.dtype) if isinstance(slope, np.ndarray) else slope

    def apply(Z: Array, A: Array) -> None:
        np.multiply(Z, alpha(Z), out=A)
        np.maximum(Z, A, out=A)

    def derivative(Z: Array, _: Array, S: Array) -> None:
        """g′ = 1 where z > 0, else α."""
        np.greater(Z, 0, out=S)
        if leaks:
            S *= 1.0 - alpha(Z)
            S += alpha(Z)

    return apply, derivative


def elu(alpha: float, scale: float) -> tuple[Apply, Slope, Slope]:
    """g(z) = λz for z > 0, else λα(eᶻ - 1) (Clevert et al. 2016; with λ: SELU)."""

    def apply(Z: Array, A: Array) -> None:
        np.minimum(Z, 0, out=A)
        np.expm1(A, out=A)
        A *= alpha
        A += np.maximum(Z, 0)
        A *= scale

    def derivative(Z: Array, A: Array, S: Array) -> None:
        """g′ = λ for z > 0, else a + λα."""
        np.minimum(A, 0, out=S)
        S += scale * alpha
        np.putmask(S, Z > 0, scale)

    def tail(Z: Array, _: Array, S: Array) -> None:
        normal_exp(np.minimum(Z, 0), S)
        S *= scale * alpha
        np.putmask(S, Z > 0, scale)

    return apply, derivative, tail


def elu_curvature(alpha: float, scale: float) -> Curvature:
    """g″ = λα eᶻ for z < 0, else 0."""
    return lambda Z: np.where(Z < 0, scale * alpha * np.exp(np.minimum(Z, 0)), 0)


def gelu(Z: Array, A: Array) -> None:
    """g(z) = z Φ(z) (Hendrycks & Gimpel 2016), the exact form."""
    np.multiply(Z, normal_cdf(Z), out=A)


def gelu_slope(Z: Array, _: Array, S: Array) -> None:
    """g′(z) = Φ(z) + z φ(z)."""
    np.add(normal_cdf(Z), Z * normal_density(Z), out=S)


def gelu_tail(Z: Array, A: Array, S: Array) -> None:
    """g and g′ as above: neither loses digits far from 0."""
    gelu(Z, A)
    gelu_slope(Z, A, S)


def gelu_curvature(Z: Array) -> Array:
    """g″ = (2 - z²) φ(z)."""
    return (2 - Z * Z) * normal_density(Z)


def silu(Z: Array, A: Array) -> None:
    """g(z) = z σ(z) (Elfwing et al. 2018)."""
    sigmoid(Z, A)
    A *= Z


def silu_slope(Z: Array, A: Array, S: Array) -> None:
    """g′ = σ + a (1 - σ), with a = zσ."""
    sigmoid(Z, S)
    S += A * (1.0 - S)


def silu_tail(Z: Array, A: Array, S: Array) -> None:
    """The same, from a σ that keeps its digits."""
    sigmoid_tail(Z, A, S)
    S *= Z
    S += A
    A *= Z


def silu_curvature(Z: Array) -> Array:
    """g″ = σ (1 - σ) (2 + z (1 - 2σ))."""
    A = logistic(Z)
    return A * (1 - A) * (2 + Z * (1 - 2 * A))


def softplus(Z: Array, A: Array) -> None:
    """g(z) = ln(1 + eᶻ) = max(z, 0) + ln(1 + e^-|z|), which cannot overflow."""
    np.abs(Z, out=A)
    np.negative(A, out=A)
    np.exp(A, out=A)
    np.log1p(A, out=A)
    A += np.maximum(Z, 0)


def softplus_slope(_: Array, A: Array, S: Array) -> None:
    """g′ = σ(z) = 1 - e⁻ᵃ."""
    np.negative(A, out=S)
    np.expm1(S, out=S)
    np.negative(S, out=S)


def softplus_tail(Z: Array, A: Array, S: Array) -> None:
    """g and g′ as above: neither loses digits far from 0."""
    softplus(Z, A)
    softplus_slope(Z, A, S)


def softplus_curvature(Z: Array) -> Array:
    """g″ = σ (1 - σ)."""
    A = logistic(Z)
    return A * (1 - A)


def linear(Z: Array, A: Array) -> None:
    """g(z) = z."""
    A[...] = Z


def linear_slope(_Z: Array, _A: Array, S: Array) -> None:
    """g′ = 1."""
    S.fill(1.0)


def _steepest_gelu() -> float:
    """max g′ is at z = √2, where g″ = (2 - z²) φ(z) = 0."""
    return 1 - erfc(1) / 2 + sqrt(2) * exp(-1) / sqrt(2 * pi)


def _leaky(slope: float | Sequence[float]) -> Activation:
    slopes = np.atleast_1d(slope)
    alike = bool((slopes == slopes[0]).all())
    rule = leaky_relu(float(slopes[0]) if alike else slopes[:, None, None])
    steepest = max(1.0, float(np.abs(slopes).max()))
    return Activation("leaky_relu", *rule, np.zeros_like, steepest, kinked=True)


def _exponential(name: str, alpha: float, scale: float) -> Activation:
    apply, slope, tail = elu(alpha, scale)
    curvature, steepest = elu_curvature(alpha, scale), scale * max(1.0, alpha)
    return Activation(name, apply, slope, curvature, steepest, kinked=alpha != 1, tail=tail)


LEAKY_SLOPE = 0.2
"""The course notes' α (also TensorFlow 1's and DCGAN's; PyTorch has 0.01)."""
STEEPEST_SILU = 1.0998393201288669
"""max g′ of silu, at z = 2.399357 where g″ = 0."""

ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        Activation("sigmoid", sigmoid, sigmoid_slope, sigmoid_curvature, 0.25, tail=sigmoid_tail),
        Activation("tanh", tanh, tanh_slope, tanh_curvature, 1.0, tail=tanh_tail),
        Activation("relu", *leaky_relu(0.0), np.zeros_like, 1.0, kinked=True),
        _leaky(LEAKY_SLOPE),
        _exponential("elu", 1.0, 1.0),
        _exponential("selu", SELU_ALPHA, SELU_SCALE),
        Activation(
            "gelu", gelu, gelu_slope, gelu_curvature, _steepest_gelu(), dips=True, tail=gelu_tail
        ),
        Activation(
            "silu", silu, silu_slope, silu_curvature, STEEPEST_SILU, dips=True, tail=silu_tail
        ),
        Activation(
            "softplus", softplus, softplus_slope, softplus_curvature, 1.0, tail=softplus_tail
        ),
        Activation("linear", linear, linear_slope, np.zeros_like, 1.0),
    )
}


def activation(name: str, slope: float | Sequence[float] = LEAKY_SLOPE) -> Activation:
    """The row of the table, with leaky ReLU's own slope α, or one for each replica.

    Raises KeyError for a name that is not in ACTIVATIONS.
    """
    return _leaky(slope) if name == "leaky_relu" else ACTIVATIONS[name]
