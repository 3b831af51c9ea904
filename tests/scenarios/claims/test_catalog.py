"""The table of claims is whole: each can be said in both languages and, if it is to be tested, has
experiments that exist and a rule that speaks of what they show."""

from collections import Counter
from functools import cache

import pytest
from vglab.scenarios.claims.catalog import (
    FORMER,
    Claim,
    Setup,
    Topic,
    UnknownClaim,
    claims,
    select,
    topics,
)
from vglab.scenarios.claims.experiments import figures_of
from vglab.scenarios.claims.probes import PROBES as CARRIED_OUT
from vglab.scenarios.claims.rules import (
    FIGURES,
    OTHER,
    PROBES,
    figure_names,
    figure_text,
    parse_condition,
)
from vglab.scenarios.claims.testing import needed_setups
from vglab.scenarios.loading.course import preset_ids
from vglab.scenarios.loading.inheritance import load

CLAIMS = [claim for topic in topics() for claim in topic.claim]
TESTABLE = [claim for claim in CLAIMS if claim.kind == "testable"]
SENTENCES = {"000": 14, "001": 16, "002": 17, "003": 25, "004": 14}
"""What the five course notes claim."""
each = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
each_testable = pytest.mark.parametrize("claim", TESTABLE, ids=lambda claim: claim.id)


def test_every_sentence_of_the_notes_is_here_once() -> None:
    assert Counter(claim.note for claim in CLAIMS) == SENTENCES
    assert len(claims()) == len(CLAIMS), "ids are unique"
    assert len({claim.says.en for claim in CLAIMS}) == len(CLAIMS)
    assert len({claim.says.es for claim in CLAIMS}) == len(CLAIMS)


def test_topics_have_titles_in_both_languages() -> None:
    assert all(topic.title.en and topic.title.es for topic in topics())


@each
def test_a_claim_speaks_both_languages(claim: Claim) -> None:
    for text in (claim.says, claim.remark, *(case.when for case in claim.cases)):
        assert bool(text.en) is bool(text.es)
    assert claim.says.en
    assert claim.says.en != claim.says.es
    assert claim.says.en.endswith((".", "…", ")"))


@each
def test_what_can_be_tested_has_a_rule_and_the_rest_is_told(claim: Claim) -> None:
    testable = claim.kind == "testable"
    assert bool(claim.rule) is bool(claim.cases) is testable
    if claim.literature != "true":
        assert claim.remark.en, "who is told that it is not so is told what is"


@each_testable
def test_where_it_may_hold_in_some_cases_each_says_when(claim: Claim) -> None:
    whens = [case.when.en for case in claim.cases]
    assert all(whens) is (len(whens) > 1)
    assert len(set(whens)) == len(whens)
    assert not any(when.startswith(("it ", "they ")) for when in whens), "it is read alone"


@cache
def shown(setup: Setup, trained: bool) -> frozenset[str]:
    """The figures an experiment shows; those of a run depend on its kind alone."""
    return frozenset(figures_of(setup, range(2), trained))


def quick(setup: Setup) -> Setup:
    """The same figures in no time."""
    if setup.probe:
        some = ("activation=", "init=", "skip=", "optimizer=")
        return Setup(probe=setup.probe, set=tuple(x for x in setup.set if x.startswith(some)))
    if load(setup.scenario, setup.set).kind == "gan":
        return Setup("gan-alternating", set=("training.steps=2",))
    return Setup("relu", set=("training.steps=2", "network.depth=2"))


@pytest.mark.sampled(3)
@each_testable
def test_a_rule_speaks_of_figures_that_its_experiments_show(claim: Claim) -> None:
    needed = [*needed_setups(claim)]
    for case in claim.cases:
        found: set[str] = set()
        for prefix, setup in zip(("", OTHER), case.setups, strict=False):
            trained = (setup, True) in needed
            found |= {prefix + name for name in shown(quick(setup), trained)}
        assert set(case.alias.values()) <= found
        assert set(figure_names(claim.rule)) <= found | set(case.alias)
        assert (case.against is not None) is any(OTHER in text for text in claim.rule)


@each_testable
def test_a_rules_figures_have_names(claim: Claim) -> None:
    assert all(figure_text(figure) for figure in figure_names(claim.rule))
    assert all(parse_condition(text).factor for text in claim.rule if "*" in text)


def test_no_figure_has_a_name_for_nothing() -> None:
    spoken = {figure.split(".")[-1] for claim in TESTABLE for figure in figure_names(claim.rule)}
    assert spoken == set(FIGURES)


def test_probes_are_named_and_used() -> None:
    used = {s.probe for claim in TESTABLE for case in claim.cases for s in case.setups} - {""}
    assert used == set(PROBES) == set(CARRIED_OUT)
    assert used.isdisjoint(preset_ids()), "a label is a preset's or a probe's"


@pytest.mark.parametrize("preset", preset_ids())
def test_what_presets_claim_is_in_the_table(preset: str) -> None:
    assert set(load(preset).claim) <= set(claims())


def test_claims_are_chosen_in_teaching_order() -> None:
    first, last = CLAIMS[0].id, CLAIMS[-1].id
    assert select(()) == topics()
    parts = select((last, first, first))
    assert [[claim.id for claim in part.claim] for part in parts] == [[first], [last]]
    assert [part.title for part in parts] == [topics()[0].title, topics()[-1].title]
    assert all(isinstance(part, Topic) for part in parts)


@pytest.mark.parametrize("former", FORMER)
def test_a_claims_former_id_still_names_it(former: str) -> None:
    assert former not in claims()
    assert select([former]) == select([FORMER[former]])


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (
            "relu-keeps-gradient",
            "there is no claim relu-keeps-gradient; did you mean relu-keeps-gradients?",
        ),
        ("qqq", "there is no claim qqq"),
        ("x\ny", "there is no claim x\\ny"),
    ],
)
def test_a_wrong_id_is_one_line(wrong: str, line: str) -> None:
    with pytest.raises(UnknownClaim) as caught:
        select([wrong])
    assert str(caught.value) == line
