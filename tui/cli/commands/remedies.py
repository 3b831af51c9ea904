"""`vglab remedies`: a tournament of remedies, printed as a ranking or a document.

Ctrl-C ends the tournament; what is done by then is printed, and the document says
`"finished": false`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial

import click
import msgspec

from ....scenarios.comparison.tournament import (
    Field,
    NewEntrant,
    RankedEntrant,
    Tournament,
    tournament,
    tournament_result,
    with_replicas,
)
from ....scenarios.errors import ScenarioError
from ....scenarios.i18n import N_, _, figure
from ....scenarios.runs.executors import crew
from ....scenarios.runs.tasks import cost
from ....scenarios.version import VERSION
from ...render.labels import state_word
from ..entries import ComparisonRequest, print_failures, spread_text
from ..expectations import check_paths, judge, parse_expectations
from ..localized import Command
from ..options import (
    ScenarioName,
    argument,
    common_options,
    expect_option,
    json_option,
    settings_of,
    settings_options,
    worker_count,
    workers_option,
)
from ..output import print_data, print_error, print_table
from ..process import ExitCode
from ..progress import RunProgress
from ..resolve import raise_faults, resolve
from . import COMMANDS


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
    try:
        settings = with_replicas(scenario, settings_of(ctx))
    except ScenarioError as error:
        raise_faults(error.faults)
    request = ComparisonRequest(settings, expect, as_json, worker_count(workers))
    ctx.exit(run_remedies(scenario, request))


def run_remedies(name: str, request: ComparisonRequest) -> ExitCode:
    """Hold the tournament and print the document or the ranking."""
    expected = parse_expectations(request.expect)
    if expected:
        check_paths(expected, Tournament, resolve(name, request.settings).kind)
    field = Field()
    finished = hold(name, request, field)
    if not field.entrants:
        return ExitCode.INTERRUPTED
    document = tournament_result(field, VERSION, finished)
    data = msgspec.json.encode(document)
    if request.as_json:
        print_data(data)
    else:
        print_ranking(document.standings)
    if not finished:
        return ExitCode.INTERRUPTED
    return print_failures(document.standings) or judge(expected, data)


def hold(name: str, request: ComparisonRequest, field: Field) -> bool:
    """Train every entrant into the field; returns whether Ctrl-C let it finish."""
    events = tournament(name, request.settings, partial(crew, request.workers), field)
    try:
        with RunProgress(0, 0) as progress, closing(events):
            for event in events:
                if isinstance(event, NewEntrant):
                    entrant = event.entrant.scenario
                    progress.add(entrant.run.replicas, cost(entrant) * entrant.run.replicas)
                else:
                    paid = cost(field.entrants[event.scenario].scenario)
                    progress.move(paid, isinstance(event.outcome, str))
    except ScenarioError as error:
        raise_faults(error.faults)
    except KeyboardInterrupt:
        print_error(_("Interrupted: these are the results so far."))
        return False
    return True


def print_ranking(standings: Sequence[RankedEntrant]) -> None:
    """Print a row for each entrant, the best first; below, how to take the remedies that helped."""
    first = standings[0]
    by = _("accuracy") if first.accuracy else "R²" if first.r2 else _("distance")
    heads = ["", by, _("loss"), _("state"), _("budget"), _("seconds")]
    notes = [*map(recipe, helpful(standings))]
    print_table(heads, [[*cells(one)] for one in standings], ["", legend(), *notes])


def legend() -> str:
    """What the marks of the table mean."""
    return _(
        "✔ better than the scenario as it is (▸), by more than the replicas differ; figures are "
        "medians, [10 %, 90 %]"
    )


def cells(one: RankedEntrant) -> Iterator[str]:
    """The row of an entrant."""
    mark = "✔" if one.improved else "·" if one.remedies else "▸"
    yield f"{one.rank:>2} {mark} {one.title}"
    right = one.accuracy or one.r2 or {}
    yield spread_text(right.get("test") or one.gan.get("distance"))
    yield spread_text(one.loss.get("test") or one.loss.get("generator"))
    yield ", ".join(state_word(both.at_end.state) for both in one.networks.values()) or "–"
    yield spread_text(one.budget)
    yield figure(one.seconds)


def helpful(standings: Sequence[RankedEntrant]) -> list[RankedEntrant]:
    """The single remedies that helped."""
    return [one for one in standings if one.improved and len(one.remedies) == 1]


def recipe(one: RankedEntrant) -> str:
    """Why a remedy helps, and the options that take it."""
    options = " ".join(f"--set {setting}" for setting in one.settings)
    return f"{one.title}: {one.reasons[0]}\n    {options}"
