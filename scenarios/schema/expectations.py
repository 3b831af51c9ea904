"""What a run is expected to show: `networks.model.diagnosis.rate < 0.3`.

A path into the run document, a comparison, and a number or a word. Names go into objects; numbers
into lists, negative ones counting from the end: `accuracy.test.0.-1 > 0.9` is the last accuracy of
the first replica. Nothing is ever evaluated as code.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from msgspec import Struct

from ..errors import VglabError, did_you_mean, nearest, printable, short_toml
from ..i18n import _

Value = float | int | str | bool | None
Compare = Callable[[Any, Any], bool]

ORDERINGS: Mapping[str, Compare] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
COMPARISONS: Mapping[str, Compare] = {**ORDERINGS, "==": operator.eq, "!=": operator.ne}
CONSTANTS: Mapping[str, Value] = {"true": True, "false": False, "null": None}

STEP = r"(?:[A-Za-z_]\w*|-?\d+)"
VALUE = r"[^\s\"'<>=!]+|\"[^\"]*\"|'[^']*'"
PATTERN = re.compile(
    rf"\s*({STEP}(?:\.{STEP})*)\s*({'|'.join(COMPARISONS)})\s*({VALUE})\s*", re.ASCII
)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
INDEX = re.compile(r"-?\d{1,18}", re.ASCII)
EXAMPLE = "networks.model.diagnosis.rate < 0.3"


class ExpectationError(VglabError):
    """The expectation cannot be understood, or does not fit the document."""


class Expectation(Struct, frozen=True):
    """One thing that must be so."""

    text: str
    path: tuple[str, ...]
    comparison: str
    value: Value


def parse(text: str) -> Expectation:
    """Read `path comparison value`. Raises ExpectationError, saying what is wrong."""
    match = PATTERN.fullmatch(text)
    if not match:
        form = _("write PATH COMPARISON VALUE, with one of {comparisons}, as in: {example}")
        raise ExpectationError(form.format(comparisons=" ".join(COMPARISONS), example=EXAMPLE))
    path, comparison, written = match.groups()
    value = parse_operand(written)
    if comparison in ORDERINGS and not is_number(value):
        form = _("{comparison} compares numbers, and {value} is not one; for words use == or !=")
        raise ExpectationError(form.format(comparison=comparison, value=printable(written)))
    return Expectation(text.strip(), tuple(path.split(".")), comparison, value)


def parse_operand(text: str) -> Value:
    """A number, true, false or null; everything else is a word."""
    if NUMBER.fullmatch(text):
        return float(text)
    return CONSTANTS[text] if text in CONSTANTS else text.strip("\"'")


def is_number(value: object) -> TypeGuard[float]:
    """Finite numbers, to which true and false do not belong."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def describe_unmet(expectations: Iterable[Expectation], document: object) -> list[str]:
    """A line for each expectation that the run document does not meet.

    Raises ExpectationError where a path leads nowhere or to something that cannot be compared.
    """
    measured = [(expectation, look_up(expectation, document)) for expectation in expectations]
    line = _("expected {expectation}, measured {value}")
    return [
        line.format(expectation=expectation.text, value=json_text(value))
        for expectation, value in measured
        if not holds(expectation, value)
    ]


def holds(expectation: Expectation, value: Value) -> bool:
    """Whether the expectation is met. What is not finite (null in the document) is neither more
    nor less than a number, and true is not 1."""
    comparison, wanted = expectation.comparison, expectation.value
    if comparison in ORDERINGS:
        return value is not None and ORDERINGS[comparison](value, wanted)
    same = value == wanted and is_number(value) == is_number(wanted)
    return same == (comparison == "==")


def look_up(expectation: Expectation, document: object) -> Value:
    """What is measured at the path. Raises ExpectationError where it is not one value."""
    here: Any = document
    for i, step in enumerate(expectation.path):
        here = enter(here, step, expectation.path[:i])
    path = ".".join(expectation.path)
    if isinstance(here, (Mapping, list)):
        raise no_single_value(path, describe_contents(here))
    if expectation.comparison in ORDERINGS and not (here is None or is_number(here)):
        form = _("{path} is {value}, not a number; for words use == or !=")
        raise ExpectationError(form.format(path=path, value=json_text(here)))
    return here


def enter(here: object, step: str, path: Sequence[str]) -> object:
    """The value one step further in. Raises ExpectationError where there is none."""
    if isinstance(here, Mapping) and step in here:
        return here[step]
    if isinstance(here, list) and INDEX.fullmatch(step) and -len(here) <= int(step) < len(here):
        return here[int(step)]
    raise dead_end(path, step, here if isinstance(here, Mapping) else (), describe_contents(here))


def dead_end(path: Sequence[str], step: str, names: Iterable[str], inside: str) -> ExpectationError:
    """The error for a step that does not exist at the end of `path`."""
    near = nearest(step, names)
    question = did_you_mean(".".join([*path, near])) if near else ""
    form = _("{path} does not exist: {inside}")
    said_so = form.format(path=".".join([*path, step]), inside=inside)
    return ExpectationError("; ".join(filter(None, (said_so, question))))


def no_single_value(path: str, inside: str) -> ExpectationError:
    """The error for a path that ends at a table or a list."""
    return ExpectationError(_("{path} is not one value: {inside}").format(path=path, inside=inside))


def describe_contents(here: object) -> str:
    """A sentence with what a path can go on with."""
    if isinstance(here, Mapping):
        return list_names(here)
    if isinstance(here, list) and here:
        return _("the entries go from 0 to {last}, and -1 is the last").format(last=len(here) - 1)
    return _("there is nothing below {value}").format(value=json_text(here))


def list_names(names: Iterable[str]) -> str:
    """A sentence with the names."""
    return _("the keys here are {keys}").format(keys=", ".join(names))


def json_text(value: object) -> str:
    """A measured value, as JSON has it."""
    return "null" if value is None else short_toml(value)
