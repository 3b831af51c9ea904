"""Tables as people have them: text, missing values, numbers of rows, few rows."""

import csv
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
import vglab
from vglab.scenarios.experiment.data import own_scale, train_and_test
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.spec import Scenario
from vglab.scenarios.userdata.description import data_notes, describe_data
from vglab.scenarios.userdata.loader import batch_size, table

SEX, PORT = ("male", "female"), ("S", "C", "Q")


def passengers(path: Path, count: int = 80) -> Path:
    """A table like that of the Titanic: a row's number, a name, words, numbers, gaps."""
    rng = Random(3)
    rows: list[list[object]] = []
    for i in range(1, count + 1):
        sex, age = rng.choice(SEX), "" if i % 5 == 0 else rng.randint(1, 80)
        lived = int(rng.random() < (0.8 if sex == "female" else 0.2))
        port = "" if i == 7 else rng.choice(PORT)
        rows.append([i, lived, rng.randint(1, 3), f"Doe, Mr. {i}", sex, age, 7.25 + i, port])
    head = ["PassengerId", "Survived", "Pclass", "Name", "Sex", "Age", "Fare", "Embarked"]
    return write(path, head, rows)


def write(path: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def own(path: Path, *settings: str) -> Scenario:
    return load("relu", [f"data.path={path}", "training.steps=3", *settings])


TITANIC = ("data.label=Survived", 'data.drop=["PassengerId","Name"]', "data.categories=onehot")


def test_a_table_like_the_titanics_is_read_whole(tmp_path: Path) -> None:
    path = passengers(tmp_path / "titanic.csv")
    scenario = own(path, *TITANIC, "data.missing=mean")
    found = table(scenario)
    assert found.names == (
        "Pclass",
        "Sex=female",
        "Sex=male",
        "Age",
        "Fare",
        "Embarked=C",
        "Embarked=Q",
        "Embarked=S",
    )
    X = np.frombuffer(found.numbers).reshape(-1, 8)
    assert (X[:, 1] + X[:, 2] == 1).all()
    assert np.isnan(X[:, 3]).sum() == 16
    assert np.isnan(X[6, 5:]).all()
    assert "17 missing values are the mean of their column." in describe_data(scenario)
    learned, held_back = train_and_test(scenario, [0], np.float64)
    scale = own_scale(scenario, 0)
    for part in (learned, held_back):
        assert np.isfinite(part.X).all()
    ages = learned.X[0, :, 3]
    assert ages.mean() == pytest.approx(0, abs=1e-12)
    assert (ages == 0).sum() >= 8, "the mean of those that are there stands in"
    assert 1 < scale.mean[3] < 80
    assert vglab.run(scenario).document.finished


def test_rows_that_lack_a_value_can_be_left_out(tmp_path: Path) -> None:
    path = passengers(tmp_path / "titanic.csv")
    scenario = own(path, *TITANIC, "data.missing=drop")
    assert len(table(scenario).y) == 80 - 17
    assert np.isfinite(np.frombuffer(table(scenario).numbers)).all()
    assert "17 rows lack a value and are left out." in data_notes(scenario)


def refused(path: Path, *settings: str) -> str:
    with pytest.raises(vglab.ScenarioError) as caught:
        own(path, *settings)
    (fault,) = caught.value.faults
    return str(fault)


def test_what_is_refused_says_the_way_out(tmp_path: Path) -> None:
    path = passengers(tmp_path / "titanic.csv")
    label = "data.label=Survived"
    assert refused(path, label).endswith(
        'line 2, column Name: found "Doe, Mr. 1"; allowed: a number; data.categories = "onehot"'
        ' reads words, data.drop = ["Name"] leaves it out'
    )
    assert refused(path, *TITANIC).endswith(
        'line 6, column Age: found ""; allowed: a number; data.missing = "mean" puts the mean'
        ' there, "drop" leaves out the row'
    )
    assert refused(path, label, "data.categories=onehot", "data.missing=mean").endswith(
        'column Name has more than 50 different words; data.drop = ["Name"] leaves it out'
    )
    assert "data.drop: titanic.csv: found" in refused(path, label, 'data.drop=["Nmae"]')
    assert "did you mean Name?" in refused(path, label, 'data.drop=["Nmae"]')
    assert "does nothing unless data.path is a file" in refused_without_file('data.drop=["a"]')


def refused_without_file(setting: str) -> str:
    with pytest.raises(vglab.ScenarioError) as caught:
        load("relu", [setting])
    return str(caught.value)


def test_columns_that_know_the_row_are_pointed_out(tmp_path: Path) -> None:
    """Kaggle's Iris: its Id counts the rows, and these stand in the order of their species."""
    rng = Random(1)
    rows = [[i + 1, 1000 + 7 * i, rng.random(), "abc"[i // 10]] for i in range(30)]
    path = write(tmp_path / "iris.csv", ["Id", "Ticket", "width", "Species"], rows)
    notes = data_notes(own(path, "training.batch=8"))
    assert notes == [
        'Column "Id" only counts the rows: data.drop = ["Id"] leaves it out.',
        'Column "Ticket" is a number of its own for each row, and sorts them by class: data.drop ='
        ' ["Ticket"] leaves it out.',
    ]
    without = own(path, "training.batch=8", 'data.drop=["Id", "Ticket"]')
    assert table(without).names == ("width",)
    assert data_notes(without) == []
    rng.shuffle(rows)
    shuffled = write(tmp_path / "shuffled.csv", ["Id", "a", "width", "Species"], rows)
    assert len(data_notes(own(shuffled, "training.batch=8"))) == 2


def test_measured_whole_numbers_are_no_row_numbers(tmp_path: Path) -> None:
    rng = Random(2)
    rows = [[rng.randint(1, 9), i * i, i % 2] for i in range(40)]
    path = write(tmp_path / "plain.csv", ["a", "b", "y"], rows)
    assert data_notes(own(path, "training.batch=8")) == []


def test_a_batch_is_all_rows_where_there_are_fewer(tmp_path: Path) -> None:
    rows = [[i % 7, i * i % 11, "uv"[i % 2]] for i in range(20)]
    path = write(tmp_path / "few.csv", ["a", "b", "kind"], rows)
    scenario = own(path)
    assert (scenario.training.batch, batch_size(scenario)) == (64, 16)
    (note,) = data_notes(scenario)
    assert note == "A batch is all 16 training rows, fewer than training.batch = 64."
    run = vglab.run(scenario)
    assert run.experiment.networks["model"].batch == 16
    assert run.document.data
    assert run.document.data.notes == [note]
    both = vglab.sweep("relu", {"training.rate": [0.1, 0.2]}, [f"data.path={path}"])
    assert {line.error for line in both.lines} == {None}


def test_an_archive_may_lack_values_too(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(40, 3))
    X[::4, 1] = np.nan
    np.savez(tmp_path / "own.npz", X=X, y=np.arange(40) % 2)
    path = tmp_path / "own.npz"
    assert len(table(own(path, "data.missing=drop")).y) == 30
    filled = own(path, "data.missing=mean")
    assert table(filled).filled == 10
    assert np.isfinite(train_and_test(filled, [0], np.float64)[0].X).all()
    assert "no columns with names" in refused(path, 'data.drop=["x1"]')
    assert "a finite number" in refused(path)
