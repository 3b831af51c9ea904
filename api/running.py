"""What one calls: run a scenario, diagnose it, compare several, sweep over settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from os import PathLike
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal, Unpack

from .results import ComparisonResult, DiagnosisResult, RunResult, SweepResult
from .scenarios.comparison import compare as comparing
from .scenarios.documents.run import document
from .scenarios.experiment.build import build
from .scenarios.loading.inheritance import load
from .scenarios.loading.toml_reader import Settings, as_setting
from .scenarios.runs.executors import Cluster, Crew, crew
from .scenarios.runs.results import Extras
from .scenarios.runs.scheduler import schedule
from .scenarios.runs.sizes import suitable_threads
from .scenarios.runs.tasks import tasks, train
from .scenarios.schema.spec import Scenario
from .scenarios.sweep.extras import requested_extras
from .scenarios.sweep.plan import SweepPlan, plan
from .scenarios.sweep.run import read_finished, remaining_runs, run_plan
from .scenarios.sweep.store import Ledger, Line, line
from .scenarios.version import VERSION
from .stating import ShortSettings, stated

if TYPE_CHECKING:
    from .plotting import FigureFile

DRAWN = ("grad_norm", "delta_rms", "update_ratio", "displacement")
"""Measures of layers that a comparison keeps, for its figures and frames."""
Axis = Iterable[int | float | str] | str
"""The values of a key: in a list, or as `--over` has them ("0.5:3:11")."""


def run(
    scenario: str | PathLike[str] | Scenario,
    settings: Settings = (),
    threads: int | None = None,
    data: object = None,
    **short: Unpack[ShortSettings],
) -> RunResult:
    """Train a scenario to the end.

    scenario: a preset's id, a file, or what `load` gives; settings: as --set takes them or by their
    keys ({"network.depth": 3}), over a name; data: your own, over a name: a data frame, or the path
    of a file (see `data_file`); short: steps, seed, replicas, record_every and dtype, which are
    short for settings; threads: what replicas are spread over, by default as many as make it
    faster, up to one a core. Raises ScenarioError where there is a fault, TooLarge (a MemoryError)
    where the run would not fit into memory, and TypeError where `data` is no table or a scenario
    that is resolved gets settings.
    """
    over = stated(settings, data, short)
    if not isinstance(scenario, str | PathLike | Scenario):
        kind = type(scenario).__name__
        raise TypeError(f"a preset's id, a file or what load gives is wanted, not a {kind}")
    if not isinstance(scenario, Scenario):
        resolved = load(scenario, over)
    elif over:
        raise TypeError("settings go over a name or a file: load(name, settings)")
    else:
        resolved = scenario
    started = perf_counter()
    experiment = build(resolved, threads or suitable_threads(resolved))
    for _upto in experiment.steps:
        pass
    return RunResult(document(resolved, experiment, perf_counter() - started), experiment)


def diagnose(
    what: str | PathLike[str] | Scenario | RunResult,
    settings: Settings = (),
    **short: Unpack[ShortSettings],
) -> DiagnosisResult:
    """What is wrong with a network, at initialization and at the end, in sentences.

    what: a run, or what `run` takes, which is trained first with these settings.
    """
    return (what if isinstance(what, RunResult) else run(what, settings, **short)).verdict


def compare(
    *names: str | PathLike[str],
    settings: Settings = (),
    workers: int = 1,
    data: object = None,
    **short: Unpack[ShortSettings],
) -> ComparisonResult:
    """Train scenarios on the same data and seeds, those of the first.

    names: presets or files, each perhaps with settings of its own, as in
    relu:network.init=xavier; settings: over each; workers: processes to train in (more than one:
    only under `if __name__ == "__main__":`); data and short: as of `run`. Raises ScenarioError.
    """
    extras = Extras(measures=DRAWN)
    over = stated(settings, data, short)
    return ComparisonResult(comparing.compare([*map(str, names)], over, workers, extras))


def plot(
    *runs: str | PathLike[str] | Scenario | RunResult,
    chart: str = "gradient",
    at: Literal["birth", "end", "both"] = "end",
    settings: Settings = (),
    **short: Unpack[ShortSettings],
) -> FigureFile:
    """Draw runs into one figure.

    runs: results, or what `run` takes, which are trained first; chart: a name as of `vglab plot
    --chart`; at: of charts by layer, the record. Raises ValueError where there is no such chart,
    and DrawingError without matplotlib or where the runs have no such numbers.
    """
    from .plotting import figure_of_runs

    drawn = [one if isinstance(one, RunResult) else run(one, settings, **short) for one in runs]
    return figure_of_runs(chart, [one.document for one in drawn], at)


def sweep(
    name: str | PathLike[str],
    over: Mapping[str, Axis],
    settings: Settings = (),
    workers: int = 1,
    out: str | PathLike[str] | None = None,
    measures: Sequence[str] = (),
    theory: bool = False,
    data: object = None,
    dask: str | None = None,
    **short: Unpack[ShortSettings],
) -> SweepResult:
    """Train every point of a grid, a run for each seed.

    over: keys and their values; settings: over each point; workers: as of `compare`; out: a JSON
    Lines file that each run is written to as it finishes, and from which a sweep that was stopped
    goes on; measures: those of each layer that are kept ("all": every one), at the first record
    and at the last; theory: keep what it says of each run; data and short: as of `run`; dask: the
    address of a scheduler, whose workers train in place of those here, parts that this script has
    registered too. Raises ScenarioError; LedgerError and NoSweep where the file cannot be used;
    CrewError (an OSError) where no scheduler answers.
    """
    axes = [axis_text(key, values) for key, values in over.items()]
    whole = plan(str(name), axes, stated(settings, data, short))
    extras = requested_extras(whole.scenario, theory, measures)
    hire = partial(crew, workers) if dask is None else partial(Cluster, dask)
    if out is None:
        found = run_in_memory(whole, hire(), extras)
    else:
        found = run_into(whole, Path(out), hire, extras)
    return SweepResult(tuple(found), whole.keys, whole.scenario)


def axis_text(key: str, values: Axis) -> str:
    """An axis as `--over` has it."""
    if isinstance(values, str):
        return f"{key}={values}"
    return f"{key}={','.join(as_setting('', value)[1:] for value in values)}"


def run_in_memory(whole: SweepPlan, hands: Crew, extras: Extras) -> list[Line]:
    """The lines of a sweep without a file, in the plan's order."""
    runs = enumerate(run.scenario for run in whole.runs)
    work = partial(train, extras=extras)
    with closing(schedule(tasks(runs, hands.room), hands, work)) as outcomes:
        came = dict(outcomes)
    return [line(whole, run, came[i], VERSION) for i, run in enumerate(whole.runs)]


def run_into(whole: SweepPlan, path: Path, hire: Callable[[], Crew], extras: Extras) -> list[Line]:
    """The same with a file: what it holds already, with the extras, is not run again."""
    with Ledger(path) as ledger:
        done = read_finished(whole, path)
        if todo := remaining_runs(whole, done, extras=extras):
            for entry in run_plan(whole, todo, ledger, hire(), VERSION, extras):
                done[entry.identity] = entry
    return [done[run.identity] for run in whole.runs]
