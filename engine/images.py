"""Handwritten digits, 8 × 8 pixels each (digits.npz; where they come from stands in digits.txt)."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.random import Generator

from .arrays import Exact, Integers

SIDE, CLASSES, COUNT = 8, 10, 1797
FILE = Path(__file__).with_name("digits.npz")


def digits(rng: Generator, n: int, noise: float) -> tuple[Exact, Integers]:
    """n of the digits, none twice, with noise on every pixel: X (n, 64), y (n,).

    Raises ValueError for more than there are.
    """
    X, y = shipped()
    chosen = rng.choice(COUNT, n, replace=False)
    return X[chosen] + noise * rng.standard_normal((n, SIDE**2)), y[chosen]


@cache
def shipped() -> tuple[Exact, Integers]:
    """All of them, in the file's order; pixels have mean 0 and variance 1 over all images."""
    with np.load(FILE) as file:
        ink, y = file["X"].astype(np.float64), file["y"].astype(np.int64)
    return (ink - ink.mean()) / ink.std(), y
