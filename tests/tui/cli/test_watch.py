"""`vglab watch` without a screen: a report, a document, a line at each change."""

import json
import os
import re
import time
from pathlib import Path

import jsonschema
import pytest
from recordings import falling, header, samples, write
from vglab.tui.cli.main import run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "run.jsonl", header(), *samples(50, 0.1, loss=2.303))


def test_the_report(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", str(path), "--once"]) == 0
    said = capfd.readouterr().out
    assert "step 490/1000 · 50 samples · 8 layers" in said
    assert re.search(r"^blocks\.0\.fc .* frozen$", said, re.MULTILINE)
    assert max(len(line) for line in said.splitlines() if line.endswith("frozen")) <= 80
    assert "VANISHING: The error signal does not reach the first layers: 4 of 8" in said
    assert run(["watch", str(path), "--once", "--lang", "es"]) == 0
    assert "La señal de error no llega a las primeras capas" in capfd.readouterr().out


def test_a_file_that_nobody_writes_any_more(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    os.utime(path, (0, time.time() - 3 * 3600 - 60))
    assert run(["watch", str(path), "--once"]) == 0
    assert "nothing new for 3 h" in capfd.readouterr().out.splitlines()[0]
    assert run(["watch", str(path), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["runs"][0]["silence"] > 3 * 3600


def test_the_document_keeps_to_its_schema(
    path: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    empty = write(tmp_path / "empty.jsonl", header())
    assert run(["watch", str(path), str(empty), "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert run(["schema", "watch"]) == 0
    jsonschema.validate(document, json.loads(capfd.readouterr().out))
    first, second = document["runs"]
    assert first["diagnosis"]["frozen"] == [f"blocks.{n}.fc" for n in range(4)]
    assert second["diagnosis"]["state"] == "unknown"


def test_a_run_can_be_graded(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    expect = ["watch", str(path), "--expect"]
    assert run([*expect, "runs.0.diagnosis.state == vanishing"]) == 0
    assert run([*expect, "runs.0.diagnosis.state == healthy"]) == 3
    assert run([*expect, "runs.0.diagnosis.stat == healthy"]) == 2
    assert "did you mean runs.0.diagnosis.state?" in capfd.readouterr().err


def test_some_layers_alone(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", str(path), "--json", "--layers", r"^blocks\.[01]"]) == 0
    names = [one["name"] for one in json.loads(capfd.readouterr().out)["runs"][0]["layers"]]
    assert names == ["blocks.0.fc", "blocks.1.fc"]
    assert run(["watch", str(path), "--once", "--layers", r"^blocks\.[1-3]"]) == 0
    said = capfd.readouterr().out
    assert len(re.findall(r"^blocks\.[1-3]\.fc .* frozen$", said, re.MULTILINE)) == 3
    assert "VANISHING: The error signal does not reach the first layers: 4 of 8" in said
    assert run(["watch", str(path), "--json", "--layers", "("]) == 2
    assert "--layers: ( is not a pattern of names" in capfd.readouterr().err


def test_steps_that_are_stated_count(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", str(path), "--json", "--steps", "100000000"]) == 0
    found = json.loads(capfd.readouterr().out)["runs"][0]
    assert (found["steps"], found["diagnosis"]["frozen"]) == (10**8, [])


def test_each_change_of_the_verdict_is_a_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = [header(), *samples(50, loss=falling()), {"finished": True, "step": 490, "time": 9}]
    path = write(tmp_path / "run.jsonl", *lines)
    assert run(["watch", str(path), "--follow", "--json"]) == 0
    said = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [one["runs"][0]["diagnosis"]["state"] for one in said] == ["healthy"]
    assert said[0]["runs"][0]["finished"]


def test_standard_input_is_watched(path: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "vglab", "watch", "-", "--once"]
    done = subprocess.run(command, input=path.read_bytes(), capture_output=True, check=True)
    assert b"VANISHING" in done.stdout


def test_a_file_that_is_not_there_is_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["watch", str(tmp_path / "no.jsonl"), "--once"]) == 2
    error = capfd.readouterr().err
    assert error.count("\n") == 1
    assert "no such file" in error
