"""The bake-off of detectors: its networks, what it keeps of them, and the causes it finds."""

import json
import math
from pathlib import Path

import pytest
from vglab.engine.diagnosis.diagnosis import diagnose
from vglab.engine.diagnosis.standing import standing
from vglab.scenarios.experiment.build import build

ROOT = Path(__file__).parents[2]
FADING, GROWING, EVEN = [[0.1, 1.0, 1.0]], [[9.0, 1.0, 1.0]], [[1.0, 1.0]]
FORGETS = {"delta_rms": [[[0.01, 1.0]]]}


@pytest.fixture(autouse=True)
def _benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


def test_a_network_is_the_same_however_many_are_drawn() -> None:
    from random_networks import RATES, random_network, scenario

    networks = [random_network(3, number) for number in range(80)]
    assert networks[7] == random_network(3, 7) != random_network(4, 7)
    assert {network["training.optimizer"] for network in networks} == set(RATES)
    kinds = {scenario(network).network.architecture for network in networks}
    assert kinds == {"mlp", "cnn", "rnn", "lstm", "gru"}


def test_twins_are_scenarios() -> None:
    from random_networks import at_other_rates, random_network, reinitialized, scenario, with_adam

    for number in range(40):
        network = random_network(5, number)
        twins = {**reinitialized(network), **at_other_rates(network)}
        for twin in twins.values():
            scenario(twin)
            assert scenario(with_adam(twin)).training.optimizer == "adam"
        assert scenario(twins["faster"]).training.rate == pytest.approx(
            10 * scenario(network).training.rate, rel=1e-3
        )


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"network.architecture": "lstm", "data.name": "lag", "data.lag": 4},
        {"network.norm": "batch", "network.skip": "identity", "training.optimizer": "adamw"},
    ],
)
def test_a_line_judges_as_the_run_does(more: dict[str, str | int]) -> None:
    from ground_truth import trace_of, train
    from random_networks import scenario

    settings = {"network.depth": 4, "training.steps": 12, "run.record_every": 3, **more}
    line = train(settings)
    run = build(scenario(settings))
    for _ in run.steps:
        pass
    seen = trace_of(json.loads(json.dumps(line)))
    for row in (0, run.trace.upto - 1):
        theirs, ours = (
            diagnose(trace.networks["model"], row, 12, standing=standing(trace, row))
            for trace in (run.trace, seen)
        )
        assert (ours.state, ours.rule, ours.frozen) == (theirs.state, theirs.rule, theirs.frozen)
        assert ours.chance == theirs.chance
        assert ours.accuracy == pytest.approx(theirs.accuracy, abs=1e-6)
        assert ours.budget == pytest.approx(theirs.budget, rel=1e-5)
    assert line["records"] == [0, 3, 6, 9, 12]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"skill": 0.9}, "learned"),
        ({"skill": 0.5}, "partly"),
        ({"diverged": True}, "diverged"),
        ({"twins": {"again": 1.0, "critical": 1.0}}, "luck"),
        ({"twins": {"slower": 1.0, "critical": 1.0}}, "both"),
        ({"twins": {"faster": 0.9}}, "rate"),
        ({"twins": {"adam": 0.9}}, "rate"),
        ({"twins": {"critical": 0.1, "relu_he": 0.9, "adam": 0.9}}, "vanishing"),
        ({"twins": {"critical": 0.9}, "measures": {"delta_rms": GROWING}}, "exploding"),
        (
            {
                "twins": {"orthogonal": 0.9},
                "measures": {"delta_rms": EVEN},
                "time": FORGETS,
            },
            "vanishing",
        ),
        ({"twins": {"critical": 0.2, "relu_he+adam": 0.6}}, "vanishing"),
        ({"twins": {"critical": 0.2, "adam": 0.3}}, "other"),
    ],
)
def test_a_cause_follows_from_what_cures(line: dict[str, object], expected: str) -> None:
    from detectors import cause

    whole = {"skill": 0.0, "diverged": False, "time": None, "measures": {"delta_rms": FADING}}
    assert cause({**whole, **line}) == expected


def test_skill_counts_from_chance() -> None:
    from ground_truth import skill

    assert skill(0.5, 2) == 0
    assert skill(0.1, 10) == 0
    assert skill(1.0, 10) == 1
    assert skill(math.nan, 2) == 0


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    from detectors import read

    file = tmp_path / "networks.jsonl"
    assert read(file) == []
    file.write_text('{"number": 4}\n{"number": 1}\n{"numb')
    assert read(file) == [{"number": 1}, {"number": 4}]
