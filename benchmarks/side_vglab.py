"""vglab's engine, every measure recorded at every step, or none."""

from collections.abc import Callable

import numpy as np
from vglab.engine.architecture import Architecture
from vglab.engine.data import Dataset
from vglab.engine.network import Network
from vglab.engine.optimizers import Settings
from vglab.engine.training import Training, supervised
from workloads import Workload, batches, first_weights

LONG = 50_000


def build(w: Workload, measured: bool) -> Callable[[int], None]:
    """`run(steps)` trains on from where it was."""
    a = Architecture(
        depth=w.depth, width=w.width, activation=w.activation, init="lecun", gain=w.gain,
        norm=w.norm, skip=w.skip, skip_placement=w.skip_placement, skip_every=1,
    )  # fmt: skip
    seeds = range(w.replicas)
    network = Network(a, seeds, w.batch, np.float32)
    for tap, W in zip(network.taps, first_weights(w), strict=True):
        tap.dense.W[...] = W
    X, y = (np.stack([m.reshape(-1, m.shape[2])] * w.replicas) for m in batches(w))
    plan = Training(
        optimizer=w.optimizer, settings=Settings(rate=w.rate), batch=w.batch, steps=LONG,
        record_every=1 if measured else LONG,
    )  # fmt: skip
    steps = supervised(network, plan, Dataset(X, y), None).steps

    def run(count: int) -> None:
        for _ in range(count):
            next(steps)

    return run
