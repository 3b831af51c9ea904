"""The file of a sweep: what is in it stays, whatever happens."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vglab.scenarios.runs.results import Result
from vglab.scenarios.sweep.plan import plan
from vglab.scenarios.sweep.store import (
    OURS,
    Ledger,
    LedgerError,
    LedgerMoved,
    Line,
    NoSweep,
    encode_line,
    line,
    lines,
)

PLAN = plan("tanh", ["network.gain=1:3:3"])
RESULT = Result(
    accuracy={"test": 0.5}, loss={"test": None}, gan={}, networks={}, diverged_at=7, seconds=0.1
)
ENTRIES = [line(PLAN, run, RESULT, "1.0") for run in PLAN.runs]
FAILED = line(PLAN, PLAN.runs[0], "no memory", "1.0")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sweep.jsonl"


def enter(path: Path, *entries: Line) -> None:
    with Ledger(path) as ledger:
        for entry in entries:
            ledger.enter([entry])


def test_what_is_entered_is_there(path: Path) -> None:
    enter(path, ENTRIES[0])
    enter(path, *ENTRIES[1:], FAILED)
    assert [*lines(path)] == [*ENTRIES, FAILED]
    assert path.read_bytes() == b"".join(map(encode_line, [*ENTRIES, FAILED]))


def test_a_line_says_what_it_is() -> None:
    (one, *_rest) = ENTRIES
    assert encode_line(one).startswith(b'{"schema":"vglab.sweep/1","version":"1.0","sweep":"')
    assert (one.at, one.seed, one.error) == ({"network.gain": 1.0}, 0, None)
    assert one.identity == PLAN.runs[0].identity == FAILED.identity
    assert (FAILED.error, FAILED.accuracy, FAILED.networks) == ("no memory", {}, {})
    assert (one.preset, one.set) == ("tanh", {})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_file_cut_anywhere_keeps_its_whole_lines(path: Path, data: st.DataObject) -> None:
    whole = b"".join(map(encode_line, ENTRIES))
    cut = data.draw(st.just(0) | st.integers(OURS, len(whole)))
    path.write_bytes(whole[:cut])
    with Ledger(path):
        kept = [*lines(path)]
    ends = accumulate(len(encode_line(entry)) for entry in ENTRIES)
    assert kept == ENTRIES[: sum(end - 1 <= cut for end in ends)]
    enter(path, *ENTRIES[len(kept) :])
    assert path.read_bytes() == whole


@pytest.mark.parametrize("rest", [b"\0\0\0\0", b'{"schema":"vglab.sweep/1",\0\0\0', b"{"])
def test_what_a_crash_leaves_at_the_end_is_cut_off(path: Path, rest: bytes) -> None:
    path.write_bytes(encode_line(ENTRIES[0]) + rest)
    enter(path, ENTRIES[1])
    assert [*lines(path)] == ENTRIES[:2]


def test_lines_may_be_joined_with_blank_ones_between(path: Path) -> None:
    path.write_bytes(b"\n".join(map(encode_line, ENTRIES)))
    assert [*lines(path)] == ENTRIES


@pytest.mark.parametrize(
    "held",
    [
        *(b"some notes", b"a, b\n1, 2\n", b'{"schema": "vglab.run/1"}\n', b"# TOML\n[network]"),
        *(b"MBR\0data\n" + bytes(9000), b"\x93NUMPY\n" + bytes(80), b"if x {\n{", b"{", bytes(2)),
        b'{"schema":"vglab.run/1","version":',
    ],
)
def test_another_file_is_left_as_it_is(path: Path, held: bytes) -> None:
    path.write_bytes(held)
    with pytest.raises(NoSweep, match="line 1 is not a line of a sweep; nothing was changed"):
        Ledger(path)
    assert path.read_bytes() == held


@pytest.mark.parametrize("how", ["removed", "replaced", "cut", "grown"])
def test_a_file_that_is_moved_away_is_noticed_and_kept_elsewhere(path: Path, how: str) -> None:
    whole = b"".join(map(encode_line, ENTRIES))
    with Ledger(path) as ledger:
        ledger.enter(ENTRIES[:2])
        if how in ("removed", "replaced"):
            path.unlink()
        elif how == "cut":
            os.truncate(path, 5)
        else:
            path.write_bytes(path.read_bytes() + b"junk")
        if how == "replaced":
            path.write_text("mine")
        with pytest.raises(LedgerMoved, match="removed, replaced or truncated") as moved:
            ledger.enter(ENTRIES[2:])
        kept = ledger.keep_elsewhere(moved.value.entries, ENTRIES)
    assert kept.read_bytes() == whole
    assert (
        how == "removed"
        or path.read_bytes() in (b"mine", whole[:5], whole[:-1] + b"junk")
        or how == "grown"
    )


def test_a_broken_line_is_named(path: Path) -> None:
    path.write_bytes(
        encode_line(ENTRIES[0]) + b'{"schema":"vglab.sweep/1"}\n' + encode_line(ENTRIES[1])
    )
    with pytest.raises(NoSweep, match="line 2 is not a line of a sweep"):
        assert [*lines(path)]


def test_two_sweeps_cannot_write_one_file(path: Path) -> None:
    with Ledger(path), pytest.raises(LedgerError, match="another sweep is writing this file"):
        Ledger(path)
    enter(path, ENTRIES[0])


HOLD = "import sys; from pathlib import Path; from vglab.scenarios.sweep.store import Ledger; "
HOLD += "held = Ledger(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"


def test_a_process_that_dies_lets_go(path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LedgerError):
            Ledger(path)
        holder.kill()
        holder.wait(10)
    enter(path, ENTRIES[0])


@pytest.fixture
def _small_files() -> Iterator[None]:
    """No file may become larger than one and a half lines."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit = len(encode_line(ENTRIES[0])) * 3 // 2
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("_small_files")
def test_a_full_disk_takes_nothing_away(path: Path) -> None:
    """The limit stands for it: it too lets half a line be written."""
    with Ledger(path) as ledger:
        ledger.enter(ENTRIES[:1])
        for _ in range(2):
            with pytest.raises(LedgerError, match=r"sweep\.jsonl: the file has grown beyond"):
                ledger.enter(ENTRIES[1:2])
            assert [*lines(path)] == ENTRIES[:1]
            assert path.stat().st_size == len(encode_line(ENTRIES[0]))


def test_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    for place, said in (
        (tmp_path / "no" / "file", "no such file or folder"),
        (tmp_path, "a folder, not a file"),
        (Path("/sys/sweep.jsonl"), "you do not have permission to write here|can only be read"),
    ):
        with pytest.raises(LedgerError, match=said):
            Ledger(place)
    with pytest.raises(NoSweep, match="not a file that can be continued"):
        Ledger(Path(os.devnull))


def test_a_disk_without_locks_is_told_of(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def no_locks(_file: int, _how: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with Ledger(path) as ledger:
        assert not ledger.locked
        ledger.enter(ENTRIES)
    assert [*lines(path)] == ENTRIES
