"""The table of remedies, and the tournament that ranks them by what was measured."""

from collections.abc import Sequence
from math import inf

import pytest
from vglab.engine.nn.activations import ACTIVATIONS, activation
from vglab.engine.theory.mean_field import critical_gain, rate
from vglab.scenarios.comparison.compare import Arrival
from vglab.scenarios.comparison.remedies import REMEDIES, Remedy, apply_remedies, critical_sigma
from vglab.scenarios.comparison.tournament import (
    REPLICAS,
    WORST,
    Event,
    Field,
    NewEntrant,
    is_better,
    is_improved,
    promising_pairs,
    replica_score,
    score,
    standings,
    tournament,
    tournament_result,
    with_replicas,
)
from vglab.scenarios.loading.changes import differences
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.executors import InProcess
from vglab.scenarios.runs.results import Result

NAMED = {remedy.name: remedy for remedy in REMEDIES}
QUICK = ["network.depth=6", "network.width=12", "training.steps=150"]
EDGE = {"selu": 1.0}
"""SELU's weights are those it was made for."""


JUMPS = {"gelu", "silu"}
"""Where χ passes 1 by a jump, as the length of the signal does: no gain is critical."""


@pytest.mark.parametrize("name", sorted(JUMPS))
def test_matched_weights_are_where_the_slope_jumps_over_one(name: str) -> None:
    g, found = (
        activation(name),
        critical_sigma(load("tanh", [f"network.activation={name}"]).network),
    )
    assert critical_gain(g) is None
    assert rate(g, (0.998 * found) ** 2) < 1 < rate(g, (1.002 * found) ** 2)


@pytest.mark.parametrize("name", sorted({*ACTIVATIONS} - JUMPS))
def test_matched_weights_are_theorys(name: str) -> None:
    theory = EDGE.get(name) or critical_gain(activation(name))
    slopes = [0.0, 0.2, 0.5] if name == "leaky_relu" else [None]
    for slope in slopes:
        settings = [f"network.activation={name}"]
        settings += [] if slope is None else [f"network.slope={slope}"]
        if slope is not None:
            theory = critical_gain(activation(name, slope))
        found = critical_sigma(load("tanh", settings).network)
        assert found == pytest.approx(theory, rel=2e-3)


def applicable(name: str, *stated: str) -> set[str]:
    """The remedies that can be taken."""
    return {remedy.name for remedy in REMEDIES if apply_remedies(name, stated, [remedy])}


def test_a_remedy_applies_where_it_changes_something() -> None:
    sigmoid, relu = applicable("deep-sigmoid"), applicable("relu")
    assert sigmoid - relu == {"relu-he", "matched-init"}
    assert relu - sigmoid == set()
    assert {"skip", "skip-preactivation"}.isdisjoint(applicable("tanh", "network.depth=1"))
    assert {"lstm", "non-saturating", "wasserstein"}.isdisjoint(sigmoid)
    assert "adam" not in applicable("tanh", "training.optimizer=adam", "training.rate=0.001")
    assert {"non-saturating", "wasserstein"} <= applicable("gan-saturating")
    assert "batch-norm" not in applicable("gan-saturating")
    recurrent = ("network.architecture=rnn", "data.name=lag")
    assert {"lstm", "gru", "clipping"} <= applicable("tanh", *recurrent)


@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda remedy: remedy.name)
def test_what_a_remedy_states_is_all_that_changes(remedy: Remedy) -> None:
    for base in ("deep-sigmoid", "weight-init", "gan-saturating"):
        if entrant := apply_remedies(base, (), [remedy]):
            changed = {change.key for change in differences(load(base), entrant.scenario)}
            stated = {setting.partition("=")[0] for setting in entrant.settings}
            assert changed
            assert changed <= stated
            assert load(base, entrant.settings) == entrant.scenario


def test_remedies_that_contradict_each_other_are_no_pair() -> None:
    pair = [NAMED["batch-norm"], NAMED["adam"]]
    both = apply_remedies("deep-sigmoid", (), pair)
    assert both
    assert (both.scenario.network.norm, both.scenario.training.optimizer) == ("batch", "adam")
    for names in (("batch-norm", "layer-norm"), ("adam", "larger-rate"), ("relu-he", "selu")):
        assert apply_remedies("deep-sigmoid", (), [NAMED[name] for name in names]) is None


def held(name: str, *stated: str) -> tuple[list[Event], Field]:
    """A tournament to its end."""
    field = Field()
    return [*tournament(name, [*QUICK, *stated], InProcess, field)], field


