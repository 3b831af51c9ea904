"""`vglab compare` and `vglab remedies`: run, and show a table or a document.

Ctrl-C ends the running; what has come by then is shown, and the document says `"finished": false`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

import click
import msgspec

from ....scenarios.comparison.compare import Comparison, aligned, comparison, raced
from ....scenarios.errors import ScenarioError, written
from ....scenarios.i18n import N_, _, figure
from ....scenarios.loading.changes import settings
from ....scenarios.runs.executors import crew
from ....scenarios.runs.results import Outcome
from ....scenarios.runs.summary import Entry, Spread
from ....scenarios.runs.tasks import cost
from ....scenarios.schema.spec import Scenario
from ...render.labels import series_word, state_word
from ..expectations import expectation, foretold, judged
from ..localized import Command
from ..options import (
    ScenarioName,
    argument,
    common_options,
    cores,
    expect_option,
    json_option,
    settings_options,
    stated,
    workers_option,
)
from ..output import Progress, Row, complain, say, show
from ..process import FAILED, INTERRUPTED
from ..resolve import refuse
from . import COMMANDS


class Asked(NamedTuple):
    """What the command line asked for."""

    settings: Sequence[str]
    expect: Sequence[str]
    as_json: bool
    workers: int


def run_compare(names: Sequence[str], asked: Asked) -> int:
    """Run the scenarios, show what came; gives the exit status."""
    expected = [expectation(text) for text in asked.expect]
    try:
        scenarios = aligned(names, asked.settings)
    except ScenarioError as error:
        refuse(error.faults)
    foretold(expected, Comparison, scenarios[0].kind)
    outcomes: list[list[Outcome]] = [[] for _one in scenarios]
    gather(scenarios, outcomes, asked.workers)
    document = comparison(scenarios, outcomes)
    data = msgspec.json.encode(document)
    if asked.as_json:
        say(data)
    else:
        side_by_side(document.runs, scenarios)
    if not document.finished:
        return INTERRUPTED
    return failures(document.runs) or judged(expected, data)


def gather(scenarios: Sequence[Scenario], outcomes: list[list[Outcome]], workers: int) -> None:
    """Run them all, or as far as nobody presses Ctrl-C."""
    replicas, costs = scenarios[0].run.replicas, [*map(cost, scenarios)]
    try:
        with (
            Progress(replicas * len(scenarios), replicas * sum(costs)) as progress,
            closing(raced(scenarios, crew(workers))) as arrivals,
        ):
            for came in arrivals:
                outcomes[came.scenario].append(came.outcome)
                progress.move(costs[came.scenario], isinstance(came.outcome, str))
    except KeyboardInterrupt:
        complain(_("Interrupted: this is what had come by then."))


def failures(entries: Sequence[Entry]) -> int:
    """A line for each reason why replicas failed, and the exit status."""
    said = {f"{entry.title}: {error}": None for entry in entries for error in entry.errors}
    for line in said:
        complain(_("Error: {message}").format(message=line))
    return FAILED if said else 0


def side_by_side(entries: Sequence[Entry], scenarios: Sequence[Scenario]) -> None:
    """A column for each scenario: in what they differ, and what they showed."""
    stated = [dict(settings(one)) for one in scenarios]
    keys = dict.fromkeys(change.key for entry in entries for change in entry.changes)
    differing = [[key, *(shown(one[key]) for one in stated)] for key in keys]
    show(["", *(entry.title for entry in entries)], [*differing, *showed(entries)])


def shown(value: object) -> str:
    """A setting; words need no quotes here."""
    return value if isinstance(value, str) else written(value)


def showed(entries: Sequence[Entry]) -> Iterator[Row]:
    """A row for each figure."""
    for what, of in ((_("accuracy"), "accuracy"), (_("loss"), "loss"), (_("game"), "gan")):
        for name in named(entries, of):
            yield [
                f"{what}, {series_word(name)}",
                *(said(getattr(one, of).get(name)) for one in entries),
            ]
    for name in named(entries, "networks"):
        of = f" ({series_word(name)})" if name != "model" else ""
        both = [entry.networks.get(name) for entry in entries]
        birth = [one and one.at_birth for one in both]
        end = [one and one.at_end for one in both]
        yield [_("at birth") + of, *(state_word(one.state) if one else "–" for one in birth)]
        yield [_("at the end") + of, *(state_word(one.state) if one else "–" for one in end)]
        yield [_("× a layer, at birth") + of, *(said(one and one.rate) for one in birth)]
        yield [_("first/last layer, at birth") + of, *(said(one and one.ratio) for one in birth)]
    yield [_("budget of the slowest layer"), *(said(entry.budget) for entry in entries)]
    if any(entry.diverged for entry in entries):
        yield [_("diverged"), *(str(entry.diverged) for entry in entries)]
    yield [_("seconds a run"), *(figure(entry.seconds) for entry in entries)]


def named(entries: Sequence[Entry], of: str) -> list[str]:
    """The names under which figures of one kind go."""
    tables: list[Mapping[str, object]] = [getattr(entry, of) for entry in entries]
    return [*dict.fromkeys(name for table in tables for name in table)]


def said(spread: Spread | None) -> str:
    """The median, and the band where the replicas differ."""
    if spread is None or spread.median is None:
        return "–"
    band = f" [{figure(spread.low)}, {figure(spread.high)}]" if spread.low != spread.high else ""
    return figure(spread.median) + band


@click.command(
    cls=Command,
    help=COMMANDS["compare"],
    examples=(
        ("vglab compare deep-sigmoid relu", N_("side by side")),
        ("vglab compare tanh relu --replicas 8 --json", N_("with their spread, for a program")),
    ),
)
@argument("scenarios", nargs=-1, required=True, type=ScenarioName(), metavar="A B [C…]")
@json_option
@settings_options
@expect_option
@workers_option
@common_options
@click.pass_context
def compare(
    ctx: click.Context,
    scenarios: tuple[str, ...],
    as_json: bool,
    expect: tuple[str, ...],
    workers: int | None,
) -> None:
    if len(scenarios) < 2:
        raise click.UsageError(_("Name two scenarios or more."), ctx)
    ctx.exit(run_compare(scenarios, Asked(stated(ctx), expect, as_json, cores(workers))))
