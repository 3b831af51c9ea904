"""Training as a generator: it takes a step, writes a row of the trace when one is due, and yields.

Pause = do not call `next`; single step = call it once; cancel = drop it. Nothing flows back.
"""

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType

import numpy as np

from ..data.datasets import Batches, Dataset
from ..measure.probe import Probe
from ..measure.trace import Trace, empty_column, schedule
from ..nn.layers import Leaf
from ..nn.losses import LOSSES, THRESHOLDS, accuracy, chance, r_squared
from ..nn.network import Network
from ..numerics import Array, Exact, Integers
from .optimizers import OPTIMIZERS, Settings
from .stages import Stage


@dataclass(frozen=True)
class Training:
    """How a network is trained."""

    loss: str = "binary_cross_entropy"
    optimizer: str = "sgd"
    settings: Settings = field(default_factory=Settings)
    batch: int = 64
    steps: int = 1000
    record_every: int = 1
    clip_norm: float | Exact = 0.0
    """The largest norm a gradient keeps, 0 for no clipping; or (R,), one a replica, ∞ for none."""
    stages: Sequence[Stage] = ()
    """Which layers learn when; all of them always where there are none."""
    regression: bool = False
    """Whether numbers are learned instead of classes: R² is recorded in place of the accuracy."""
    measures: Sequence[str] = ()
    """Registered measures that are taken beside the others (see own_measures)."""


@dataclass
class Experiment:
    """A run: what it has recorded, the steps it can still take, and the networks they change."""

    trace: Trace
    steps: Iterator[int]
    """Each `next` takes one training step and gives `trace.upto`."""
    networks: dict[str, Network]


def supervised(
    network: Network, plan: Training, train: Dataset, test: Dataset | None
) -> Experiment:
    """An experiment that trains `network` (made for batches of `plan.batch`) on `train`.

    Loss and accuracy are recorded on the batch at hand and, where there is one, on the test set.
    """
    run = Supervised(network, plan, train, test)
    return Experiment(run.trace, drive(run.trace, run.step), {"model": network})


def drive(trace: Trace, step: Callable[[int], bool]) -> Iterator[int]:
    """Train to the end, or until every replica has diverged; yields the rows written so far.

    `step(k)` takes step k and returns False once no replica is left.
    """
    for k in range(trace.steps + 1):
        alive = step(k)
        trace.done = min(k + 1, trace.steps)
        trace.finished = k == trace.steps or not alive
        yield trace.upto
        if not alive:
            return


class Supervised:
    """The textbook's loop: forward, loss, backward, update."""

    def __init__(
        self, network: Network, plan: Training, train: Dataset, test: Dataset | None
    ) -> None:
        self.plan, self.test = plan, test
        self.limit = plan.clip_norm if np.any(plan.clip_norm) else np.inf
        self.loss = LOSSES[plan.loss]
        self.batches = Batches(train, network.batch, network.seeds)
        self.X = np.empty((len(network.seeds), network.batch, train.X.shape[2]), network.dtype)
        self.target = np.empty((*self.X.shape[:2], train.target.shape[2]), network.dtype)
        records = schedule(plan.steps, plan.record_every)
        self.attach(network, records)
        R, sets = len(network.seeds), {"train": train} | ({"test": test} if test else {})
        self.trace = Trace(
            plan.steps,
            records,
            {name: empty_column(records, R) for name in sets},
            {} if plan.regression else {name: empty_column(records, R) for name in sets},
            {"model": self.probe.trace},
            chance={}
            if plan.regression
            else {name: chance(data.target) for name, data in sets.items()},
            r2={name: empty_column(records, R) for name in sets if plan.regression},
        )

    def attach(self, network: Network, records: Integers, birth: Array | None = None) -> None:
        """Train and measure this network from now on, which had the parameters `birth` once."""
        self.network, test = network, self.test
        rule, settings = OPTIMIZERS[self.plan.optimizer], self.plan.settings
        self.optimizer = rule(settings, network.theta)
        length = partial(rule.length, settings)
        decay, own = self.optimizer.shrinkage, self.plan.measures
        self.probe = Probe(network, records, birth, length, decay, own)
        self.exam = test and Evaluation(network, test.X)

    @np.errstate(all="ignore")
    def step(self, k: int) -> bool:
        """Training step k; False once no replica has a finite loss. Step `plan.steps` only
        measures."""
        network, trace, row = self.network, self.trace, self.trace.upto
        self.batches.fill(self.X, self.target)
        Z = network.forward(self.X)
        loss = self.loss(Z, self.target, network.Delta)
        alive = np.isfinite(loss)
        trace.mark_diverged(k, alive)
        due = k == trace.records[row] or not alive.any()
        network.backward(network.Delta, watch=self.probe.watch if due else None)
        if due:
            self.record(row, k, loss)
        self.find_step()
        if due:
            self.probe.before_decay(row)
        self.decay_weights()
        if due:
            self.probe.update(row, self.optimizer.t)
            trace.upto = row + 1
        if k < trace.steps:
            network.theta -= network.step
        return bool(alive.any())

    def find_step(self) -> None:
        """Write the step to subtract from theta into `network.step`."""
        network = self.network
        parts = network.restore(self.limit)
        self.optimizer.update(network.theta, network.grad, network.step, parts)

    def decay_weights(self) -> None:
        """Add weight decay to the step."""
        network = self.network
        self.optimizer.decay_weights(network.theta, network.grad, network.step)

    def record(self, row: int, k: int, loss: Exact) -> None:
        """Write the row of step k: its measures, and loss and accuracy on all sets."""
        trace = self.trace
        trace.records[row] = k
        self.probe.gradients(row, self.optimizer.t)
        self.score("train", row, loss, self.network.output.Z, self.target)
        if self.test and self.exam:
            Z = self.exam.predict()
            loss = self.loss(Z, self.test.target, self.exam.Delta)
            self.score("test", row, loss, Z, self.test.target)

    def score(self, name: str, row: int, loss: Exact, Z: Array, target: Array) -> None:
        """Write a loss, and the accuracy, or R², of replicas that have not diverged."""
        trace = self.trace
        trace.loss[name][row] = loss
        if self.plan.regression:
            figure, column = r_squared(Z, target), trace.r2[name]
        else:
            threshold = THRESHOLDS.get(self.plan.loss, 0.0)
            figure, column = accuracy(Z, target, threshold), trace.accuracy[name]
        column[row] = np.where(np.isfinite(loss), figure, np.nan)


class Evaluation:
    """A copy of a network that shares its weights and only predicts.

    A sample that takes many rows, an image or a sequence, would take much memory if all were seen
    at once: they are seen by as many at a time as are trained on.
    """

    def __init__(self, network: Network, X: Array) -> None:
        R, samples, _ = X.shape
        self.X, self.size = X, evaluation_batch(network.leaves, samples, network.batch)
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


def evaluation_batch(leaves: Iterable[Leaf], samples: int, batch: int) -> int:
    """Samples to predict at a time: all, or a batch where a sample takes more than one row."""
    return min(samples, batch) if any(leaf.rows > 1 for leaf in leaves) else samples


class CallableModule(ModuleType):
    """This module, which 0.1 called like the function: `from vglab.engine.training import
    supervised` gives it now."""

    def __call__(
        self, network: Network, plan: Training, train: Dataset, test: Dataset | None
    ) -> Experiment:
        """`supervised` itself, with a warning."""
        message = "import supervised from vglab.engine, not from vglab.engine.training"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return supervised(network, plan, train, test)


sys.modules[__name__].__class__ = CallableModule
