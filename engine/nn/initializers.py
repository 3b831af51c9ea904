"""How initial weights are drawn: a table keyed by name, one row a rule.

A row maps (generator, fan_in, outputs) to W of shape (fan_in, outputs), float64. The weights of a
convolution serve a `window` of places: fan_in counts them all, and fan_out is window × outputs.
"""

from math import sqrt
from typing import Protocol

import numpy as np
from numpy.random import Generator

from ..numerics import Exact


class Draw(Protocol):
    """A row of the table."""

    @property
    def __name__(self) -> str: ...

    def __call__(self, rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact: ...


def lecun(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
    """N(0, 1/fan_in): keeps the variance of a linear layer's output (LeCun et al. 1998)."""
    return normal(rng, fan_in, outputs) / sqrt(fan_in)


def xavier(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
    """N(0, 2/(fan_in + fan_out)) (Glorot & Bengio 2010, eq. 12)."""
    return normal(rng, fan_in, outputs) * sqrt(2 / (fan_in + window * outputs))


def he(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
    """N(0, 2/fan_in): makes up for the half that ReLU cuts (He et al. 2015, eq. 10)."""
    return normal(rng, fan_in, outputs) * sqrt(2 / fan_in)


def xavier_uniform(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
    """U(±√(6/(fan_in + fan_out))), xavier's variance (Glorot & Bengio 2010, eq. 16)."""
    return rng.uniform(-1, 1, (fan_in, outputs)) * sqrt(6 / (fan_in + window * outputs))


def he_uniform(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
    """U(±√(6/fan_in)), he's variance: PyTorch's `kaiming_uniform_` with ReLU's gain."""
    return rng.uniform(-1, 1, (fan_in, outputs)) * sqrt(6 / fan_in)


def uniform(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
    """U(-1/√fan_in, 1/√fan_in), variance 1/(3 fan_in): PyTorch's default for `Linear`."""
    return rng.uniform(-1, 1, (fan_in, outputs)) / sqrt(fan_in)


def normal(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
    """N(0, 1), whatever the layer's size."""
    return rng.standard_normal((fan_in, outputs))


def orthogonal(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
    """W with orthonormal rows or columns, evenly distributed (Saxe et al. 2013)."""
    tall = normal(rng, max(fan_in, outputs), min(fan_in, outputs))
    Q, R = np.linalg.qr(tall)
    Q *= np.sign(np.diag(R))
    return Q if fan_in >= outputs else Q.T


def identity(rng: Generator, fan_in: int, outputs: int, window: int = 1) -> Exact:
    """W = I, cut or filled with zeros where the layer is not square; in the middle of a window."""
    return np.eye(fan_in, outputs, -(window // 2) * (fan_in // window))


RULES: tuple[Draw, ...] = (
    lecun,
    xavier,
    he,
    xavier_uniform,
    he_uniform,
    uniform,
    normal,
    orthogonal,
    identity,
)
INITIALIZERS: dict[str, Draw] = {f.__name__: f for f in RULES}
DENSE = frozenset(INITIALIZERS) - {"identity"}
"""Those that leave no weight 0."""
