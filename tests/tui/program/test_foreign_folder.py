"""Python files of the folder that vglab is started in are never run, whatever they are called."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from shell import QUICK, VGLAB
from vglab.tui.cli.commands.serve import LAB
from vglab.tui.lab.worker_client import WORKER

OUT = "sweep.jsonl"
LOADED = "import sys, multiprocessing.spawn, concurrent.futures.process, vglab.tui.worker.__main__"
LOADED += ", vglab.tui.worker.session"
LOADED += "; print(*{name.partition('.')[0] for name in sys.modules})"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file for every module that the processes import, and a package vglab."""
    names = subprocess.run(
        [sys.executable, "-P", "-c", LOADED], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"random", "numpy", "msgspec", "multiprocessing", "vglab"} <= {*names}
    folder = tmp_path_factory.mktemp("hostile")
    mark = f"open({str(folder / 'EXECUTED')!r}, 'a').write(__name__ + '\\n')\n"
    for name in {*names} - {"vglab", "__main__"}:
        (folder / f"{name}.py").write_text(mark)
    for package in ("vglab", "vglab/tui", "vglab/tui/worker", "vglab/scenarios", "vglab/engine"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text(mark)
    (folder / "vglab/tui/worker/__main__.py").write_text(mark)
    return folder


SCRIPT = """
import os
from vglab.scenarios.runs.executors import Processes

if __name__ == "__main__":
    before, crew = {**os.environ}, Processes(2)
    assert all(crew.submit(os.getpid).result() != os.getpid() for _ in range(4))
    crew.close()
    assert os.environ == before
"""
"""What somebody may write who uses vglab as a library."""


def test_a_script_s_processes_run_no_files_of_the_current_folder(
    hostile: Path, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    refuse_to_run(hostile, [sys.executable, script])


@pytest.mark.parametrize(
    "words",
    [
        WORKER,
        [*LAB, "--version"],
        [VGLAB, "--scenario", "relu", *QUICK, "--json"],
        [
            VGLAB,
            "sweep",
            "relu",
            *QUICK,
            "--over",
            "network.gain=1,2",
            "--workers",
            "2",
            "--out",
            OUT,
        ],
        [VGLAB, "compare", "relu", "tanh", *QUICK, "--workers", "2"],
    ],
    ids=["worker", "served", "run", "sweep", "compare"],
)
def test_files_of_the_current_folder_are_not_run(words: list[str], hostile: Path) -> None:
    refuse_to_run(hostile, words)


def refuse_to_run(hostile: Path, words: Sequence[str | Path]) -> None:
    """A command that is started in the folder succeeds and runs nothing of it."""
    executed = hostile / "EXECUTED"
    executed.unlink(missing_ok=True)
    ended = subprocess.run(
        words, cwd=hostile, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    assert not executed.exists(), executed.read_text()
    assert b"Traceback" not in ended.stderr
    assert ended.returncode == 0, ended.stderr
