"""Tasks carried out by a crew: every run has an outcome, whoever fails or dies."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any

import fake_jobs
import psutil
import pytest
from msgspec.structs import replace
from vglab.scenarios.errors import one_line
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.cores import PROCESSES, ProcessesError, cores, room_processes
from vglab.scenarios.runs.executors import Crew, CrewError, InProcess, Processes, crew
from vglab.scenarios.runs.results import Outcome
from vglab.scenarios.runs.scheduler import Task, schedule
from vglab.scenarios.runs.tasks import RunTask

BASE = load("tanh")


def task(number: int, *depths: int) -> RunTask:
    """Runs of these depths, numbered from there on."""
    runs = (replace(BASE, network=replace(BASE.network, depth=depth)) for depth in depths)
    return Task(tuple(range(number, number + len(depths))), tuple(runs))


def outcomes(tasks: Iterable[RunTask], crew: Crew) -> dict[int, Outcome]:
    """What became of each run; none twice."""
    found = [*schedule([*tasks], crew, fake_jobs.work)]
    numbers = [number for number, _ in found]
    assert len(numbers) == len(set(numbers))
    return dict(found)


def processes(found: dict[int, Outcome]) -> set[Any]:
    """Where the runs were carried out that were."""
    return {one.loss["test"] for one in found.values() if not isinstance(one, str)}


def fate(found: dict[int, Outcome]) -> dict[int, str]:
    """In one word."""
    return {n: one if isinstance(one, str) else "done" for n, one in sorted(found.items())}


@pytest.mark.parametrize("workers", [1, 2])
def test_every_run_has_its_outcome(workers: int) -> None:
    found = outcomes(
        (task(2 * i, fake_jobs.SOUND, fake_jobs.SOUND) for i in range(5)), crew(workers)
    )
    assert fate(found) == dict.fromkeys(range(10), "done")
    assert (processes(found) == {os.getpid()}) == (workers == 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_fails_spoils_no_other(workers: int) -> None:
    mixed = task(0, fake_jobs.SOUND, fake_jobs.FAILS, fake_jobs.SOUND)
    found = outcomes([mixed, task(3, fake_jobs.SOUND)], crew(workers))
    assert fate(found) == {0: "done", 1: "this depth fails", 2: "done", 3: "done"}


def test_a_run_that_kills_its_worker_is_found_out() -> None:
    tasks = [task(0, fake_jobs.SOUND, fake_jobs.KILLS), task(2, fake_jobs.SOUND, fake_jobs.SOUND)]
    found = fate(outcomes([*tasks, task(4, fake_jobs.SOUND)], Processes(2)))
    assert "killed" in found.pop(1)
    assert found == dict.fromkeys((0, 2, 3, 4), "done")


def test_a_worker_that_is_killed_by_others_costs_nothing() -> None:
    two, shots = Processes(2), [1]
    submit = two.submit

    def and_shoot(*call: Any) -> "Future[Any]":
        future = submit(*call)
        for child in children() if shots else []:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        shots.clear()
        return future

    two.submit = and_shoot
    found = outcomes((task(i, fake_jobs.SOUND) for i in range(4)), two)
    assert not shots
    assert fate(found) == dict.fromkeys(range(4), "done")


def children() -> list[psutil.Process]:
    """The worker processes of this one; an earlier test's may end while one looks."""
    found: list[psutil.Process] = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            found += [child] if "spawn_main" in " ".join(child.cmdline()) else []
    return found


def test_a_crew_is_let_go_when_nobody_wants_the_rest() -> None:
    results = schedule(
        [task(0, fake_jobs.SOUND), task(1, fake_jobs.SLOW)], Processes(2), fake_jobs.work
    )
    assert next(results)[0] == 0
    workers = children()
    assert workers
    started = time.monotonic()
    results.close()
    assert not psutil.wait_procs(workers, timeout=10)[1]
    assert time.monotonic() - started < 10


def test_a_crew_that_cannot_begin_is_not_asked_for_ever() -> None:
    def too_many(*_call: Any) -> "Future[Any]":
        raise BrokenExecutor("Resource temporarily unavailable")

    nobody = InProcess()
    nobody.submit = too_many
    with pytest.raises(CrewError, match="temporarily unavailable"):
        outcomes([task(0, fake_jobs.SOUND)], nobody)


def test_nobody_left_is_said() -> None:
    def never(*_call: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future

    gone = InProcess()
    gone.submit = never
    with pytest.raises(CrewError, match="no longer answers"):
        outcomes([task(0, fake_jobs.SOUND)], gone)


def test_an_error_is_one_line() -> None:
    assert one_line(ValueError(" two\nlines ")) == "two lines"
    assert one_line(MemoryError()) == "MemoryError"


def test_there_is_a_core() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


def blocked(process: psutil.Process) -> set[int]:
    """The signals that a process lets wait or ignores."""
    fields = dict(
        line.split(":\t") for line in Path(f"/proc/{process.pid}/status").read_text().splitlines()
    )
    bits = int(fields["SigBlk"], 16) | int(fields["SigIgn"], 16)
    return {number for number in range(1, 65) if bits >> (number - 1) & 1}


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_signals_of_the_terminal_reach_no_worker_from_its_first_moment() -> None:
    crew = Processes(2)
    try:
        first = crew.submit(os.getpid)
        children = psutil.Process().children()
        assert len(children) >= 2  # a worker, and what clears up after it
        for child in children:
            assert {signal.SIGINT, signal.SIGHUP} <= blocked(child), child.cmdline()
        assert first.result(60) != os.getpid()
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()
    finally:
        crew.close()


def test_rooms_start_as_many_processes_as_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vglab.scenarios.runs.cores.cores", lambda: 64)
    monkeypatch.delenv(PROCESSES, raising=False)
    assert room_processes() == 63
    monkeypatch.setenv(PROCESSES, "3")
    assert room_processes() == 3
    monkeypatch.setenv(PROCESSES, "1000")
    assert room_processes() == 63
    monkeypatch.setenv(PROCESSES, "all")
    with pytest.raises(ProcessesError, match="found 'all'; allowed is a whole number from 1"):
        room_processes()
