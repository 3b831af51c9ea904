"""One change of a scenario changes one thing: seeds, replicas, streams of random numbers."""

from dataclasses import dataclass

import numpy as np
import pytest
from vglab.engine.numerics import Array, Exact
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.data import train_and_test
from vglab.scenarios.loading.inheritance import load


@dataclass(frozen=True)
class Start:
    """Initial weights, training data and the error signals of the first and the last record."""

    weights: list[Array]
    X: Array
    delta_rms: Exact


def started(*settings: str) -> Start:
    scenario = load("deep-sigmoid", [*settings, "training.steps=20", "run.record_every=20"])
    experiment = build(scenario)
    weights = [tap.W.copy() for tap in experiment.networks["model"].taps]
    train, _ = train_and_test(scenario, [scenario.run.seed], np.float32)
    for _ in experiment.steps:
        pass
    return Start(weights, train.X[0], experiment.trace.networks["model"].measures["delta_rms"])


@pytest.mark.parametrize(
    "change",
    [
        "network.activation=relu",
        "network.norm=batch",
        "network.skip=projection",
        "network.bias_std=0.5",
        "network.loss=squared",
        "training.optimizer=adam",
        "training.batch=32",
        "data.test=256",
        "run.replicas=3",
    ],
)
def test_a_change_leaves_first_weights_and_data(change: str) -> None:
    before, after = started(), started(change)
    assert before.X.tobytes() == after.X.tobytes()
    for one, two in zip(before.weights, after.weights, strict=True):
        assert one[0].tobytes() == two[0].tobytes()


def test_replica_3_of_seed_5_is_seed_8() -> None:
    many, one = started("run.replicas=4", "run.seed=5"), started("run.seed=8")
    np.testing.assert_allclose(many.delta_rms[:, 3], one.delta_rms[:, 0], rtol=1e-3)
    for together, alone in zip(many.weights, one.weights, strict=True):
        assert together[3].tobytes() == alone[0].tobytes()
