"""MLflow's file store: a folder a run, and in its `metrics` a file a series, a line a value."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ...errors import shorten
from ...i18n import _
from .csv_log import LogError, number
from .series import SeriesTable, as_step

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
