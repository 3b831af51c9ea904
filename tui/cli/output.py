r"""Data on stdout, errors on stderr, and tables: all that a command prints goes through here.

No text that others have written can steer the terminal: control characters are printed as \uXXXX.

A reader of stdout may stop before the end (`| head`): the rest is discarded, and that is no error.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import zip_longest
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from ...scenarios.i18n import _
from .process import ExitCode

if TYPE_CHECKING:
    from ...scenarios.schema.spec import Scenario

STDOUT = 1
REPLACE = "vglab.replace"
"""The name by which Python knows `replace_unprintable`."""
Row = Sequence[str]


def spare_encodings() -> None:
    """Let stdout and stderr take any text: what their encoding has no character for, as that of a
    file on Windows, is written as in `vglab --ascii`."""
    codecs.register_error(REPLACE, replace_unprintable)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not is_utf8(stream.encoding):
            stream.reconfigure(errors=REPLACE)


def is_utf8(encoding: str) -> bool:
    """Whether it has every character; only the usual spellings are known here."""
    return encoding.lower().replace("-", "") == "utf8"


def replace_unprintable(error: UnicodeError) -> tuple[str, int]:
    """What codecs calls for characters an encoding does not have: ASCII in their place."""
    from ..render.glyphs import to_ascii  # here, as hardly any run needs it

    if not isinstance(error, UnicodeEncodeError):
        raise error
    return to_ascii(error.object[error.start : error.end]), error.end


def print_data(data: str | bytes, end: bytes = b"\n") -> None:
    """Print text and a line feed, or bytes and `end`; bytes of a document are changed only where
    they are looked at.

    Raises click's Exit with status 0 where nobody reads on.
    """
    if isinstance(data, str):
        print_colors(escape(data))
    elif sys.stdout is not None and sys.stdout.isatty():
        print_bytes(escape(data.decode(errors="replace")).encode() + end)
    else:
        print_bytes(data + end)


def escape(text: str, keep: str = "\n\t") -> str:
    r"""The text with each control character as \uXXXX."""
    # Here, as a run that prints a document into a pipe has no text to escape.
    from ...scenarios.control_characters import escape_controls

    return escape_controls(text, keep)


def print_colors(text: str) -> None:
    """Print text with colors in it, in which what others have written is escaped already."""
    with until_nobody_reads():
        click.echo(text, color=True if os.environ.get("FORCE_COLOR") else None)


def print_notes(scenario: Scenario, place: str = "") -> None:
    """Print on stderr what is to be known of a person's own table, after the place."""
    if scenario.data.path:
        from ...scenarios.userdata.description import data_notes

        for note in data_notes(scenario):
            print_error(place + _("Note: {note}").format(note=note))


def print_bytes(data: bytes) -> None:
    """Print bytes as they are."""
    with until_nobody_reads():
        write_bytes(data)


@contextmanager
def until_nobody_reads() -> Generator[None]:
    """Raise click's Exit with status 0 where nobody reads on."""
    try:
        yield
    except BrokenPipeError as error:
        discard_stdout()
        raise Exit(ExitCode.DONE) from error


def write_bytes(data: bytes) -> None:
    """Write all of it: with PYTHONUNBUFFERED a write that a Ctrl-C interrupts is only begun."""
    if sys.stdout is None:  # it was closed before we started
        return
    sys.stdout.flush()
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def discard_stdout() -> None:
    """Send the rest of stdout nowhere, including what Python has buffered and flushes at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    os.close(nowhere)


def print_error(line: str) -> None:
    """Print a line on stderr."""
    click.echo(escape(line), err=True)


def is_terminal() -> bool:
    """Whether stdout is a terminal that can show more than plain text, or FORCE_COLOR asks for
    colors wherever it leads."""
    if os.environ.get("FORCE_COLOR"):
        return True
    seen = sys.stdout is not None and sys.stdout.isatty()
    return seen and os.environ.get("TERM") != "dumb"


def print_table(heads: Row, rows: Sequence[Row], notes: Sequence[str] = ()) -> None:
    """Print a table, the first column a name, the others figures; and notes under it."""
    heads, *rows = ([escape(cell, keep="") for cell in row] for row in (heads, *rows))
    print_colors(rich_table(heads, rows) if is_terminal() else plain_table(heads, rows))
    for note in notes:
        print_data(note)


def plain_table(heads: Row, rows: Sequence[Row]) -> str:
    """The table in aligned columns, two blanks apart."""
    widths = [max(map(len, column)) for column in zip_longest(heads, *rows, fillvalue="")]
    return "\n".join(align(row, widths) for row in (heads, *rows))


def align(row: Row, widths: Sequence[int]) -> str:
    """One line: the name to the left, figures to the right."""
    name, *figures = row
    cells = [f"{name:<{widths[0]}}", *map(str.rjust, figures, widths[1:])]
    return "  ".join(cells).rstrip()


def rich_table(heads: Row, rows: Sequence[Row]) -> str:
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
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip("\n")
