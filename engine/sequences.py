"""Sequences that ask for something seen long ago."""

import numpy as np
from numpy.random import Generator

from .arrays import Exact, Integers

NUMBERS = 2
"""A step shows a bit, and whether it is the one to recall."""


def recall(rng: Generator, n: int, noise: float, lag: int) -> tuple[Exact, Integers]:
    """Random bits, the first one marked: which bit was it, `lag` steps later?

    X (n, 2 (lag + 1)): at each step the bit, -1 or 1, with noise, and the mark, 1 or 0. After the
    task of Hochreiter & Schmidhuber 1997, section 5.2, and the adding problem's marks.
    """
    bits = rng.integers(0, 2, (n, lag + 1))
    X = np.zeros((n, lag + 1, NUMBERS))
    X[..., 0] = 2 * bits - 1 + noise * rng.standard_normal(bits.shape)
    X[:, 0, 1] = 1
    return X.reshape(n, -1), bits[:, 0]
