"""Tables: ruled and coloured for somebody at a terminal, plain columns for a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import zip_longest

from .output import say

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
