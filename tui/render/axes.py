"""Where the ticks go and what they say. Plain numbers, no arrays, no drawing.

A logarithmic axis is drawn as the linear axis of log10: its ticks are whole decades and read
`1e-12` (superscripts are faint in many fonts, and a cell too wide).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_DECADE_STEPS = (1, 2, 3, 4, 5, 10, 20, 30, 50, 100, 200)
_HUGE, _HAIR = 1e300, 0.1
"""A linear axis reaches no farther than the one, and resolves no less than the other's share."""

_EXTREME = 400.0
"""Beyond any float64 exponent: a range is never wider."""


@dataclass(frozen=True)
class Axis:
    """The range an axis shows, in the drawn unit, and its labeled ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    log: bool = False
    """Whether it is of decades: it shows logarithms, and its labels are what they are of."""

    @property
    def gutter(self) -> int:
        """The columns its labels need."""
        return max(map(len, self.labels), default=0)

    def share(self, value: float) -> float:
        """Where a value lies on the axis: 0 at its foot, 1 at its head."""
        return (value - self.low) / (self.high - self.low)


def decade(exponent: float) -> str:
    """The label of a power of ten: `1`, `10`, `1e-12`."""
    whole = round(exponent)
    return {0: "1", 1: "10"}.get(whole, f"1e{whole}")


def log_axis(low: float, high: float, rows: int) -> Axis:
    """An axis over the decades [low, high] (exponents); its ticks stand evenly, on whole rows.

    Of the steps that fit, the one that leaves the least of the axis unused.
    """
    bottom, top = max(low, -_EXTREME), min(high, _EXTREME)
    grids = [(step, gap) for step in _DECADE_STEPS for gap in (2, 3, 4)]
    for step, gap in sorted(grids, key=lambda grid: (grid[0] / grid[1], grid[0])):
        foot = math.floor(bottom * gap / step) * step / gap
        head = foot + (rows - 1) * step / gap
        if head >= top and math.floor(head / step) > math.ceil(foot / step):
            return _decades(foot, head, step)
    return decades_axis(bottom, top, rows)


def decades_axis(low: float, high: float, rows: int) -> Axis:
    """An axis of whole decades close around [low, high], for colors: none of them is wasted."""
    foot = math.floor(max(low, -_EXTREME))
    head = max(math.ceil(min(high, _EXTREME)), foot + 1)
    fitting = (step for step in _DECADE_STEPS if (head - foot) / step <= max(rows - 1, 1) / 2)
    return _decades(foot, head, next(fitting, head - foot))


def _decades(foot: float, head: float, step: int) -> Axis:
    """The axis with a tick at each multiple of `step` decades that lies on it."""
    first, last = math.ceil(foot / step - 1e-9), math.floor(head / step + 1e-9)
    ticks = tuple(float(count * step) for count in range(first, last + 1))
    return Axis(float(foot), float(head), ticks, tuple(map(decade, ticks)), log=True)


def linear_axis(low: float, high: float, rows: int) -> Axis:
    """An axis over [low, high] with the same rows ticked whatever it shows: two axes side by side
    agree on them."""
    intervals = next((count for count in (4, 2) if rows - 1 >= 2 * count), 1)
    gap = max((rows - 1) // intervals, 1)
    foot, step = _round_steps_over(max(low, -_HUGE), min(high, _HUGE), intervals)
    ticks = tuple(foot + count * step for count in range(intervals + 1))
    digits = max(0, 1 - math.floor(math.log10(step) + 1e-9))
    labels = _without_common_zeros(_alike(ticks, digits))
    return Axis(foot, foot + max((rows - 1) / gap, intervals) * step, ticks, labels)


def _alike(ticks: Sequence[float], digits: int) -> Sequence[str]:
    """Labels written one way: where one needs a power of ten, all have one."""
    labels = [short(tick, digits) for tick in ticks]
    if any("e" in label for label in labels):
        return ["0" if tick == 0 else power(tick) for tick in ticks]
    return labels


def _round_steps_over(low: float, high: float, intervals: int) -> tuple[float, float]:
    """Where an axis of `intervals` round steps over [low, high] begins, and how long a step is."""
    span = max(high - low, _HAIR * max(abs(low), abs(high)))
    span = span if span > 1 / _HUGE else 1.0
    scale = 10.0 ** math.floor(math.log10(span / intervals))
    for step in (unit * scale for unit in (1, 2, 2.5, 4, 5, 10, 20)):
        foot = math.floor(low / step + 1e-9) * step
        if foot + intervals * step >= low + span * (1 - 1e-9):
            return foot, step
    return low, span / intervals


def _without_common_zeros(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels of one length without the zeros at the end that all of them have."""
    while all("." in label and label.endswith("0") and "e" not in label for label in labels):
        labels = [label[:-1].rstrip(".") for label in labels]
    return tuple(labels)


