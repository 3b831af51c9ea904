"""Scenarios on the same data and seeds, and what their replicas showed together."""

from pathlib import Path

import pytest
from msgspec.structs import asdict
from vglab.scenarios.comparison.compare import align, comparison, race, single_replica
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.runs.diagnosis_record import DiagnosisRecord, FinalDiagnosisRecord
from vglab.scenarios.runs.executors import InProcess
from vglab.scenarios.runs.results import NetworkResult, Result
from vglab.scenarios.runs.summary import Spread, quantile, spread, summarize
from vglab.scenarios.runs.train import measure

QUICK = ["network.depth=2", "network.width=4", "training.steps=8"]


def test_all_have_the_first_ones_data_and_seeds(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[data]\nname = 'moons'\nnoise = 0.3\n[run]\nseed = 7\nreplicas = 3")
    first, other = align([str(file), "relu"], [*QUICK, "data.train=200"])
    assert first.data == other.data
    assert first.run == other.run
    assert (other.data.name, other.data.train, other.run.seed) == ("moons", 200, 7)
    assert other.network.activation == "relu"
    back, again = align(["relu", str(file)], QUICK)
    assert (again.data.name, again.run.replicas) == (back.data.name, 1) == ("circles", 1)


def test_what_cannot_be_held_against_each_other_is_said() -> None:
    with pytest.raises(ScenarioError, match="gan cannot be compared with a classifier"):
        align(["relu", "gan-saturating"], [])
    with pytest.raises(ScenarioError, match="no preset or file"):
        align(["relu", "rleu"], [])


def test_a_race_is_the_runs_themselves_as_they_come() -> None:
    scenarios = align(["tanh", "relu"], [*QUICK, "run.replicas=2", "run.seed=4"])
    came = {(one.scenario, one.replica): one.outcome for one in race(scenarios, InProcess())}
    assert sorted(came) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    for (i, r), outcome in came.items():
        run = single_replica(scenarios[i], r)
        assert (run.run.seed, run.run.replicas) == (4 + r, 1)
        (expected,) = measure([run])
        assert isinstance(outcome, Result)
        assert outcome.loss == pytest.approx(expected.loss)


def test_the_document_of_what_has_come_so_far() -> None:
    scenarios = align(["tanh", "relu"], [*QUICK, "run.replicas=2"])
    outcomes = [[], []]
    unfinished = comparison(scenarios, outcomes)
    assert not unfinished.finished
    assert unfinished.runs[0].accuracy == {}
    for one in race(scenarios, InProcess()):
        outcomes[one.scenario].append(one.outcome)
    document = comparison(scenarios, outcomes)
    assert document.finished
    tanh, relu = document.runs
    assert (tanh.scenario, relu.scenario) == ("tanh", "relu")
    assert tanh.changes == ()
    assert {change.key for change in relu.changes} == {"network.activation", "network.init"}
    assert len(relu.replicas) == sum(relu.networks["model"].at_birth.states.values()) == 2


def one(accuracy: float | None, state: str, budget: tuple[float | None, ...]) -> Result:
    """A result."""
    birth = DiagnosisRecord(
        state=state,
        rate=0.5,
        decay="exponential",
        ratio=0.1,
        budget=budget,
        frozen=(),
        flat_gradient_hides=False,
        underflows=False,
        rule="moves",
    )
    diagnosis = FinalDiagnosisRecord(**asdict(birth), at_birth=birth)
    diverged = 3 if accuracy is None else None
    return Result(
        accuracy={"test": accuracy},
        loss={"test": 1.0},
        gan={},
        networks={"model": NetworkResult(diagnosis)},
        diverged_at=diverged,
        seconds=2.0,
    )


def test_replicas_are_summed_up_by_medians_and_bands() -> None:
    results = [
        one(0.5, "vanishing", (1.0, 0.1)),
        one(0.9, "healthy", (2.0, 3.0)),
        one(1.0, "healthy", (None, 0.4)),
        one(None, "diverged", (None, None)),
    ]
    found = summarize("x", "X", (), [*results, "no memory"])
    assert found.accuracy["test"] == Spread(0.9, pytest.approx(0.58), pytest.approx(0.98))
    assert found.budget.median == 0.4
    assert (found.diverged, found.errors, found.seconds) == (1, ["no memory"], 2.0)
    both = found.networks["model"]
    assert (both.at_end.state, both.at_end.states["diverged"]) == ("healthy", 1)


def test_a_spread_of_nothing_is_nothing() -> None:
    assert spread([None, None]) == Spread(None, None, None)
    assert spread([0.25]) == Spread(0.25, 0.25, 0.25)
    assert quantile([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.1) == 1


def test_two_settings_of_one_scenario() -> None:
    plain, other = align(["relu", "relu:network.init=xavier,network.depth=4"], ["run.seed=3"])
    assert (plain.network.init, other.network.init, other.network.depth) == ("he", "xavier", 4)
    assert (other.run.seed, other.data) == (3, plain.data)
    assert other.title.en == "ReLU · network.init=xavier, network.depth=4"
    with pytest.raises(ScenarioError, match="did you mean xavier"):
        align(["relu", "relu:network.init=xavir"])
    with pytest.raises(ScenarioError, match="did you mean relu"):
        align(["relu", "rleu:network.init=xavier"])
