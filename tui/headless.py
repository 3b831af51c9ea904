"""A run without a screen: train to the end, or until somebody asks to stop, and say what was found.

The document is printed once and whole; a Ctrl-C between two steps only makes it shorter.
"""

import gc
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click
import msgspec

from ..scenarios.expectations import Expectation, ExpectationError, parse, unmet
from ..scenarios.faults import printable
from ..scenarios.words import _
from .asking import first_preset, resolved
from .interrupts import Interrupts
from .output import complain, say
from .speech import Refusal

if TYPE_CHECKING:
    from ..engine.training import Experiment
    from ..scenarios.spec import Scenario
    from .document import RunDocument

UNMET, INTERRUPTED = 3, 130
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
        from .document import RunDocument

        foretold(expected, RunDocument, scenario.kind)
    experiment = built(scenario)
    seconds = drain(experiment, interrupts)
    from .document import document, encoded

    run = document(scenario, experiment, seconds)
    data = encoded(run)
    say(data if wanted.as_json else reported(run))
    return judged(expected, data) if run.finished else INTERRUPTED


def reported(run: "RunDocument") -> str:
    """The run, for a person to read."""
    from .report import report

    return report(run)


def expectation(text: str) -> Expectation:
    """What the run must show, or a refusal before it starts."""
    try:
        return parse(text)
    except ExpectationError as error:
        astray(text, error)


def astray(text: str, error: ExpectationError) -> NoReturn:
    """The expectation says nothing that could be true or false."""
    raise Refusal([f"--expect: {printable(text)}: {error}"]) from error


def foretold(expected: Sequence[Expectation], document: type, kind: str) -> None:
    """Refuse, before anything is trained, what such a document can have no place for."""
    if not expected:
        return
    from ..scenarios.foretelling import foretell

    for wanted in expected:
        try:
            foretell(wanted, document, kind)
        except ExpectationError as error:
            astray(wanted.text, error)


def judged(expected: Sequence[Expectation], data: bytes, of: str = "") -> int:
    """A line for each expectation that the document (of this run, where there are several) does
    not meet, and the exit status."""
    document = msgspec.json.decode(data) if expected else None
    lines: list[str] = []
    for wanted in expected:
        try:
            lines += unmet([wanted], document)
        except ExpectationError as error:
            astray(wanted.text, error)
    for line in lines:
        complain(f"{of}: {line}" if of else line)
    return UNMET if lines else 0


def built(scenario: "Scenario") -> "Experiment":
    """The experiment, ready to take its first step; numpy is loaded here."""
    from ..scenarios.build import build

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
