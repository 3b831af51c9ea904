"""What the system may lack: shared memory, a folder for a while, a file of settings that is one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import CommandResult
from terminal import Terminal
from vglab.tui.lab.preferences import Preferences, load_preferences
from vglab.tui.lab.worker_client import Link


def test_without_shared_memory_the_remedy_is_named(
    ask: Callable[..., CommandResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("vglab.scenarios.runs.executors.ProcessPoolExecutor", refused)
    words = ("sweep", "relu", "--steps", "2", "--over", "network.gain=1,2", "--workers")
    status, _out, err = ask(*words, "2", "--out", str(tmp_path / "sweep.jsonl"))
    assert status == 1
    assert "/dev/shm" in err.splitlines()[0]
    assert "--workers 1 does without" in err.splitlines()[0]
    assert ask(*words, "1", "--out", str(tmp_path / "sweep.jsonl")).status == 0


def test_a_pipe_in_the_place_of_the_settings_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "vglab").mkdir()
    os.mkfifo(tmp_path / "vglab" / "lab.json")
    before = os.environ["XDG_CONFIG_HOME"]
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path)
    try:
        assert load_preferences() == Preferences()
    finally:
        os.environ["XDG_CONFIG_HOME"] = before


def test_the_lab_needs_no_folder_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    link = Link()
    assert link.alive
    link.close()


def test_a_dumb_terminal_is_told_apart_from_none() -> None:
    with Terminal("--kiosk", env={"TERM": "dumb"}) as terminal:
        assert terminal.wait_for_end() == 2
        assert "set TERM, as in TERM=xterm." in terminal.text.replace("\n", "")
