"""`vglab sweep` and `vglab export`: killed, interrupted, locked out, short of space."""

import csv
import errno
import json
import os
import pty
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import psutil
import pytest
from jsonschema import Draft202012Validator
from shell import CommandResult, result_of, start
from vglab.scenarios.documents.schemas import SCHEMAS

Ask = Callable[..., CommandResult]
SCHEMA = Draft202012Validator(json.loads(SCHEMAS["sweep"]()))
TINY = ["--set", "network.width=4", "--set", "network.depth=2", "--steps", "5"]
SWEEP = ["sweep", "tanh", *TINY, "--over", "network.gain=0.5:2:4", "--replicas", "2"]
LONG = ["sweep", "tanh", "--set", "network.width=8", "--steps", "3000"]
LONG += ["--over", "network.depth=2:13"]
LONGER = [*LONG, "--steps", "100000"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sweep.jsonl"


def entries(path: Path) -> list[Any]:
    """The file's lines, each held against the schema."""
    found = [json.loads(line) for line in path.read_text().splitlines()]
    for entry in found:
        SCHEMA.validate(entry)
    return found


def names(path: Path) -> list[tuple[Any, int]]:
    """What tells the file's runs apart."""
    return [(tuple(entry["at"].values()), entry["seed"]) for entry in entries(path)]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_sweep_is_a_line_a_run(ask: Ask, path: Path, workers: str) -> None:
    assert ask(*SWEEP, "--out", str(path), "--workers", workers) == (0, "", "")
    assert sorted(names(path)) == [((g,), s) for g in (0.5, 1.0, 1.5, 2.0) for s in (0, 1)]
    before = path.read_bytes()
    assert ask(*SWEEP, "--out", str(path), "--workers", workers) == (0, "", "")
    assert path.read_bytes() == before


def wait_for_lines(path: Path, count: int) -> None:
    """Until so many runs are in the file."""
    give_up = time.monotonic() + 50
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < give_up
        time.sleep(0.02)


def descendants(process: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """Its workers."""
    return psutil.Process(process.pid).children(recursive=True)


def test_killed_it_goes_on_where_it_stopped(path: Path) -> None:
    """Twice, the second time with half a line left behind."""
    for count in (1, 5):
        process = start(*LONG, "--workers", "2", "--out", str(path))
        wait_for_lines(path, count)
        workers = descendants(process)
        process.kill()
        process.communicate(timeout=30)
        assert not psutil.wait_procs(workers, timeout=20)[1]
        kept = path.read_bytes()
        assert kept.endswith(b"\n")
    path.write_bytes(kept + kept.splitlines()[0][:100])
    ended = result_of(start(*LONG, "--workers", "2", "--out", str(path)))
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert path.read_bytes().startswith(kept)
    assert sorted(names(path)) == [((depth,), 0) for depth in range(2, 14)]


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_says_what_is_safe(path: Path, workers: str) -> None:
    process = start(*LONG, "--workers", workers, "--out", str(path))
    wait_for_lines(path, 2)
    workers_there = descendants(process)
    process.send_signal(signal.SIGINT)
    status, out, err = result_of(process)
    assert (status, out) == (130, "")
    count = len(entries(path))
    assert err == f"{count} of 12 runs are in {path}; the same command resumes from there.\n"
    assert not psutil.wait_procs(workers_there, timeout=20)[1]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda it: it.name)
@pytest.mark.parametrize("group", [False, True], ids=["alone", "group"])
def test_a_batch_system_ends_a_sweep_as_ctrl_c_does(
    path: Path, number: signal.Signals, group: bool
) -> None:
    process = start(*LONG, "--workers", "2", "--out", str(path), start_new_session=True)
    wait_for_lines(path, 2)
    os.killpg(process.pid, number) if group else process.send_signal(number)
    status, out, err = result_of(process)
    count = len(entries(path))
    assert (status, out) == (128 + number, "")
    assert err == f"{count} of 12 runs are in {path}; the same command resumes from there.\n"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("after", [0.3, 0.5, 0.7, 0.9])
def test_ctrl_c_while_workers_start_says_one_line(path: Path, after: float) -> None:
    """A terminal sends it to all of its processes."""
    process = start(*LONGER, "--workers", "2", "--out", str(path), start_new_session=True)
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)
    status, out, err = result_of(process)
    assert (status, out) == (130, "")
    assert "Traceback" not in err
    assert err.count("\n") <= 1


