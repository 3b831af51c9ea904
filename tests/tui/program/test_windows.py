"""Where there is no POSIX, everything works but the lab and what serves it, which say so."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shell import ROOT

RUBRIC = """
[lock.training]
steps = 2
[[expect]]
condition = "spec.training.steps == 2"
"""
WORKING = (
    "--version",
    "--help",
    "scenarios",
    "show relu",
    "check mine.toml",
    "schema run",
    "glossary vanishing",
    "run mine.toml --steps 2",
    "--lang es run relu --steps 2",
    "--lang en --scenario relu --steps 2 --json",
    "compare relu tanh --steps 2 --workers 1",
    "remedies relu --steps 1 --replicas 1 --workers 1",
    "sweep tanh --over network.depth=2,3 --steps 1 --out s.jsonl --workers 1",
    "sweep tanh --over network.depth=2:4 --steps 1 --out s.jsonl --workers 1",
    "export s.jsonl --out s.csv",
    "plot s.jsonl -o s.svg",
    "claims delta-recursion --workers 1",
    "grade mine.toml --rubric rubric.toml --workers 1",
    "watch log.ndjson --once",
)
USUAL = (
    "check mine.toml",
    "run mine.toml --steps 1",
    "sweep tanh --over network.depth=2,3 --steps 1 --out s.jsonl --workers 1",
)
REFUSED = ("lab relu", "serve")


def carried_out(commands: tuple[str, ...], folder: Path) -> list[dict[str, Any]]:
    """What each command came to, all in one process from which POSIX has been taken; a file that is
    opened in the system's own encoding is an error there."""
    script = ROOT / "tests" / "support" / "windows.py"
    ended = subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", script],
        input="\n".join(commands),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a scenario, a rubric and a log."""
    (tmp_path / "mine.toml").write_text(
        'extends = "relu"\ntitle = { en = "Größe → x", es = "ñ" }\n', encoding="utf-8"
    )
    (tmp_path / "rubric.toml").write_text(RUBRIC)
    (tmp_path / "log.ndjson").write_text('{"step": 0, "loss": 1.0}\n{"step": 1, "loss": 0.5}\n')
    return tmp_path


def faults(commands: tuple[str, ...], found: list[dict[str, Any]]) -> list[Any]:
    """The commands that did not end well, and what they said."""
    both = zip(commands, found, strict=True)
    return [(one, came) for one, came in both if came["status"] or "Traceback" in came["err"]]


def test_the_usual_commands_work_and_the_lab_says_in_one_sentence_what_it_needs(
    folder: Path,
) -> None:
    found = carried_out((*USUAL, *REFUSED), folder)
    assert faults(USUAL, found[: len(USUAL)]) == []
    assert (folder / "s.jsonl").read_bytes().count(b"\n") == 2
    for one in found[len(USUAL) :]:
        assert (one["status"], one["out"]) == (1, "")
        assert one["err"].startswith("Error: the lab needs a terminal of Linux, macOS or WSL")
        assert one["err"].count("\n") == 1


@pytest.mark.slow
def test_every_command_without_a_screen_works(folder: Path) -> None:
    found = carried_out(WORKING, folder)
    assert faults(WORKING, found) == []
    said = {command: one["out"] for command, one in zip(WORKING, found, strict=True)}
    assert said["run mine.toml --steps 2"].startswith("Größe > x")
    assert "réplica" in said["--lang es run relu --steps 2"]
    assert (folder / "s.jsonl").read_bytes().count(b"\n") == 3
    assert (folder / "s.csv").read_bytes().count(b"\n") == 4
