"""From words to numbers: a scenario's experiment, ready to take its first step.

The only part of the scenarios that loads the engine.
"""

from math import ceil, sqrt
from typing import Any

import numpy as np
from msgspec.structs import asdict

from ..engine.architecture import Architecture
from ..engine.data import Dataset
from ..engine.network import Network
from ..engine.optimizers import Settings
from ..engine.stages import Stage
from ..engine.training import Experiment, Training, supervised
from .memory import needed, refuse_too_large
from .samples import parts, source
from .spec import Layers, Scenario

DTYPES: dict[str, type[np.floating]] = {"float32": np.float32, "float64": np.float64}
LOSSES = {"cross_entropy": "binary_cross_entropy", "squared": "squared"}
"""The engine's names, for data of two classes: one output decides between them."""
OF_MORE = {"cross_entropy": "softmax_cross_entropy", "squared": "squared"}
"""The same for more classes, with an output for each."""
RECORDS = 200
"""About as many records as a chart has columns."""


def build(scenario: Scenario) -> Experiment:
    """The experiment. Raises TooLarge before it takes more memory than there is.

    Where float32 cannot even hold the signal at birth, it is computed in float64.
    """
    if scenario.kind == "gan":
        from .duels import gan

        return gan(scenario)
    return classifier(scenario)


def classifier(scenario: Scenario) -> Experiment:
    """One network that learns to tell classes apart."""
    plan, net = training(scenario), architecture(scenario)
    refuse_too_large(needed(scenario, net, plan))
    network, train, test = drawn(scenario, net, plan, DTYPES[scenario.run.dtype])
    if network.out_of_range(train.X[:, : plan.batch]) and network.dtype is np.float32:
        network, train, test = drawn(scenario, net, plan, np.float64)
    if plan.stages:
        from ..engine.layerwise import layerwise

        return layerwise(network, plan, train, test)
    return supervised(network, plan, train, test)


def drawn(
    scenario: Scenario, net: Architecture, plan: Training, dtype: type[np.floating]
) -> tuple[Network, Dataset, Dataset]:
    """The network at birth, and what it is trained and tested on."""
    own = seeds(scenario)
    return Network(net, own, plan.batch, dtype), *parts(scenario, own, dtype)


def seeds(scenario: Scenario) -> range:
    """One for each replica."""
    return range(scenario.run.seed, scenario.run.seed + scenario.run.replicas)


def architecture(scenario: Scenario) -> Architecture:
    """What the engine calls the network, which stands between the data and its classes."""
    network = scenario.network
    return of_layers(network, **source(scenario).ends(network.architecture))


def of_layers(layers: Layers, **ends: int) -> Architecture:
    """What the engine calls these layers, between inputs and outputs."""
    stated: dict[str, Any] = {**common(layers, Architecture), **ends}
    if stated["skip_scale"] == "1/sqrt(depth)":
        stated["skip_scale"] = 1 / sqrt(layers.depth)
    return Architecture(**stated)


def training(scenario: Scenario) -> Training:
    """What the engine calls the training."""
    stated = scenario.training
    losses = LOSSES if source(scenario).classes == 2 else OF_MORE
    return Training(
        loss=losses[scenario.network.loss],
        optimizer=stated.optimizer,
        settings=Settings(**common(stated, Settings)),
        batch=stated.batch,
        steps=stated.steps,
        record_every=every(scenario),
        clip_norm=stated.clip_norm,
        stages=[Stage(**common(stage, Stage)) for stage in stated.stages],
    )


def every(scenario: Scenario) -> int:
    """Steps from one record to the next."""
    return scenario.run.record_every or ceil(scenario.training.steps / RECORDS)


def common(table: Any, record: type) -> dict[str, Any]:
    """What a table of the scenario says of an engine's record: the names are the same."""
    return {key: value for key, value in asdict(table).items() if key in record.__annotations__}