@pytest.mark.slow
@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_a_file_that_is_taken_away_is_kept_under_another_name(path: Path, how: str) -> None:
    process = start(*LONG, "--workers", "1", "--out", str(path))
    wait_for_lines(path, 2)
    path.unlink()
    if how == "replaced":
        path.write_text("mine")
    status, out, err = result_of(process)
    assert (status, out) == (1, "")
    kept = path.with_stem(f"{path.stem}-2") if how == "replaced" else path
    first, second = err.splitlines()
    assert first.startswith(f"Error: {path}: the file was removed, replaced or truncated")
    count = len(entries(kept))
    assert 3 <= count <= 12
    assert second == f"{count} of 12 runs are kept in {kept}; resume with --out {kept}"
    assert how == "removed" or path.read_text() == "mine"
    assert result_of(start(*LONG, "--workers", "2", "--out", str(kept))) == (0, "", "")


def test_a_whole_sweep_is_drawn_from_where_nothing_can_be_written(
    path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(*SWEEP, "--out", str(path)).status == 0

    def refused(*_: object) -> None:
        raise PermissionError(errno.EROFS, "read-only")

    monkeypatch.setattr("vglab.tui.cli.commands.sweep.Ledger", refused)
    assert ask(*SWEEP, "--out", str(path), "--plot").status == 0


def test_two_sweeps_on_one_file_are_one_too_many(path: Path, ask: Ask) -> None:
    process = start(*LONG, "--workers", "1", "--out", str(path))
    wait_for_lines(path, 1)
    status, out, err = ask(*LONG, "--out", str(path))
    process.send_signal(signal.SIGINT)
    result_of(process)
    assert (status, out) == (1, "")
    assert err == f"Error: {path}: another sweep is writing this file\n"


def test_a_full_disk_is_told_and_what_was_there_stays(path: Path) -> None:
    assert result_of(start(*SWEEP, "--out", str(path), "--workers", "1")).status == 0
    room = path.stat().st_size * 5 // 8
    path.unlink()

    process = start(*SWEEP, "--out", str(path), "--workers", "1")
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, room))
    status, out, err = result_of(process)
    assert (status, out) == (1, "")
    count = len(entries(path))
    assert 0 < count < 8
    assert err.splitlines() == [
        f"Error: {path}: the file has grown beyond the size allowed",
        f"{count} of 8 runs are in {path}; the same command resumes from there.",
    ]
    assert result_of(start(*SWEEP, "--out", str(path), "--workers", "2")) == (0, "", "")
    assert len(set(names(path))) == len(names(path)) == 8


@pytest.mark.parametrize(
    ("out", "status", "message"),
    [
        ("no/such/sweep.jsonl", 1, "no such file or folder"),
        ("/sys/sweep.jsonl", 1, "you do not have permission to write here"),
        ("/tmp", 1, "a folder, not a file"),
        ("/dev/null", 2, "not a file that can be continued"),
        (__file__, 2, "line 1 is not a line of a sweep; nothing was changed"),
    ],
)
def test_where_no_sweep_can_be_written(ask: Ask, out: str, status: int, message: str) -> None:
    assert ask(*SWEEP, "--out", out) == (status, "", f"Error: {out}: {message}\n")


