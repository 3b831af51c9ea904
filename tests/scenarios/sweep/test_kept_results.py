"""Results that are kept between visits, in the format of a sweep's file, and bounded."""

from functools import cache
from pathlib import Path

import pytest
from vglab.scenarios.comparison.tournament import Field, tournament
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.executors import InProcess
from vglab.scenarios.runs.results import Result
from vglab.scenarios.runs.tasks import train
from vglab.scenarios.sweep.kept_results import KeptResults, shorten_file
from vglab.scenarios.sweep.store import lines

TINY = ["network.depth=2", "network.width=2", "training.steps=2", "data.train=70", "data.test=10"]


@cache
def result(seed: int) -> Result:
    return train((load("deep-sigmoid", [*TINY, f"run.seed={seed}"]),))[0]


def test_what_was_measured_is_found_on_the_next_visit(tmp_path: Path) -> None:
    file = tmp_path / "new" / "results.jsonl"
    run, other = (load("deep-sigmoid", [*TINY, f"run.seed={seed}"]) for seed in (0, 1))
    first = KeptResults(file)
    assert first.find(run) is None
    first.keep(run, result(0))
    first.keep(run, result(0))
    first.keep(other, "it was lost")
    again = KeptResults(file)
    assert again.find(run) == result(0)
    assert again.find(other) is None
    assert again.find(load("deep-sigmoid", [*TINY, "network.activation=relu"])) is None
    assert len([*lines(file)]) == 1


def test_where_nothing_is_to_be_kept_nothing_is(tmp_path: Path) -> None:
    kept = KeptResults(None)
    kept.keep(load("deep-sigmoid", TINY), result(0))
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("content", [b"not a sweep\n", b"\x00\xff"])
def test_a_file_of_something_else_is_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "results.jsonl"
    file.write_bytes(content)
    kept = KeptResults(file)
    kept.keep(load("deep-sigmoid", TINY), result(0))
    assert file.read_bytes() == content


def test_of_a_file_that_is_too_long_the_newer_half_stays(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    kept = KeptResults(file)
    runs = [load("deep-sigmoid", [*TINY, f"run.seed={seed}"]) for seed in range(6)]
    for seed, run in enumerate(runs):
        kept.keep(run, result(seed))
    shorten_file(file, file.stat().st_size - 1)
    again = KeptResults(file)
    assert again.find(runs[0]) is None
    assert again.find(runs[5]) == result(5)


def test_a_tournament_runs_only_what_is_not_recalled() -> None:
    whole, again = Field(), Field()
    for _event in tournament("deep-sigmoid", TINY, lambda: InProcess(), whole):
        pass
    known = dict(zip(map(repr, (e.scenario for e in whole.entrants)), whole.outcomes, strict=True))

    def recall(run: object) -> Result | None:
        found = known.get(repr(run), [None])[0]
        return found if isinstance(found, Result) else None

    def hire() -> InProcess:
        raise AssertionError

    for _event in tournament("deep-sigmoid", TINY, hire, again, recall):
        pass
    assert again.outcomes == whole.outcomes
