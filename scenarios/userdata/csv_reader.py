"""A person's own data as a text of values with commas, semicolons or tabs between them.

What is wrong is said with the line and the column it stands in.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

from ..errors import why_unreadable
from ..i18n import _
from .columns import Row, at, parse_table
from .table import DataTable, TableError, TableRequest

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
"""By what `data.separator` calls them."""
SAMPLE_LINES = 50
"""Lines that are looked at to tell separators apart."""


def read_csv(request: TableRequest) -> DataTable:
    """The table in a text of values with separators between them. Raises TableError."""
    try:
        with open(request.path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        with open(request.path, encoding="utf-8-sig", newline="") as file:
            lines = [line for line in islice(file, SAMPLE_LINES) if line.strip()]
            separator = SEPARATORS.get(request.separator) or separator_of(lines)

        def rows() -> Iterator[Row]:
            with open(request.path, encoding="utf-8-sig", newline="") as file:
                yield from cells(
                    csv.reader(file, delimiter=separator, skipinitialspace=True, strict=True)
                )

        return parse_table(rows, request, separator != ",", digest)
    except UnicodeDecodeError as error:
        if is_packed(request.path):
            what = _("a compressed file or a spreadsheet")
            raise TableError(what, _("unpack it, or save the table as CSV")) from error
        where = _("line {line}: not UTF-8 text").format(line=undecodable(request.path))
        raise TableError(where, _("save it as UTF-8")) from error
    except OSError as error:
        raise TableError(why_unreadable(error)) from error


PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\xd0\xcf\x11\xe0")
"""How files begin of gzip, zip (.xlsx and .ods too), bzip2, xz, and old Excel."""


def is_packed(path: str) -> bool:
    """Whether the file holds no text, but something packed."""
    with open(path, "rb") as file:
        return file.read(8).startswith(PACKED)


def separator_of(lines: Sequence[str]) -> str:
    """What stands between the values of these lines, the header first.

    Raises TableError where two separators part all lines alike.
    """
    there = [name for name, mark in SEPARATORS.items() if lines and mark in lines[0]]
    fit = [name for name in there if len(there) == 1 or parts_alike(lines, SEPARATORS[name])]
    if len(fit) > 1:
        form = _("both {one} and {other} divide every line evenly")
        hint = _("state which one separates the values: data.separator = {choice}")
        choice = " | ".join(f'"{name}"' for name in fit)
        what = form.format(one=SEPARATOR_WORDS[fit[0]](), other=SEPARATOR_WORDS[fit[1]]())
        raise TableError(what, hint.format(choice=choice), key="data.separator")
    most = max(SEPARATORS.values(), key=lambda mark: lines[0].count(mark) if lines else 0)
    return SEPARATORS[fit[0]] if fit else most


SEPARATOR_WORDS: Mapping[str, Callable[[], str]] = {
    "comma": lambda: _("commas"),
    "semicolon": lambda: _("semicolons"),
    "tab": lambda: _("tabs"),
}


def parts_alike(lines: Iterable[str], mark: str) -> bool:
    """Whether every line has as many values with that separator as the others."""
    try:
        rows = [*csv.reader(lines, delimiter=mark, skipinitialspace=True)]
    except csv.Error:
        return False
    return len({len(row) for row in rows}) == 1


def undecodable(path: str) -> int:
    """The first line that is no UTF-8."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8-sig")
            except UnicodeDecodeError:
                return number
    return 1


class Rows(Protocol):
    """csv's reader."""

    line_num: int

    def __next__(self) -> list[str]: ...


def cells(rows: Rows) -> Iterator[Row]:
    """The rows that are not blank, with the line of each. Raises TableError at a broken one."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            what = _("a row that cannot be read; is a quotation mark missing?")
            raise TableError(f"{at(rows.line_num)}: {what}") from error
        if any(cell.strip() for cell in row):
            yield rows.line_num, [cell.strip() for cell in row]
