"""`vglab compare`: train scenarios on the same data and seeds, and print them side by side.

Ctrl-C ends the training; what is done by then is printed, and the document says
`"finished": false`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import click
import msgspec

from ....scenarios.comparison.compare import Comparison, align, comparison, race
from ....scenarios.errors import ScenarioError, toml_text
from ....scenarios.i18n import N_, _, figure
from ....scenarios.loading.changes import settings
from ....scenarios.runs.executors import crew
from ....scenarios.runs.results import Outcome
from ....scenarios.runs.summary import ScenarioSummary
from ....scenarios.runs.tasks import cost
from ....scenarios.schema.spec import Scenario
from ...render.labels import series_word, state_word
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
from ..output import Row, print_data, print_error, print_table
from ..process import ExitCode
from ..progress import RunProgress
from ..resolve import raise_faults
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["compare"],
    examples=(
        ("vglab compare deep-sigmoid relu", N_("side by side")),
        ("vglab compare relu relu:network.init=xavier", N_("two settings of one scenario")),
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
    request = ComparisonRequest(settings_of(ctx), expect, as_json, worker_count(workers))
    ctx.exit(run_compare(scenarios, request))


def run_compare(names: Sequence[str], request: ComparisonRequest) -> ExitCode:
    """Train the scenarios and print the document or the table."""
    expected = parse_expectations(request.expect)
    try:
        scenarios = align(names, request.settings)
    except ScenarioError as error:
        raise_faults(error.faults)
    check_paths(expected, Comparison, scenarios[0].kind)
    document = comparison(scenarios, train(scenarios, request.workers))
    data = msgspec.json.encode(document)
    if request.as_json:
        print_data(data)
    else:
        print_columns(document.runs, scenarios)
    if not document.finished:
        return ExitCode.INTERRUPTED
    return print_failures(document.runs) or judge(expected, data)


def train(scenarios: Sequence[Scenario], workers: int) -> list[list[Outcome]]:
    """Train every replica, or as many as Ctrl-C allows; returns the outcomes of each scenario."""
    outcomes: list[list[Outcome]] = [[] for _one in scenarios]
    replicas, costs = scenarios[0].run.replicas, [*map(cost, scenarios)]
    try:
        with (
            RunProgress(replicas * len(scenarios), replicas * sum(costs)) as progress,
            closing(race(scenarios, crew(workers))) as arrivals,
        ):
            for came in arrivals:
                outcomes[came.scenario].append(came.outcome)
                progress.move(costs[came.scenario], isinstance(came.outcome, str))
    except KeyboardInterrupt:
        print_error(_("Interrupted: these are the results so far."))
    return outcomes


def print_columns(entries: Sequence[ScenarioSummary], scenarios: Sequence[Scenario]) -> None:
    """Print a column for each scenario: the settings that differ, then the figures."""
    stated = [dict(settings(one)) for one in scenarios]
    keys = dict.fromkeys(change.key for entry in entries for change in entry.changes)
    differing = [[key, *(setting_text(one[key]) for one in stated)] for key in keys]
    print_table(["", *(entry.title for entry in entries)], [*differing, *figure_rows(entries)])


def setting_text(value: object) -> str:
    """A setting's value, a word without quotes."""
    return value if isinstance(value, str) else toml_text(value)


def figure_rows(entries: Sequence[ScenarioSummary]) -> Iterator[Row]:
    """A row for each figure."""
    tables = {"accuracy": _("accuracy"), "r2": "R²", "loss": _("loss"), "gan": _("game")}
    for of, what in tables.items():
        for name in names_in(entries, of):
            yield [
                f"{what}, {series_word(name)}",
                *(spread_text((getattr(one, of) or {}).get(name)) for one in entries),
            ]
    for name in names_in(entries, "networks"):
        yield from network_rows(entries, name)
    yield [_("movement budget, slowest layer"), *(spread_text(entry.budget) for entry in entries)]
    if any(entry.diverged for entry in entries):
        yield [_("diverged"), *(str(entry.diverged) for entry in entries)]
    yield [_("seconds per run"), *(figure(entry.seconds) for entry in entries)]


def network_rows(entries: Sequence[ScenarioSummary], name: str) -> Iterator[Row]:
    """The rows of one network: its state at initialization and at the end, its decay."""
    of = f" ({series_word(name)})" if name != "model" else ""
    networks = [entry.networks.get(name) for entry in entries]
    birth = [one and one.at_birth for one in networks]
    end = [one and one.at_end for one in networks]
    yield [_("at initialization") + of, *(state_word(one.state) if one else "–" for one in birth)]
    yield [_("at the end") + of, *(state_word(one.state) if one else "–" for one in end)]
    yield [
        _("× per layer, at initialization") + of,
        *(spread_text(one and one.mean_rate) for one in birth),
    ]
    yield [
        _("first/last layer, at initialization") + of,
        *(spread_text(one and one.ratio) for one in birth),
    ]


def names_in(entries: Sequence[ScenarioSummary], table: str) -> list[str]:
    """The keys of a table of figures, of any entry, in order."""
    tables: list[Mapping[str, object]] = [getattr(entry, table) or {} for entry in entries]
    return [*dict.fromkeys(name for one in tables for name in one)]
