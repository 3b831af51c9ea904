"""trackio's SQLite database: a table `metrics` of run, step and a JSON object of numbers."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import Any, cast

from ...errors import printable, shorten
from ...i18n import _
from ..record_lines import LineError
from .csv_log import LogError
from .mlflow import MAGIC, NOT_READ, connect
from .own_lines import decode, numbers_of
from .series import SeriesTable, as_step


def fits(_path: str, head: bytes) -> bool:
    """Whether it is a database."""
    return head.startswith(MAGIC)


def parse(path: str) -> SeriesTable:
    """The run of the database that was written last. Raises OSError, LogError."""
    try:
        with closing(connect(path)) as database:
            return read_last_run(database)
    except NOT_READ as error:
        words = shorten(printable(str(error)))
        raise LogError(_("not a trackio database: {reason}").format(reason=words)) from error


def read_last_run(database: sqlite3.Connection) -> SeriesTable:
    """The table of the run of which the last entry is. Raises sqlite3.Error."""
    found = SeriesTable()
    runs = database.execute(
        "SELECT run_name, MAX(id) FROM metrics GROUP BY run_name ORDER BY 2"
    ).fetchall()
    if not runs:
        return found
    name = runs[-1][0]
    if len(runs) > 1:
        said = _("{count} runs are in it; this is the last one, {name}")
        found.messages.append(said.format(count=len(runs), name=shorten(printable(str(name)))))
    rows = database.execute(
        "SELECT step, metrics FROM metrics WHERE run_name IS ? ORDER BY id", (name,)
    )
    for step, numbers in rows:
        place = as_step(step)
        if place is None or not isinstance(numbers, str | bytes):
            continue
        with suppress(LineError):
            decoded = decode(numbers)
            if isinstance(decoded, dict):
                found.add_row(place, numbers_of(cast(dict[str, Any], decoded)))
    return found
