"""`--expect`: parse expectations, refuse those that make no sense, judge a document by them."""

from collections.abc import Sequence
from typing import NoReturn

import msgspec

from ...scenarios.errors import printable
from ...scenarios.schema.expectations import Expectation, ExpectationError, describe_unmet, parse
from .localized import InputError
from .output import print_error
from .process import ExitCode


def parse_expectations(texts: Sequence[str]) -> list[Expectation]:
    """Parse what `--expect` states; raises InputError."""
    return [parse_expectation(text) for text in texts]


def parse_expectation(text: str) -> Expectation:
    """Parse one expectation; raises InputError."""
    try:
        return parse(text)
    except ExpectationError as error:
        reject(text, error)


def reject(text: str, error: ExpectationError) -> NoReturn:
    """Raise InputError: the expectation is neither true nor false."""
    raise InputError([f"--expect: {printable(text)}: {error}"]) from error


def check_paths(expectations: Sequence[Expectation], document: type, kind: str) -> None:
    """Raise InputError, before anything is trained, where a path is not in the document's type."""
    if not expectations:
        return
    from ...scenarios.schema.expectation_types import check_path

    for wanted in expectations:
        try:
            check_path(wanted, document, kind)
        except ExpectationError as error:
            reject(wanted.text, error)


def judge(expectations: Sequence[Expectation], data: bytes, run: str = "") -> ExitCode:
    """Print a line for each expectation that the JSON document does not meet.

    `run` names the run in that line, where there are several.
    """
    document = msgspec.json.decode(data) if expectations else None
    lines: list[str] = []
    for wanted in expectations:
        try:
            lines += describe_unmet([wanted], document)
        except ExpectationError as error:
            reject(wanted.text, error)
    for line in lines:
        print_error(f"{run}: {line}" if run else line)
    return ExitCode.UNMET if lines else ExitCode.DONE
