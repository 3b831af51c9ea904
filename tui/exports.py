"""`vglab export`: a sweep's file as a table, printed or written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ..scenarios.exporting import as_csv, as_parquet, put
from ..scenarios.ledger import NoSweep
from ..scenarios.words import _
from .output import say
from .speech import Refusal


def export(file: Path, kind: str, out: Path | None) -> None:
    """Write the table; a file is written whole or not at all."""
    if kind == "parquet" and out is None and sys.stdout.isatty():
        raise Refusal([_("Parquet is not for reading: say --out FILE, or send it into a pipe.")])
    try:
        if out is not None:
            put(out, encoded(file, kind))
        else:
            for part in encoded(file, kind):
                say(part, end=b"")
    except NoSweep as error:
        raise Refusal([str(error)]) from error


def encoded(file: Path, kind: str) -> Iterator[bytes]:
    """The table's bytes, some at a time."""
    if kind == "parquet":
        yield as_parquet(file)
    else:
        yield from (part.encode() for part in as_csv(file))
