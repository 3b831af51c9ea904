"""Losses, each with its gradient at the output: a table keyed by name.

A row takes the output Z (R, N, K), the target (R, N, K) and an array for the error
signal; it writes Delta = ∂J/∂Z for the mean loss J over the batch, and returns J, (R,) float64.
"""

from collections.abc import Callable

import numpy as np

from ..numerics import Array, Exact

Loss = Callable[[Array, Array, Array], Exact]


def binary_cross_entropy(Z: Array, target: Array, Delta: Array) -> Exact:
    """J = mean of ln(1 + eᶻ) - t z, from the logit z; ∂J/∂z = (σ(z) - t)/N.

    σ(z) is taken as its nearer limit, 0 or 1, and the distance σ(-|z|) to that: σ(z) - t itself is
    0 in float32 wherever a class is told with a margin of 17, and all error signals below with it.
    """
    tail = np.exp(-np.abs(Z))
    miss = ~np.signbit(Z) - target
    np.copysign(tail / (1 + tail), Z, out=Delta)
    np.subtract(miss, Delta, out=Delta)
    Delta *= 1.0 / Z.shape[1]
    loss = miss * Z + np.log1p(tail)
    return loss.sum(axis=(1, 2), dtype=np.float64) / Z.shape[1]


def softmax_cross_entropy(Z: Array, target: Array, Delta: Array) -> Exact:
    """J = mean of ln Σₖ eᶻᵏ - Σₖ tₖ zₖ, from the logits; ∂J/∂z = (softmax(z) - t)/N.

    With Eₖ = eᶻᵏ and the others' sum Oₖ = Σ E - Eₖ, softmax(z) - t = ((1 - t) E - t O)/Σ E, which
    keeps its digits where one class has all but won.
    """
    shifted = Z - Z.max(axis=2, keepdims=True)
    E = np.exp(shifted)
    others = E @ (1 - np.eye(Z.shape[2], dtype=Z.dtype))
    np.subtract((1 - target) * E, target * others, out=Delta)
    losers = others.min(axis=2, keepdims=True)
    Delta /= 1 + losers
    Delta *= 1.0 / Z.shape[1]
    loss = np.log1p(losers) - (target * shifted).sum(axis=2, keepdims=True)
    return loss.sum(axis=(1, 2), dtype=np.float64) / Z.shape[1]


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
THRESHOLDS: dict[str, float] = {"squared": 0.5}
"""What parts the two classes of a single output, where it is not 0."""


def accuracy(Z: Array, target: Array, threshold: float = 0.0) -> Exact:
    """The share of samples whose class is right, (R,): the largest output, or one output's side.

    `threshold` parts the classes of a single output: 0 for a logit, ½ for squared loss on 0/1
    targets.
    """
    if Z.shape[2] == 1:
        right = (Z[..., 0] > threshold) == (target[..., 0] > 0.5)
    else:
        right = Z.argmax(axis=2) == target.argmax(axis=2)
    return np.add.reduce(right, axis=1) / right.shape[1]


def r_squared(Z: Array, target: Array) -> Exact:
    """R² = 1 - Σ (z - t)²/Σ (t - t̄)², (R,): 1 for what is right, 0 for naming the mean every time;
    NaN where all targets are alike."""
    with np.errstate(all="ignore"):
        wide = target.astype(np.float64)
        left = np.square(Z - wide).sum(axis=(1, 2))
        whole = np.square(wide - wide.mean(axis=1, keepdims=True)).sum(axis=(1, 2))
        return np.where(whole > 0, 1 - left / whole, np.nan)


def chance(target: Array) -> Exact:
    """The accuracy of naming the commonest class every time, (R,), for targets (R, N, K)."""
    share = target.mean(axis=1, dtype=np.float64)
    return np.maximum(share, 1 - share)[:, 0] if target.shape[2] == 1 else share.max(axis=1)
