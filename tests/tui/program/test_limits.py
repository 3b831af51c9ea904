"""The limits that the page on shared machines gives all visitors together, as it has them."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from shell import VGLAB
from terminal import Terminal

ROOT = Path(__file__).parents[3]
SLICE = re.compile(r"```text\n(\[Slice\]\n.*?)```", re.DOTALL)
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
CONTROL_GROUPS = Path("/sys/fs/cgroup")


def drop_in(page: str) -> str:
    """The file of the page, in its language."""
    (found,) = SLICE.findall((ROOT / "docs" / page / "shared.md").read_text())
    return found


def stated(page: str) -> dict[str, str]:
    """What it states."""
    return dict(line.split("=") for line in drop_in(page).splitlines() if "=" in line)


def test_both_pages_give_the_same_limits() -> None:
    assert stated("en") == stated("es")
    assert {"MemoryMax", "TasksMax"} <= stated("en").keys()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="not installed: systemd")
@pytest.mark.parametrize("page", ["en", "es"])
def test_systemd_knows_every_limit(page: str, tmp_path: Path) -> None:
    (tmp_path / "lab.slice").write_text("[Unit]\nDescription=visitors\n")
    folder = tmp_path / "lab.slice.d"
    folder.mkdir()
    (folder / "lab.conf").write_text(drop_in(page))
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "lab.slice")]
    environ = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert "lab.conf" not in ran.stdout + ran.stderr


def group(controller: str) -> Path:
    """A control group of this test's own; skips where none can be made."""
    path = CONTROL_GROUPS / controller / f"vglab-test-{os.getpid()}"
    try:
        path.mkdir()
    except OSError:
        pytest.skip(f"no control group for {controller} can be made here")
    return path


@pytest.fixture
def limited() -> Iterator[tuple[Path, Path]]:
    """Control groups for tasks and memory, with the page's limits."""
    said = stated("en")
    tasks = group("pids")
    try:
        memory = group("memory")
        try:
            (tasks / "pids.max").write_text(said["TasksMax"])
            number, unit = said["MemoryMax"][:-1], said["MemoryMax"][-1]
            (memory / "memory.limit_in_bytes").write_text(str(int(number) * UNITS[unit]))
            yield tasks, memory
        finally:
            memory.rmdir()
    finally:
        tasks.rmdir()


def number(file: Path) -> int:
    return int(file.read_text())


@pytest.mark.slow
def test_two_visitors_have_room_within_the_limits(limited: tuple[Path, Path]) -> None:
    """Each in the room that trains the most networks at once."""
    tasks, memory = limited
    join = "; ".join(f"echo $$ >{each}/cgroup.procs" for each in limited)
    program = ("sh", "-c", f'{join}; exec {VGLAB} "$@"', "sh")
    with Terminal("--kiosk", program=program) as one, Terminal("--kiosk", program=program) as other:
        for terminal in (one, other):
            terminal.until(lambda t: "VANISHING" in t.text)
            terminal.type("m")
            terminal.until(lambda t: re.search(r"[1-9]\d* of \d+ (done|tried)", t.text))
        assert 4 <= number(tasks / "pids.peak") < number(tasks / "pids.max")
        assert number(memory / "memory.max_usage_in_bytes") > 50 << 20
        assert number(memory / "memory.failcnt") == 0
        for terminal in (one, other):
            terminal.type("q")
            assert terminal.wait_for_end() == 0


@pytest.mark.slow
def test_a_lab_that_may_start_nothing_more_says_so(limited: tuple[Path, Path]) -> None:
    """Where other visitors have taken all tasks: a line or a lab that goes on, and no traceback."""
    tasks, _memory = limited
    program = ("sh", "-c", f'echo $$ >{tasks}/cgroup.procs; exec {VGLAB} "$@"', "sh")
    with Terminal("--kiosk", program=program) as terminal:
        terminal.until(lambda t: "VANISHING" in t.text)
        (tasks / "pids.max").write_text((tasks / "pids.current").read_text())
        terminal.type("m")
        terminal.pump(8)
        assert terminal.process.poll() is None
        assert b"Traceback" not in terminal.output
        terminal.type("q")
        assert terminal.wait_for_end() == 0
