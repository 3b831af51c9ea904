"""Lightning's `metrics.csv`, and other tables with a column of steps and a number in each other."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from ...errors import VglabError
from ...i18n import _
from .series import SeriesTable, as_step
from .series_names import STEPS

LONGEST = 1 << 20


class LogError(VglabError):
    """A log cannot be read; the message says why."""


def fits(_path: str, head: bytes) -> bool:
    """Whether the first line names columns, one of them a step."""
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace").lstrip("\ufeff").strip()
    names = [name.strip().strip('"') for name in first.split(",")]
    return len(names) > 1 and not first.startswith(("{", "[")) and bool({*names} & {*STEPS})


def parse(path: str) -> SeriesTable:
    """The table of a file. Raises OSError, LogError."""
    found = SeriesTable()
    csv.field_size_limit(LONGEST)
    try:
        with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = csv.reader(line.replace("\0", "") for line in file)
            heads = [name.strip() for name in next(rows, [])]
            where = next((heads.index(name) for name in STEPS if name in heads), None)
            if where is None:
                raise LogError(
                    _("no column of steps; allowed: {names}").format(names=", ".join(STEPS))
                )
            for row in rows:
                add_row(found, heads, row, where)
    except csv.Error as error:
        raise LogError(_("not a table: {reason}").format(reason=error)) from error
    return found


def add_row(found: SeriesTable, heads: Sequence[str], row: Sequence[str], where: int) -> None:
    """Take a row in; one that is half written, or has no step, is left out."""
    step = as_step(number(row[where])) if len(row) > where else None
    if step is None:
        return
    for place, (name, text) in enumerate(zip(heads, row, strict=False)):
        if place != where and name != "epoch" and (value := number(text)) is not None:
            found.add(step, name, value)


def number(text: str) -> float | None:
    """A cell as a number; None where it is empty or a word."""
    try:
        return float(text)
    except ValueError:
        return None
