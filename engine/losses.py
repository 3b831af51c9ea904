"""Losses, each with its gradient at the output: a table keyed by name.

A row takes the output Z (R, N, K), the target (R, N, K) and an array for the error
signal; it writes Delta = ∂J/∂Z for the mean loss J over the batch, and returns J, (R,) float64.
"""

from collections.abc import Callable

import numpy as np

from .activations import sigmoid
from .arrays import Array, Exact

Loss = Callable[[Array, Array, Array], Exact]


def binary_cross_entropy(Z: Array, target: Array, Delta: Array) -> Exact:
    """J = mean of ln(1 + eᶻ) - t z, from the logit z; ∂J/∂z = (σ(z) - t)/N."""
    sigmoid(Z, Delta)
    Delta -= target
    Delta *= 1.0 / Z.shape[1]
    softplus = np.maximum(Z, 0) + np.log1p(np.exp(-np.abs(Z)))
    return (softplus - target * Z).sum(axis=(1, 2), dtype=np.float64) / Z.shape[1]


def softmax_cross_entropy(Z: Array, target: Array, Delta: Array) -> Exact:
    """J = mean of ln Σₖ eᶻᵏ - Σₖ tₖ zₖ, from the logits; ∂J/∂z = (softmax(z) - t)/N."""
    shifted = Z - Z.max(axis=2, keepdims=True)
    np.exp(shifted, out=Delta)
    total = Delta.sum(axis=2, keepdims=True)
    Delta /= total
    Delta -= target
    Delta *= 1.0 / Z.shape[1]
    entropy = np.log(total) - (target * shifted).sum(axis=2, keepdims=True)
    return entropy.sum(axis=(1, 2), dtype=np.float64) / Z.shape[1]


def squared(Z: Array, target: Array, Delta: Array) -> Exact:
    """J = mean of ½ Σₖ (zₖ - tₖ)²; ∂J/∂z = (z - t)/N."""
    np.subtract(Z, target, out=Delta)
    loss = 0.5 * np.square(Delta, dtype=np.float64).sum(axis=(1, 2)) / Z.shape[1]
    Delta *= 1.0 / Z.shape[1]
    return loss


LOSSES: dict[str, Loss] = {
    "binary_cross_entropy": binary_cross_entropy,
    "softmax_cross_entropy": softmax_cross_entropy,
    "squared": squared,
}


def accuracy(Z: Array, target: Array, threshold: float = 0.0) -> Exact:
    """The share of samples whose class is right, (R,): the largest output, or one output's side.

    `threshold` parts the classes of a single output: 0 for a logit, ½ for squared loss on 0/1
    targets.
    """
    if Z.shape[2] == 1:
        right = (Z[..., 0] > threshold) == (target[..., 0] > 0.5)
    else:
        right = Z.argmax(axis=2) == target.argmax(axis=2)
    return right.mean(axis=1, dtype=np.float64)
