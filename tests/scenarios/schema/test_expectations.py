"""`--expect`: a small grammar, read strictly and never evaluated."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vglab.scenarios.schema.expectations import (
    COMPARISONS,
    Expectation,
    ExpectationError,
    describe_unmet,
    parse,
)

DOCUMENT: dict[str, Any] = {
    "scenario": "relu",
    "finished": True,
    "diverged_at": None,
    "accuracy": {"test": [[0.5, 0.75, 0.98], [0.4, None, 0.9]]},
    "empty": [],
    "networks": {
        "model": {
            "diagnosis": {
                "state": "vanishing",
                "rate": 0.25,
                "at_birth": {"rate": 0.236, "frozen": [1, 2]},
            },
            "layers": [{"name": "W1"}, {"name": "W2"}],
        }
    },
}


@pytest.mark.parametrize(
    ("text", "path", "comparison", "value"),
    [
        ("a < 0.3", ("a",), "<", 0.3),
        ("a.b<=1e-3", ("a", "b"), "<=", 1e-3),
        ("  a.0.-1   >=  -2 ", ("a", "0", "-1"), ">=", -2.0),
        ("a>.5", ("a",), ">", 0.5),
        ("a<-1", ("a",), "<", -1.0),
        ("a>+1.E2", ("a",), ">", 100.0),
        ("at_birth.state == vanishing", ("at_birth", "state"), "==", "vanishing"),
        ("a != 'two words'", ("a",), "!=", "two words"),
        ('a == "0.5"', ("a",), "==", "0.5"),
        ("a == true", ("a",), "==", True),
        ("a == null", ("a",), "==", None),
        ('a == "null"', ("a",), "==", "null"),
        ("a == deep-sigmoid", ("a",), "==", "deep-sigmoid"),
    ],
)
def test_grammar(text: str, path: tuple[str, ...], comparison: str, value: object) -> None:
    assert parse(text) == Expectation(text.strip(), path, comparison, value)
    assert type(parse(text).value) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a <",
        "< 3",
        "a = 3",
        "a => 3",
        "a =< 3",
        "a <> 3",
        "a < 3 4",
        "a < 3 and b < 4",
        "a..b < 3",
        ".a < 3",
        "a. < 3",
        "a[0] < 3",
        "a.--1 < 3",
        "a.1x < 3",
        "f() < 3",
        "__import__('os').getcwd() == x",
        "a == 'b",
        "a == b'c'",
        "ä < 3",
        "a < 3\nb < 4",
    ],
)
def test_what_is_no_expectation(text: str) -> None:
    with pytest.raises(ExpectationError, match="write PATH COMPARISON VALUE, with one of <= >= "):
        parse(text)


@pytest.mark.parametrize("value", ["vanishing", "true", "null", "nan", "inf", "1e999", "'0.3'"])
def test_only_numbers_have_an_order(value: str) -> None:
    with pytest.raises(ExpectationError, match="< compares numbers, and"):
        parse(f"a < {value}")


@pytest.mark.parametrize(
    "text",
    [
        "networks.model.diagnosis.rate < 0.3",
        "networks.model.diagnosis.rate <= 0.25",
        "networks.model.diagnosis.rate >= 0.25",
        "networks.model.diagnosis.rate == 0.25",
        "networks.model.diagnosis.rate != 1",
        "networks.model.diagnosis.state == vanishing",
        "networks.model.diagnosis.state != healthy",
        "networks.model.diagnosis.state != 3",
        "networks.model.diagnosis.at_birth.frozen.0 == 1",
        "networks.model.layers.-1.name == W2",
        "accuracy.test.0.-1 > 0.9",
        "accuracy.test.1.1 == null",
        "accuracy.test.1.0 != null",
        "diverged_at == null",
        "finished == true",
        "finished != 1",
        "finished != 'true'",
    ],
)
def test_met(text: str) -> None:
    assert describe_unmet([parse(text)], DOCUMENT) == []


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("networks.model.diagnosis.rate > 0.3", "0.25"),
        ("networks.model.diagnosis.rate < 0.25", "0.25"),
        ("networks.model.diagnosis.rate == 0.3", "0.25"),
        ("networks.model.diagnosis.state == healthy", '"vanishing"'),
        ("networks.model.diagnosis.state == 3", '"vanishing"'),
        ("accuracy.test.1.1 > 0.5", "null"),
        ("accuracy.test.1.1 < 0.5", "null"),
        ("accuracy.test.1.1 >= 0", "null"),
        ("finished == 1", "true"),
        ("finished == false", "true"),
        ("diverged_at != null", "null"),
    ],
)
def test_unmet(text: str, measured: str) -> None:
    assert describe_unmet([parse(text)], DOCUMENT) == [f"expected {text}, measured {measured}"]


def test_every_expectation_is_judged() -> None:
    texts = ["networks.model.diagnosis.rate > 1", "finished == true", "scenario == tanh"]
    assert len(describe_unmet(map(parse, texts), DOCUMENT)) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "networks.model.diagnosis.rat < 1",
            "networks.model.diagnosis.rat does not exist: the keys here are state, rate, at_birth;"
            " did you mean networks.model.diagnosis.rate?",
        ),
        (
            "network.model.diagnosis.rate < 1",
            "network does not exist: the keys here are scenario, finished, diverged_at, accuracy,"
            " empty, networks; did you mean networks?",
        ),
        (
            "accuracy.test.2.0 < 1",
            "accuracy.test.2 does not exist: the entries go from 0 to 1, and -1 is the last",
        ),
        (
            "accuracy.test.-3.0 < 1",
            "accuracy.test.-3 does not exist: the entries go from 0 to 1, and -1 is the last",
        ),
        (
            "accuracy.test.last < 1",
            "accuracy.test.last does not exist: the entries go from 0 to 1, and -1 is the last",
        ),
        (
            "scenario.0 == r",
            'scenario.0 does not exist: there is nothing below "relu"',
        ),
        (
            "empty.0 == 1",
            "empty.0 does not exist: there is nothing below []",
        ),
        (
            "accuracy.test == 1",
            "accuracy.test is not one value: the entries go from 0 to 1, and -1 is the last",
        ),
        (
            "networks.model.diagnosis == vanishing",
            "networks.model.diagnosis is not one value: the keys here are state, rate, at_birth",
        ),
        (
            "networks.model.diagnosis.state < 3",
            'networks.model.diagnosis.state is "vanishing", not a number; for words use == or !=',
        ),
        ("finished < 3", "finished is true, not a number; for words use == or !="),
    ],
)
def test_paths_that_lead_astray(text: str, line: str) -> None:
    with pytest.raises(ExpectationError) as caught:
        describe_unmet([parse(text)], DOCUMENT)
    assert str(caught.value) == line


@pytest.mark.usefixtures("spanish")
def test_in_spanish() -> None:
    text = "networks.model.diagnosis.rate > 0.3"
    assert describe_unmet([parse(text)], DOCUMENT) == [f"se esperaba {text}; se midió 0.25"]
    with pytest.raises(ExpectationError, match="¿quería decir networks"):
        describe_unmet([parse("networks.model.diagnosis.rat > 0.3")], DOCUMENT)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ExpectationError):
        assert parse(text).comparison in COMPARISONS


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(sorted(COMPARISONS)))
def test_numbers_compare_as_in_python(number: float, comparison: str) -> None:
    expectation = parse(f"networks.model.diagnosis.rate {comparison} {number!r}")
    met = describe_unmet([expectation], DOCUMENT) == []
    assert met is COMPARISONS[comparison](0.25, number)
