"""vglab's engine, every measure recorded at every step, or none."""

from collections.abc import Callable

import numpy as np
from vglab.engine.data.datasets import Dataset
from vglab.engine.gan.players import PlayerTraining
from vglab.engine.gan.targets import TARGETS
from vglab.engine.gan.training import GanTraining, adversarial
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.training.optimizers import Settings
from vglab.engine.training.supervised import Experiment, Training, supervised
from workloads import Workload, batches, first_weights

LONG = 12_000


def build(w: Workload, measured: bool, planned: int = LONG) -> Callable[[int], None]:
    """`run(steps)` trains on from where it was, up to as many as are planned."""
    make = gan if w.architecture == "gan" else classifier
    steps = make(w, planned, 1 if measured else planned).steps

    def run(count: int) -> None:
        for _ in range(count):
            next(steps)

    return run


def classifier(w: Workload, planned: int, every: int) -> Experiment:
    """From the weights that all sides start from."""
    a = Architecture(
        depth=w.depth, width=w.width, activation=w.activation, init="lecun", gain=w.gain,
        norm=w.norm, skip=w.skip, skip_placement=w.skip_placement, skip_every=1,
        architecture=w.architecture, inputs=w.inputs, length=w.places, side=int(w.places**0.5),
    )  # fmt: skip
    network = Network(a, range(w.replicas), w.batch, np.float32)
    if w.architecture == "mlp":
        for tap, W in zip(network.taps, first_weights(w), strict=True):
            tap.W[...] = W
    X, y = (np.stack([m.reshape(-1, m.shape[2])] * w.replicas) for m in batches(w))
    plan = Training(
        optimizer=w.optimizer, settings=Settings(rate=w.rate), batch=w.batch, steps=planned,
        record_every=every,
    )  # fmt: skip
    return supervised(network, plan, Dataset(X, y), None)


def gan(w: Workload, planned: int, every: int) -> Experiment:
    """Generator and discriminator of the same sizes; real points are drawn anew for every step."""
    sizes = {"depth": w.depth, "width": w.width, "init": "lecun", "gain": w.gain}
    made = Architecture(inputs=w.inputs, outputs=2, activation="relu", **sizes)
    judge = Architecture(inputs=2, outputs=1, activation=w.activation, **sizes)
    pair = Network(made, [0], w.batch), Network(judge, [1], 2 * w.batch)
    rule = PlayerTraining(w.optimizer, Settings(rate=w.rate))
    plan = GanTraining(generator=rule, discriminator=rule, steps=planned, record_every=every)
    return adversarial(*pair, plan, lambda rng, n: TARGETS["moons"](rng, n, 0.1))
