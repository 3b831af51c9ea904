"""What a computer does to a program: full and closed disks, lost workers, readers who leave, clocks
that are set back. Nothing that was safe is lost, and what went wrong is one line.

The disks are real ones, of a few kilobytes, in a namespace of their own; where the system lets
nobody have one, those tests are skipped. More on sweeps stands in test_sweep.py.
"""

import json
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from shell import QUICK, VGLAB, CommandResult, result_of, start

Ask = Callable[..., CommandResult]
TINY = ["--set", "network.width=4", "--set", "network.depth=2", "--steps", "5"]
SWEEP = ["sweep", "tanh", *TINY, "--over", "network.gain=0.5:2:8", "--workers", "1"]
LONG = ["sweep", "tanh", "--set", "network.width=8", "--steps", "400"]
LONG += ["--over", "network.depth=2:9", "--workers", "2"]


def in_a_namespace(disk: Path, size: str, script: str) -> CommandResult:
    """What a shell makes of the script where `disk` is a disk of that size."""
    mount = f"mount -t tmpfs -o size={size} tmpfs {shlex.quote(str(disk))}"
    command = ["unshare", "-rm", "sh", "-c", f"{mount} && {script}"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return CommandResult(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Where a disk can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    if not shutil.which("unshare") or in_a_namespace(place, "16k", "true").status:
        pytest.skip("nobody may mount a disk here")
    return place


def line(*words: str) -> str:
    """A command line of vglab, in English."""
    return "LANGUAGE=en " + shlex.join([str(VGLAB), *words])


def test_a_sweep_on_a_disk_that_is_full(disk: Path) -> None:
    out = str(disk / "sweep.jsonl")
    kept = f"status=$?; cat {out}; exit $status"
    status, lines, err = in_a_namespace(disk, "4k", f"{line(*SWEEP, '--out', out)}; {kept}")
    assert status == 1
    whole = [json.loads(entry) for entry in lines.splitlines()]
    assert 0 < len(whole) < 8
    assert err.splitlines() == [
        f"Error: {out}: no space left on the disk",
        f"{len(whole)} of 8 runs are in {out}; the same command resumes from there.",
    ]


def test_a_sweep_on_a_disk_that_can_only_be_read(disk: Path) -> None:
    out, closed = str(disk / "sweep.jsonl"), f"mount -o remount,ro {disk}"
    status, _, err = in_a_namespace(disk, "64k", f"{closed}; {line(*SWEEP, '--out', out)}")
    assert (status, err) == (1, f"Error: {out}: the disk is read-only\n")


@pytest.fixture
def swept(ask: Ask, tmp_path: Path) -> str:
    """A sweep's file."""
    path = tmp_path / "sweep.jsonl"
    assert ask(*SWEEP, "--out", str(path)).status == 0
    return str(path)


@pytest.mark.parametrize("kind", ["--csv", "--parquet"])
def test_an_export_to_a_disk_that_is_full(disk: Path, swept: str, kind: str) -> None:
    if kind == "--parquet":
        pytest.importorskip("pyarrow")
    table = disk / "table"
    table_kept = f"status=$?; ls {disk}; cat {table}; exit $status"
    asked = line("export", swept, kind, "--force", "--out", str(table))
    fill = f"echo mine > {table}; dd if=/dev/zero of={disk}/rest bs=4k count=9 2>/dev/null"
    status, out, err = in_a_namespace(disk, "8k", f"{fill}; {asked}; {table_kept}")
    assert status == 1
    assert err == f"Error: {table}: no space left on the disk\n"
    assert out.split() == ["rest", "table", "mine"]


def test_an_export_to_a_disk_that_can_only_be_read(disk: Path, swept: str) -> None:
    table, closed = str(disk / "table.csv"), f"mount -o remount,ro {disk}"
    asked = line("export", swept, "--csv", "--out", table)
    status, out, err = in_a_namespace(disk, "64k", f"{closed}; {asked}")
    assert (status, out, err) == (1, "", f"Error: {table}: the disk is read-only\n")


@pytest.mark.parametrize("kind", ["--csv", "--parquet"])
def test_an_export_into_a_pipe_that_is_full(swept: str, kind: str) -> None:
    if kind == "--parquet":
        pytest.importorskip("pyarrow")
    assert into_a_full_pipe("export", swept, kind) == (1, b"Error: no space left on the disk\n")


def into_a_full_pipe(*words: str) -> tuple[int, bytes]:
    """Exit status and complaint of what cannot print anything."""
    with open("/dev/full", "wb") as full:
        process = start(*words, stdout=full)
        _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.mark.parametrize("words", [["--json", *TINY], TINY, ["scenarios"], ["--help"]])
def test_nothing_can_be_printed_and_that_is_said(words: list[str]) -> None:
    assert into_a_full_pipe(*words, "--lang", "es") == (
        1,
        b"Error: no queda espacio en el disco\n",
    )


def test_a_new_file_on_a_disk_that_is_full_leaves_nothing(disk: Path) -> None:
    code = f"""
from pathlib import Path
from vglab.scenarios.files import write_beside
from vglab.tui.lab.screens.save import save_as
print(save_as({str(disk / "mine")!r}, "[run]"))
write_beside(Path({str(disk / "run.json")!r}), b"run")
"""
    fill = f"dd if=/dev/zero of={disk}/rest bs=4k count=9 2>/dev/null"
    asked = f"LANGUAGE=es {shlex.join([sys.executable, '-c', code])}"
    status, out, err = in_a_namespace(disk, "8k", f"{fill}; {asked}; s=$?; ls {disk}; exit $s")
    said_of_it, rest = out.splitlines()
    assert said_of_it == str((False, "no se puede escribir: no queda espacio en el disco"))
    assert (status, rest, "No space left" in err) == (1, "rest", True)


def test_an_export_passes_over_a_line_that_is_being_written(ask: Ask, swept: str) -> None:
    whole = ask("export", swept, "--csv").out
    with open(swept, "ab") as file:
        file.write(b'{"schema":"vglab.sweep/1","vers')
    assert ask("export", swept, "--csv") == (0, whole, "")


def test_a_map_for_a_reader_who_has_left(swept: str) -> None:
    process = start(*SWEEP, "--out", swept, "--plot")
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    assert process.stderr.read() == b""
    assert process.wait(60) == 0
    process.stderr.close()


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_no_run(tmp_path: Path) -> None:
    out = tmp_path / "sweep.jsonl"
    process = start(*LONG, "--out", str(out))
    give_up = time.monotonic() + 60
    while not out.exists() or b"\n" not in out.read_bytes():
        assert time.monotonic() < give_up
        time.sleep(0.02)
    children = psutil.Process(process.pid).children(recursive=True)
    next(child for child in children if "spawn_main" in " ".join(child.cmdline())).kill()
    assert result_of(process) == (0, "", "")
    found = [json.loads(entry) for entry in out.read_text().splitlines()]
    assert sorted(entry["at"]["network.depth"] for entry in found) == [*range(2, 10)]
    assert all(entry["error"] is None for entry in found)


@pytest.fixture
def backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is set back by an hour whenever it is looked at."""
    now = [2e9]

    def earlier() -> float:
        now[0] -= 3600
        return now[0]

    monkeypatch.setattr(time, "time", earlier)
    monkeypatch.setattr(time, "time_ns", lambda: int(earlier() * 1e9))


def test_a_run_while_the_clock_goes_backwards(ask: Ask, backwards: None) -> None:
    status, out, err = ask("--scenario", "tanh", "--json", *QUICK)
    assert (status, err) == (0, "")
    assert 0 <= json.loads(out)["seconds"]["total"] < 60


def test_an_export_while_the_clock_goes_backwards(ask: Ask, swept: str, backwards: None) -> None:
    before = ask("export", swept, "--csv")
    assert ask("export", swept, "--csv") == before
    assert before.status == 0


def test_own_data_that_vanish_between_two_commands(ask: Ask, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("a,y\n" + "1,u\n2,v\n" * 50)
    asked = [*SWEEP, "--set", f"data.path={own}", "--out", str(tmp_path / "s.jsonl")]
    assert ask(*asked).status == 0
    own.unlink()
    status, _, err = ask(*asked)
    assert (status, err) == (2, "Error: --set: data.path: own.csv: no such file\n")
