"""How first weights are drawn: a table keyed by name, one row a rule.

A row maps (generator, fan_in, fan_out) to W of shape (fan_in, fan_out), float64.
"""

from collections.abc import Callable
from math import sqrt

import numpy as np
from numpy.random import Generator

from .arrays import Exact

Draw = Callable[[Generator, int, int], Exact]


def lecun(rng: Generator, fan_in: int, fan_out: int) -> Exact:
    """N(0, 1/fan_in): keeps the variance of a linear layer's output (LeCun et al. 1998)."""
    return normal(rng, fan_in, fan_out) / sqrt(fan_in)


def xavier(rng: Generator, fan_in: int, fan_out: int) -> Exact:
    """N(0, 2/(fan_in + fan_out)) (Glorot & Bengio 2010, eq. 12)."""
    return normal(rng, fan_in, fan_out) * sqrt(2 / (fan_in + fan_out))


def he(rng: Generator, fan_in: int, fan_out: int) -> Exact:
    """N(0, 2/fan_in): makes up for the half that ReLU cuts (He et al. 2015, eq. 10)."""
    return normal(rng, fan_in, fan_out) * sqrt(2 / fan_in)


def uniform(rng: Generator, fan_in: int, fan_out: int) -> Exact:
    """U(-1/√fan_in, 1/√fan_in), variance 1/(3 fan_in): PyTorch's default for `Linear`."""
    return rng.uniform(-1, 1, (fan_in, fan_out)) / sqrt(fan_in)


def normal(rng: Generator, fan_in: int, fan_out: int) -> Exact:
    """N(0, 1), whatever the layer's size."""
    return rng.standard_normal((fan_in, fan_out))


def orthogonal(rng: Generator, fan_in: int, fan_out: int) -> Exact:
    """W with orthonormal rows or columns, evenly distributed (Saxe et al. 2013)."""
    tall = normal(rng, max(fan_in, fan_out), min(fan_in, fan_out))
    Q, R = np.linalg.qr(tall)
    Q *= np.sign(np.diag(R))
    return Q if fan_in >= fan_out else Q.T


def identity(_: Generator, fan_in: int, fan_out: int) -> Exact:
    """W = I, cut or filled with zeros where the layer is not square."""
    return np.eye(fan_in, fan_out)


INITIALIZERS: dict[str, Draw] = {
    f.__name__: f for f in (lecun, xavier, he, uniform, normal, orthogonal, identity)
}
