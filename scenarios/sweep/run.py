"""A sweep: every run of a plan that its file does not hold yet, entered as it finishes.

A generator that yields each run once it is safe, so that a progress line or the
lab's heat map needs only the next one.
"""

from collections.abc import Generator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from ..i18n import _
from ..runs.executors import Crew
from ..runs.results import NO_EXTRAS, Extras
from ..runs.scheduler import schedule
from ..runs.tasks import SEED, tasks, train
from .plan import Identity, PlannedRun, SweepPlan
from .stated import SweepStatement, differences_text
from .store import Ledger, Line, NoSweep, line, lines


def read_finished(plan: SweepPlan, path: Path) -> dict[Identity, Line]:
    """The plan's runs that are in the file, the last line of each.

    Raises LedgerError, or NoSweep where the file holds another sweep.
    """
    planned = {run.identity for run in plan.runs}
    found: dict[Identity, Line] = {}
    for entry in lines(path):
        if entry.sweep != plan.digest:
            raise NoSweep(other_sweep_text(path, entry, plan))
        if entry.identity in planned:
            found[entry.identity] = entry
    return found


def other_sweep_text(path: Path, entry: Line, plan: SweepPlan) -> str:
    """The error message for a file with another experiment in it: what differs, where that is
    known."""
    there = entry.statement
    here = SweepStatement(plan.scenario.id, (*plan.keys,), plan.preset, plan.stated)
    if there and (said := differences_text(there, here)):
        form = _("another sweep is in this file ({differences}); give --out another file")
        return f"{path}: " + form.format(differences=said)
    form = _(
        "another sweep is in this file ({scenario} over {keys}, or other settings); give --out"
        " another file"
    )
    keys = ", ".join(entry.at) or SEED
    return f"{path}: " + form.format(scenario=entry.scenario, keys=keys)


def remaining_runs(
    plan: SweepPlan,
    done: Mapping[Identity, Line],
    retry: bool = False,
    extras: Extras = NO_EXTRAS,
) -> list[PlannedRun]:
    """The runs still to be carried out: those without a line, those whose line lacks the extras,
    and those that failed, if they are to be tried again."""
    return [
        run
        for run in plan.runs
        if (entry := done.get(run.identity)) is None
        or (retry and entry.error is not None)
        or not extras.are_in(entry)
    ]


def run_plan(
    plan: SweepPlan,
    todo: list[PlannedRun],
    ledger: Ledger,
    crew: Crew,
    version: str,
    extras: Extras = NO_EXTRAS,
) -> Generator[Line]:
    """Carry out the runs; each is yielded once it is in the file, with the extras.

    Raises LedgerError where it cannot be entered; all that were yielded are safe.
    """
    work = tasks(enumerate(run.scenario for run in todo), crew.room)
    with closing(schedule(work, crew, partial(train, extras=extras))) as outcomes:
        for number, outcome in outcomes:
            entry = line(plan, todo[number], outcome, version)
            ledger.enter([entry])
            yield entry
