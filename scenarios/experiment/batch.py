"""Runs that are trained at once: replicas that differ in seed, initial weights, rate, noise, …

What shapes no array can differ from replica to replica, so a row of a grid is one experiment.
"""

from collections.abc import Sequence
from dataclasses import replace as altered
from math import inf

import numpy as np
from msgspec.structs import replace

from ...engine.data.datasets import Dataset
from ...engine.nn.network import Network
from ...engine.numerics import Array
from ...engine.training.layerwise import layerwise
from ...engine.training.supervised import Experiment, Training, supervised
from ..schema.own_parts import own_parts
from ..schema.spec import Scenario
from ..userdata.loader import batch_size
from .build import build
from .convert import DTYPES, architecture, training_plan
from .data import train_and_test
from .memory import needed_bytes, refuse_too_large


def build_together(runs: Sequence[Scenario]) -> Experiment:
    """One experiment whose replica i is runs[i]: alike but for what rides (see tasks).

    Raises TooLarge before it takes more memory than there is.
    """
    first = runs[0]
    whole = replace(first, run=replace(first.run, replicas=len(runs)))
    return build(whole) if have_consecutive_seeds(runs) else build_batch(whole, runs)


def have_consecutive_seeds(runs: Sequence[Scenario]) -> bool:
    """Whether the runs differ in their seeds alone, and those follow each other."""
    first = runs[0]
    return all(
        run == replace(first, run=replace(first.run, seed=first.run.seed + i))
        for i, run in enumerate(runs)
    )


@np.errstate(over="ignore")
def build_batch(whole: Scenario, runs: Sequence[Scenario]) -> Experiment:
    """Replicas with settings of their own; in float64 where float32 cannot hold one's signal."""
    for run in runs:
        own_parts(run)
    plan = training_plan(whole)
    refuse_too_large(needed_bytes(whole, architecture(whole), plan))
    network, train, test = draw_batch(runs, DTYPES[whole.run.dtype])
    if network.dtype is np.float32 and network.out_of_range(train.X[:, : plan.batch]):
        network, train, test = draw_batch(runs, np.float64)
    loop = layerwise if plan.stages else supervised
    return loop(network, plan_per_replica(plan, runs, network.dtype), train, test)


def draw_batch(
    runs: Sequence[Scenario], dtype: type[np.floating]
) -> tuple[Network, Dataset, Dataset]:
    """The network at initialization with replica i as runs[i] says, and training and test data (R,
    n, …)."""
    seeds = [run.run.seed for run in runs]
    points = train_and_test(runs[0], seeds, dtype, noise=[run.data.noise for run in runs])
    nets = [architecture(run) for run in runs]
    return Network(nets, seeds, batch_size(runs[0]), dtype), *points


def plan_per_replica(
    plan: Training, runs: Sequence[Scenario], dtype: type[np.floating]
) -> Training:
    """The plan, with a column of values where replicas differ."""

    def column(key: str) -> Array:
        return np.array([[getattr(run.training, key)] for run in runs], dtype)

    limits = np.array([run.training.clip_norm or inf for run in runs])
    return altered(
        plan,
        settings=altered(plan.settings, rate=column("rate"), weight_decay=column("weight_decay")),
        clip_norm=limits if np.isfinite(limits).any() else 0.0,
    )
