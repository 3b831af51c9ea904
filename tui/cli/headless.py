"""A run without a screen: train to the end or to Ctrl-C, print the result, judge expectations.

The document is printed once and whole; a Ctrl-C between two steps only makes it shorter.
"""

import gc
import os
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from .expectations import check_paths, judge, parse_expectations
from .output import print_data, print_notes
from .process import ExitCode, Interrupts
from .progress import step_progress
from .resolve import first_preset, resolve

if TYPE_CHECKING:
    from ...engine.training.supervised import Experiment
    from ...scenarios.experiment.theory import Laws


GC_THRESHOLD = 50_000
"""About as many objects as a run consists of, its modules included."""


class RunRequest(NamedTuple):
    """A run as the command line states it."""

    scenario: str | None
    settings: Sequence[str]
    expect: Sequence[str]
    as_json: bool
    threads: int | None = None
    """As stated; None: as many as suit the replicas, 1 for the matrix products of a single one."""


BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
"""What the libraries that NumPy multiplies with ask for, when it is loaded."""


def run_headless(request: RunRequest, interrupts: Interrupts) -> ExitCode:
    """Train, print the document or its report, and judge it."""
    gc.set_threshold(GC_THRESHOLD)  # of what a single run makes, nothing is garbage before its end
    expected = parse_expectations(request.expect)
    name = first_preset() if request.scenario is None else request.scenario
    scenario = resolve(name, request.settings)
    if request.threads and scenario.run.replicas == 1:
        os.environ.update(dict.fromkeys(BLAS_THREADS, str(request.threads)))
    # From here on NumPy is loaded.
    from ...scenarios.documents.run import RunDocument, document, encode
    from ...scenarios.experiment.build import build
    from ...scenarios.experiment.theory import foresee
    from ...scenarios.runs.sizes import suitable_threads

    check_paths(expected, RunDocument, scenario.kind)
    experiment = build(scenario, request.threads or suitable_threads(scenario))
    seconds, laws = train(experiment, interrupts, partial(foresee, scenario, experiment))
    run = document(scenario, experiment, seconds, laws)
    data = encode(run)
    if request.as_json:
        print_notes(scenario)
        print_data(data)
    else:
        from .report import report

        print_data(report(run))
    return judge(expected, data) if run.finished else ExitCode.INTERRUPTED


def train(
    experiment: "Experiment", interrupts: Interrupts, ask: "Callable[[], Laws]"
) -> "tuple[float, Laws]":
    """Take every step, or stop after one at Ctrl-C. Returns the seconds it took, and what theory
    foresees, which is asked beside the training from the first record on."""
    from ...scenarios.runs.in_thread import Call

    start = perf_counter()
    trace, laws = experiment.trace, None
    with step_progress(trace.steps + 1) as move_on:
        for _upto in experiment.steps:
            laws = laws or Call(ask)
            move_on(trace.done + trace.finished)
            if interrupts.count:
                break
    return perf_counter() - start, laws.result() if laws else ask()
