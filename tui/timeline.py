"""Back and forth through what has been recorded: plain numbers, no arrays."""

from __future__ import annotations

LIVE = None
"""The last row, whatever it is by now."""


def moved(record: int | None, rows: int, by: int) -> int | None:
    """The row `by` rows on; there is none before birth, and the last one is live."""
    last = rows - 1
    return settled((last if record is None else record) + by, rows)


def settled(row: int, rows: int) -> int | None:
    """A row that there is, or live."""
    row = max(row, 0)
    return LIVE if row >= rows - 1 else row


def tenth(rows: int) -> int:
    """A tenth of the rows, at least one."""
    return max(rows // 10, 1)


def row_of(step: int, every: int, rows: int) -> int | None:
    """The row nearest to a step."""
    return settled(round(step / max(every, 1)), rows)


def step_at(column: int, time: tuple[int, int, int]) -> int | None:
    """The step that a column of a picture stands for, if it lies on its time axis."""
    start, columns, end = time
    at = column - start
    return round(at / max(columns - 1, 1) * end) if 0 <= at < columns else None


def column_of(step: int, time: tuple[int, int, int]) -> int:
    """The column of a step."""
    start, columns, end = time
    return start + round(step / max(end, 1) * (columns - 1))
