"""A person's own data, as a table: every value a finite number, every row a class.

What is wrong is said as one line that leads to the very cell. No numpy, but for NPZ files: the
lab's screen and `vglab check` look at tables too.
"""

from __future__ import annotations

import csv
import hashlib
import os
import stat
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import inf, isfinite
from pathlib import Path
from typing import NamedTuple, Protocol

from .faults import allowed, did_you_mean, found, nearest, printable, shown
from .sources import UNREADABLE
from .words import N_, _

LABELS = ("label", "class", "target", "y", "etiqueta", "clase", "objetivo")
"""Names by which the column of the classes is known."""
MOST_CLASSES = 100
"""More are no classes, but something that was measured."""
TIMES = 8
"""Bytes held, at most, for each byte of the file, while it is read."""
NAMED = 8
"""Columns that are named before it is only said how many there are."""
SEPARATORS = ",;\t"
LARGEST = 1e300
"""Numbers are told apart, subtracted and squared as parts of the largest; beyond this, none is."""


class TableError(ValueError):
    """The file cannot be used: one line that says why, and the key that is to blame."""

    def __init__(self, *said: str, key: str = "data.path") -> None:
        super().__init__(printable("; ".join(part for part in said if part)))
        self.key = key


class Wanted(NamedTuple):
    """What is to be read."""

    path: str
    label: str = ""
    """The column of the classes; empty: by its name, or the last one."""
    classes: bool = True
    """Whether there have to be classes; a GAN has no use for them."""


class Table(NamedTuple):
    """The data of one file."""

    names: tuple[str, ...]
    """Of the features."""
    shape: tuple[int, ...]
    """Of a sample."""
    numbers: array[float]
    """The features, row by row."""
    label: str
    classes: tuple[str, ...]
    y: array[int]
    """The class of each row: its place in `classes`."""
    digest: str
    """SHA-256 of the file."""
    counts: tuple[int, ...]
    """How many rows each class has."""


class Columns(NamedTuple):
    """A header, and which of its columns are what."""

    names: tuple[str, ...]
    label: int | None

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the others."""
        return tuple(name for place, name in enumerate(self.names) if place != self.label)


def read(wanted: Wanted) -> Table:
    """The table. Raises TableError."""
    refuse_no_file(wanted.path)
    ending = Path(wanted.path).suffix.casefold()
    if ending == ".npz":
        from .archives import read_archive

        return read_archive(wanted)
    return read_csv(wanted)


def refuse_no_file(path: str) -> None:
    """Raises TableError for what cannot be read, or would fill the memory."""
    import psutil

    try:
        about = os.stat(path)
        open(path, "rb").close() if stat.S_ISREG(about.st_mode) else None
    except (OSError, ValueError) as error:
        number = getattr(error, "errno", None) or 0
        known = UNREADABLE.get(number, N_("the file cannot be read ({reason})"))
        reason = getattr(error, "strerror", None) or str(error)
        raise TableError(_(known).format(reason=reason)) from error
    if not stat.S_ISREG(about.st_mode):
        raise TableError(_("no file of data"))
    free = psutil.virtual_memory().available
    if about.st_size * TIMES > free:
        form = _("the file would need about {need} of memory, and {free} are free")
        need, there = (f"{count / 1e9:.3g} GB" for count in (about.st_size * TIMES, free))
        raise TableError(form.format(need=need, free=there))


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
        raise TableError(_("the file cannot be read ({reason})").format(reason=error)) from error


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


def quoted(name: str) -> str:
    """The name of a column, on one line and not too long."""
    return shown(name)[1:-1] if name.isidentifier() else shown(name)


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


def as_number(cell: str, comma: bool) -> float | None:
    """The number; None where it is none."""
    if comma and cell.count(",") == 1 and "." not in cell:
        cell = cell.replace(",", ".")
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def number(cell: str, line: int, name: str, comma: bool) -> float:
    """A finite number."""
    value = as_number(cell, comma)
    if value is not None and abs(value) <= LARGEST:
        return value
    what = _("a finite number") if value is not None else _("a number")
    raise TableError(f"{at(line, name)}: {found(cell)}", allowed(what))


def classified(
    words: Sequence[str], count: int, wanted: Wanted, label: str
) -> tuple[tuple[str, ...], array[int]]:
    """The names of the classes, numbers in their order and words in theirs, and each row's."""
    if not count:
        raise TableError(_("a header, and no rows"))
    if not wanted.classes:
        return (), array("q", [0]) * count
    names = sorted(set(words), key=order)
    if len(names) > MOST_CLASSES:
        form = _("{count} different values in column {name} are no classes; at most {most} can be")
        said = form.format(count=len(names), name=quoted(label), most=MOST_CLASSES)
        raise TableError(said, _("data.label names the column of the classes"), key="data.label")
    if len(names) < 2:
        form = _("every row has the class {name}, and there is nothing to tell apart")
        raise TableError(form.format(name=shown(names[0])))
    places = {name: place for place, name in enumerate(names)}
    return tuple(names), array("q", [places[word] for word in words])


def counted(classes: Sequence[str], y: Iterable[int]) -> tuple[int, ...]:
    """How many rows each class has."""
    of = Counter(y)
    return tuple(of[number] for number in range(len(classes)))


def order(name: str) -> tuple[float, str]:
    """Numbers come before words."""
    value = as_number(name, comma=False)
    return (value if value is not None and isfinite(value) else inf, name)
