"""A sweep goes on where it stopped: nothing finished is lost, and nothing is done twice."""

from pathlib import Path

import pytest
from msgspec import UNSET
from msgspec.structs import replace
from vglab.scenarios.runs.executors import InProcess
from vglab.scenarios.runs.results import Result
from vglab.scenarios.runs.train import measure
from vglab.scenarios.schema.spec import Scenario
from vglab.scenarios.sweep import run as sweeping
from vglab.scenarios.sweep.plan import SweepPlan, plan
from vglab.scenarios.sweep.run import read_finished, remaining_runs, run_plan
from vglab.scenarios.sweep.store import Ledger, LedgerError, Line, NoSweep, encode_line, lines

QUICK = ["network.width=4", "training.steps=5", "run.replicas=2"]
PLAN = plan("tanh", ["network.depth=1:3", "network.gain=1,2"], QUICK)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sweep.jsonl"


def go_on(whole: SweepPlan, path: Path, stop: int | None = None, retry: bool = False) -> list[Line]:
    """Sweep, perhaps only so many runs; what was carried out."""
    with Ledger(path) as ledger:
        todo = remaining_runs(whole, read_finished(whole, path), retry)
        done: list[Line] = []
        for entry in run_plan(whole, todo, ledger, InProcess(), "1.0"):
            done.append(entry)
            if len(done) == stop:
                break
    return done


@pytest.mark.parametrize("stop", [1, 5, 12])
def test_a_sweep_goes_on_where_it_stopped(path: Path, stop: int) -> None:
    first = go_on(PLAN, path, stop)
    rest = go_on(PLAN, path)
    assert [*lines(path)] == [*first, *rest]
    assert {entry.identity for entry in lines(path)} == {run.identity for run in PLAN.runs}
    assert len(first) + len(rest) == len(PLAN.runs) == 12
    assert go_on(PLAN, path) == []


def test_each_line_is_the_run_it_says(path: Path) -> None:
    go_on(PLAN, path)
    runs = {run.identity: run.scenario for run in PLAN.runs}
    for entry in lines(path):
        (expected,) = measure([runs[entry.identity]])
        assert entry.loss == pytest.approx(expected.loss, rel=1e-5)
        assert entry.networks["model"].diagnosis.state == expected.networks["model"].diagnosis.state
        assert (entry.scenario, entry.sweep, entry.error) == ("tanh", PLAN.digest, None)


def test_a_file_can_be_continued_by_a_finer_grid(path: Path) -> None:
    go_on(PLAN, path)
    finer = plan("tanh", ["network.depth=1:3", "network.gain=1,1.5,2"], QUICK)
    assert {entry.at["network.gain"] for entry in go_on(finer, path)} == {1.5}
    assert len(read_finished(PLAN, path)) == 12
    assert len(read_finished(finer, path)) == 18


def test_another_sweep_is_not_mixed_in(path: Path) -> None:
    go_on(PLAN, path, stop=1)
    for other in (
        plan("relu", ["network.depth=1:3", "network.gain=1,2"], QUICK),
        plan("tanh", ["network.depth=1:3"], QUICK),
        plan("tanh", ["network.depth=1:3", "network.gain=1,2"], [*QUICK, "training.rate=9"]),
    ):
        with pytest.raises(NoSweep, match="another sweep is in this file"):
            go_on(other, path)
    assert len([*lines(path)]) == 1


@pytest.mark.parametrize(
    ("name", "overs", "stated", "said"),
    [
        ("relu", ["network.depth=1", "network.gain=1"], QUICK, "tanh, not relu"),
        ("tanh", ["network.depth=1"], QUICK, "over network.depth, network.gain, not over network."),
        (
            "tanh",
            ["network.depth=1", "network.gain=1"],
            [*QUICK, "training.rate=9"],
            "training.rate = 0.1, not 9.0",
        ),
    ],
)
def test_what_differs_is_told(
    path: Path, name: str, overs: list[str], stated: list[str], said: str
) -> None:
    go_on(PLAN, path, stop=1)
    with pytest.raises(NoSweep) as caught:
        go_on(plan(name, overs, stated), path)
    assert f"another sweep is in this file ({said}" in str(caught.value)


def test_a_line_that_is_older_than_its_settings_is_gone_on_with(path: Path) -> None:
    go_on(PLAN, path, stop=1)
    first = next(lines(path))
    path.write_bytes(encode_line(replace(first, preset=UNSET, set=UNSET)))
    assert next(lines(path)).statement is None
    with pytest.raises(
        NoSweep, match=r"\(tanh over network.depth, network.gain, or other settings"
    ):
        go_on(plan("relu", ["network.depth=1"], QUICK), path)
    assert len([*go_on(PLAN, path)]) == len(PLAN.runs) - 1


def test_a_run_that_fails_is_a_line_and_may_be_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(runs: tuple[Scenario, ...], extras: object) -> list[Result]:
        if any(run.network.depth == 2 and run.run.seed == 0 for run in runs):
            raise MemoryError("no room")
        return measure(runs)

    monkeypatch.setattr(sweeping, "train", no_room)
    go_on(PLAN, path)
    failed = [entry for entry in lines(path) if entry.error is not None]
    assert [(entry.at["network.depth"], entry.seed) for entry in failed] == [(2, 0)] * 2
    assert {entry.error for entry in failed} == {"no room"}
    assert len([*lines(path)]) == 12
    assert go_on(PLAN, path) == []
    monkeypatch.undo()
    assert len(go_on(PLAN, path, retry=True)) == 2
    assert all(entry.error is None for entry in read_finished(PLAN, path).values())
    assert len([*lines(path)]) == 14


def test_what_was_yielded_is_on_the_disk_when_it_cannot_go_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter, room = Ledger.enter, [3]

    def full(ledger: Ledger, entries: list[Line]) -> None:
        if not room[0]:
            raise LedgerError("full")
        room[0] -= 1
        enter(ledger, entries)

    monkeypatch.setattr(Ledger, "enter", full)
    with pytest.raises(LedgerError, match="full"):
        go_on(PLAN, path)
    assert len([*lines(path)]) == 3
    room[0] = 99
    assert len(go_on(PLAN, path)) == 9


def test_runs_of_a_plan_alone_count(path: Path) -> None:
    go_on(PLAN, path)
    fewer = replace(PLAN, runs=PLAN.runs[:3])
    assert len(read_finished(fewer, path)) == 3
    assert remaining_runs(fewer, {}) == [*PLAN.runs[:3]]
