"""From words to numbers: a scenario's experiment, ready to take its first step.

The only part of the scenarios that loads the engine.
"""

from math import ceil, sqrt
from typing import Any

import numpy as np
from msgspec.structs import asdict

from ...engine.nn.architecture import Architecture
from ...engine.training.optimizers import Settings
from ...engine.training.stages import Stage
from ...engine.training.supervised import Training
from ..schema.spec import Layers, Scenario, is_regression
from ..userdata.loader import batch_size
from .data import source

DTYPES: dict[str, type[np.floating]] = {"float32": np.float32, "float64": np.float64}
LOSSES: dict[str, str] = {"cross_entropy": "binary_cross_entropy", "squared": "squared"}
"""The engine's names of the losses for two classes, which one output decides between."""
OF_MORE: dict[str, str] = {"cross_entropy": "softmax_cross_entropy", "squared": "squared"}
"""The engine's names of the losses for more than two classes, with an output for each."""
RECORDS = 200
"""About as many records as a chart has columns."""


def seeds(scenario: Scenario) -> range:
    """A seed for each replica."""
    return range(scenario.run.seed, scenario.run.seed + scenario.run.replicas)


def architecture(scenario: Scenario) -> Architecture:
    """What the engine calls the network, which stands between the data and its classes."""
    network = scenario.network
    return layers_architecture(network, **source(scenario).architecture_ends(network.architecture))


def layers_architecture(layers: Layers, **ends: int) -> Architecture:
    """What the engine calls these layers, between inputs and outputs."""
    stated: dict[str, Any] = {**shared_fields(layers, Architecture), **ends}
    if stated["skip_scale"] == "1/sqrt(depth)":
        stated["skip_scale"] = 1 / sqrt(layers.depth)
    return Architecture(**stated)


def training_plan(scenario: Scenario) -> Training:
    """What the engine calls the training."""
    stated = scenario.training
    losses = LOSSES if source(scenario).classes == 2 else OF_MORE
    return Training(
        loss=losses.get(scenario.network.loss, scenario.network.loss),
        optimizer=stated.optimizer,
        settings=Settings(**shared_fields(stated, Settings)),
        batch=batch_size(scenario),
        steps=stated.steps,
        record_every=record_interval(scenario),
        clip_norm=stated.clip_norm,
        regression=is_regression(scenario),
        measures=scenario.run.measures,
        stages=[Stage(**shared_fields(stage, Stage)) for stage in stated.stages],
    )


def record_interval(scenario: Scenario) -> int:
    """Steps from one record to the next."""
    return scenario.run.record_every or ceil(scenario.training.steps / RECORDS)


def shared_fields(table: Any, record: type) -> dict[str, Any]:
    """What a table of the scenario says of an engine's record: the names are the same."""
    return {key: value for key, value in asdict(table).items() if key in record.__annotations__}
