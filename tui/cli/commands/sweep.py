"""`vglab sweep`: carry out what the file does not hold yet, and judge and draw what it holds then.

Whatever ends it, the runs in the file are safe, and one line says how many they are and that the
same command goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import click

from ....scenarios.errors import ScenarioError, describe
from ....scenarios.i18n import N_, _, ngettext
from ....scenarios.runs.executors import Crew, crew
from ....scenarios.runs.tasks import cost
from ....scenarios.schema.expectations import Expectation
from ....scenarios.sweep.axes import SOURCE
from ....scenarios.sweep.plan import Identity, Plan, Run, plan
from ....scenarios.sweep.run import finished, remaining, swept
from ....scenarios.sweep.store import Ledger, LedgerMoved, Line, NoSweep, encoded
from ....scenarios.version import VERSION
from ..expectations import expectation, foretold, judged
from ..localized import Command, Refusal
from ..options import (
    ScenarioName,
    argument,
    common_options,
    cores,
    expect_option,
    option,
    settings_options,
    spelling,
    stated,
    workers_option,
)
from ..output import Progress, complain
from ..process import FAILED, INTERRUPTED, UNMET
from ..resolve import refuse
from . import COMMANDS

Lines = Mapping[Identity, Line]


class Asked(NamedTuple):
    """What the command line asked for."""

    scenario: str
    over: Sequence[str]
    settings: Sequence[str]
    random: int | None
    out: Path
    workers: int
    dask: str | None
    retry: bool
    expect: Sequence[str]


def planned(asked: Asked) -> Plan:
    """Every run of the sweep, or a refusal."""
    try:
        return plan(asked.scenario, asked.over, asked.settings, asked.random)
    except ScenarioError as error:
        context = click.get_current_context()
        for text in asked.over:
            spelling(context)[text.partition("=")[0].strip()] = SOURCE
        refuse(error.faults)


def run_sweep(asked: Asked) -> tuple[int, Plan, Lines]:
    """Carry it out; gives the exit status, and what the file holds of it now."""
    expected = [expectation(text) for text in asked.expect]
    whole = planned(asked)
    foretold(expected, Line, "" if "kind" in whole.keys else whole.scenario.kind)
    try:
        done = finished(whole, asked.out) if asked.out.is_file() else {}
        status = 0
        if remaining(whole, done, asked.retry):
            with Ledger(asked.out) as ledger:
                done = finished(whole, asked.out)
                status = go_on(whole, done, ledger, asked)
    except NoSweep as error:
        raise Refusal([str(error)]) from error
    if status == 0:
        status = failures(whole, done, asked.out) or graded(expected, whole, done)
    return status, whole, done


def go_on(whole: Plan, done: dict[Identity, Line], ledger: Ledger, asked: Asked) -> int:
    """Carry out what remains, entering it into `done`; gives the exit status."""
    todo = remaining(whole, done, asked.retry)
    if not ledger.locked:
        complain(_("This disk knows no locks: see to it that no other sweep writes the file."))
    if not todo:
        return 0
    try:
        train(whole, todo, done, ledger, asked)
        ledger.enter([])
    except LedgerMoved as error:
        complain(_("Error: {message}").format(message=error))
        complain(elsewhere(whole, done, ledger, error.entries))
        return FAILED
    except KeyboardInterrupt:
        complain(so_far(whole, asked.out))
        return INTERRUPTED
    except OSError as error:
        complain(_("Error: {message}").format(message=describe(error)))
        complain(so_far(whole, asked.out))
        return FAILED
    return 0


def train(
    whole: Plan, todo: list[Run], done: dict[Identity, Line], ledger: Ledger, asked: Asked
) -> None:
    """Carry out the runs."""
    costs = {run.identity: cost(run.scenario) for run in todo}
    already = len(whole.runs) - len(todo)
    with (
        Progress(len(todo), sum(costs.values()), already) as progress,
        closing(swept(whole, todo, ledger, hired(asked), VERSION)) as entries,
    ):
        for entry in entries:
            done[entry.identity] = entry
            progress.move(costs[entry.identity], entry.error is not None)


def hired(asked: Asked) -> Crew:
    """Who does the work."""
    if asked.dask is None:
        return crew(asked.workers)
    from ....scenarios.runs.executors import Cluster

    return Cluster(asked.dask)


def elsewhere(
    whole: Plan, done: dict[Identity, Line], ledger: Ledger, entries: Sequence[Line]
) -> str:
    """Keep every run in a file of another name, and say which."""
    done |= {entry.identity: entry for entry in entries}
    path = ledger.keep_elsewhere(entries, done.values())
    form = _("{done} of {all} runs are kept in {file}; go on with --out {file}")
    return form.format(done=len(done), all=len(whole.runs), file=path)


def so_far(whole: Plan, out: Path) -> str:
    """What is safe, by the file itself: Ctrl-C may come when a run is in it and not yet counted."""
    form = _("{done} of {all} runs are in {file}; the same command goes on from there.")
    return form.format(done=len(finished(whole, out)), all=len(whole.runs), file=out)


def failures(whole: Plan, done: Lines, out: Path) -> int:
    """A line for runs that failed, and the exit status."""
    failed = [entry for entry in done.values() if entry.error is not None]
    if not failed:
        return 0
    form = ngettext(
        "{count} run of {all} failed; the first because: {reason} (--retry tries it again)",
        "{count} runs of {all} failed; the first because: {reason} (--retry tries them again)",
        len(failed),
    )
    said = form.format(count=len(failed), all=len(whole.runs), reason=failed[0].error)
    complain(_("Error: {message}").format(message=said))
    return FAILED


def graded(expected: Sequence[Expectation], whole: Plan, done: Lines) -> int:
    """A line for each run and expectation that it does not meet, and the exit status."""
    statuses = [
        judged(expected, encoded(done[run.identity]), place(done[run.identity]))
        for run in whole.runs
        if expected
    ]
    return UNMET if any(statuses) else 0


def place(entry: Line) -> str:
    """Which run of the sweep it is."""
    values = {**entry.at, "run.seed": entry.seed}
    return ", ".join(f"{key}={value}" for key, value in values.items())


@click.command(
    cls=Command,
    help=COMMANDS["sweep"],
    examples=(
        (
            "vglab sweep tanh --over network.gain=0.5:3:11 --over network.depth=5:50:10"
            " --out phase.jsonl --plot",
            N_("the phase diagram"),
        ),
        (
            "vglab sweep relu --over training.rate=1e-4:1:log --over network.depth=3:30 --random 50"
            " --out random.jsonl",
            N_("points at random"),
        ),
    ),
)
@argument("scenario", type=ScenarioName(), metavar="X")
@option(
    "--over",
    multiple=True,
    metavar=N_("KEY=VALUES"),
    help=N_("A key and its values: a list V,W,… or a range LOW:HIGH:COUNT, with :log by factors."),
)
@option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar=N_("FILE"),
    help=N_("The file of the sweep, a line a run."),
)
@option(
    "--random",
    type=click.IntRange(min=1, max=100_000),
    metavar="N",
    help=N_("So many points at random, in place of all."),
)
@option("--retry", is_flag=True, help=N_("Try runs again that failed."))
@option("--plot", is_flag=True, help=N_("Draw the first two axes as a heat map."))
@option(
    "--figure",
    metavar=N_("PATH"),
    help=N_("What the map shows, as in --figure networks.model.diagnosis.rate."),
)
@option("--dask", metavar=N_("ADDRESS"), help=N_("Train on a Dask cluster."))
@workers_option
@settings_options
@expect_option
@common_options
@click.pass_context
def sweep(
    ctx: click.Context,
    plot: bool,
    figure: str | None,
    workers: int | None,
    **asked: Any,
) -> None:
    status, plan, done = run_sweep(Asked(settings=stated(ctx), workers=cores(workers), **asked))
    if plot and done:
        from .sweep_plot import plot as draw

        draw(plan, [*done.values()], figure)
    ctx.exit(status)
