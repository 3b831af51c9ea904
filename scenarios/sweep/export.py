"""A sweep's file as a table: a row a run, a column for each figure under its dotted path."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec

from ..errors import VglabError
from ..i18n import _
from .store import lines

Cell = str | int | float | bool | list[float | None] | None
Row = dict[str, Cell]

BLOCK = 500
"""Rows that are written at once."""


class ExtraMissing(VglabError, OSError):
    """What is asked for needs a package that is not installed: one line that says which."""


def rows(path: Path) -> Iterator[Row]:
    """The runs in a file, of each its last line. Raises LedgerError, or NoSweep where something
    else is in it."""
    last = {(entry.sweep, entry.identity): number for number, entry in enumerate(lines(path))}
    for number, entry in enumerate(lines(path)):
        if last.get((entry.sweep, entry.identity), number) == number:
            document = msgspec.to_builtins(entry)
            yield {**document.pop("at"), **dict(flatten(document, ""))}


def flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Cell]]:
    """Dotted paths and values of a nested table."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", [*value] if isinstance(value, tuple) else value


def column_names(path: Path) -> list[str]:
    """Every column of a file, in the order in which they first occur."""
    return [*dict.fromkeys(name for row in rows(path) for name in row)]


def as_csv(path: Path) -> Iterator[str]:
    """The table as CSV, some lines at a time; lists are JSON in their cells."""
    names = column_names(path)
    yield csv_text([names])
    block: list[list[Cell]] = []
    for row in rows(path):
        block.append([cell_text(row.get(name)) for name in names])
        if len(block) == BLOCK:
            yield csv_text(block)
            block.clear()
    if block:
        yield csv_text(block)


def csv_text(block: Iterable[Iterable[Cell]]) -> str:
    """Rows as CSV text."""
    file = StringIO()
    csv.writer(file, lineterminator="\n").writerows(block)
    return file.getvalue()


def cell_text(value: Cell) -> Cell:
    """A cell's value; a list as JSON text."""
    return json.dumps(value) if isinstance(value, list) else value


def as_parquet(path: Path) -> bytes:
    """The table as Parquet. Raises ExtraMissing where pyarrow is not installed."""
    try:
        from pyarrow import BufferOutputStream, Table
        from pyarrow.parquet import write_table
    except ImportError as error:
        form = _("Parquet needs pyarrow: pip install 'vglab[parquet]'")
        raise ExtraMissing(form) from error
    names = column_names(path)
    table = Table.from_pylist([{name: row.get(name) for name in names} for row in rows(path)])
    sink = BufferOutputStream()
    write_table(table, sink)
    return sink.getvalue().to_pybytes()
