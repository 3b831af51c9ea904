"""The floor: only the matrix products of a training step, into arrays made before."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from workloads import GATES, Matrix, Workload

Product = tuple[Matrix, Matrix, Matrix]
KERNEL = 9
"""Places that a convolution looks at."""


def build(w: Workload, measured: bool) -> Callable[[int], None]:
    """`run(steps)`: all products of a step, one after another."""
    del measured
    products = list(FLOORS.get(w.architecture, perceptron)(w))

    def run(steps: int) -> None:
        for _ in range(steps):
            for left, right, out in products:
                np.matmul(left, right, out=out)

    return run


class Layer:
    """The arrays of a layer of shape (rows, inputs, outputs), and what is multiplied."""

    def __init__(self, w: Workload, rows: int, m: int, n: int) -> None:
        def array(*shape: int) -> Matrix:
            return np.ones((w.replicas, *shape), np.float32)

        A, W, Z, D, up = array(rows, m), array(m, n), array(rows, n), array(rows, n), array(rows, m)
        self.forward: Product = A, W, Z
        self.backward: Product = D, W.mT, up
        self.weights: Product = A.mT, D, array(m, n)

    def step(self, rows: slice) -> "tuple[Product, Product]":
        """Forward and backward for some of the rows."""
        (A, W, Z), (D, WT, up) = self.forward, self.backward
        return (A[:, rows], W, Z[:, rows]), (D[:, rows], WT, up[:, rows])


def through(layers: Sequence[Layer], inputs: bool = False) -> Iterator[Product]:
    """Forward and back, with ∂J/∂input of the first or without."""
    yield from (layer.forward for layer in layers)
    for i, layer in reversed(list(enumerate(layers))):
        if i or inputs:
            yield layer.backward
        yield layer.weights


def perceptron(w: Workload) -> Iterator[Product]:
    """Dense layers; a gate or a projection beside one is one more of its size."""
    sizes = [2, *[w.width] * w.depth, 1]
    beside = w.depth - 1 if w.skip in ("highway", "projection") else 0
    extra = [Layer(w, w.batch, w.width, w.width) for _ in range(beside)]
    yield from through([Layer(w, w.batch, m, n) for m, n in pairwise(sizes)])
    yield from through(extra, inputs=True)


def convolutional(w: Workload) -> Iterator[Product]:
    """Patches times kernels; the first layer's are of the image, the others' error signals are
    gathered as patches too."""
    rows = w.batch * w.places
    first = Layer(w, rows, KERNEL * w.inputs, w.width)
    others = [Layer(w, rows, KERNEL * w.width, w.width) for _ in range(w.depth - 1)]
    yield from through([first, *others, Layer(w, w.batch, w.width, 1)])


def recurrent(w: Workload) -> Iterator[Product]:
    """Layers that meet their input at all steps at once, and themselves step by step; GRU's
    candidate apart from its gates."""
    n, T, N = w.width, w.places, w.batch
    parts = [n, 2 * n] if w.architecture == "gru" else [GATES[w.architecture] * n]
    for i in range(w.depth):
        yield from through([Layer(w, T * N, n if i else w.inputs, sum(parts))], inputs=bool(i))
        for own in (Layer(w, T * N, n, part) for part in parts):
            steps = [own.step(slice(t * N, t * N + N)) for t in range(T)]
            yield from (forward for forward, _ in steps)
            yield from (backward for _, backward in reversed(steps))
            yield own.weights
    yield from through([Layer(w, N, n, 1)], inputs=True)


def gan(w: Workload) -> Iterator[Product]:
    """The discriminator on fakes and real ones, then on fakes alone for the generator."""
    hidden = [w.width] * w.depth
    made = [Layer(w, w.batch, m, n) for m, n in pairwise([w.inputs, *hidden, 2])]
    both, judge = (
        [Layer(w, rows, m, n) for m, n in pairwise([2, *hidden, 1])]
        for rows in (2 * w.batch, w.batch)
    )
    yield from (layer.forward for layer in made)
    yield from through(both)
    yield from (layer.forward for layer in (*made, *judge))
    yield from (layer.backward for layer in reversed(judge))
    for i, layer in reversed(list(enumerate(made))):
        yield from (layer.backward, layer.weights) if i else (layer.weights,)


FLOORS: dict[str, Callable[[Workload], Iterator[Product]]] = {
    "cnn": convolutional,
    **dict.fromkeys(GATES, recurrent),
    "gan": gan,
}
