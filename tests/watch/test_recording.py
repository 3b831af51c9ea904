"""The file of a recording: whole lines whatever happens, and nothing raised."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from vglab.scenarios.recordings.record_lines import read_line
from vglab.watch import finish, record, recording
from vglab.watch.recording import Recording, figure


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.234567e-9, 1.2346e-9), (3, 3), (float("nan"), None), (float("inf"), None), (None, None)],
)
def test_a_figure_has_five_digits_and_is_finite(value: float | None, written: object) -> None:
    assert figure(value) == written


def test_any_framework_can_record_itself(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    for step in range(3):
        norms = {f"block.{i}.fc": 10.0**-i for i in range(3)}
        record(step, grad=norms, delta=norms, loss=1.5, rate=0.1, accuracy=0.5, path=path)
        record(step, loss=float("nan"), path=path)
    finish(path)
    head, *rest, end = lines(path)
    assert head["schema"] == "vglab.record/1"
    assert head["layers"][2]["block"] == {"name": "block", "index": 2}
    assert rest[0]["grad_norm"] == rest[0]["delta_rms"] == [1.0, 0.1, 0.01]
    assert rest[0]["weight_norm"] == [None, None, None]
    assert (rest[0]["loss"], rest[0]["rate"], rest[0]["noted"]) == (1.5, 0.1, {"accuracy": 0.5})
    assert rest[1] == {"step": 0, "loss": None}
    assert (end["finished"], end["step"]) == (True, 3)
    for line in path.read_bytes().splitlines():
        read_line(line)


def test_arrays_are_measured_without_underflow(tmp_path: Path) -> None:
    import numpy as np

    path = tmp_path / "run.jsonl"
    record(0, grad={"a": np.full((3, 3), 1e-200)}, delta={"a": np.full(4, 2.0)}, path=path)
    finish(path)
    assert lines(path)[1]["grad_norm"] == [3e-200]
    assert lines(path)[1]["delta_rms"] == [2.0]


def test_what_cannot_be_recorded_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.jsonl"
    for step in range(3):
        record(step, grad={"a": 1.0}, loss="much", path=path)
    finish(path)
    assert capsys.readouterr().err.count("vglab.watch:") == 1
    assert [line["code"] for line in lines(path) if "code" in line] == ["failure"]


def test_a_file_that_cannot_be_opened_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for step in range(3):
        record(step, grad={"a": 1.0}, path=tmp_path / "missing" / "run.jsonl")
    finish(tmp_path / "missing" / "run.jsonl")
    assert capsys.readouterr().err.count("recording has stopped") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_a_full_disk_stops_the_recording_with_one_warning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = Recording("/dev/full")
    for _ in range(3):
        file.append({"step": 1})
    assert not file.open
    assert capsys.readouterr().err.count("No space left") == 1


def test_a_file_that_somebody_closes_stops_the_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Recording(tmp_path / "run.jsonl")
    assert file.file is not None
    os.close(file.file)
    file.append({"step": 1})
    file.append({"step": 2})
    file.close()
    assert capsys.readouterr().err.count("recording has stopped") == 1


def test_a_line_that_a_kill_has_cut_is_ended_before_the_next_header(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(b'{"step":1}\n{"step":2,"gra')
    Recording(path).append({"step": 3})
    assert path.read_bytes().splitlines() == [b'{"step":1}', b'{"step":2,"gra', b'{"step":3}']


def test_a_forked_child_writes_nothing(tmp_path: Path) -> None:
    file = Recording(tmp_path / "run.jsonl")
    file.process += 1
    file.append({"step": 1})
    assert (tmp_path / "run.jsonl").read_bytes() == b""


@pytest.mark.parametrize(("language", "word"), [("es_ES.UTF-8", "grabación"), ("C", "recording")])
def test_the_terminal_is_spoken_to_in_its_language(
    language: str, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    Recording("/nowhere/run.jsonl")
    assert word in capsys.readouterr().err


def test_every_message_has_a_place_for_the_same_details() -> None:
    for english, spanish in recording.SENTENCES.values():
        assert english.count("{}") == spanish.count("{}")
        assert english != spanish


WRITER = """
import sys
from vglab.watch import record
for step in range(10**9):
    record(step, grad={f"l{i}": step + i for i in range(40)}, loss=1.0, path=sys.argv[1])
"""


def killed(path: Path, seconds: float) -> None:
    """Lets a process write until it is killed."""
    with subprocess.Popen([sys.executable, "-c", WRITER, path]) as writer:
        deadline = time.monotonic() + 20
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(seconds)
        writer.kill()


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 20))]
)
def test_every_whole_line_reads_after_a_kill(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    for _ in range(2):
        killed(path, Random(seed).uniform(0.05, 0.3))
    *whole, last = path.read_bytes().split(b"\n")
    parts = [json.loads(line) for line in whole if not cut(line)]
    assert len(parts) > 10
    assert sum("schema" in part for part in parts) == 2
    assert len(whole) - len(parts) <= 1
    assert not last or not last.endswith(b"}")


def cut(line: bytes) -> bool:
    """Whether a line is the one that a kill has cut."""
    return not line.endswith(b"}")


def test_it_loads_little_and_loads_no_framework() -> None:
    code = (
        "import sys; before = set(sys.modules); from vglab.watch import record;"
        "print(*sorted(set(sys.modules) - before))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = ran.stdout.split()
    assert {name.split(".")[0] for name in loaded} <= {"vglab", *sys.stdlib_module_names}
    assert len(loaded) < 60