def short(value: float, digits: int) -> str:
    """A number of at most six characters, in powers of ten when it is large or tiny."""
    text = f"{value:.{digits}f}"
    return text if len(text) <= 6 else power(value)


def power(value: float) -> str:
    """A round number as `5e5` or `2.5e-7`."""
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits.removesuffix('.0')}e{int(exponent)}"


def layer_labels(count: int, room: int) -> list[int]:
    """Which of the numbers 1…count are written along `room` columns: the ends and round ones."""
    label = len(str(count)) + 2
    step = next(step for step in _round_steps() if count * label <= room * step or step >= count)
    covered = label * count / max(room, 1)
    start = 1 if step == 2 else step
    between = (n for n in range(start, count, step) if count - n >= covered)
    return sorted({1, *between, count})


def horizon(step: int, planned: int, shortest: int = 16) -> int:
    """The last step a time axis shows: the plan halved as often as what is recorded still fits.

    So a picture of the past fills from left to right, is never scrolled, and is at least half full.
    """
    end = max(planned, 1)
    while end // 2 >= max(step, shortest):
        end = (end + 1) // 2
    return end


def step_ticks(end: int, room: int) -> tuple[list[int], list[str]]:
    """The columns and the labels of a time axis from 0 to `end`."""
    parts = 4 if room >= 40 else 2 if room >= 16 else 1
    steps = [end * part // parts for part in range(parts + 1)]
    return [round(step / max(end, 1) * (room - 1)) for step in steps], [str(step) for step in steps]


def _round_steps() -> Iterator[int]:
    for power in range(10):
        yield from (10**power, 2 * 10**power, 5 * 10**power)


LIVE = None
"""The last row, whatever it is by now."""


def row_after(record: int | None, rows: int, by: int) -> int | None:
    """The row `by` rows on; there is none before birth, and the last one is live."""
    last = rows - 1
    return row_or_live((last if record is None else record) + by, rows)


def row_or_live(row: int, rows: int) -> int | None:
    """A row that there is, or live."""
    row = max(row, 0)
    return LIVE if row >= rows - 1 else row


def tenth(rows: int) -> int:
    """A tenth of the rows, at least one."""
    return max(rows // 10, 1)


def row_of(step: int, every: int, rows: int) -> int | None:
    """The row nearest to a step."""
    return row_or_live(round(step / max(every, 1)), rows)


def step_at(column: int, time: tuple[int, int, int]) -> int | None:
    """The step that a column of a picture stands for, if it lies on its time axis."""
    start, columns, end = time
    at = column - start
    return round(at / max(columns - 1, 1) * end) if 0 <= at < columns else None


def layer_at(column: int, layers: tuple[int, int, int]) -> int | None:
    """The layer, from 1, that a column of a picture stands for, if it lies among its layers."""
    start, columns, count = layers
    at = column - start
    return 1 + at * count // columns if 0 <= at < columns else None


def column_of(step: int, time: tuple[int, int, int]) -> int:
    """The column of a step."""
    start, columns, end = time
    return start + round(step / max(end, 1) * (columns - 1))
