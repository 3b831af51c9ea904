"""Numbers to come close to: R² instead of an accuracy, in every document."""

import csv
import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import vglab
from vglab.engine.nn.losses import r_squared
from vglab.scenarios.documents import schemas
from vglab.scenarios.documents.run import encode
from vglab.scenarios.experiment.data import train_and_test
from vglab.scenarios.sweep.store import encode_line
from vglab.scenarios.userdata.description import describe_data
from vglab.tui.cli.report import report

QUICK = ["network.depth=3", "network.width=16", "training.rate=0.05", "training.steps=400"]
LEARN = ["data.label=price", 'data.targets="numbers"', "network.loss=squared"]


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 prices that follow from size, age and district, and a little noise."""
    rng = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("data") / "houses.csv"
    size, age = rng.uniform(40, 250, 300), rng.integers(0, 100, 300)
    district = rng.integers(0, 3, 300)
    price = 2000 * size - 500 * age + 60_000 * district + rng.normal(0, 5000, 300)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["size", "age", "district", "price"])
        rows.writerows(zip(size, age, np.array([*"abc"])[district], price.round(), strict=True))
    return path


@pytest.fixture(scope="module")
def settings(houses: Path) -> list[str]:
    return [f"data.path={houses}", "data.categories=onehot", *LEARN, *QUICK]


@pytest.fixture(scope="module")
def run(settings: list[str]) -> vglab.RunResult:
    return vglab.run("relu", [*settings, "run.replicas=2"])


def test_prices_are_learned(run: vglab.RunResult) -> None:
    assert run.r2["test"].shape == (2, 201)
    assert run.r2["test"][:, 0].max() < 0.5
    assert run.r2["test"][:, -1].min() > 0.95
    assert run.accuracy == {}
    assert "R² train 0.9" in repr(run)
    assert "R²: train" in report(run.document)
    assert run.experiment.networks["model"].output.outputs == 1


def test_the_verdict_says_what_was_learned(run: vglab.RunResult, settings: list[str]) -> None:
    """Nothing, with a rate so small that the mean predicts as well; all, with one that lets the
    layers come to rest."""
    found = run.document.networks["model"].diagnosis
    assert found.r2 == pytest.approx(np.median(run.r2["test"][:, -1]))
    assert (found.accuracy, found.at_birth.r2 < 0.5) == (None, True)
    slow = vglab.run("relu", [*settings, "training.rate=1e-6"])
    assert slow.verdict.state == "not_learning"
    assert "nothing is learned: R² is " in str(slow.verdict)
    assert "predicting the mean gives 0; " in str(slow.verdict)
    jsonschema.validate(json.loads(encode(slow.document)), json.loads(schemas.run()))


def test_r2_is_that_of_the_targets_themselves(run: vglab.RunResult) -> None:
    """However they are scaled: taken anew from predictions in units of money."""
    network = run.experiment.networks["model"]
    _learned, held_back = train_and_test(run.scenario, [0, 1], np.float64)
    data = run.document.data
    assert data
    assert data.target_mean
    assert data.target_std
    for r in range(2):
        A = Z = held_back.X[r].astype(np.float32)
        for tap in network.taps:
            Z = A @ tap.W[r] + getattr(tap.layer, tap.bias)[r]
            A = np.maximum(Z, 0)
        said, there = (
            x * data.target_std[r] + data.target_mean[r] for x in (Z, held_back.target[r])
        )
        assert there.max() > 100_000
        expected = 1 - ((said - there) ** 2).sum() / ((there - there.mean()) ** 2).sum()
        assert run.r2["test"][r, -1] == pytest.approx(expected, abs=1e-3)


def test_the_mean_explains_nothing_and_the_truth_all() -> None:
    t = np.random.default_rng(0).normal(size=(2, 50, 1))
    assert r_squared(t, t) == pytest.approx([1, 1])
    mean = np.broadcast_to(t.mean(axis=1, keepdims=True), t.shape)
    assert r_squared(mean, t) == pytest.approx([0, 0])
    assert np.isnan(r_squared(t, np.ones_like(t))).all()


def test_the_document_is_valid_and_says_how_targets_are_scaled(run: vglab.RunResult) -> None:
    document = json.loads(encode(run.document))
    jsonschema.validate(document, json.loads(schemas.run()))
    assert (document["accuracy"], document["data"]["classes"]) == ({}, [])
    assert (document["data"]["train"], document["data"]["test"]) == ([225], [75])
    assert 200_000 < document["data"]["target_mean"][0] < 500_000
    assert "300 rows of 5 numbers; price from " in describe_data(run.scenario)


def test_sweeps_comparisons_and_frames_have_it(settings: list[str]) -> None:
    quick = [*settings, "training.steps=20"]
    found = vglab.sweep("relu", {"training.rate": [0.01, 0.05]}, quick)
    entry = found.lines[0]
    jsonschema.validate(json.loads(encode_line(entry)), json.loads(schemas.sweep()))
    assert set(entry.r2 or {}) == {"train", "test"}
    assert "r2.test over training.rate" in found._repr_html_()
    both = vglab.compare("relu", "tanh", settings=quick)
    assert "R² (test)" in both._repr_html_()
    assert both.document.runs[0].r2
    frame = pytest.importorskip("pandas") and found.to_dataframe()
    assert "r2_test" in frame
    assert "accuracy_test" not in frame


def test_classes_and_numbers_are_told_apart(houses: Path) -> None:
    own = [f"data.path={houses}", "data.categories=onehot"]
    with pytest.raises(vglab.ScenarioError, match=r"and network\.loss"):
        vglab.load("relu", own)
    with pytest.raises(vglab.ScenarioError) as caught:
        vglab.load("relu", [*own, 'data.targets="numbers"'])
    assert [fault.key for fault in caught.value.faults] == ["network.loss"]
    with pytest.raises(vglab.ScenarioError, match=r'column district: found "."; allowed: a number'):
        vglab.load("relu", [*own, *LEARN, "data.label=district"])


def test_remedies_rank_by_it(settings: list[str]) -> None:
    from vglab.scenarios.comparison.tournament import replica_score
    from vglab.scenarios.runs.train import measure

    learned, not_yet = (
        measure([vglab.load("relu", [*settings, f"training.steps={steps}"])])[0]
        for steps in (300, 1)
    )
    assert replica_score(learned)[0] > 0.9 > replica_score(not_yet)[0]


def test_an_archive_of_numbers(tmp_path: Path) -> None:
    X = np.random.default_rng(1).normal(size=(120, 4))
    np.savez(tmp_path / "own.npz", X=X, y=X[:, 0] - 2 * X[:, 1])
    path = f"data.path={tmp_path / 'own.npz'}"
    run = vglab.run("relu", [path, 'data.targets="numbers"', "network.loss=squared", *QUICK])
    assert run.r2["test"][0, -1] > 0.9
