"""Data frames as files that a scenario can name: pandas', polars' and pyarrow's, none of which is
imported here."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import cache
from io import StringIO
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

TO_LIST = ("to_list", "tolist", "to_pylist")
"""What makes a column a list: of polars and pandas, NumPy, pyarrow."""
UNKNOWN = ("<NA>", "NaT", "nan")
"""How a missing value is printed."""


def data_file(data: Any) -> str:
    """The path of a file with the data, for `data.path`.

    data: a data frame (of pandas or polars, or a pyarrow table, or whatever else has columns by
    their names), or the path of a file, which is given back. A frame is written as CSV into a
    folder that is removed when Python ends; its index is left out. Raises TypeError for anything
    else.
    """
    if isinstance(data, (str, PathLike)):
        return os.path.abspath(os.path.expanduser(os.fspath(data)))
    names = [*map(str, column_names(data))]
    columns = [column_values(data, name) for name in column_names(data)]
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(names)
    rows.writerows(zip(*columns, strict=True))
    written = text.getvalue().encode()
    path = Path(folder().name) / f"frame-{hashlib.sha256(written).hexdigest()[:12]}.csv"
    path.write_bytes(written)
    return str(path)


def column_names(data: Any) -> Sequence[Any]:
    """The names of the columns. Raises TypeError where the data have none."""
    names = getattr(data, "column_names", None) or getattr(data, "columns", None)
    if names is None or isinstance(data, type):
        raise TypeError(f"{type(data).__name__} is no table: a data frame or a path is wanted")
    return [*names]


def column_values(data: Any, name: Any) -> list[str]:
    """A column as the cells of a CSV file. Raises TypeError where there is none of that name
    alone."""
    column = data[name]
    for method in TO_LIST:
        if hasattr(column, method) and not hasattr(column, "columns"):
            return [*cells(getattr(column, method)())]
    raise TypeError(f"{name!r} is no column of {type(data).__name__}, or there are several")


def cells(values: Iterable[Any]) -> Iterable[str]:
    """Values as text: numbers with all their digits, truth as 1 and 0, nothing where one is
    missing."""
    for value in values:
        if isinstance(value, bool):
            yield str(int(value))
        elif value is None or str(value) in UNKNOWN:
            yield ""
        else:
            yield repr(value) if isinstance(value, float) else str(value)


@cache
def folder() -> TemporaryDirectory[str]:
    """Where frames are written: gone when Python ends."""
    return TemporaryDirectory(prefix="vglab-")
