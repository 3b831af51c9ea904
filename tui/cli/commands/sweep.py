"""`vglab sweep`: train the runs that the file does not hold yet; judge and draw what it holds then.

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
from ....scenarios.runs.results import NO_EXTRAS, Extras
from ....scenarios.runs.tasks import cost
from ....scenarios.schema.expectations import Expectation
from ....scenarios.sweep.axes import SOURCE
from ....scenarios.sweep.extras import requested_extras
from ....scenarios.sweep.plan import Identity, PlannedRun, SweepPlan, plan
from ....scenarios.sweep.run import read_finished, remaining_runs, run_plan
from ....scenarios.sweep.store import Ledger, LedgerMoved, Line, NoSweep, encode_line
from ....scenarios.version import VERSION
from ..expectations import check_paths, judge, parse_expectations
from ..figure_file import check_file
from ..localized import Command, InputError
from ..options import (
    ScenarioName,
    Setting,
    argument,
    common_options,
    expect_option,
    option,
    option_names,
    settings_of,
    settings_options,
    worker_count,
    workers_option,
)
from ..output import print_error
from ..process import ExitCode
from ..progress import RunProgress
from ..resolve import raise_faults
from . import COMMANDS

Lines = Mapping[Identity, Line]


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
    type=Setting(),
    multiple=True,
    metavar=N_("KEY=VALUES"),
    help=N_(
        "A key and its values: a list V,W,… or a range LOW:HIGH:COUNT; :log spaces it "
        "logarithmically."
    ),
)
@option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar=N_("FILE"),
    help=N_("The sweep's file, one line per run."),
)
@option(
    "--random",
    type=click.IntRange(min=1, max=100_000),
    metavar="N",
    help=N_("Run N random points instead of the full grid."),
)
@option("--retry", is_flag=True, help=N_("Try failed runs again."))
@option("--plot", is_flag=True, help=N_("Draw the first two axes as a heat map."))
@option(
    "--draw",
    type=click.Path(path_type=Path),
    metavar=N_("FILE"),
    help=N_(
        "Draw that map into a file (.svg, .pdf, .png), over gain and depth with how deep a network"
        " can be trained by theory; needs matplotlib."
    ),
)
@option("--force", is_flag=True, help=N_("Replace the file if it exists."))
@option(
    "--figure",
    metavar=N_("PATH"),
    help=N_("What the map shows, as in --figure networks.model.diagnosis.rate."),
)
@option(
    "--measure",
    "measures",
    multiple=True,
    metavar=N_("NAME"),
    help=N_("Keep this measure of each layer too, as in --measure delta_rms; all keeps every one."),
)
@option("--theory", is_flag=True, help=N_("Keep what theory says of each run too."))
@option("--dask", metavar=N_("ADDRESS"), help=N_("Train on a Dask cluster."))
@workers_option
@settings_options
@expect_option
@common_options
@click.pass_context
def sweep(
    ctx: click.Context,
    plot: bool,
    draw: Path | None,
    force: bool,
    figure: str | None,
    workers: int | None,
    **options: Any,
) -> None:
    if draw:
        check_file(draw, force)
    request = SweepRequest(settings=settings_of(ctx), workers=worker_count(workers), **options)
    status, whole, done = run_sweep(request)
    if plot and done:
        from ..sweep_plot import print_plot  # loads NumPy

        print_plot(whole, [*done.values()], figure)
    if draw and done:
        from ..sweep_plot import draw_sweep, write_sweep

        drawn = draw_sweep(whole.keys, [*done.values()], figure, whole.scenario)
        write_sweep(drawn, draw, force)
    ctx.exit(status)


class SweepRequest(NamedTuple):
    """The command's options."""

    scenario: str
    over: Sequence[str]
    settings: Sequence[str]
    random: int | None
    out: Path
    workers: int
    dask: str | None
    retry: bool
    expect: Sequence[str]
    measures: Sequence[str]
    theory: bool
    extras: Extras = NO_EXTRAS
    """What both ask for, once the plan is made."""


def make_plan(request: SweepRequest) -> SweepPlan:
    """List every run of the sweep; raises InputError."""
    try:
        return plan(request.scenario, request.over, request.settings, request.random)
    except ScenarioError as error:
        context = click.get_current_context()
        for text in request.over:
            option_names(context)[text.partition("=")[0].strip()] = SOURCE
        raise_faults(error.faults)


def make_extras(whole: SweepPlan, request: SweepRequest) -> Extras:
    """What each line holds besides; raises InputError."""
    try:
        return requested_extras(whole.scenario, request.theory, request.measures)
    except ScenarioError as error:
        raise_faults(error.faults)


