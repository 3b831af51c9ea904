"""What a document says of time: of the steps of a sequence, and of the stages of a training."""

import json
from math import exp, isclose, log
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from vglab.scenarios.documents.run import document, encode
from vglab.scenarios.documents.schemas import SCHEMAS
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.inheritance import load

SCHEMA = Draft202012Validator(json.loads(SCHEMAS["run"]()))
LAG, STEPS, REPLICAS = 5, 4, 3
SMALL = ["network.width=4", f"training.steps={STEPS}", f"run.replicas={REPLICAS}", "run.seed=3"]
SMALL += [f"data.lag={LAG}", "data.train=64", "data.test=16", "run.record_every=2"]
CELLS = pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])


def documented(preset: str, *settings: str) -> Any:
    scenario = load(preset, settings)
    experiment = build(scenario)
    for _ in experiment.steps:
        pass
    run = json.loads(encode(document(scenario, experiment, 1.0)))
    SCHEMA.validate(run)
    return run


@CELLS
@pytest.mark.parametrize("depth", [1, 2])
def test_every_step_of_a_sequence_has_its_figures(cell: str, depth: int) -> None:
    """[replica][record][layer][step], and the sequence is one longer than the lag."""
    run = documented(cell, *SMALL, f"network.depth={depth}")
    time = run["networks"]["model"]["time"]
    assert time["steps"] == [1, 2, 3, 4, 5, 6]
    assert set(time["measures"]) == {"delta_rms", "grad_norm"}
    for measure in time["measures"].values():
        table = np.array(measure, float)
        assert table.shape == (REPLICAS, len(run["records"]), depth + 1, LAG + 1)
        assert (table[:, :, :-1] > 0).all()
        assert [row[-1][:-1] for row in measure[0]] == [[None] * LAG] * len(run["records"])


@CELLS
def test_the_steps_add_up_to_what_the_layers_show(cell: str) -> None:
    """A layer's delta_rms is taken over all steps, and the output layer has only the last."""
    net = documented(cell, *SMALL)["networks"]["model"]
    steps, layers = (
        np.array(where["measures"]["delta_rms"], float) for where in (net["time"], net)
    )
    np.testing.assert_allclose(np.square(steps[:, :, 0]).mean(axis=2), layers[:, :, 0] ** 2, 1e-5)
    np.testing.assert_allclose(steps[:, :, 1, -1], layers[:, :, 1], 1e-6)


def test_the_diagnosis_is_of_these_steps() -> None:
    """step_ratio and step_rate are medians over the replicas, of the first layer at
    initialization."""
    net = documented("rnn", *SMALL)["networks"]["model"]
    born = np.array(net["time"]["measures"]["delta_rms"], float)[:, 0, 0]
    found = net["diagnosis"]["at_birth"]
    assert isclose(found["step_ratio"], np.median(born[:, 0] / born[:, -1]), rel_tol=1e-9)
    slopes = [np.polyfit(range(LAG + 1), [log(x) for x in row], 1)[0] for row in born]
    assert isclose(found["step_rate"], exp(-np.median(slopes)), rel_tol=1e-6)


@CELLS
def test_a_replica_shows_the_same_alone(cell: str) -> None:
    many = documented(cell, *SMALL)["networks"]["model"]["time"]["measures"]["delta_rms"]
    alone = [*SMALL, "run.replicas=1", "run.seed=4"]
    one = documented(cell, *alone)["networks"]["model"]["time"]["measures"]["delta_rms"]
    np.testing.assert_allclose(np.array(many[1][0][0]), np.array(one[0][0][0]), rtol=1e-4)


@pytest.mark.parametrize("preset", ["deep-sigmoid", "cnn"])
def test_what_has_no_steps_says_nothing_of_them(preset: str) -> None:
    sizes = ["network.depth=2", "network.width=4", "training.steps=1"]
    sizes += ["data.train=64", "data.test=16"]
    net = documented(preset, *sizes)["networks"]["model"]
    assert "time" not in net
    assert net["diagnosis"]["step_rate"] is net["diagnosis"]["step_ratio"] is None


def test_a_game_has_no_steps() -> None:
    run = documented("gan-saturating", "training.steps=20", "training.stages=[]")
    assert all("time" not in net for net in run["networks"].values())


def test_layers_that_a_stage_keeps_are_not_said_to_move() -> None:
    """Half of a tanh network is kept as it is; the others learn."""
    stages = "training.stages=[{steps = 4, layers = [3, 4]}]"
    run = documented("tanh", "network.depth=3", "training.steps=4", "training.rate=0.3", stages)
    net = run["networks"]["model"]
    assert net["trained"] == [[False, False, True, True]] * len(run["records"])
    assert "; 2 of 4 layers are not trained at this stage" in net["diagnosis"]["why"]
    assert net["diagnosis"]["frozen"] == []
