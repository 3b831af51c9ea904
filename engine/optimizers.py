"""Optimizers on flat vectors: they never hear of layers.

`update(grad, step)` writes into `step` what is to be *subtracted* from theta; all arrays (R, P).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .arrays import Array, norms


@dataclass(frozen=True)
class Settings:
    """What optimizers are set by, under their usual names."""

    rate: float = 0.1
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    decay: float = 0.99
    """RMSprop's memory of squared gradients."""
    eps: float = 1e-8
    weight_decay: float = 0.01
    """AdamW's, decoupled from the gradient."""


class Optimizer(Protocol):
    """One rule that turns gradients into steps."""

    def update(self, theta: Array, grad: Array, step: Array) -> None:
        """Write the step to subtract from theta."""
        ...


class SGD:
    """step = η g."""

    def __init__(self, settings: Settings, like: Array) -> None:
        self.rate = settings.rate

    def update(self, theta: Array, grad: Array, step: Array) -> None:
        np.multiply(grad, self.rate, out=step)


OPTIMIZERS: dict[str, Callable[[Settings, Array], Optimizer]] = {"sgd": SGD}


def clip(grad: Array, limit: float) -> None:
    """Scale each replica's gradient down to norm `limit` where it is longer (Pascanu et al.
    2013)."""
    length = norms(grad)
    long = length > limit
    if long.any():
        grad[long] *= (limit / length[long])[:, None].astype(grad.dtype)
