"""Generated data sets and handwritten digits, in tables keyed by name.

A row maps (generator, samples, noise) to points X (samples, 2) and class numbers y (samples,). The
noise comes from a child of that generator, so n samples are the first n of any larger number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from math import isqrt, pi
from pathlib import Path

import numpy as np
from numpy.random import Generator

from ..numerics import Array, Exact, Integers
from ..rng import BATCH_STREAM, DATA_STREAM, TEST_STREAM, generators

Points = tuple[Exact, Integers]
Make = Callable[[Generator, int, float], Points]


def circles(rng: Generator, n: int, noise: float) -> Points:
    """X (n, 2), y (n,): a circle of radius 1 around one of radius ½."""
    y = np.arange(n) % 2
    angle = rng.uniform(0, 2 * pi, n)
    X = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (1 - 0.5 * y)[:, None]
    return jitter(child(rng), X, noise), y


def moons(rng: Generator, n: int, noise: float) -> Points:
    """X (n, 2), y (n,): two half circles that reach into each other."""
    y = np.arange(n) % 2
    angle = rng.uniform(0, pi, n)
    X = np.stack([np.cos(angle) + y - 0.5, np.sin(angle) * (1 - 2 * y) + y / 2 - 0.25], axis=1)
    return jitter(child(rng), X, noise), y


def spirals(rng: Generator, n: int, noise: float) -> Points:
    """X (n, 2), y (n,): two spirals of one and a half turns, wound into each other."""
    y = np.arange(n) % 2
    radius = np.sqrt(rng.uniform(0.01, 1, n))
    angle = 3 * pi * radius + pi * y
    X = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[:, None]
    return jitter(child(rng), X, noise / 2), y


def xor(rng: Generator, n: int, noise: float) -> Points:
    """X (n, 2), y (n,): the quadrants of a square, opposite ones of one class."""
    X = rng.uniform(-1, 1, (n, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(np.int64)
    return jitter(child(rng), X, noise), y


def gaussians(rng: Generator, n: int, noise: float) -> Points:
    """X (n, 2), y (n,): normal clouds around (-1, -1) and (1, 1), of standard deviation
    5 × noise."""
    y = np.arange(n) % 2
    return jitter(child(rng), np.repeat((2.0 * y - 1)[:, None], 2, axis=1), 5 * noise), y


def child(rng: Generator) -> Generator:
    """A new generator, of which what `rng` draws does not depend."""
    return rng.spawn(1)[0]


def jitter(rng: Generator, X: Array, noise: float) -> Exact:
    """X with normal noise of that standard deviation."""
    return X + noise * rng.standard_normal(X.shape)


DATASETS: dict[str, Make] = {f.__name__: f for f in (circles, moons, spirals, xor, gaussians)}
"""Points in the plane."""
LAG = 20


@dataclass(frozen=True)
class Source:
    """A data set, and the form of its samples."""

    make: Make
    numbers: int = 2
    """Of a sample; of a place of an image, of a step of a sequence."""
    places: int = 1
    classes: int = 2
    make_test: Make | None = None
    """Draws what is tested on where samples are few and none may be drawn twice, from the generator
    that training samples come from; None where `make` does, from TEST_STREAM."""

    def architecture_ends(self, architecture: str) -> dict[str, int]:
        """The fields `inputs`, `outputs`, `side` and `length` of an Architecture of that kind (mlp,
        cnn, …) for these samples. An mlp sees all places at once."""
        at_once = self.numbers * self.places if architecture == "mlp" else self.numbers
        outputs = self.classes if self.classes > 2 else 1
        sizes = {"side": isqrt(self.places), "length": self.places}
        return {"inputs": at_once, "outputs": outputs, **sizes}


OWN_SOURCES: dict[str, Source] = {}
"""Data sets that a person has registered."""


def sources(lag: int = LAG) -> dict[str, Source]:
    """All data sets; `lag` is how many steps back the one of that name asks for."""
    return {
        **{name: Source(make) for name, make in DATASETS.items()},
        "digits": Source(digits, 1, SIDE**2, CLASSES, partial(digits, held_back=True)),
        "lag": Source(partial(recall, lag=lag), NUMBERS, lag + 1),
        **OWN_SOURCES,
    }


@dataclass(frozen=True)
class Dataset:
    """Inputs and targets of every replica: X (R, M, inputs), target (R, M, outputs)."""

    X: Array
    target: Array


def one_hot(y: Integers, classes: int) -> Exact:
    """Class numbers (n,) as targets: (n, 1) of 0 and 1 for two classes, else (n, classes)."""
    return np.eye(classes)[y] if classes > 2 else y[:, None].astype(np.float64)


def generate(
    name: str,
    seeds: Sequence[int],
    samples: int,
    noise: float | Sequence[float],
    dtype: type[np.floating],
    lag: int = LAG,
    test: bool = False,
) -> Dataset:
    """`samples` points of the named data for each seed, with one noise for all or one each.

    They are the first of any larger number, and those to learn from and, with `test`, those to test
    on depend on nothing of each other. Raises KeyError for a name that is not in `sources`.
    """
    source = sources(lag)[name]
    make = (test and source.make_test) or source.make
    stream = TEST_STREAM if test and not source.make_test else DATA_STREAM
    noises = np.broadcast_to(noise, len(seeds)).tolist()
    rngs = zip(generators(seeds, stream), noises, strict=True)
    drawn = [make(rng, samples, each) for rng, each in rngs]
    X = np.stack([points for points, _ in drawn]).astype(dtype)
    target = np.stack([one_hot(y, source.classes) for _, y in drawn]).astype(dtype)
    return Dataset(X, target)


def split(data: Dataset, train: int) -> tuple[Dataset, Dataset]:
    """The first `train` samples of every replica, and the rest; copies."""
    return (
        Dataset(data.X[:, :train].copy(), data.target[:, :train].copy()),
        Dataset(data.X[:, train:].copy(), data.target[:, train:].copy()),
    )


class Batches:
    """Draws minibatches without replacement, each replica in an order of its own."""

    def __init__(self, data: Dataset, size: int, seeds: Sequence[int]) -> None:
        self.replicas, self.samples, _ = data.X.shape
        self.size = min(size, self.samples)
        self.rngs = generators(seeds, BATCH_STREAM)
        self.X, self.target = (a.reshape(-1, a.shape[2]) for a in (data.X, data.target))
        self.order = np.empty((self.replicas, self.samples), np.int64)
        self.next = self.samples
        self.filled = False

    def fill(self, X: Array, target: Array) -> None:
        """Write the next minibatch into X (R, size, inputs) and target (R, size, outputs).

        A batch of all samples is written once and stays.
        """
        if self.next + self.size > self.samples:
            if self.filled and self.size == self.samples:
                return
            self.shuffle()
        rows = self.order[:, self.next : self.next + self.size].ravel()
        self.next += self.size
        self.filled = True
        for source, batch in ((self.X, X), (self.target, target)):
            np.take(source, rows, axis=0, out=batch.reshape(len(rows), -1), mode="clip")

    def shuffle(self) -> None:
        """Begin a new epoch."""
        for i, rng in enumerate(self.rngs):
            self.order[i] = rng.permutation(self.samples) + i * self.samples
        self.next = 0


SIDE, CLASSES, COUNT = 8, 10, 1797
FILE = Path(__file__).with_name("digits.npz")


def digits(rng: Generator, n: int, noise: float, held_back: bool = False) -> Points:
    """n of the digits, none twice, with noise on every pixel: X (n, 64), y (n,).

    All are brought into an order; those held back for a test are taken from its end. Raises
    ValueError for more than there are.
    """
    if n > COUNT:
        raise ValueError(f"there are {COUNT} digits, not {n}")
    X, y = load_digits()
    order = rng.permutation(COUNT)
    chosen = (order[::-1] if held_back else order)[:n]
    return jitter(rng.spawn(2)[held_back], X[chosen], noise), y[chosen]


@cache
def load_digits() -> tuple[Exact, Integers]:
    """X (1797, 64) and y (1797,) of digits.npz; pixels have mean 0 and variance 1 over all
    images."""
    with np.load(FILE) as file:
        ink, y = file["X"].astype(np.float64), file["y"].astype(np.int64)
    return (ink - ink.mean()) / ink.std(), y


NUMBERS = 2
"""A step shows a bit, and whether it is the one to recall."""


def recall(rng: Generator, n: int, noise: float, lag: int) -> Points:
    """Random bits, the first one marked: which bit was it, `lag` steps later?

    X (n, 2 (lag + 1)): at each step the bit, -1 or 1, with noise, and the mark, 1 or 0. After the
    task of Hochreiter & Schmidhuber 1997, section 5.2, and the adding problem's marks.
    """
    bits = rng.integers(0, 2, (n, lag + 1))
    X = np.zeros((n, lag + 1, NUMBERS))
    X[..., 0] = jitter(child(rng), 2.0 * bits - 1, noise)
    X[:, 0, 1] = 1
    return X.reshape(n, -1), bits[:, 0]
