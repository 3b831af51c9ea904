"""Progress bars on stderr, where it is a terminal: of steps, or of runs and their cost."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from ...scenarios.i18n import _, ngettext

STDERR = 2
CELLS = 24
"""Length of the bar of runs."""
PAUSE = 0.1
"""Seconds between two drawings, at least: a slow line has other things to carry."""


def is_stderr_terminal() -> bool:
    """Whether stderr is a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def step_progress(steps: int) -> Generator[Callable[[int], None]]:
    """A bar of `steps` steps; yields the function that moves it to a number of steps."""
    if not is_stderr_terminal():
        yield lambda done: None
        return
    with RunProgress(steps, steps) as bar:
        yield lambda done: bar.move(done - bar.done, runs=done - bar.done)


@dataclass
class RunProgress:
    """Runs that are done, of a number with a total cost; costs are estimates in any one unit."""

    runs: int
    cost: float
    already: int = 0
    """Runs that an earlier command finished."""
    done: int = 0
    failed: int = 0
    drawn: float = 0.0
    """When it was last drawn."""
    finished_cost: float = 0.0
    """Cost of the runs that are done."""
    start: float = field(default_factory=time.monotonic)
    visible: bool = field(default_factory=lambda: is_stderr_terminal())

    def __enter__(self) -> Self:
        self.draw()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self.write("")

    def add(self, runs: int, cost: float) -> None:
        """Add runs that were not known of at first."""
        self.runs += runs
        self.cost += cost

    def move(self, cost: float, failed: bool = False, runs: int = 1) -> None:
        """Count a run of that cost as done, or several."""
        self.done += runs
        self.failed += failed
        self.finished_cost += cost
        now = time.monotonic()
        if now - self.drawn >= PAUSE or self.done == self.runs:
            self.drawn = now
            self.draw()

    def draw(self) -> None:
        """Draw the bar, on a terminal."""
        if self.visible:
            self.write(self.line())

    def line(self) -> str:
        """The count of runs, the bar, the time left and how many failed."""
        share = min(self.finished_cost / self.cost, 1.0) if self.cost else 1.0
        filled = round(share * CELLS)
        parts = [
            f"{self.already + self.done}/{self.already + self.runs}",
            "━" * filled + "╌" * (CELLS - filled),
        ]
        if 0 < share < 1:
            left = (time.monotonic() - self.start) * (1 / share - 1)
            parts.append(_("{time} left").format(time=clock(left)))
        if self.failed:
            failed = ngettext("{count} failed", "{count} failed", self.failed)
            parts.append(failed.format(count=self.failed))
        return "  ".join(parts)

    def write(self, text: str) -> None:
        """Replace the line on the terminal."""
        if self.visible:
            columns = terminal_columns()
            sys.stderr.write(f"\r{text[: columns - 1]:<{columns - 1}}\r{text[: columns - 1]}")
            sys.stderr.flush()


def terminal_columns() -> int:
    """Columns of stderr's terminal."""
    try:
        return os.get_terminal_size(STDERR).columns or 80
    except OSError:
        return 80


def clock(seconds: float) -> str:
    """Seconds as 0:07, 12:30 or 3:05:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
