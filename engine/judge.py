"""The discriminator as the generator sees it: the same theta, asked only for ∂J/∂x."""

import numpy as np

from .arrays import Array, Exact, Integers
from .games import Play
from .network import Network
from .normalization import BatchNorm
from .targets import BESIDE_STREAM, Draw, Feed


class Judge:
    """A second discriminator that shares the first one's theta and is asked about fakes alone.

    Batch normalisation ties a fake to the points it is judged beside: there the judge sees real
    ones too, as the discriminator does, and takes its means from the whole batch.
    """

    def __init__(self, discriminator: Network, batch: int, real: Draw) -> None:
        a, seeds, dtype = discriminator.architecture, discriminator.seeds, discriminator.dtype
        self.batch, self.beside = batch, a.norm == "batch"
        size = 2 * batch if self.beside else batch
        self.network = Network(a, seeds, size, dtype, source=discriminator, input_gradient=True)
        for leaf in self.network.leaves:
            if isinstance(leaf, BatchNorm):
                leaf.training, leaf.momentum = True, 0.0
        self.X = np.zeros((len(seeds), size, a.inputs), dtype)
        self.real = Feed(real, seeds, BESIDE_STREAM, self.X[:, :batch]) if self.beside else None

    def forward(self, fake: Array, keep: bool) -> None:
        """Judge the fakes (R, N, inputs)."""
        if self.real is None:
            self.network.forward(fake)
            return
        self.real.fill(self.X[:, : self.batch], keep)
        self.X[:, self.batch :] = fake
        self.network.forward(self.X)

    def lead(self, play: Play) -> tuple[Exact, Array, Integers | int]:
        """The loss of the fakes last judged, ∂J/∂x for each, and the exponents that carries."""
        network = self.network
        Z, Delta = (X[:, -self.batch :] for X in (network.output.Z, network.Delta))
        loss, power = play(Z, Delta)
        up = network.backward(network.Delta, power, weights=False)
        return loss, up[:, -self.batch :], network.power[0]
