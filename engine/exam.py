"""Puts a network to the test: what it predicts for samples it does not learn from."""

from collections.abc import Iterable

import numpy as np

from .arrays import Array
from .layers import Leaf
from .network import Network


class Exam:
    """A copy of a network that shares its weights and only predicts.

    A sample that takes many rows, an image or a sequence, would take much memory if all were seen
    at once: they are seen by as many at a time as are trained on.
    """

    def __init__(self, network: Network, X: Array) -> None:
        R, samples, _ = X.shape
        self.X, self.size = X, at_once(network.leaves, samples, network.batch)
        self.copy = Network(
            network.architectures, network.seeds, self.size, network.dtype, source=network
        )
        self.Z = np.empty((R, samples, network.output.outputs), network.dtype)
        self.Delta = np.empty_like(self.Z)

    def predict(self) -> Array:
        """The output for every sample, (R, samples, outputs)."""
        last = self.X.shape[1] - self.size
        for start in (*range(0, last, self.size), last):
            part = slice(start, start + self.size)
            self.Z[:, part] = self.copy.forward(self.X[:, part])
        return self.Z


def at_once(leaves: Iterable[Leaf], samples: int, batch: int) -> int:
    """Samples that are seen at a time."""
    return min(samples, batch) if any(leaf.rows > 1 for leaf in leaves) else samples
