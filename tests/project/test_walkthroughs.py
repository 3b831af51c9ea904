"""What the guides show is run as it stands there, in both languages, and says what they say."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from shell import ROOT, VGLAB

NAMES = ("ana", "ben", "cleo")
"""Of the class that the guide grades."""
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


def blocks(guide: str, kind: str) -> list[str]:
    """The guide's examples of one kind."""
    found = FENCED.findall((ROOT / "docs" / guide).read_text())
    return [body for name, body in found if name == kind]


def follow(guide: str, folder: Path) -> str:
    """Run the guide's commands one after another; all they print."""
    env = {**os.environ, "PATH": f"{VGLAB.parent}:{os.environ['PATH']}", "LANGUAGE": "en"}
    printed = ""
    for block in blocks(guide, "sh"):
        command = ["bash", "-c", block]
        ended = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=300)
        assert (ended.returncode, ended.stderr) == (0, b""), block
        printed += ended.stdout.decode()
    return printed


def in_both_languages(page: str) -> list[Any]:
    """A guide and its translation, which shows the same commands: that one among the slow tests."""
    return [f"en/{page}", pytest.param(f"es/{page}", marks=pytest.mark.slow)]


@pytest.mark.slow
@pytest.mark.parametrize("guide", in_both_languages("sweeps.md"))
def test_the_guide_to_sweeps(guide: str, tmp_path: Path) -> None:
    printed = follow(guide, tmp_path).splitlines()
    assert [float(word) for word in printed[0].split()] == [0.5, 1, 1.5, 2, 2.5, 3]
    assert [row.split()[0] for row in printed[1:4]] == ["25", "15", "5"]
    gains_axis, rates = ([*map(float, row.split())] for row in printed[4:])
    assert gains_axis == [0.5, 1, 1.5, 2]
    assert rates[0] == pytest.approx(0.5, rel=0.05)
    assert rates == sorted(rates)
    gains = [json.loads(text) for text in (tmp_path / "gains.jsonl").read_text().splitlines()]
    assert len({(one["at"]["network.gain"], one["seed"]) for one in gains}) == len(gains) == 28
    assert (tmp_path / "gains.csv").read_text().count("\n") == 29
    assert json.loads((tmp_path / "first.json").read_text()) == gains[0]


@pytest.mark.slow
@pytest.mark.parametrize("guide", in_both_languages("grading.md"))
def test_the_guide_to_grading(guide: str, tmp_path: Path) -> None:
    grades, feedback = blocks(guide, "")
    table, _, by_hand = follow(guide, tmp_path).rpartition("class/ana.toml 0")
    assert f"class/ana.toml 0{by_hand}" == grades
    points = {row[0]: row[1] for row in map(str.split, table.splitlines()) if row[1:]}
    assert points["class/ana.toml"] == "5"
    assert points["class/ben.toml"] == "1"
    rows = (tmp_path / "grades.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [*map("class/{}.toml".format, NAMES)]
    expected, fault = feedback.splitlines()
    said = {name: (tmp_path / f"class/{name}.txt").read_text() for name in NAMES}
    assert expected in said["ben"].splitlines()
    head, tail = fault.split("…")
    assert said["cleo"].startswith(head)
    assert said["cleo"].endswith(f"{tail}\n")
    assert said["cleo"].count("\n") == 1


def untitled(block: str) -> str:
    """A block's commands, without the titles that it gives and the language that it asks for."""
    kept = block.replace(" --lang es", "").split("\n")
    return "\n".join(line for line in kept if not line.startswith("title"))


def test_both_languages_show_the_same_commands() -> None:
    for guide in ("sweeps.md", "grading.md"):
        english, spanish = (
            [untitled(block) for block in blocks(f"{language}/{guide}", "sh")]
            for language in ("en", "es")
        )
        assert english == spanish
