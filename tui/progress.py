"""How far a long piece of work has come, and how long it will still take: a line on stderr.

Only where somebody is looking. Time is measured by a clock that nobody can set.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from ..scenarios.words import _, ngettext

BAR = 24
"""Cells of the bar."""
STDERR = 2


@dataclass
class Progress:
    """So many runs, which together cost so much."""

    runs: int
    cost: float
    already: int = 0
    """Runs that were finished before."""
    done: int = 0
    failed: int = 0
    paid: float = 0.0
    began: float = field(default_factory=time.monotonic)
    seen: bool = field(default_factory=lambda: is_terminal())

    def __enter__(self) -> Self:
        self.draw()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self.write("")

    def expect(self, runs: int, cost: float) -> None:
        """There is more to do than was known."""
        self.runs += runs
        self.cost += cost

    def move(self, cost: float, failed: bool = False) -> None:
        """A run is done."""
        self.done += 1
        self.failed += failed
        self.paid += cost
        self.draw()

    def draw(self) -> None:
        """Show where it stands."""
        if self.seen:
            self.write(self.line())

    def line(self) -> str:
        """Runs, a bar, the time left and what failed."""
        share = min(self.paid / self.cost, 1.0) if self.cost else 1.0
        filled = round(share * BAR)
        said = [
            f"{self.already + self.done}/{self.already + self.runs}",
            "━" * filled + "╌" * (BAR - filled),
        ]
        if 0 < share < 1:
            left = (time.monotonic() - self.began) * (1 / share - 1)
            said.append(_("{time} left").format(time=clock(left)))
        if self.failed:
            failed = ngettext("{count} failed", "{count} failed", self.failed)
            said.append(failed.format(count=self.failed))
        return "  ".join(said)

    def write(self, text: str) -> None:
        """Put the text in place of what was there."""
        if self.seen:
            columns = terminal_columns()
            sys.stderr.write(f"\r{text[: columns - 1]:<{columns - 1}}\r{text[: columns - 1]}")
            sys.stderr.flush()


def is_terminal() -> bool:
    """Whether somebody is looking at stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


def terminal_columns() -> int:
    """How wide stderr's terminal is."""
    try:
        return os.get_terminal_size(STDERR).columns or 80
    except OSError:
        return 80


def clock(seconds: float) -> str:
    """Seconds as people say them: 0:07, 12:30, 3:05:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
