"""A person's own data as Parquet, read by pyarrow, which is an extra."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ..errors import why_unreadable
from ..i18n import _
from .columns import Row, parse_table
from .table import DataTable, TableError, TableRequest, refuse_too_large

CELL = 100
"""Bytes held for each value, as an object and as a text."""


def read_parquet(request: TableRequest) -> DataTable:
    """The table. Raises TableError."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise TableError(_("Parquet needs pyarrow: pip install 'vglab[parquet]'")) from error
    try:
        with open(request.path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        file: Any = ParquetFile(request.path)
        refuse_too_large(file.metadata.num_rows * file.metadata.num_columns * CELL)
        names = [*file.schema_arrow.names]
        columns = [[*map(cell_text, column.to_pylist())] for column in file.read().columns]
    except OSError as error:
        raise TableError(why_unreadable(error)) from error
    except (ArrowException, ValueError) as error:
        raise TableError(_("no Parquet file")) from error

    def rows() -> Iterator[Row]:
        yield 1, names
        for number, row in enumerate(zip(*columns, strict=True), start=2):
            yield number, [*row]

    return parse_table(rows, request, comma=False, digest=digest)


def cell_text(value: Any) -> str:
    """A value as a cell of a CSV file; truth as 1 and 0, nothing where it is missing."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value).strip()
