"""Curves over the steps of a run, each on its own axis, so that both can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....scenarios.i18n import _
from ...render.axes import Axis, column_of, step_ticks
from ...render.glyphs import UNICODE, Glyphs
from ...render.palette import Role
from ...render.styled_text import Lines
from .canvas import Canvas, Mark, Size
from .heatmap import mark_step
from .series import Floats, columns


@dataclass(frozen=True)
class Series:
    """One curve over the steps."""

    axis: Axis
    values: Floats
    role: int
    fine: bool = True
    """A fine line, or marks every other column, which leave a line behind them in sight."""
    mark: str = ""
    """Which marks, where they are no dots: curves differ without their colors, too."""
    steps: Floats | None = None
    """Its own, where they are not the chart's."""


@dataclass(frozen=True)
class OverTime:
    """Curves over the steps; what is drawn last lies on top."""

    steps: Floats
    series: Sequence[Series]
    left: Axis
    right: Axis | None
    end: int
    """The last step the axis shows."""
    at: int | None = None
    """The step that is looked back at."""


def over_time(chart: OverTime, size: Size, glyphs: Glyphs = UNICODE) -> Lines:
    """Curves that share the steps below, each on its own axis at the side."""
    canvas = Canvas(size, chart.left, chart.right)
    for tick in chart.left.ticks:
        canvas.guide(tick)
    if chart.at is not None:
        canvas.marks(_mark_step(canvas, chart.at, chart.end, glyphs))
    for series in chart.series:
        (_line if series.fine else _beads)(canvas, chart, series, glyphs)
    places, labels = step_ticks(chart.end, canvas.columns)
    canvas.across(places, labels, ("", _("step")))
    lines = canvas.lines(size, glyphs)
    if chart.at is not None and canvas.below:
        lines[-1] = mark_step(lines[-1], chart.at, time_axis(chart, size), glyphs)
    return lines


def time_axis(chart: OverTime, size: Size) -> tuple[int, int, int]:
    """Where the steps begin and how many columns they have, and the last of them."""
    canvas = Canvas(size, chart.left, chart.right)
    return canvas.margin, canvas.columns, chart.end


def _mark_step(canvas: Canvas, step: int, end: int, glyphs: Glyphs) -> Iterator[Mark]:
    """A line up from the step that is looked back at."""
    column = column_of(step, (0, canvas.columns, end))
    yield from (Mark(column, row, glyphs.down, Role.KEY) for row in range(canvas.rows))


def _sample(canvas: Canvas, chart: OverTime, series: Series) -> tuple[Floats, Floats]:
    own = chart.steps if series.steps is None else series.steps
    steps, values = columns(own, series.values, 0.0, float(chart.end), canvas.columns)
    shares = (values - series.axis.low) / (series.axis.high - series.axis.low)
    return steps / max(chart.end, 1) * (canvas.columns - 1), shares


def _shares(canvas: Canvas, chart: OverTime, series: Series) -> tuple[Floats, Floats]:
    """All finite values: their places in columns, and the share of the axis they stand at."""
    own = chart.steps if series.steps is None else series.steps
    finite = np.isfinite(series.values)
    shares = (series.values[finite] - series.axis.low) / (series.axis.high - series.axis.low)
    return own[finite] / max(chart.end, 1) * (canvas.columns - 1), shares


def _nearest(places: Floats, wanted: Floats) -> NDArray[np.intp]:
    """For each place that is wanted the number of the nearest one there is; both ascend."""
    after = np.searchsorted(places, wanted).clip(0, len(places) - 1)
    before = (after - 1).clip(0)
    return np.where(wanted - places[before] < places[after] - wanted, before, after)


def _line(canvas: Canvas, chart: OverTime, series: Series, glyphs: Glyphs) -> None:
    places, shares = _sample(canvas, chart, series)
    canvas.curve(places, shares, glyphs.curve, series.role)
    canvas.marks(_wild(canvas, chart, series, glyphs))


def _wild(canvas: Canvas, chart: OverTime, series: Series, glyphs: Glyphs) -> Iterator[Mark]:
    """A sign at the top where a value was not finite."""
    own = chart.steps if series.steps is None else series.steps
    steps = own[~np.isfinite(series.values)]
    places: list[float] = np.rint(steps / max(chart.end, 1) * (canvas.columns - 1)).tolist()
    for column in sorted({*places}):  # np.unique would load masked arrays before the first frame
        yield Mark(
            min(int(column), canvas.columns - 1), canvas.rows - 1, glyphs.infinite, Role.DIVERGED
        )


def _beads(canvas: Canvas, chart: OverTime, series: Series, glyphs: Glyphs) -> None:
    """A mark every other column and at the end, each the value of one record: the one nearest to
    the column's middle."""
    places, shares = _shares(canvas, chart, series)
    if len(places):
        first, mark, last = int(bool(series.mark)), series.mark or glyphs.dot, round(places[-1])
        columns = [*range(first, last - 1, 2), last]
        records = _nearest(places, np.array(columns, np.float64))
        rows = np.rint(shares[records].clip(0, 1) * (canvas.rows - 1)).astype(int).tolist()
        marks = zip(columns, rows, strict=True)
        canvas.marks(Mark(column, row, mark, series.role) for column, row in marks)
    if series.mark:
        canvas.marks(_wild(canvas, chart, series, glyphs))
