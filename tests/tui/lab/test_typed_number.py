"""What people type for a number is understood, or refused in a line that says what is allowed."""

import pytest
from vglab.scenarios.i18n import set_language
from vglab.tui.lab.course.typed_number import (
    ANY,
    FACTOR,
    SHARE,
    is_number_in,
    objection,
    parse_number,
    range_of,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/256", 1 / 256),
        ("1 / 2^8", 1 / 256),
        ("2^-8", 2**-8),
        ("2⁻⁸", 2**-8),
        ("0,25", 0.25),
        (",5", 0.5),
        ("30%", 0.3),
        ("30 %", 0.3),
        ("1e-3", 1e-3),
        ("10^-3", 1e-3),
        ("3·10⁻⁶", 3e-6),
        ("3x10^-6", 3e-6),
        ("3×10**-6", 3e-6),
        ("-1", -1.0),
        ("−1", -1.0),
        ("0,250", 0.25),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    ["", "e", "half", "1/0", "1e999", "9^9999", "--1", "1/2/3", "5e", "2^", "1,000", "1 000"],
)
def test_what_is_no_number_or_could_be_two_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["1,234.5", "0.1.2", "1 1/2", "nan", "1_000", "٣", "(-8)^0.5"])
def test_what_python_or_a_reader_may_take_for_one_is_none(text: str) -> None:
    assert parse_number(text) is None


def test_what_cannot_be_an_answer_is_refused_by_its_reason() -> None:
    set_language("en")
    assert "cannot be less than 0" in objection("-1", FACTOR)
    assert "between 0 and 1" in objection("30", SHARE)
    assert objection("30%", SHARE) == ""
    assert "no percentage" in objection("30%", ANY)
    assert objection("1,000", ANY) == "thousands or decimals? Write 1000, or 1.0"
    assert objection("3,141", ANY) == "thousands or decimals? Write 3141, or 3.1410"
    assert "Write 1000, or 1.0" in objection("1 000", ANY)
    assert "only a number" in objection("half", SHARE)
    for begun in ("", "-", "1/", "3e-", "2^", "."):
        assert objection(begun, SHARE) == "", "it may become a number"
    assert not is_number_in("-1", FACTOR)


@pytest.mark.parametrize("text", ["1.000", "1.250", "12.500", "-1.250", "1.250.000"])
def test_what_a_spanish_reader_may_take_for_thousands_is_asked(text: str) -> None:
    set_language("es")
    assert "¿miles o decimales?" in objection(text, ANY)
    set_language("en")
    assert objection(text, ANY) == ""


@pytest.mark.parametrize("text", ["0.250", ".250", "1.25", "1.2500", "1234.250", "1.250e-3"])
def test_what_can_only_be_decimals_is_not_asked(text: str) -> None:
    set_language("es")
    assert objection(text, ANY) == ""


def test_the_range_is_that_of_what_is_asked_for() -> None:
    assert range_of("networks.model.measures.dead.0.-1.9") is SHARE
    assert range_of("networks.model.diagnosis.at_birth.ratio") is FACTOR
    assert not range_of("gan.distance.0.-1").is_share
    assert range_of("gan.distance.0.-1").low == 0
    assert range_of("loss.generator.0.-1") is ANY
