"""A run without a screen: train to the end, or until somebody asks to stop, and say what was found.

The document is printed once and whole; a Ctrl-C between two steps only makes it shorter.
"""

import gc
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import click

from ....scenarios.i18n import _
from ..expectations import expectation, foretold, judged
from ..output import say
from ..process import INTERRUPTED, Interrupts
from ..resolve import first_preset, resolved

if TYPE_CHECKING:
    from ....engine.training.supervised import Experiment
    from ....scenarios.documents.run import RunDocument
    from ....scenarios.schema.spec import Scenario


LOADED = 50_000
"""About as many objects as a run consists of, its modules included."""
REDRAWS = 200
"""How often the progress bar moves, from end to end."""


class Wanted(NamedTuple):
    """What the command line asked for."""

    scenario: str | None
    settings: Sequence[str]
    expect: Sequence[str]
    as_json: bool


def carry_out(wanted: Wanted, interrupts: Interrupts) -> int:
    """Train, print and judge; gives the exit status."""
    gc.set_threshold(LOADED)  # of what a single run makes, nothing is garbage before its end
    expected = [expectation(text) for text in wanted.expect]
    name = first_preset() if wanted.scenario is None else wanted.scenario
    scenario = resolved(name, wanted.settings)
    if expected:
        from ....scenarios.documents.run import RunDocument

        foretold(expected, RunDocument, scenario.kind)
    experiment = built(scenario)
    seconds = drain(experiment, interrupts)
    from ....scenarios.documents.run import document, encoded

    run = document(scenario, experiment, seconds)
    data = encoded(run)
    say(data if wanted.as_json else reported(run))
    return judged(expected, data) if run.finished else INTERRUPTED


def reported(run: "RunDocument") -> str:
    """The run, for a person to read."""
    from ..report import report

    return report(run)


def built(scenario: "Scenario") -> "Experiment":
    """The experiment, ready to take its first step; numpy is loaded here."""
    from ....scenarios.experiment.build import build

    return build(scenario)


def drain(experiment: "Experiment", interrupts: Interrupts) -> float:
    """Take every step, the first in any case, until asked to stop; gives the seconds it took."""
    started = perf_counter()
    with progress(experiment.trace.steps) as move_on:
        for _upto in experiment.steps:
            move_on()
            if interrupts.asked:
                break
    return perf_counter() - started


@contextmanager
def progress(steps: int) -> Generator[Callable[[], None]]:
    """A bar on stderr, where somebody is looking; gives what moves it on by a step."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    every = max(1, steps // REDRAWS)
    with click.progressbar(
        length=steps,
        label=_("Training"),
        file=sys.stderr,
        update_min_steps=every,
    ) as bar:
        yield partial(bar.update, 1)
        if bar.pos + every > steps:
            bar.update(every)
