"""A run without a screen: train to the end or to Ctrl-C, print the result, judge expectations.

The document is printed once and whole; a Ctrl-C between two steps only makes it shorter.
"""

import gc
from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from .expectations import check_paths, judge, parse_expectations
from .output import print_data, print_notes
from .process import ExitCode, Interrupts
from .progress import step_progress
from .resolve import first_preset, resolve

if TYPE_CHECKING:
    from ...engine.training.supervised import Experiment


GC_THRESHOLD = 50_000
"""About as many objects as a run consists of, its modules included."""


class RunRequest(NamedTuple):
    """A run as the command line states it."""

    scenario: str | None
    settings: Sequence[str]
    expect: Sequence[str]
    as_json: bool


def run_headless(request: RunRequest, interrupts: Interrupts) -> ExitCode:
    """Train, print the document or its report, and judge it."""
    gc.set_threshold(GC_THRESHOLD)  # of what a single run makes, nothing is garbage before its end
    expected = parse_expectations(request.expect)
    name = first_preset() if request.scenario is None else request.scenario
    scenario = resolve(name, request.settings)
    # From here on NumPy is loaded.
    from ...scenarios.documents.run import RunDocument, document, encode
    from ...scenarios.experiment.build import build

    check_paths(expected, RunDocument, scenario.kind)
    experiment = build(scenario)
    seconds = train(experiment, interrupts)
    run = document(scenario, experiment, seconds)
    data = encode(run)
    if request.as_json:
        print_notes(scenario)
        print_data(data)
    else:
        from .report import report

        print_data(report(run))
    return judge(expected, data) if run.finished else ExitCode.INTERRUPTED


def train(experiment: "Experiment", interrupts: Interrupts) -> float:
    """Take every step, or stop after one at Ctrl-C; returns the seconds it took."""
    start = perf_counter()
    with step_progress(experiment.trace.steps + 1) as move_on:
        for _upto in experiment.steps:
            move_on()
            if interrupts.count:
                break
    return perf_counter() - start
