"""MLflow's stores: a folder a run, and in its `metrics` a file a series, a line a value; or SQLite,
with a table `metrics` of key, value, step and run."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from ...errors import printable, shorten
from ...i18n import _
from .csv_log import LogError, number
from .series import SeriesTable, as_step

MAGIC = b"SQLite format 3\0"
NOT_READ = sqlite3.Error, UnicodeDecodeError
"""What reading a damaged database raises: what SQLite says of its tables may be no text either."""
FIELDS = 3
"""Time, value and step, with blanks between them."""


def fits(path: str, head: bytes) -> bool:
    """Whether it is such a folder, or one of runs."""
    return not head and os.path.isdir(path) and next(runs_in(Path(path)), None) is not None


def runs_in(folder: Path) -> Iterator[Path]:
    """The runs of a folder, which may be a run itself, an experiment, or the whole store."""
    for depth in ("", "*/", "*/*/"):
        yield from (
            found.parent for found in sorted(folder.glob(f"{depth}metrics")) if found.is_dir()
        )


def parse(path: str) -> SeriesTable:
    """The run that was written last. Raises OSError, LogError."""
    runs = [*runs_in(Path(path))]
    if not runs:
        raise LogError(_("there is no MLflow run in this folder"))
    run = max(runs, key=lambda one: one.joinpath("metrics").stat().st_mtime_ns)
    found = SeriesTable()
    if len(runs) > 1:
        said = _("{count} runs are in it; this is the last one, {name}")
        found.messages.append(said.format(count=len(runs), name=shorten(run.name)))
    metrics = run / "metrics"
    for file in sorted(one for one in metrics.rglob("*") if one.is_file()):
        name = file.relative_to(metrics).as_posix()
        with open(file, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                add_line(found, name, line)
    return found


def add_line(found: SeriesTable, name: str, line: str) -> None:
    """Take in a line; one that is half written is left out."""
    parts = line.split()
    if len(parts) < FIELDS - 1 or not line.endswith("\n"):
        return
    step = as_step(number(parts[2])) if len(parts) >= FIELDS else 0
    value = number(parts[1])
    if step is not None and value is not None:
        found.add(step, name, value)


def connect(path: str) -> sqlite3.Connection:
    """The database, to be read only."""
    return sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)


def fits_database(path: str, head: bytes) -> bool:
    """Whether it is a database with MLflow's tables."""
    if not head.startswith(MAGIC):
        return False
    try:
        with closing(connect(path)) as database:
            found = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'latest_metrics'")
            return found.fetchone() is not None
    except NOT_READ:
        return False


def parse_database(path: str) -> SeriesTable:
    """The run that was written last. Raises LogError."""
    found = SeriesTable()
    try:
        with closing(connect(path)) as database:
            runs = database.execute(
                "SELECT run_uuid, MAX(timestamp) FROM metrics GROUP BY run_uuid ORDER BY 2"
            ).fetchall()
            name = runs[-1][0] if runs else None
            if len(runs) > 1:
                said = _("{count} runs are in it; this is the last one, {name}")
                shown = shorten(printable(str(name)))
                found.messages.append(said.format(count=len(runs), name=shown))
            rows = database.execute(
                "SELECT key, value, step FROM metrics WHERE run_uuid IS ? AND NOT is_nan"
                " ORDER BY step, timestamp",
                (name,),
            )
            for key, value, step in rows:
                place = as_step(step)
                if place is not None and isinstance(value, int | float):
                    found.add(place, str(key), float(value))
    except NOT_READ as error:
        words = shorten(printable(str(error)))
        raise LogError(_("not an MLflow database: {reason}").format(reason=words)) from error
    return found
