"""A run without a screen: train to the end, or until somebody asks to stop, and say what was found.

The document is printed once and whole; a Ctrl-C between two steps only makes it shorter.
"""

from collections.abc import Sequence
from typing import NoReturn

import msgspec

from ...scenarios.errors import printable
from ...scenarios.schema.expectations import Expectation, ExpectationError, parse, unmet
from .localized import Refusal
from .output import complain
from .process import UNMET


def expectation(text: str) -> Expectation:
    """What the run must show, or a refusal before it starts."""
    try:
        return parse(text)
    except ExpectationError as error:
        astray(text, error)


def astray(text: str, error: ExpectationError) -> NoReturn:
    """The expectation says nothing that could be true or false."""
    raise Refusal([f"--expect: {printable(text)}: {error}"]) from error


def foretold(expected: Sequence[Expectation], document: type, kind: str) -> None:
    """Refuse, before anything is trained, what such a document can have no place for."""
    if not expected:
        return
    from ...scenarios.schema.expectation_types import foretell

    for wanted in expected:
        try:
            foretell(wanted, document, kind)
        except ExpectationError as error:
            astray(wanted.text, error)


def judged(expected: Sequence[Expectation], data: bytes, of: str = "") -> int:
    """A line for each expectation that the document (of this run, where there are several) does
    not meet, and the exit status."""
    document = msgspec.json.decode(data) if expected else None
    lines: list[str] = []
    for wanted in expected:
        try:
            lines += unmet([wanted], document)
        except ExpectationError as error:
            astray(wanted.text, error)
    for line in lines:
        complain(f"{of}: {line}" if of else line)
    return UNMET if lines else 0
