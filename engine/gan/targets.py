"""Distributions that a generator imitates: points in the plane, drawn anew for every step.

A row of TARGETS maps (generator, samples, noise) to points (samples, 2).
"""

from collections.abc import Callable, Sequence
from math import pi

import numpy as np
from numpy.random import Generator

from ..data.datasets import DATASETS, Make, jitter
from ..numerics import Array, Exact
from ..rng import generators

Sample = Callable[[Generator, int, float], Exact]
Draw = Callable[[Generator, int], Exact]

MODES, RADIUS = 8, 2.0
CENTER = 4.0


def ring(rng: Generator, n: int, noise: float) -> Exact:
    """Eight round clouds on a circle of radius 2: a generator begins among them."""
    angle = rng.integers(MODES, size=n) * (2 * pi / MODES)
    return jitter(rng, RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1), noise)


def distant(rng: Generator, n: int, noise: float) -> Exact:
    """One cloud around (4, 4), far from where a generator begins; noise 0.1 makes its spread
    0.3."""
    return jitter(rng, np.full((n, 2), CENTER), 3 * noise)


def without_classes(make: Make) -> Sample:
    """A sampler of a classifier's points, without their classes."""
    return lambda rng, n, noise: make(rng, n, noise)[0]


TARGETS: dict[str, Sample] = {
    **{name: without_classes(make) for name, make in DATASETS.items()},
    "ring": ring,
    "distant": distant,
}


class SampleStream:
    """Fresh samples for every step, each replica's from a generator of its own."""

    AHEAD = 16
    """Batches that are drawn at once, as a call costs more than the numbers it draws."""

    def __init__(self, draw: Draw, seeds: Sequence[int], stream: int, like: Array) -> None:
        """Batches of `like`'s shape (R, N, width)."""
        R, self.batch, width = like.shape
        self.draw, self.rngs = draw, generators(seeds, stream)
        self.ahead = np.empty((R, self.AHEAD * self.batch, width), like.dtype)
        self.next = self.ahead.shape[1]

    def fill(self, X: Array, keep: bool = False) -> None:
        """Write the next batch into X; with `keep`, the next call writes the same one again."""
        if self.next == self.ahead.shape[1]:
            for rng, samples in zip(self.rngs, self.ahead, strict=True):
                samples[...] = self.draw(rng, len(samples)).reshape(samples.shape)
            self.next = 0
        X[...] = self.ahead[:, self.next : self.next + self.batch]
        self.next += 0 if keep else self.batch


def latent(width: int) -> Draw:
    """Normal random numbers, from which a generator makes its points."""
    return lambda rng, n: rng.standard_normal((n, width))