@pytest.mark.slow
def test_a_tournament_ranks_what_was_measured() -> None:
    events, field = held("deep-sigmoid", "run.replicas=2")
    table = standings(field)
    assert [one.rank for one in table] == [*range(1, len(table) + 1)]
    (plain,) = (one for one in table if not one.remedies)
    assert (plain.title, plain.changes, plain.improved) == ("as it is", (), False)
    scores = [
        (one.accuracy["test"].median, -(one.loss["test"].median or inf), one.budget.median)
        for one in table
        if one.diverged == 0
    ]
    assert scores == sorted(scores, reverse=True)
    helped = {one.remedies[0] for one in table if one.improved and len(one.remedies) == 1}
    assert "relu-he" in helped
    assert {name for one in table if len(one.remedies) == 2 for name in one.remedies} <= helped
    assert sum(isinstance(event, NewEntrant) for event in events) == len(table)
    assert sum(isinstance(event, Arrival) for event in events) == 2 * len(table)
    assert all(len(one.replicas) == 2 for one in table)


def test_a_table_can_be_made_while_results_still_come() -> None:
    field = Field()
    events = tournament("deep-sigmoid", QUICK, InProcess, field)
    for event in events:
        if isinstance(event, Arrival):
            break
    table = standings(field)
    assert sum(len(one.replicas) for one in table) < len(table)
    assert not tournament_result(field, "1.0", finished=False).finished


def outcome(accuracy: float | None, loss: float | None) -> Result:
    """A result."""
    return Result(
        accuracy={"test": accuracy},
        loss={"test": loss},
        gan={},
        networks={},
        diverged_at=None,
        seconds=0.0,
    )


@pytest.mark.parametrize(
    ("better", "base", "is_so"),
    [
        ((0.6, -1.0, 0), (0.5, -0.1, 9), True),
        ((0.505, -0.7, 0), (0.5, -0.7, 9), False),
        ((0.505, -0.6, 0), (0.5, -0.7, 9), True),
        ((0.495, -0.6, 0), (0.5, -0.7, 9), True),
        ((0.4, -0.1, 0), (0.5, -0.7, 9), False),
        ((0.0, -0.5, 0), (0.0, -1.0, 0), True),
        (WORST, (0.5, -0.7, 9), False),
        ((0.5, -0.7, 9), WORST, True),
        (WORST, WORST, False),
    ],
)
def test_what_counts_as_better(
    better: tuple[float, float, float], base: tuple[float, float, float], is_so: bool
) -> None:
    assert is_better(better, base) is is_so


def test_replicas_that_are_lost_count_as_the_worst() -> None:
    assert replica_score(outcome(None, None)) == WORST
    several: Sequence[Result | str] = [outcome(0.9, 0.1), outcome(0.8, 0.2), "no memory"]
    assert score(several)[:2] == (0.8, -0.2)
    assert score([outcome(0.9, 0.1), "killed", outcome(None, None)]) == WORST
    assert score([]) == WORST


def test_a_gan_is_ranked_by_its_distance() -> None:
    near, far = (
        Result(
            accuracy={},
            loss={"generator": 1.0},
            gan={"distance": d},
            networks={},
            diverged_at=None,
            seconds=0.0,
        )
        for d in (0.1, 2.0)
    )
    assert score([near]) > score([far])
    assert is_better(score([near]), score([far]))


def test_only_what_helped_is_tried_in_pairs() -> None:
    stated = ("network.depth=4", "training.steps=9")
    names = ("relu-he", "batch-norm", "adam")
    entrants = [
        apply_remedies("deep-sigmoid", stated, [NAMED[n]] if n else []) for n in ("", *names)
    ]
    field = Field()
    for entrant, accuracy in zip(entrants, (0.5, 0.9, 0.7, 0.5), strict=True):
        assert entrant
        field.enter(entrant)
        field.outcomes[-1].append(outcome(accuracy, 0.5))
    tried = [
        [one.name for one in pair.remedies]
        for pair in promising_pairs("deep-sigmoid", stated, field)
    ]
    assert tried == [["relu-he", "batch-norm"]]


@pytest.mark.parametrize(
    ("accuracies", "is_so"),
    [
        ((0.52, 0.5, 0.56), False),  # one seed's luck
        ((0.7, 0.62, 0.9), True),
        ((0.7, 0.4, 0.9), False),
    ],
)
def test_better_is_more_than_the_replicas_differ_by(
    accuracies: tuple[float, ...], is_so: bool
) -> None:
    plain = [outcome(accuracy, 0.7) for accuracy in (0.5, 0.45, 0.54)]
    assert is_improved([outcome(accuracy, 0.69) for accuracy in accuracies], plain) is is_so


def test_each_entrant_is_tried_several_times() -> None:
    assert with_replicas("relu", ["training.steps=5"])[-1] == f"run.replicas={REPLICAS}"
    assert with_replicas("relu", ["run.replicas=1"]) == ["run.replicas=1"]


def test_a_rate_is_written_as_a_person_would() -> None:
    """0.1 / 10 is 0.010000000000000002 in binary."""
    entrants = [
        apply_remedies("deep-sigmoid", [], [one]) for one in REMEDIES if one.name == "smaller-rate"
    ]
    assert [entrant and entrant.settings for entrant in entrants] == [("training.rate=0.01",)]
