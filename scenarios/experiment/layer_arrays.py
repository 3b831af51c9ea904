"""The arrays of each layer at one record, for charts that need more than a number a layer."""

from __future__ import annotations

from typing import Literal

import numpy as np
from msgspec.structs import replace

from ...engine.measure.own_measures import LayerState, OwnProbe
from ...engine.nn.losses import LOSSES
from ..schema.spec import Scenario
from .build import build
from .convert import seeds, training_plan
from .data import train_and_test


def layer_arrays(scenario: Scenario, at: Literal["birth", "end"]) -> list[LayerState]:
    """Weights, gradients, outputs and error signals of every layer of a classifier, from the input
    on, for a batch of the training points: of the initial network, or of the trained one.

    Raises TooLarge before it takes more memory than there is.
    """
    steps = 1 if at == "birth" else scenario.training.steps
    stages = () if at == "birth" else scenario.training.stages
    training = replace(scenario.training, steps=steps, stages=stages)
    experiment = build(replace(scenario, training=training))
    network = experiment.networks["model"]
    train, _test = train_and_test(scenario, seeds(scenario), network.dtype)
    initial = network.theta.copy()
    for _row in experiment.steps:
        pass
    if at == "birth":
        network.theta[...] = initial
    X, target = (np.ascontiguousarray(each[:, : network.batch]) for each in (train.X, train.target))
    with np.errstate(all="ignore"):
        Z = network.forward(X)
        LOSSES[training_plan(scenario).loss](Z, target, network.Delta)
        probe = OwnProbe(network, np.zeros(1, np.int64), ())
        network.backward(network.Delta, watch=probe.watch)
    return list(probe.states())
