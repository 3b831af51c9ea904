"""`vglab grade`: a table of points, whatever the files hold."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import CommandResult
from vglab.tui.cli.commands.grade import handed_in

Ask = Callable[..., CommandResult]

RUBRIC = """
[lock.data]
name = "circles"
train = 64
[lock.run]
seed = 7
[lock.training]
steps = 5
[limits]
seconds = 20
megabytes = 1024
[[expect]]
title = "three layers"
condition = "spec.network.depth == 3"
[[expect]]
condition = "networks.model.diagnosis.at_birth.rate > 0.5"
points = 2.5
"""
CLASS = {
    "ana": 'extends = "relu"\n[network]\ndepth = 3\n[training]\nsteps = 9\n[data]\nnoise = 0.0\n',
    "ben": 'extends = "deep-sigmoid"\n[network]\ndepth = 3\n',
    "cleo": '[network]\nactivation = "rleu"\n',
    "mia": 'extends = "relu"\n[network]\ndepth = 3\n[data]\npath = "/dev/zero"\n',
    "ned": 'extends = "relu"\n[network]\ndepth = 200\nwidth = 512\n[run]\nreplicas = 1000\n',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rubric").write_text(RUBRIC)
    for name, text in CLASS.items():
        Path(f"{name}.toml").write_text(text)
    return tmp_path


def test_a_class_is_graded_by_its_rubric(ask: Ask, folder: Path) -> None:
    files = [f"{name}.toml" for name in ("ana", "ben", "cleo", "mia")]
    status, out, err = ask("grade", *files, "--rubric", "rubric", "--json")
    assert (status, err) == (0, "")
    book = json.loads(out)
    assert (book["schema"], book["most"]) == ("vglab.grade/1", 3.5)
    seen = [(one["status"], one["points"], one["met"]) for one in book["grades"]]
    assert seen == [
        ("done", 3.5, [True, True]),
        ("done", 1.0, [True, False]),
        ("invalid", 0.0, [False, False]),
        ("done", 3.5, [True, True]),  # a file of data of its own is not even opened
    ]
    assert "did you mean relu?" in book["grades"][2]["remarks"][0]


def test_a_folder_is_all_scenarios_in_it_but_the_rubric(folder: Path) -> None:
    Path("rubric.toml").write_text(RUBRIC)
    (folder / "empty").mkdir()
    found = handed_in([".", "mia.toml", "empty"], "rubric.toml")
    assert found == [*(f"{name}.toml" for name in CLASS), "mia.toml", "empty"]


def test_a_sheet_has_no_formula(ask: Ask, folder: Path) -> None:
    Path("=cmd.toml").write_text(CLASS["ben"])
    out = ask("grade", "=cmd.toml", "--rubric", "rubric", "--csv").out
    head, row = csv.reader(out.splitlines())
    assert head == ["file", "status", "points", "three layers", RUBRIC.split('"')[-2], "remarks"]
    assert row[:5] == ["'=cmd.toml", "done", "1.0", "1.0", "0"]


def test_a_table_says_what_is_missing(ask: Ask, folder: Path) -> None:
    out = ask("grade", "ben.toml", "cleo.toml", "--rubric", "rubric").out
    ben, cleo = (line.split() for line in out.splitlines()[1:3])
    assert ben == ["ben.toml", "1", "✔", "·"]
    assert cleo == ["cleo.toml", "invalid", "–", "–"]
    assert "\n  expected networks.model.diagnosis.at_birth.rate > 0.5, measured 0." in out


def test_time_is_bounded(ask: Ask, folder: Path) -> None:
    Path("rubric").write_text(RUBRIC.replace("steps = 5", "steps = 100000").replace("20", "1"))
    (one,) = json.loads(ask("grade", "ana.toml", "--rubric", "rubric", "--json").out)["grades"]
    assert (one["status"], one["remarks"]) == ("time", ["not done in 1 second"])


def test_memory_is_bounded(ask: Ask, folder: Path) -> None:
    Path("rubric").write_text(RUBRIC.replace("seed = 7", "replicas = 300").replace("1024", "700"))
    (one,) = json.loads(ask("grade", "ned.toml", "--rubric", "rubric", "--json").out)["grades"]
    assert one["status"] == "memory"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "[[expect]]",
            "[[expects]]",
            "rubric: expects: no such key; allowed: expect, lock, limits",
        ),
        ("steps = 5", "steps = 0", "rubric: lock.training.steps: found 0; allowed: a whole number"),
        ("== 3", "= 3", "rubric: expect.0.condition: "),
        ('"circles"', '"circle"', "did you mean circles?"),
    ],
)
def test_a_rubric_is_checked(ask: Ask, folder: Path, old: str, new: str, line: str) -> None:
    Path("rubric").write_text(RUBRIC.replace(old, new))
    status, out, err = ask("grade", "ana.toml", "--rubric", "rubric")
    assert (status, out) == (2, "")
    assert line in err