def run_sweep(request: SweepRequest) -> tuple[ExitCode, SweepPlan, Lines]:
    """Carry out the sweep; returns its status, its plan and its lines in the file."""
    expected = parse_expectations(request.expect)
    whole = make_plan(request)
    request = request._replace(extras=make_extras(whole, request))
    check_paths(expected, Line, "" if "kind" in whole.keys else whole.scenario.kind)
    try:
        status, done = complete(whole, request)
    except NoSweep as error:
        raise InputError([str(error)]) from error
    if status is ExitCode.DONE:
        status = print_failures(whole, done) or judge_runs(expected, whole, done)
    return status, whole, done


def complete(whole: SweepPlan, request: SweepRequest) -> tuple[ExitCode, dict[Identity, Line]]:
    """Train the runs that the file lacks; returns the status and all its lines of this plan. A
    file that lacks none need not be writable.

    Raises NoSweep where it holds something else, OSError where it cannot be read or written.
    """
    try:
        with Ledger(request.out) as ledger:
            done = read_finished(whole, request.out)
            return train_rest(whole, done, ledger, request), done
    except OSError:
        done = read_finished(whole, request.out) if request.out.is_file() else {}
        if remaining_runs(whole, done, request.retry, request.extras):
            raise
        return ExitCode.DONE, done


def train_rest(
    whole: SweepPlan, done: dict[Identity, Line], ledger: Ledger, request: SweepRequest
) -> ExitCode:
    """Train the runs that remain and add their lines to `done`."""
    todo = remaining_runs(whole, done, request.retry, request.extras)
    if not ledger.locked:
        print_error(
            _("This disk has no file locks: make sure that no other sweep writes to the file.")
        )
    if not todo:
        return ExitCode.DONE
    try:
        train(whole, todo, done, ledger, request)
        ledger.enter([])
    except LedgerMoved as error:
        print_error(_("Error: {message}").format(message=error))
        print_error(keep_elsewhere(whole, done, ledger, error.entries))
        return ExitCode.FAILED
    except KeyboardInterrupt:
        print_error(progress_text(whole, request.out))
        return ExitCode.INTERRUPTED
    except OSError as error:
        print_error(_("Error: {message}").format(message=describe(error)))
        print_error(progress_text(whole, request.out))
        return ExitCode.FAILED
    return ExitCode.DONE


def train(
    whole: SweepPlan,
    todo: list[PlannedRun],
    done: dict[Identity, Line],
    ledger: Ledger,
    request: SweepRequest,
) -> None:
    """Train the runs, entering each into the ledger and into `done`."""
    costs = {run.identity: cost(run.scenario) for run in todo}
    already = len(whole.runs) - len(todo)
    with (
        RunProgress(len(todo), sum(costs.values()), already) as progress,
        closing(
            run_plan(whole, todo, ledger, executor(request), VERSION, request.extras)
        ) as entries,
    ):
        for entry in entries:
            done[entry.identity] = entry
            progress.move(costs[entry.identity], entry.error is not None)


def executor(request: SweepRequest) -> Crew:
    """The processes of this machine, or the Dask cluster."""
    if request.dask is None:
        return crew(request.workers)
    from ....scenarios.runs.executors import Cluster

    return Cluster(request.dask)


def keep_elsewhere(
    whole: SweepPlan, done: dict[Identity, Line], ledger: Ledger, entries: Sequence[Line]
) -> str:
    """Write every run to a file of another name; returns the line that names it."""
    done |= {entry.identity: entry for entry in entries}
    path = ledger.keep_elsewhere(entries, done.values())
    form = _("{done} of {all} runs are kept in {file}; resume with --out {file}")
    return form.format(done=len(done), all=len(whole.runs), file=path)


def progress_text(whole: SweepPlan, out: Path) -> str:
    """How many runs are in the file, which is read again: Ctrl-C may come between a line and its
    count."""
    form = _("{done} of {all} runs are in {file}; the same command resumes from there.")
    return form.format(done=len(read_finished(whole, out)), all=len(whole.runs), file=out)


def print_failures(whole: SweepPlan, done: Lines) -> ExitCode:
    """Print a line about the runs that failed."""
    failed = [entry for entry in done.values() if entry.error is not None]
    if not failed:
        return ExitCode.DONE
    form = ngettext(
        "{count} run of {all} failed; the first because: {reason} (--retry tries it again)",
        "{count} runs of {all} failed; the first because: {reason} (--retry tries them again)",
        len(failed),
    )
    message = form.format(count=len(failed), all=len(whole.runs), reason=failed[0].error)
    print_error(_("Error: {message}").format(message=message))
    return ExitCode.FAILED


def judge_runs(expectations: Sequence[Expectation], whole: SweepPlan, done: Lines) -> ExitCode:
    """Print a line for each run and each expectation that it does not meet."""
    statuses = [
        judge(expectations, encode_line(done[run.identity]), place(done[run.identity]))
        for run in whole.runs
        if expectations
    ]
    return ExitCode.UNMET if any(statuses) else ExitCode.DONE


def place(entry: Line) -> str:
    """The settings of a run, to tell it from the others."""
    values = {**entry.at, "run.seed": entry.seed}
    return ", ".join(f"{key}={value}" for key, value in values.items())
