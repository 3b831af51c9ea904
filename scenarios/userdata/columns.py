"""A person's own table as columns of numbers and a class a row, whatever file the rows come from.

Values may be missing, and columns may hold words: the scenario says what becomes of them. What is
wrong is said with the line and the column it stands in.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from math import nan
from typing import NamedTuple

from ..errors import allowed_text, did_you_mean, found_text, nearest, short_toml
from ..i18n import _
from .table import (
    BLANKS,
    LARGEST,
    MISSING,
    DataTable,
    TableError,
    TableRequest,
    as_number,
    count_classes,
    leave_out,
    number_classes,
    order,
    quote_name,
    suspects,
    ways_with_missing,
)

LABELS = ("label", "class", "target", "y", "etiqueta", "clase", "objetivo")
"""Names by which the column of the classes is known."""
MOST_NAMES = 8
"""Columns that are named before it is only said how many there are."""
MOST_WORDS = 50
"""Words of a column that each get a column of their own."""

Row = tuple[int, list[str]]
"""The line on which a row ends, and its cells."""
Words = Mapping[int, tuple[str, ...]]
"""The words of the columns that hold words, by the column's place."""


class Columns(NamedTuple):
    """A header, and which of its columns are what."""

    names: tuple[str, ...]
    label: int | None
    dropped: frozenset[str] = frozenset()
    """Those that are left out."""

    @property
    def places(self) -> tuple[int, ...]:
        """Where the features stand in a row."""
        return tuple(
            place
            for place, name in enumerate(self.names)
            if place != self.label and name not in self.dropped
        )

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the features."""
        return tuple(self.names[place] for place in self.places)

    @property
    def label_name(self) -> str:
        """The name of the column of the classes; empty where there is none."""
        return "" if self.label is None else self.names[self.label]


class RowContent(NamedTuple):
    """What rows come to."""

    numbers: array[float]
    words: list[str]
    """The class of each row."""
    targets: array[float]
    """The number each row is to come close to, where no classes are learned."""
    dropped: int
    filled: int


def parse_table(
    rows: Callable[[], Iterator[Row]], request: TableRequest, comma: bool, digest: str
) -> DataTable:
    """The table below a header; with `comma`, numbers may have a decimal comma. `rows` begins at
    the header each time it is called. Raises TableError."""
    columns, body = begin(rows(), request)
    words: Words = {}
    if request.categories == "onehot":
        words = find_words(body, columns, comma)
        columns, body = begin(rows(), request)
    read = read_rows(body, columns, request, comma, words)
    names = feature_names(columns, words)
    count = len(read.numbers) // len(names)
    if not count and read.dropped:
        raise TableError(_("in every row a value is missing"), key="data.missing")
    classes, y = number_classes(read.words, count, request, columns.label_name)
    counting, sorting = suspects(names, read.numbers, y, len(classes))
    return DataTable(
        names=names,
        shape=(len(names),),
        numbers=read.numbers,
        label=columns.label_name,
        classes=classes,
        y=y,
        digest=digest,
        counts=count_classes(classes, y, request),
        targets=read.targets,
        dropped=read.dropped,
        filled=read.filled,
        row_numbers=counting,
        sorting=sorting,
    )


def begin(rows: Iterator[Row], request: TableRequest) -> tuple[Columns, Iterator[Row]]:
    """The columns, and the rows below the header. Raises TableError."""
    line, head = next(rows, (0, []))
    if not head:
        raise TableError(_("the file states nothing"))
    if request.header == "no":
        rows = chain([(line, head)], rows)
        head = [f"x{place}" for place in range(1, len(head) + 1)]
    return header(line, head, request), whole_rows(rows, len(head))


def whole_rows(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """The rows. Raises TableError at one that is not as wide as the header."""
    for line, row in rows:
        if len(row) != width:
            have = _("{count} values, and the header has {names} names")
            raise TableError(f"{at(line)}: " + have.format(count=len(row), names=width))
        yield line, row


def read_rows(
    rows: Iterator[Row], columns: Columns, request: TableRequest, comma: bool, words: Words
) -> RowContent:
    """The numbers of the features and the class of each row. Raises TableError."""
    numbers, classes, known = array("d"), list[str](), dict[str, str]()
    targets = array("d")
    dropped = filled = 0
    for line, row in rows:
        blank = [row[place].casefold() in BLANKS for place in columns.places]
        if request.missing == "drop" and (any(blank) or lacks_class(row, columns)):
            dropped += 1
            continue
        if columns.label is not None and request.targets == "numbers":
            targets.append(number(row[columns.label], line, columns.label_name, comma))
        elif columns.label is not None:
            word = class_of(row[columns.label], line, columns)
            classes.append(known.setdefault(word, word))
        for place, is_blank in zip(columns.places, blank, strict=True):
            if is_blank and request.missing == "mean":
                numbers.extend([nan] * len(words.get(place, "1")))
                filled += 1
            elif place in words and not is_blank:
                numbers.extend(float(row[place] == word) for word in words[place])
            else:
                numbers.append(number(row[place], line, columns.names[place], comma))
    return RowContent(numbers, classes, targets, dropped, filled)


def lacks_class(row: Sequence[str], columns: Columns) -> bool:
    """Whether the class of a row is missing."""
    return columns.label is not None and row[columns.label].casefold() in BLANKS


def find_words(rows: Iterator[Row], columns: Columns, comma: bool) -> Words:
    """The columns in which a cell is neither a number nor missing, and their words in order.

    Raises TableError where one has more than MOST_WORDS.
    """
    cells: dict[int, set[str]] = {place: set() for place in columns.places}
    worded: set[int] = set()
    for _line, row in rows:
        for place, seen in cells.items():
            cell = row[place]
            if cell.casefold() in BLANKS:
                continue
            if place not in worded and as_number(cell, comma) is None:
                worded.add(place)
            if len(seen) <= MOST_WORDS:
                seen.add(cell)
    for place in sorted(worded):
        if len(cells[place]) > MOST_WORDS:
            form = _("column {name} has more than {most} different words")
            what = form.format(name=quote_name(columns.names[place]), most=MOST_WORDS)
            raise TableError(what, leave_out(columns.names[place]), key="data.categories")
    return {place: tuple(sorted(cells[place], key=order)) for place in worded}


def feature_names(columns: Columns, words: Words) -> tuple[str, ...]:
    """The names of the features: of a word of a column, both."""
    return tuple(
        name
        for place in columns.places
        for name in (
            [f"{columns.names[place]}={word}" for word in words[place]]
            if place in words
            else [columns.names[place]]
        )
    )


def at(line: int, column: str = "") -> str:
    """A place as `line 3, column x1`."""
    place = _("line {line}").format(line=line)
    return f"{place}, " + _("column {name}").format(name=quote_name(column)) if column else place


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
    columns = Columns(tuple(head), labels(head, request), dropped(head, request))
    if not columns.features:
        spaced = len(head) == 1 and len(head[0].split()) > 1
        hint = _("values are separated by commas, semicolons or tabs") if spaced else ""
        raise TableError(_("no columns besides the class column"), hint)
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


def dropped(head: Sequence[str], request: TableRequest) -> frozenset[str]:
    """The columns that are left out. Raises TableError where there is none of that name."""
    for name in request.drop:
        if name not in head:
            known = ", ".join(map(quote_name, head[:MOST_NAMES]))
            question = did_you_mean(nearest(name, head))
            raise TableError(found_text(name), allowed_text(known), question, key="data.drop")
    return frozenset(request.drop)


def class_of(cell: str, line: int, columns: Columns) -> str:
    """The class of a row. Raises TableError where the cell has none."""
    name = columns.names[columns.label or 0]
    hint = _("data.label names the class column")
    if not cell:
        raise TableError(f"{at(line, name)}: " + _("no class"), hint)
    if cell.casefold() in MISSING:
        raise TableError(f"{at(line, name)}: {found_text(cell)}", _("no class"), hint)
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
    hint = ""
    if cell.casefold() in BLANKS:
        hint = ways_with_missing()
    elif value is None:
        form = _('data.categories = "onehot" reads words, {drop}')
        hint = form.format(drop=leave_out(name))
    raise TableError(f"{at(line, name)}: {found_text(cell)}", allowed_text(what), hint)
