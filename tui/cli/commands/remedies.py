"""The commands that carry out many runs: compare, remedies, claims, sweep; and export, what came of
them.

Each turns words into one call. Like the others (see commands.py) they load what they need when
they are asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial

import click
import msgspec

from ....scenarios.comparison.tournament import (
    Entered,
    Field,
    Standing,
    Tournament,
    result,
    tournament,
)
from ....scenarios.errors import ScenarioError
from ....scenarios.i18n import N_, _, figure
from ....scenarios.runs.executors import crew
from ....scenarios.runs.tasks import cost
from ....scenarios.version import VERSION
from ...render.labels import state_word
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
from ..output import Progress, complain, say, show
from ..process import INTERRUPTED
from ..resolve import refuse, resolved
from . import COMMANDS
from .compare import Asked, failures, said


@click.command(
    cls=Command,
    help=COMMANDS["remedies"],
    examples=(
        ("vglab remedies deep-sigmoid", N_("what helps, and by which settings")),
        ("vglab remedies mine.toml --replicas 4 --json", N_("the same for a program")),
    ),
)
@argument("scenario", type=ScenarioName(), metavar="X")
@json_option
@settings_options
@expect_option
@workers_option
@common_options
@click.pass_context
def remedies(
    ctx: click.Context,
    scenario: str,
    as_json: bool,
    expect: tuple[str, ...],
    workers: int | None,
) -> None:
    from .compare import Asked

    ctx.exit(run_remedies(scenario, Asked(stated(ctx), expect, as_json, cores(workers))))


def run_remedies(name: str, asked: Asked) -> int:
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
