"""A person's own data as a text of values with commas, semicolons or tabs between them.

What is wrong is said with the line and the column it stands in.
"""

from __future__ import annotations

import csv
import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from ..errors import allowed, did_you_mean, found, nearest, shown, unreadable
from ..i18n import _
from .table import LARGEST, Table, TableError, Wanted, as_number, classified, counted, quoted

LABELS = ("label", "class", "target", "y", "etiqueta", "clase", "objetivo")
"""Names by which the column of the classes is known."""
NAMED = 8
"""Columns that are named before it is only said how many there are."""
SEPARATORS = ",;\t"


class Columns(NamedTuple):
    """A header, and which of its columns are what."""

    names: tuple[str, ...]
    label: int | None

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the others."""
        return tuple(name for place, name in enumerate(self.names) if place != self.label)


def read_csv(wanted: Wanted) -> Table:
    """A text of values with commas, semicolons or tabs between them, under a header."""
    with open(wanted.path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        with open(wanted.path, encoding="utf-8-sig", newline="") as file:
            head = first_line(file)
            file.seek(0)
            separator = max(SEPARATORS, key=head.count)
            rows = csv.reader(file, delimiter=separator, skipinitialspace=True, strict=True)
            return parsed(cells(rows), wanted, separator != ",", digest)
    except UnicodeDecodeError as error:
        where = _("line {line}: not UTF-8 text").format(line=undecodable(wanted.path))
        raise TableError(where, _("save it as UTF-8")) from error
    except OSError as error:
        raise TableError(unreadable(error)) from error


def first_line(file: Iterable[str]) -> str:
    """The first line with anything on it."""
    return next((line for line in file if line.strip()), "")


def undecodable(path: str) -> int:
    """The first line that is no UTF-8."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8-sig")
            except UnicodeDecodeError:
                return number
    return 1


Row = tuple[int, list[str]]
"""The line on which a row ends, and its cells."""


class Rows(Protocol):
    """csv's reader."""

    line_num: int

    def __next__(self) -> list[str]: ...


def cells(rows: Rows) -> Iterator[Row]:
    """The rows that say anything, with the line of each."""
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


def at(line: int, column: str = "") -> str:
    """Where something is wrong."""
    place = _("line {line}").format(line=line)
    return f"{place}, " + _("column {name}").format(name=quoted(column)) if column else place


def parsed(rows: Iterator[Row], wanted: Wanted, comma: bool, digest: str) -> Table:
    """The table below a header; with `comma`, numbers may have a decimal comma."""
    line, head = next(rows, (0, []))
    if not head:
        raise TableError(_("the file says nothing"))
    columns = header(line, head, wanted)
    numbers, words = array("d"), list[str]()
    for line, row in rows:
        if len(row) != len(head):
            have = _("{count} values, and the header has {names} names")
            raise TableError(f"{at(line)}: " + have.format(count=len(row), names=len(head)))
        if columns.label is not None:
            words.append(class_of(row.pop(columns.label), line, columns))
        for name, cell in zip(columns.features, row, strict=True):
            numbers.append(number(cell, line, name, comma))
    names = columns.features
    label = "" if columns.label is None else columns.names[columns.label]
    count = len(numbers) // len(names)
    classes, y = classified(words, count, wanted, label)
    return Table(names, (len(names),), numbers, label, classes, y, digest, counted(classes, y))


def header(line: int, head: Sequence[str], wanted: Wanted) -> Columns:
    """The names of the columns, and which one the classes are in."""
    if all(is_number(cell) for cell in head):
        what = _("found numbers, where the names of the columns should stand")
        raise TableError(f"{at(line)}: {what}")
    for place, name in enumerate(head):
        if not name:
            hint = _("give it one, or leave it out (in pandas: index=False)")
            raise TableError(_("column {place} has no name").format(place=place + 1), hint)
        if name in head[:place]:
            raise TableError(_("two columns have the name {name}").format(name=shown(name)))
    columns = Columns(tuple(head), labels(head, wanted))
    if not columns.features:
        raise TableError(_("no columns besides the one of the classes"))
    return columns


def labels(head: Sequence[str], wanted: Wanted) -> int | None:
    """Which column the classes are in. Without a name it is the last; of a GAN, which needs none,
    no column then."""
    if wanted.label:
        if wanted.label not in head:
            names = ", ".join(map(quoted, head[:NAMED])) + (", …" if len(head) > NAMED else "")
            question = did_you_mean(nearest(wanted.label, head))
            raise TableError(found(wanted.label), allowed(names), question, key="data.label")
        return head.index(wanted.label)
    known = [place for place, name in enumerate(head) if name.casefold() in LABELS]
    if known:
        return known[-1]
    return len(head) - 1 if wanted.classes else None


def class_of(cell: str, line: int, columns: Columns) -> str:
    """The class of a row."""
    if not cell:
        name = columns.names[columns.label or 0]
        raise TableError(f"{at(line, name)}: " + _("no class"))
    return cell


def is_number(cell: str) -> bool:
    """Whether it reads as a number, finite or not."""
    return as_number(cell, comma=False) is not None


def number(cell: str, line: int, name: str, comma: bool) -> float:
    """A finite number."""
    value = as_number(cell, comma)
    if value is not None and abs(value) <= LARGEST:
        return value
    what = _("a finite number") if value is not None else _("a number")
    raise TableError(f"{at(line, name)}: {found(cell)}", allowed(what))
