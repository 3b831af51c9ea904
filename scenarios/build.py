"""From words to numbers: a scenario's experiment, ready to take its first step.

The only part of the scenarios that loads the engine.
"""

from math import ceil, sqrt
from typing import Any

import numpy as np
from msgspec.structs import asdict

from ..engine.architecture import Architecture
from ..engine.data import Dataset, generate, split
from ..engine.network import Network
from ..engine.optimizers import Settings
from ..engine.training import Experiment, Training, supervised
from .memory import refuse_too_large
from .spec import Scenario

DTYPES: dict[str, type[np.floating]] = {"float32": np.float32, "float64": np.float64}
LOSSES = {"cross_entropy": "binary_cross_entropy", "squared": "squared"}
"""The engine's names, for data of two classes: one output decides between them."""
RECORDS = 200
"""About as many records as a chart has columns."""


def build(scenario: Scenario) -> Experiment:
    """The experiment. Raises TooLarge before it takes more memory than there is.

    Where float32 cannot even hold the signal at birth, it is computed in float64.
    """
    plan, net = training(scenario), architecture(scenario)
    refuse_too_large(scenario, net, plan)
    network, train, test = drawn(scenario, net, plan, DTYPES[scenario.run.dtype])
    if network.out_of_range(train.X[:, : plan.batch]) and network.dtype is np.float32:
        network, train, test = drawn(scenario, net, plan, np.float64)
    return supervised(network, plan, train, test)


def drawn(
    scenario: Scenario, net: Architecture, plan: Training, dtype: type[np.floating]
) -> tuple[Network, Dataset, Dataset]:
    """The network at birth, and what it is trained and tested on."""
    run, data = scenario.run, scenario.data
    seeds = range(run.seed, run.seed + run.replicas)
    points = generate(data.name, seeds, data.train + data.test, data.noise, dtype)
    return Network(net, seeds, plan.batch, dtype), *split(points, data.train)


def architecture(scenario: Scenario) -> Architecture:
    """What the engine calls the network."""
    stated = common(scenario.network, Architecture)
    if stated["skip_scale"] == "1/sqrt(depth)":
        stated["skip_scale"] = 1 / sqrt(scenario.network.depth)
    return Architecture(**stated)


def training(scenario: Scenario) -> Training:
    """What the engine calls the training."""
    stated = scenario.training
    return Training(
        loss=LOSSES[scenario.network.loss],
        optimizer=stated.optimizer,
        settings=Settings(**common(stated, Settings)),
        batch=stated.batch,
        steps=stated.steps,
        record_every=scenario.run.record_every or ceil(stated.steps / RECORDS),
        clip_norm=stated.clip_norm,
    )


def common(table: Any, record: type) -> dict[str, Any]:
    """What a table of the scenario says of an engine's record: the names are the same."""
    return {key: value for key, value in asdict(table).items() if key in record.__annotations__}
