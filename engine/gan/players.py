"""One of the two networks that are trained against each other."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from ..measure.probe import Probe
from ..nn.network import Network
from ..numerics import Array, Exact, Integers
from ..rng import BESIDE_STREAM
from ..training.optimizers import OPTIMIZERS, Settings
from ..training.stages import record_learning, with_stages
from .losses import PlayerLoss
from .targets import Draw, SampleStream


@dataclass(frozen=True)
class PlayerTraining:
    """How one network of a GAN is trained."""

    optimizer: str = "adam"
    settings: Settings = field(default_factory=lambda: Settings(rate=1e-3))
    clip_norm: float = 0.0
    """The largest norm a gradient keeps; 0 for no clipping."""
    clip_weights: float = 0.0
    """The largest size a parameter keeps; 0 for no clipping."""


@dataclass(frozen=True)
class Pass:
    """What one pass through a network is for."""

    row: int | None
    """The row that is due, if one is."""
    trains: bool
    """In this stage the network learns; else it is only measured."""
    moves: bool
    """False behind the last step: what it would do is measured, and not done."""


class Player:
    """One of the two networks, what trains it and what measures it."""

    def __init__(self, network: Network, rule: PlayerTraining, records: Integers) -> None:
        self.network, self.rule = network, rule
        optimizer = OPTIMIZERS[rule.optimizer]
        self.optimizer = optimizer(rule.settings, network.theta)
        length = partial(optimizer.length, rule.settings)
        self.probe = Probe(network, records, None, length, self.optimizer.shrinkage)
        self.trace = with_stages(self.probe.trace)

    def descend(self, this: Pass) -> None:
        """Measure the gradients at hand, and take the step they make."""
        if this.row is not None:
            self.probe.gradients(this.row, self.optimizer.t)
        self.find_step(this)
        if this.row is not None:
            self.probe.update(this.row, max(self.optimizer.t, 1))
            record_learning(self.trace, this.row, this.trains)
        if this.trains and this.moves:
            self.network.theta -= self.network.step

    def find_step(self, this: Pass) -> None:
        """The step to subtract from theta: 0 for a network that does not learn."""
        network, rule = self.network, self.rule
        if this.trains:
            parts = network.restore(rule.clip_norm or np.inf)
            self.optimizer.update(network.theta, network.grad, network.step, parts)
        else:
            network.step.fill(0)
        if this.row is not None:
            self.probe.before_decay(this.row)
        if not this.trains:
            return
        self.optimizer.decay_weights(network.theta, network.grad, network.step)
        if rule.clip_weights:
            after = network.theta - network.step
            network.step += after - np.clip(after, -rule.clip_weights, rule.clip_weights)


class Judge:
    """A second discriminator that shares the first one's theta and is asked about fakes alone.

    Batch normalization ties a fake to the points it is judged beside: there the judge sees real
    ones too, as the discriminator does, and takes its means from the whole batch.
    """

    def __init__(self, discriminator: Network, batch: int, real: Draw) -> None:
        a, seeds, dtype = discriminator.architecture, discriminator.seeds, discriminator.dtype
        self.batch, self.beside = batch, a.norm == "batch"
        size = 2 * batch if self.beside else batch
        self.network = Network(a, seeds, size, dtype, source=discriminator, input_gradient=True)
        for leaf in self.network.leaves:
            leaf.use_batch_statistics()
        self.X = np.zeros((len(seeds), size, a.inputs), dtype)
        self.real = (
            SampleStream(real, seeds, BESIDE_STREAM, self.X[:, :batch]) if self.beside else None
        )

    def forward(self, fake: Array, keep: bool) -> None:
        """Judge the fakes (R, N, inputs)."""
        if self.real is None:
            self.network.forward(fake)
            return
        self.real.fill(self.X[:, : self.batch], keep)
        self.X[:, self.batch :] = fake
        self.network.forward(self.X)

    def generator_signal(self, play: PlayerLoss) -> tuple[Exact, Array, Integers | int]:
        """The generator's loss (R,) on the fakes last judged, ∂J/∂x (R, N, 2) for each, and that
        array's exponents (R,)."""
        network = self.network
        Z, Delta = (X[:, -self.batch :] for X in (network.output.Z, network.Delta))
        loss, power = play(Z, Delta)
        dX = network.backward(network.Delta, power, weights=False)
        assert dX is not None
        return loss, dX[:, -self.batch :], network.power[0]
