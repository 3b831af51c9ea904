"""Rules and verdicts, on made-up figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vglab.scenarios.claims.rules import (
    MOST,
    check_rule,
    figure_names,
    holds_for_most,
    parse_condition,
    verdict,
)


@pytest.mark.parametrize(
    ("text", "left", "comparison", "factor", "right"),
    [
        ("rate < 1e-3", "rate", "<", 1e-3, None),
        ("birth.ratio >= 0.05", "birth.ratio", ">=", 0.05, None),
        ("end.ratio <= -2", "end.ratio", "<=", -2.0, None),
        ("moved_first < moved_last", "moved_first", "<", 1.0, "moved_last"),
        ("a > 1.7 * other.birth.a", "a", ">", 1.7, "other.birth.a"),
    ],
)
def test_a_condition_is_read(
    text: str, left: str, comparison: str, factor: float, right: str | None
) -> None:
    c = parse_condition(text)
    assert (c.left, c.comparison, c.factor, c.right) == (left, comparison, factor, right)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rate",
        "rate < ",
        "rate == 1",
        "0.3 < rate",
        "rate < 0.3 and loss < 1",
        "rate <1",
        "rate < 2 * 3",
        "rate < slope * 2",
        "__import__('os') < 1",
        "Rate < 1",
        "rate. < 1",
        "rate < 1\n",
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no condition"):
        parse_condition(text)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("a < 2", True),
        ("a < 1", False),
        ("a <= 1", True),
        ("a > 1", False),
        ("a >= 1", True),
        ("a < b", True),
        ("a > 0.3 * b", True),
        ("a > 0.5 * b", False),
        ("lost < 1", False),
        ("lost > 1", False),
        ("a < lost", False),
        ("a >= lost", False),
    ],
)
def test_a_condition_compares_and_what_is_not_finite_meets_none(text: str, met: bool) -> None:
    assert parse_condition(text).met({"a": 1.0, "b": 2.0, "lost": None}) is met


def test_each_replica_must_meet_all_conditions_of_a_rule() -> None:
    figures = {"x": (0.1, 0.5, 0.9, None), "y": (1.0, 1.0, 3.0, 1.0)}
    assert check_rule(["x > 0.2"], figures) == [False, True, True, False]
    assert check_rule(["x > 0.2", "y < 2"], figures) == [False, True, False, False]
    assert check_rule(["y > 2 * x"], figures) == [True, False, True, False]


@given(st.integers(1, 50), st.integers(0, 50))
def test_a_case_is_so_if_most_replicas_obey(replicas: int, obeying: int) -> None:
    obeys = [number < obeying for number in range(replicas)]
    assert holds_for_most(obeys) is (min(obeying, replicas) / replicas >= MOST)


def test_one_in_five_may_be_unlucky() -> None:
    assert holds_for_most([True] * 4 + [False])
    assert not holds_for_most([True] * 3 + [False] * 2)


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ([True], "holds"),
        ([True, True], "holds"),
        ([True, False], "holds when"),
        ([False, False, True], "holds when"),
        ([False], "fails"),
        ([False, False], "fails"),
    ],
)
def test_the_verdict_follows_from_the_cases_alone(cases: list[bool], said: str) -> None:
    assert verdict(cases) == said


def test_a_rule_names_its_figures_once() -> None:
    assert figure_names(["a < 1", "a > 0.1 * b", "b > c"]) == ["a", "b", "c"]
