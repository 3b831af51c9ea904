"""`vglab compare` and `vglab remedies`: run, and show a table or a document.

Ctrl-C ends the running; what has come by then is shown, and the document says `"finished": false`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import NamedTuple

import msgspec

from ..scenarios.carrying import Outcome
from ..scenarios.changes import settings
from ..scenarios.comparing import Comparison, aligned, comparison, raced
from ..scenarios.crews import crew
from ..scenarios.faults import ScenarioError, written
from ..scenarios.spec import Scenario
from ..scenarios.summaries import Entry, Spread
from ..scenarios.tasks import cost
from ..scenarios.tournament import Entered, Field, Standing, Tournament, result, tournament
from ..scenarios.words import _
from .asking import refuse, resolved
from .headless import INTERRUPTED, expectation, foretold, judged
from .naming import series_word, state_word
from .output import complain, say
from .progress import Progress
from .scales import figure
from .tables import Row, show
from .version import VERSION

FAILED = 1


class Asked(NamedTuple):
    """What the command line asked for."""

    settings: Sequence[str]
    expect: Sequence[str]
    as_json: bool
    workers: int


def compare(names: Sequence[str], asked: Asked) -> int:
    """Run the scenarios, show what came; gives the exit status."""
    expected = [expectation(text) for text in asked.expect]
    try:
        scenarios = aligned(names, asked.settings)
    except ScenarioError as error:
        refuse(error.faults)
    foretold(expected, Comparison, scenarios[0].kind)
    outcomes: list[list[Outcome]] = [[] for _one in scenarios]
    gather(scenarios, outcomes, asked.workers)
    document = comparison(scenarios, outcomes, VERSION)
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


def remedies(name: str, asked: Asked) -> int:
    """Run the tournament, show the ranking; gives the exit status."""
    expected = [expectation(text) for text in asked.expect]
    if expected:
        foretold(expected, Tournament, resolved(name, asked.settings).kind)
    field = Field()
    finished = hold(name, asked, field)
    if not field.entrants:
        return INTERRUPTED
    document = result(field, VERSION, finished)
    data = msgspec.json.encode(document)
    if asked.as_json:
        say(data)
    else:
        ranking(document.standings)
    if not finished:
        return INTERRUPTED
    return failures(document.standings) or judged(expected, data)


def hold(name: str, asked: Asked, field: Field) -> bool:
    """Hold the tournament; False where Ctrl-C ended it."""
    events = tournament(name, asked.settings, partial(crew, asked.workers), field)
    try:
        with Progress(0, 0) as progress, closing(events):
            for event in events:
                if isinstance(event, Entered):
                    entrant = event.entrant.scenario
                    progress.expect(entrant.run.replicas, cost(entrant) * entrant.run.replicas)
                else:
                    paid = cost(field.entrants[event.scenario].scenario)
                    progress.move(paid, isinstance(event.outcome, str))
    except ScenarioError as error:
        refuse(error.faults)
    except KeyboardInterrupt:
        complain(_("Interrupted: this is what had come by then."))
        return False
    return True


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


def ranking(standings: Sequence[Standing]) -> None:
    """A row for each entrant, the best first; below, what those that helped are said to do."""
    by = _("accuracy") if standings[0].accuracy else _("distance")
    heads = ["", by, _("loss"), _("state"), _("budget"), _("seconds")]
    notes = [*map(recipe, helpful(standings))]
    show(heads, [[*ranked(one)] for one in standings], ["", *notes] if notes else [])


def ranked(one: Standing) -> Iterator[str]:
    """One row."""
    mark = "✔" if one.improved else "·" if one.remedies else "▸"
    yield f"{one.rank:>2} {mark} {one.title}"
    yield said(one.accuracy.get("test") or one.gan.get("distance"))
    yield said(one.loss.get("test") or one.loss.get("generator"))
    yield ", ".join(state_word(both.at_end.state) for both in one.networks.values()) or "–"
    yield said(one.budget)
    yield figure(one.seconds)


def helpful(standings: Sequence[Standing]) -> list[Standing]:
    """The single remedies that helped."""
    return [one for one in standings if one.improved and len(one.remedies) == 1]


def recipe(one: Standing) -> str:
    """How to take a remedy, and why it helps."""
    options = " ".join(f"--set {setting}" for setting in one.settings)
    return f"{one.title}: {one.reasons[0]}\n    {options}"