def test_a_clock_that_goes_backwards_changes_nothing(
    ask: Ask, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [2e9]

    def backwards() -> float:
        now[0] -= 3600
        return now[0]

    monkeypatch.setattr(time, "time", backwards)
    assert ask(*SWEEP, "--out", str(path), "--workers", "1") == (0, "", "")
    assert all(0 <= entry["seconds"] < 60 for entry in entries(path))


def test_mistakes_name_the_option(ask: Ask, path: Path) -> None:
    for over, message in (
        ("network.gain=0,1", "--over: network.gain: found 0; allowed: a number greater than 0"),
        ("network.gian=1", "--over: network.gian: no such key; allowed: "),
        ("network.gain=1:2", "--over: network.gain=1:2: how many values? "),
        ("network.gain", "--over: network.gain: not an axis; "),
    ):
        status, out, err = ask("sweep", "tanh", "--over", over, "--out", str(path))
        assert (status, out) == (2, "")
        assert err.startswith(f"Error: {message}")
        assert err.count("\n") == 1
    assert not path.exists()


def test_spanish_is_spoken(ask: Ask, path: Path) -> None:
    _, _, err = ask("sweep", "tanh", "--over", "network.gain", "--out", str(path), "--lang", "es")
    assert err.startswith("Error: --over: network.gain: esto no es un eje; escriba CLAVE=VALORES")


def test_expectations_are_of_every_run(ask: Ask, path: Path) -> None:
    met = ("--expect", "networks.model.diagnosis.at_birth.rate > 0", "--expect", "error == null")
    assert ask(*SWEEP, "--out", str(path), *met) == (0, "", "")
    status, _, err = ask(*SWEEP, "--out", str(path), "--expect", "seed == 0")
    assert status == 3
    gains = ("0.5", "1.0", "1.5", "2.0")
    assert err.splitlines() == [
        f"network.gain={gain}, run.seed=1: expected seed == 0, measured 1" for gain in gains
    ]
    status, _, err = ask(*SWEEP, "--out", str(path), "--expect", "acuracy.test > 0")
    assert (status, err.count("\n")) == (2, 1)


def test_a_run_that_fails_is_a_line_and_told_at_the_end(ask: Ask, path: Path) -> None:
    huge = ["network.depth=200", "network.width=512", "training.batch=512"]
    huge += ["data.train=100000", "data.test=100000", "training.steps=1000000"]
    settings = [word for one in huge for word in ("--set", one)]
    command = ["sweep", "tanh", *settings, "--record-every", "1", "--out", str(path)]
    status, out, err = ask(*command, "--over", "network.gain=1,2")
    assert (status, out) == (1, "")
    assert err.startswith("Error: 2 runs of 2 failed; the first because: this run would need about")
    assert err.count("\n") == 1
    assert all("would need about" in entry["error"] for entry in entries(path))
    assert ask(*command, "--over", "network.gain=1,2").status == 1
    assert len(entries(path)) == 2


def test_random_points(ask: Ask, path: Path) -> None:
    over = ["--over", "network.gain=0.5:2", "--over", "training.rate=1e-3:1:log"]
    command = ["sweep", "tanh", *TINY, *over, "--out", str(path), "--workers", "1"]
    assert ask(*command, "--random", "5") == (0, "", "")
    first = names(path)
    assert len(set(first)) == 5
    assert ask(*command, "--random", "8") == (0, "", "")
    assert names(path)[:5] == first
    assert len(set(names(path))) == 8


def test_the_plot_is_a_table_in_a_pipe(ask: Ask, path: Path) -> None:
    status, out, err = ask(
        "sweep", "tanh", *TINY[:2], "--steps", "5", "--over", "network.gain=0.5,2",
        "--over", "network.depth=2:4", "--out", str(path), "--plot",
        "--figure", "networks.model.diagnosis.at_birth.budget.0",
    )  # fmt: skip
    assert (status, err) == (0, "")
    head, *rows = out.splitlines()
    assert head.split() == ["0.5", "2"]
    assert [row.split()[0] for row in rows] == ["4", "3", "2"]
    found = {tuple(entry["at"].values()): entry for entry in entries(path)}
    budget = found[2.0, 4]["networks"]["model"]["diagnosis"]["at_birth"]["budget"][0]
    assert float(rows[0].split()[2]) == pytest.approx(budget, rel=0.05)
    status, _, err = ask(
        *SWEEP, "--out", str(path.with_name("x")), "--plot", "--figure", "acc.test"
    )
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith("Error: --figure: acc.test: ")


def terminal_shows(*command: str) -> str:
    """What a command writes to a terminal of 90 columns with all colors."""
    master, slave = pty.openpty()
    env = {"COLUMNS": "90", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    process = start(*command, stdout=slave, stderr=slave, env=env)
    os.close(slave)
    shown = b""
    while True:
        try:
            data = os.read(master, 4096)
        except OSError:
            break
        shown += data
    os.close(master)
    assert process.wait(60) == 0
    return shown.decode()


def test_on_a_terminal_there_is_a_map_and_a_line_that_moves(path: Path) -> None:
    shown = terminal_shows(
        "sweep", "tanh", "--set", "network.width=16", "--steps", "5", "--out", str(path),
        "--over", "network.gain=0.5:2:4", "--over", "network.depth=4:12:3", "--plot",
    )  # fmt: skip
    assert "12/12" in shown
    assert "left" in shown
    assert "▀" in shown
    assert "\x1b[" in shown
    assert "critical σ_w" in shown
    assert shown.count("•") == 3 + 1


def test_export_as_csv(ask: Ask, path: Path) -> None:
    ask(*SWEEP, "--out", str(path))
    status, out, err = ask("export", str(path), "--csv")
    assert (status, err) == (0, "")
    rows = [*csv.DictReader(StringIO(out))]
    for row, entry in zip(rows, entries(path), strict=True):
        assert float(row["network.gain"]) == entry["at"]["network.gain"]
        assert float(row["accuracy.test"]) == entry["accuracy"]["test"]
        found = entry["networks"]["model"]["diagnosis"]
        assert json.loads(row["networks.model.diagnosis.budget"]) == found["budget"]
        assert row["networks.model.diagnosis.at_birth.state"] == found["at_birth"]["state"]
    table = path.with_suffix(".csv")
    assert ask("export", str(path), "--out", str(table)) == (0, "", "")
    assert table.read_text() == out.removesuffix("\n") or table.read_text() == out


def test_export_as_parquet(ask: Ask, path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    ask(*SWEEP, "--out", str(path))
    table = path.with_suffix(".parquet")
    assert ask("export", str(path), "--parquet", "--out", str(table)) == (0, "", "")
    columns = parquet.read_table(table).to_pydict()
    assert columns["network.gain"] == [entry["at"]["network.gain"] for entry in entries(path)]
    budgets = [entry["networks"]["model"]["diagnosis"]["budget"] for entry in entries(path)]
    assert columns["networks.model.diagnosis.budget"] == budgets
    process = start("export", str(path), "--parquet")
    out, _ = process.communicate(timeout=60)
    assert out == table.read_bytes()


def test_an_export_is_whole_or_not_there(ask: Ask, path: Path) -> None:
    table = path.with_name("table.csv")
    table.write_text("mine")
    path.write_text('{"schema":"vglab.sweep/1"}\n')
    status, out, err = ask("export", str(path), "--csv", "--out", str(table), "--force")
    assert (status, out) == (2, "")
    assert err == f"Error: {path}: line 1 is not a line of a sweep; nothing was changed\n"
    assert (table.read_text(), len([*path.parent.iterdir()])) == ("mine", 2)
    assert ask("export", str(path)).status == 2
    assert ask("export", "nowhere", "--csv").status == 1


def test_an_export_replaces_nothing_unless_told_to_and_never_the_sweep(
    ask: Ask, path: Path
) -> None:
    ask(*SWEEP, "--out", str(path))
    runs, table, link = path.read_bytes(), path.with_name("table.csv"), path.with_name("link")
    table.write_text("mine")
    link.symlink_to(path)
    export = ("export", str(path), "--csv", "--out")
    status, _out, err = ask(*export, str(table))
    assert (status, table.read_text()) == (2, "mine")
    assert err == f"Error: {table}: the file exists already (--force replaces it)\n"
    for itself in (path, link):
        status, _out, err = ask(*export, str(itself), "--force")
        assert (status, path.read_bytes(), link.is_symlink()) == (2, runs, True)
        assert err == f"Error: {itself}: this is the sweep itself; give --out another file\n"
    assert ask(*export, str(table), "--force") == (0, "", "")
    assert table.read_text().startswith("network.gain,")
    assert {each.name for each in path.parent.iterdir()} == {path.name, table.name, link.name}


def test_a_reader_who_has_had_enough_ends_an_export_quietly(ask: Ask, path: Path) -> None:
    ask(*SWEEP, "--out", str(path), "--replicas", "40")
    process = start("export", str(path), "--csv")
    assert process.stdout
    assert process.stderr
    process.stdout.read(10)
    process.stdout.close()
    assert (process.stderr.read(), process.wait(60)) == (b"", 0)
    process.stderr.close()
