"""A person's own data, as a table: every value a finite number, every row a class.

What is wrong is said as one line that leads to the very cell. No numpy, but for NPZ files: the
lab's screen and `vglab check` look at tables too.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import inf, isfinite
from typing import NamedTuple

from ..errors import VglabError, printable, short_toml
from ..i18n import _

MOST_CLASSES = 100
"""More are no classes, but something that was measured."""
FEW_CLASSES = 10
"""So many can be classes in a table of any length; where there are more, each has two rows on
average."""
TIMES = 20
"""Bytes held, at most, for each byte of a CSV file, while it is read: 18 were measured, of a file
of short numbers and as many classes as rows."""
MISSING = ("nan", "?")
"""What stands for a class that is not known, in capitals or not."""
BLANKS = ("", "na", "n/a", "nan", "null", "none", "?")
"""What stands for a missing value, in capitals or not."""
FEW_ROWS = 20
"""Of fewer rows, a column may count them or sort them by chance."""
LARGEST = 1e300
"""Numbers are told apart, subtracted and squared as parts of the largest; beyond this, none is."""


class TableError(VglabError, ValueError):
    """The file cannot be used: one line that says why, and the key that is to blame."""

    def __init__(self, *parts: str, key: str = "data.path") -> None:
        super().__init__(printable("; ".join(part for part in parts if part)))
        self.key = key


class TableRequest(NamedTuple):
    """What is to be read."""

    path: str
    label: str = ""
    """The column of the classes; empty: by its name, or the last one."""
    classes: bool = True
    """Whether there have to be classes; a GAN has no use for them."""
    header: str = "auto"
    """Whether a CSV file begins with the names of its columns: auto, yes or no."""
    separator: str = "auto"
    """What stands between the values of a CSV file: auto, comma, semicolon or tab."""
    targets: str = "classes"
    """What the column `label` holds: classes, or numbers."""
    drop: tuple[str, ...] = ()
    """Columns that are left out."""
    missing: str = "refuse"
    """What becomes of missing values: refuse, mean or drop."""
    categories: str = "refuse"
    """What becomes of columns of words: refuse or onehot."""


class DataTable(NamedTuple):
    """The data of one file."""

    names: tuple[str, ...]
    """Of the features."""
    shape: tuple[int, ...]
    """Of a sample."""
    numbers: array[float]
    """The features, row by row; NaN for a missing value that the mean stands in for."""
    label: str
    classes: tuple[str, ...]
    y: array[int]
    """The class of each row: its place in `classes`."""
    digest: str
    """SHA-256 of the file."""
    counts: tuple[int, ...]
    """How many rows each class has."""
    targets: array[float] = array("d")
    """The number each row is to come close to; none where there are classes."""
    dropped: int = 0
    """Rows that were left out, as a value is missing."""
    filled: int = 0
    """Missing values that the mean stands in for."""
    row_numbers: tuple[str, ...] = ()
    """Features that only count the rows."""
    sorting: tuple[str, ...] = ()
    """Features of unlike whole numbers that sort the rows by their class."""


def suspects(
    names: Sequence[str], numbers: Sequence[float], y: Sequence[int], classes: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The features that only count the rows, and those of unlike whole numbers that sort the rows
    by class: neither is known of a row that is yet to come."""
    columns = {name: numbers[place :: len(names)] for place, name in enumerate(names)}
    counting = tuple(name for name, column in columns.items() if counts_rows(column))
    sorting = tuple(
        name
        for name, column in columns.items()
        if name not in counting and classes > 1 and sorts_by_class(column, y, classes)
    )
    return counting, sorting


def counts_rows(column: Sequence[float]) -> bool:
    """Whether a column is 0, 1, 2, … or 1, 2, 3, …"""
    first = column[0]
    return (
        len(column) >= FEW_ROWS
        and first in (0, 1)
        and all(value == first + row for row, value in enumerate(column))
    )


def sorts_by_class(column: Sequence[float], y: Sequence[int], classes: int) -> bool:
    """Whether a column has unlike whole numbers, by which the rows fall into one run a class."""
    seen: set[float] = set()
    for value in column:
        if value in seen or not value.is_integer():
            return False
        seen.add(value)
    by_value = [number for _value, number in sorted(zip(column, y, strict=True))]
    changes = sum(one != other for one, other in pairwise(by_value))
    return len(column) >= FEW_ROWS and changes == classes - 1


def as_number(cell: str, comma: bool) -> float | None:
    """The number; None where it is none."""
    if comma and cell.count(",") == 1 and "." not in cell:
        cell = cell.replace(",", ".")
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def quote_name(name: str) -> str:
    """The name of a column, on one line and not too long."""
    return short_toml(name)[1:-1] if name.isidentifier() else short_toml(name)


def leave_out(name: str) -> str:
    """How to leave a column out, said."""
    return _("data.drop = [{name}] leaves it out").format(name=short_toml(name))


def ways_with_missing() -> str:
    """What can be done with a missing value, said."""
    return _('data.missing = "mean" puts the mean there, "drop" leaves out the row')


def refuse_too_large(need: float) -> None:
    """Raises TableError for a table that would fill the memory."""
    from ..free_memory import free_memory, gigabytes

    free = free_memory()
    if need > free:
        form = _("the file would need about {need} of memory, and {free} are free")
        raise TableError(form.format(need=gigabytes(need), free=gigabytes(free)))


def number_classes(
    words: Sequence[str], count: int, request: TableRequest, label: str
) -> tuple[tuple[str, ...], array[int]]:
    """The sorted names of the classes, and the place of each row's class among them.

    Raises TableError where there are no rows, one class only, or more than MOST_CLASSES, and
    where rows have few others of their class.
    """
    if not count:
        raise TableError(_("a header but no rows"))
    if not request.classes or request.targets == "numbers":
        return (), array("q", [0]) * count
    names = sorted(set(words), key=order)
    most = min(MOST_CLASSES, max(count // 2, FEW_CLASSES))
    if len(names) > most:
        form = _(
            "{count} different values in the {rows} rows of column {name} are not classes; at most "
            "{most} are allowed"
        )
        said = form.format(count=len(names), rows=count, name=quote_name(label), most=most)
        hint = _("data.label names the class column")
        if all(as_number(name, comma=True) is not None for name in names):
            hint += "; " + _('data.targets = "numbers" and network.loss = "squared" learn numbers')
        raise TableError(said, hint, key="data.label")
    if len(names) < 2:
        form = _("every row has the class {name}, and there is nothing to tell apart")
        raise TableError(form.format(name=short_toml(names[0])))
    places = {name: place for place, name in enumerate(names)}
    return tuple(names), array("q", [places[word] for word in words])


def count_classes(
    classes: Sequence[str], y: Sequence[int], request: TableRequest
) -> tuple[int, ...]:
    """How many rows each class has; where numbers are learned, all are of one kind."""
    if request.targets == "numbers":
        return (len(y),)
    of = Counter(y)
    return tuple(of[number] for number in range(len(classes)))


def order(name: str) -> tuple[float, str]:
    """The sort key of a class: numbers by size, then words."""
    value = as_number(name, comma=False)
    return (value if value is not None and isfinite(value) else inf, name)
