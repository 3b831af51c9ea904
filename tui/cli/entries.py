"""What `compare` and `remedies` share: their options, a cell of their tables, failed replicas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...scenarios.i18n import _, figure
from ...scenarios.runs.summary import ScenarioSummary, Spread
from .output import print_error
from .process import ExitCode


class ComparisonRequest(NamedTuple):
    """The options of both commands."""

    settings: Sequence[str]
    expect: Sequence[str]
    as_json: bool
    workers: int


def spread_text(spread: Spread | None) -> str:
    """The median, and the band where the replicas differ."""
    if spread is None or spread.median is None:
        return "–"
    band = f" [{figure(spread.low)}, {figure(spread.high)}]" if spread.low != spread.high else ""
    return figure(spread.median) + band


def print_failures(entries: Sequence[ScenarioSummary]) -> ExitCode:
    """Print a line for each reason why replicas failed."""
    lines = {f"{entry.title}: {error}": None for entry in entries for error in entry.errors}
    for line in lines:
        print_error(_("Error: {message}").format(message=line))
    return ExitCode.FAILED if lines else ExitCode.DONE
