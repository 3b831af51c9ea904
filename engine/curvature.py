"""Second derivatives of the activations, g″: only a gradient penalty asks for them.

A row maps Z to g″(Z), a new array.
"""

from collections.abc import Callable

import numpy as np

from .activations import SELU_ALPHA, SELU_SCALE, normal_density, sigmoid
from .arrays import Array

Curvature = Callable[[Array], Array]


def logistic(Z: Array) -> Array:
    A = np.empty_like(Z)
    sigmoid(Z, A)
    return A


def of_sigmoid(Z: Array) -> Array:
    """g″ = a (1 - a) (1 - 2a)."""
    A = logistic(Z)
    return A * (1 - A) * (1 - 2 * A)


def of_tanh(Z: Array) -> Array:
    """g″ = -2a (1 - a²)."""
    A = np.tanh(Z)
    return -2 * A * (1 - A * A)


def of_elu(alpha: float, scale: float) -> Curvature:
    """g″ = λα eᶻ for z < 0, else 0."""
    return lambda Z: np.where(Z < 0, scale * alpha * np.exp(np.minimum(Z, 0)), 0)


def of_gelu(Z: Array) -> Array:
    """g″ = (2 - z²) φ(z)."""
    return (2 - Z * Z) * normal_density(Z)


def of_silu(Z: Array) -> Array:
    """g″ = σ (1 - σ) (2 + z (1 - 2σ))."""
    A = logistic(Z)
    return A * (1 - A) * (2 + Z * (1 - 2 * A))


def of_softplus(Z: Array) -> Array:
    """g″ = σ (1 - σ)."""
    A = logistic(Z)
    return A * (1 - A)


CURVATURES: dict[str, Curvature] = {
    "sigmoid": of_sigmoid,
    "tanh": of_tanh,
    "relu": np.zeros_like,
    "leaky_relu": np.zeros_like,
    "elu": of_elu(1.0, 1.0),
    "selu": of_elu(SELU_ALPHA, SELU_SCALE),
    "gelu": of_gelu,
    "silu": of_silu,
    "softplus": of_softplus,
    "linear": np.zeros_like,
}
"""Straight pieces bend nowhere but in their kinks, which no sample hits."""
