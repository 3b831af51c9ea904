"""What is said to the outside: data on stdout, everything else on stderr.

Whoever reads stdout may have had enough before the end (`| head`): then the rest goes nowhere, and
that is no error.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from types import TracebackType
from typing import Self

import click
from click.exceptions import Exit

from ...scenarios.i18n import _, ngettext

STDOUT = 1


def say(data: str | bytes, end: bytes = b"\n") -> None:
    """Put data on stdout, a line or a whole document; of bytes, more may follow."""
    try:
        if isinstance(data, bytes):
            write(data + end)
        else:
            click.echo(data)
    except BrokenPipeError as error:
        hush()
        raise Exit(0) from error


def write(data: bytes) -> None:
    """Write all of it: with PYTHONUNBUFFERED a write that a Ctrl-C interrupts is only begun."""
    if sys.stdout is None:  # it was closed before we started
        return
    sys.stdout.flush()
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def hush() -> None:
    """Send the rest of stdout nowhere, what Python has kept back and flushes at its end too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    os.close(nowhere)


def complain(line: str) -> None:
    """Say on stderr what is wrong."""
    click.echo(line, err=True)


Row = Sequence[str]


def is_terminal() -> bool:
    """Whether stdout is a terminal that can show more than letters."""
    seen = sys.stdout is not None and sys.stdout.isatty()
    return seen and os.environ.get("TERM") != "dumb"


def show(heads: Row, rows: Sequence[Row], notes: Sequence[str] = ()) -> None:
    """Print a table, the first column a name, the others figures; and notes under it."""
    say(ruled(heads, rows) if is_terminal() else plain(heads, rows))
    for note in notes:
        say(note)


def plain(heads: Row, rows: Sequence[Row]) -> str:
    """The table in aligned columns, two blanks apart."""
    wide = [max(map(len, column)) for column in zip_longest(heads, *rows, fillvalue="")]
    return "\n".join(aligned(row, wide) for row in (heads, *rows))


def aligned(row: Row, wide: Sequence[int]) -> str:
    """One line: names to the left, figures to the right."""
    name, *figures = row
    cells = [f"{name:<{wide[0]}}", *map(str.rjust, figures, wide[1:])]
    return "  ".join(cells).rstrip()


def ruled(heads: Row, rows: Sequence[Row]) -> str:
    """The table as Rich draws it."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for number, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console()
    with console.capture() as drawn:
        console.print(table)
    return drawn.get().rstrip("\n")


BAR = 24
"""Cells of the bar."""
STDERR = 2


def is_stderr_terminal() -> bool:
    """Whether somebody is looking at stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


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
    seen: bool = field(default_factory=lambda: is_stderr_terminal())

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
