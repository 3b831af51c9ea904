"""A table of one's own as data: split into training and test rows and brought to one scale, for
each replica anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from ..numerics import Array, Exact, Integers, Mask
from ..rng import DATA_STREAM, generators
from .datasets import Dataset, Points, one_hot

FLAT = 8 * float(np.finfo(np.float64).eps)
"""A spread this small beside a column's largest number is rounding: the column is constant."""


@dataclass(frozen=True)
class Samples:
    """All rows: X (n, features), y (n,) class numbers. A missing value is NaN in X; the mean of the
    training rows stands in for it."""

    X: Exact
    y: Integers
    classes: int
    targets: Exact | None = None
    """(n,) the numbers that are learned instead of classes."""

    def draw(self, rng: Generator, n: int, _noise: float = 0.0) -> Points:
        """n rows drawn with replacement: X (n, features), y (n,)."""
        rows = rng.integers(len(self.X), size=n)
        return self.X[rows], self.y[rows]

    def to_one_scale(self) -> "Samples":
        """The same samples, each feature with mean 0 and variance 1 over all rows."""
        return replace(self, X=Scale.of(self.X).apply(self.X))


@dataclass(frozen=True)
class Scale:
    """Each feature's mean and standard deviation; 1 for one that is constant."""

    mean: Exact
    std: Exact

    @classmethod
    def of(cls, X: Exact) -> "Scale":
        """The scale of the rows X (n, features). No square overflows: columns are first divided by
        their largest entry."""
        there = ~np.isnan(X)
        largest = np.abs(X).max(axis=0, initial=0.0, where=there)
        unit = np.where(largest > 0, largest, 1.0)
        if there.all():
            mean, spread = (X / unit).mean(axis=0), (X / unit).std(axis=0)
        else:
            count = np.maximum(there.sum(axis=0), 1)
            mean = (X / unit).sum(axis=0, where=there) / count
            spread = np.sqrt(np.square(X / unit - mean).sum(axis=0, where=there) / count)
        return cls(mean * unit, np.where(spread > FLAT, spread * unit, 1.0))

    def apply(self, X: Exact) -> Exact:
        """The rows with mean 0 and variance 1, as far as they are those it was taken from; what is
        missing is 0, the mean."""
        halves = X / 2 - self.mean / 2  # the difference itself may not be finite
        return np.nan_to_num(halves / self.std * 2, nan=0.0)


def split_rows(rng: Generator, y: Integers, held_back: Sequence[int]) -> tuple[Integers, Integers]:
    """Row numbers for training and for the test; of class c, held_back[c] rows are for the test."""
    order = rng.permutation(len(y))
    back: Mask = np.zeros(len(y), np.bool_)
    for number, count in enumerate(held_back):
        back[order[y[order] == number][:count]] = True
    return order[~back[order]], order[back[order]]


def training_scale(samples: Samples, seed: int, held_back: Sequence[int]) -> Scale:
    """The scale of one replica's training rows, by which its test rows are scaled too."""
    (rng,) = generators([seed], DATA_STREAM)
    return Scale.of(samples.X[split_rows(rng, samples.y, held_back)[0]])


def split_samples(
    samples: Samples, seeds: Sequence[int], held_back: Sequence[int], dtype: type[np.floating]
) -> tuple[Dataset, Dataset]:
    """Training and test data with a replica for each seed; of class c, held_back[c] rows are for
    the test."""
    train: list[tuple[Array, Array]] = []
    test: list[tuple[Array, Array]] = []
    for rng in generators(seeds, DATA_STREAM):
        learned, back = split_rows(rng, samples.y, held_back)
        one = Scale.of(samples.X[learned])
        target = scaled_targets(samples, learned).astype(dtype)
        for rows, part in ((learned, train), (back, test)):
            part.append((one.apply(samples.X[rows]).astype(dtype), target[rows]))
    return stack_replicas(train), stack_replicas(test)


def scaled_targets(samples: Samples, learned: Integers) -> Exact:
    """The targets of all rows, (n, outputs): of numbers with mean 0 and variance 1 over the rows
    that are learned from."""
    if samples.targets is None:
        return one_hot(samples.y, samples.classes)
    column = samples.targets[:, None]
    return Scale.of(column[learned]).apply(column)


def training_target_scale(samples: Samples, seed: int, held_back: Sequence[int]) -> Scale:
    """The scale of one replica's numbers to learn. Raises ValueError where there are classes."""
    if samples.targets is None:
        raise ValueError("classes have no scale")
    (rng,) = generators([seed], DATA_STREAM)
    return Scale.of(samples.targets[split_rows(rng, samples.y, held_back)[0], None])


def stack_replicas(replicas: Sequence[tuple[Array, Array]]) -> Dataset:
    """Samples and targets of each replica, (M, …), as (R, M, …)."""
    X, target = zip(*replicas, strict=True)
    return Dataset(np.stack(X), np.stack(target))
