"""A person's own data as a text of values with commas, semicolons or tabs between them.

What is wrong is said with the line and the column it stands in.
"""

from __future__ import annotations

import csv
import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple, Protocol

from ..errors import allowed_text, did_you_mean, found_text, nearest, short_toml, why_unreadable
from ..i18n import _
from .table import (
    LARGEST,
    MISSING,
    DataTable,
    TableError,
    TableRequest,
    as_number,
    count_classes,
    number_classes,
    quote_name,
)

LABELS = ("label", "class", "target", "y", "etiqueta", "clase", "objetivo")
"""Names by which the column of the classes is known."""
MOST_NAMES = 8
"""Columns that are named before it is only said how many there are."""
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
"""By what `data.separator` calls them."""
SAMPLE_LINES = 50
"""Lines that are looked at to tell separators apart."""


class Columns(NamedTuple):
    """A header, and which of its columns are what."""

    names: tuple[str, ...]
    label: int | None

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the others."""
        return tuple(name for place, name in enumerate(self.names) if place != self.label)

    @property
    def label_name(self) -> str:
        """The name of the column of the classes; empty where there is none."""
        return "" if self.label is None else self.names[self.label]


def read_csv(request: TableRequest) -> DataTable:
    """The table in a text of values with separators between them. Raises TableError."""
    try:
        with open(request.path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        with open(request.path, encoding="utf-8-sig", newline="") as file:
            lines = [line for line in islice(file, SAMPLE_LINES) if line.strip()]
            file.seek(0)
            separator = SEPARATORS.get(request.separator) or separator_of(lines)
            rows = csv.reader(file, delimiter=separator, skipinitialspace=True, strict=True)
            return parse_table(cells(rows), request, separator != ",", digest)
    except UnicodeDecodeError as error:
        where = _("line {line}: not UTF-8 text").format(line=undecodable(request.path))
        raise TableError(where, _("save it as UTF-8")) from error
    except OSError as error:
        raise TableError(why_unreadable(error)) from error


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


Row = tuple[int, list[str]]
"""The line on which a row ends, and its cells."""


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


def at(line: int, column: str = "") -> str:
    """A place as `line 3, column x1`."""
    place = _("line {line}").format(line=line)
    return f"{place}, " + _("column {name}").format(name=quote_name(column)) if column else place


def parse_table(rows: Iterator[Row], request: TableRequest, comma: bool, digest: str) -> DataTable:
    """The table below a header; with `comma`, numbers may have a decimal comma. Raises
    TableError."""
    line, head = next(rows, (0, []))
    if not head:
        raise TableError(_("the file states nothing"))
    if request.header == "no":
        rows = chain([(line, head)], rows)
        head = [f"x{place}" for place in range(1, len(head) + 1)]
    columns = header(line, head, request)
    numbers, words, known = array("d"), list[str](), dict[str, str]()
    for line, row in rows:
        if len(row) != len(head):
            have = _("{count} values, and the header has {names} names")
            raise TableError(f"{at(line)}: " + have.format(count=len(row), names=len(head)))
        if columns.label is not None:
            word = class_of(row.pop(columns.label), line, columns)
            words.append(known.setdefault(word, word))
        for name, cell in zip(columns.features, row, strict=True):
            numbers.append(number(cell, line, name, comma))
    names = columns.features
    count = len(numbers) // len(names)
    classes, y = number_classes(words, count, request, columns.label_name)
    return DataTable(
        names=names,
        shape=(len(names),),
        numbers=numbers,
        label=columns.label_name,
        classes=classes,
        y=y,
        digest=digest,
        counts=count_classes(classes, y),
    )


def header(line: int, head: Sequence[str], request: TableRequest) -> Columns:
    """The names of the columns, and which one the classes are in. Raises TableError."""
    number = next((cell for cell in head if is_number(cell)), None)
    if number is not None and request.header == "auto":
        what = _("found {value} where a column name should be")
        hint = _('set data.header = "no" if the file has no header, "yes" if these are names')
        place = f"{at(line)}: {what.format(value=short_toml(number))}"
        raise TableError(place, hint, key="data.header")
    for place, name in enumerate(head):
        if not name:
            hint = _("give it one, or leave it out (in pandas: index=False)")
            raise TableError(_("column {place} has no name").format(place=place + 1), hint)
        if name in head[:place]:
            raise TableError(_("two columns have the name {name}").format(name=short_toml(name)))
    columns = Columns(tuple(head), labels(head, request))
    if not columns.features:
        raise TableError(_("no columns besides the class column"))
    return columns


def labels(head: Sequence[str], request: TableRequest) -> int | None:
    """Which column the classes are in. Without a name it is the last; of a GAN, which needs none,
    no column then. Raises TableError where the name is not in the header."""
    if request.label:
        if request.label not in head and len(head) == 1:
            one = _("one column only: no comma, semicolon or tab separates its values")
            raise TableError(one, key="data.label")
        if request.label not in head:
            names = ", ".join(map(quote_name, head[:MOST_NAMES])) + (
                ", …" if len(head) > MOST_NAMES else ""
            )
            question = did_you_mean(nearest(request.label, head))
            raise TableError(
                found_text(request.label), allowed_text(names), question, key="data.label"
            )
        return head.index(request.label)
    known = [place for place, name in enumerate(head) if name.casefold() in LABELS]
    if known:
        return known[-1]
    return len(head) - 1 if request.classes else None


def class_of(cell: str, line: int, columns: Columns) -> str:
    """The class of a row. Raises TableError where the cell has none."""
    name = columns.names[columns.label or 0]
    if not cell:
        raise TableError(f"{at(line, name)}: " + _("no class"))
    if cell.casefold() in MISSING:
        raise TableError(f"{at(line, name)}: {found_text(cell)}", _("no class"))
    return cell


def is_number(cell: str) -> bool:
    """Whether it reads as a number, finite or not."""
    return as_number(cell, comma=False) is not None


def number(cell: str, line: int, name: str, comma: bool) -> float:
    """The number in a cell. Raises TableError where it is none or not finite."""
    value = as_number(cell, comma)
    if value is not None and abs(value) <= LARGEST:
        return value
    what = _("a finite number") if value is not None else _("a number")
    raise TableError(f"{at(line, name)}: {found_text(cell)}", allowed_text(what))
