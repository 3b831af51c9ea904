"""Claims put to the test: with made-up figures, in quick experiments, and (slow) all of them; and
whether the literature agrees."""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from typing import Any

import pytest
from msgspec.structs import replace
from vglab.scenarios.claims import testing as examining
from vglab.scenarios.claims.catalog import Case, Claim, Setup, claims
from vglab.scenarios.claims.rules import Figures
from vglab.scenarios.claims.testing import (
    ClaimResult,
    Measured,
    Trial,
    examine,
    judge,
    judge_ready,
    trials,
)
from vglab.scenarios.runs.executors import InProcess, Processes
from vglab.scenarios.schema.spec import Text

COMPARABLE = {"holds": "true", "holds when": "partly", "fails": "false"}
"""What a verdict is, in the literature's words."""
BY_SGD = "holds when"
JUSTIFIED = {
    # True, says the literature, and has SGD in mind. RMSprop and Adam move such layers.
    "updates-are-blocked": BY_SGD,
    "early-layers-stop-learning": BY_SGD,
    "early-layers-are-not-adjusted": BY_SGD,
    "near-zero-gradients-freeze-layers": BY_SGD,
    "weights-of-a-dead-node-stay": BY_SGD,
    # False by the literature's reading of deep, and true by the other, which is tried too.
    "tiny-in-the-deepest-layers": "holds when",
    "small-in-deeper-layers": "holds when",
    # False of the activations the literature means. SELU, GELU, SiLU and a large α are tried too.
    "explosion-comes-from-large-slopes": "holds when",
    "leaky-relu-mitigates-vanishing": "holds when",
    # True where there is something to remedy; each has a control where there is not.
    "resnets-helped": "holds when",
    "remedies-make-learning-more-efficient": "holds when",
    "earlier-activations-weigh-more": "holds when",
    "more-layers-are-harder-to-train": "holds when",
    "relu-allows-larger-gradients": "holds when",
    # False of the recurrent networks the note means. Gates that begin open are tried too, and help.
    "rnns-helped-mitigate-vanishing": "holds when",
}
"""Verdicts that differ from the literature's."""

SIGMOID, TANH, GAME = Setup("sigmoid"), Setup("tanh"), Setup("game")
CLAIM = Claim(
    id="a-claim",
    note="000",
    literature="partly",
    says=Text("It fades.", "Se apaga."),
    rule=("birth.ratio < 0.1", "other.end.ratio > birth.ratio"),
    cases=(
        Case("sigmoid", against=TANH, when=Text("σ", "la σ")),
        Case(
            "game", against=TANH, alias={"birth.ratio": "end.share"}, when=Text("a game", "juego")
        ),
    ),
)
MADE_UP: Measured = {
    SIGMOID: {"birth.ratio": (0.01, 0.02, None), "end.ratio": (1.0, 1.0, 1.0)},
    TANH: {"birth.ratio": (0.5, 0.5, 0.5), "end.ratio": (0.6, 0.6, 0.6)},
    GAME: {"end.share": (0.01, 0.02, 0.03)},
}


def test_a_finding_follows_from_the_figures_alone() -> None:
    found = judge(CLAIM, MADE_UP)
    first, second = found.cases
    assert (found.verdict, found.when) == ("holds when", "a game")
    assert (first.obeys, first.so) == ((True, True, False), False)
    assert first.figures == {"birth.ratio": (0.01, 0.02, None), "other.end.ratio": (0.6,) * 3}
    assert (second.obeys, second.so) == ((True,) * 3, True)
    assert second.figures["birth.ratio"] == (0.01, 0.02, 0.03)
    better = MADE_UP | {SIGMOID: {"birth.ratio": (0.01, 0.02, 0.09), "end.ratio": (1.0,) * 3}}
    assert (judge(CLAIM, better).verdict, judge(CLAIM, better).when) == ("holds", "")
    worse = MADE_UP | {TANH: {"end.ratio": (0.0, 0.0, 0.0)}}
    assert (judge(CLAIM, worse).verdict, judge(CLAIM, worse).when) == ("fails", "")


def test_a_finding_speaks_the_language_in_use(spanish: None) -> None:
    found = judge(CLAIM, MADE_UP)
    assert (found.says, found.when) == ("Se apaga.", "juego")


def test_what_cannot_be_carried_out_is_no_verdict() -> None:
    found = judge(CLAIM, MADE_UP | {GAME: "no memory"})
    assert (found.verdict, found.cases, found.errors) == (None, (), ("no memory",))


def test_a_claim_is_ripe_when_all_its_experiments_are_done() -> None:
    waiting = [CLAIM]
    assert [*judge_ready(waiting, {SIGMOID: MADE_UP[SIGMOID], GAME: MADE_UP[GAME]})] == []
    assert [one.id for one in judge_ready(waiting, MADE_UP)] == ["a-claim"]
    assert waiting == []


def test_an_experiment_is_trained_only_where_a_rule_speaks_of_its_end() -> None:
    assert [*examining.needed_setups(CLAIM)] == [
        (SIGMOID, False),
        (TANH, True),
        (GAME, True),
        (TANH, True),
    ]


def test_every_experiment_is_carried_out_once_the_longest_first() -> None:
    table = claims()
    some = [table["gradients-become-tiny"], table["tiny-in-the-deepest-layers"]]
    (one,) = trials(some)
    assert (one.setup, one.trained) == (Setup("deep-sigmoid"), True)
    (one,) = trials(some[1:])
    assert not one.trained
    everything = trials(table.values())
    assert len({trial.setup for trial in everything}) == len(everything)
    costs = [trial.cost for trial in everything]
    assert costs == sorted(costs, reverse=True)
    assert sum(t.cost for t in trials(table.values(), range(10))) > sum(costs)


def made_up(trials: tuple[Trial, ...]) -> list[Figures]:
    """What a worker would find."""
    (trial,) = trials
    if trial.setup == GAME:
        raise ValueError("no such\ngame")
    found = MADE_UP[trial.setup]
    assert not isinstance(found, str)
    return [found]


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is measured; costs are alike."""
    monkeypatch.setattr(examining, "measure_trials", made_up)
    monkeypatch.setattr(Trial, "cost", 1.0)


def test_findings_come_as_soon_as_they_can(instead: None) -> None:
    told = Claim(id="told", note="0", literature="true", says=Text("x", "y"), kind="history")
    early = replace(CLAIM, id="early", rule=("end.ratio > 0",), cases=(Case("tanh"),))
    events = [*examine([CLAIM, early, told], InProcess())]
    names = [e.id if isinstance(e, ClaimResult) else e.setup.label for e in events]
    assert names == ["told", "sigmoid", "tanh", "early", "game", "a-claim"]
    assert isinstance(events[-1], ClaimResult)
    assert events[-1].errors == ("no such game",)


class Crumbling:
    """A crew whose worker is killed by the experiments of some setups."""

    room, closed, renewed = 1, False, 0

    def __init__(self, *deadly: Setup) -> None:
        self.deadly = deadly

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        ((trial,),) = arguments
        if trial.setup not in self.deadly:
            return InProcess().submit(function, *arguments)
        future: Future[Any] = Future()
        future.set_exception(BrokenExecutor("killed"))
        return future

    def renew(self) -> None:
        self.renewed += 1

    def close(self) -> None:
        self.closed = True


def test_an_experiment_that_kills_workers_costs_no_other_claim(instead: None) -> None:
    crew = Crumbling(GAME)
    early = replace(CLAIM, id="early", rule=("end.ratio > 0",), cases=(Case("tanh"),))
    found = {one.id: one for one in examine([CLAIM, early], crew) if isinstance(one, ClaimResult)}
    (error,) = found["a-claim"].errors
    assert "killed twice" in error
    assert (found["early"].verdict, found["early"].errors) == ("holds", ())
    assert crew.closed
    assert crew.renewed == 2


def test_closing_ends_the_work(instead: None) -> None:
    crew = Crumbling()
    told = Claim(id="told", note="0", literature="true", says=Text("x", "y"), kind="history")
    events = examine([told, CLAIM], crew)
    next(events)
    events.close()
    assert crew.closed


def verdicts(
    wanted: list[Claim], crew: InProcess | Processes, seeds: range
) -> dict[str, str | None]:
    """What comes of them."""
    found = [event for event in examine(wanted, crew, seeds) if isinstance(event, ClaimResult)]
    assert [error for one in found for error in one.errors] == []
    return {one.id: one.verdict for one in found}


def expected(claim: Claim) -> str | None:
    """The verdict that the literature would give, or the justified other."""
    if claim.kind != "testable":
        return None
    words = {literature: verdict for verdict, literature in COMPARABLE.items()}
    return JUSTIFIED.get(claim.id, words[claim.literature])


def is_quick(claim: Claim) -> bool:
    """Whether nothing has to be trained for it."""
    return all(not trial.trained or trial.setup.probe for trial in trials([claim]))


@pytest.mark.slow
def test_quick_claims_are_as_the_literature_says() -> None:
    wanted = [claim for claim in claims().values() if is_quick(claim)]
    assert len(wanted) > 35
    assert verdicts(wanted, InProcess(), range(1)) == {one.id: expected(one) for one in wanted}


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, 100])
def test_all_claims_are_as_the_literature_says(first: int) -> None:
    table = claims()
    found = verdicts([*table.values()], Processes(2), range(first, first + 5))
    assert found == {one.id: expected(one) for one in table.values()}


def test_what_is_justified_differs_indeed() -> None:
    for name, verdict in JUSTIFIED.items():
        assert COMPARABLE[verdict] != claims()[name].literature
        assert claims()[name].remark.en, "the page says why"
