"""The per-layer chart: bars for one measure, dots for another, a line for what theory expects.

The input layer is at the left, the loss at the right, so a vanishing gradient is a staircase that
falls towards the reader's left, the way the error signal travels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .charts import Canvas, Mark, Size
from .cleaning import Band, Floats
from .glyphs import UNICODE, Glyphs
from .roles import Role
from .runs import Lines
from .scales import Axis, numbered


@dataclass(frozen=True)
class PerLayer:
    """What a per-layer chart shows, input side at the left; values in the axis' unit."""

    axis: Axis
    bars: Band
    roles: Sequence[int]
    """The colour of each layer's bar."""
    dots: Band | None = None
    theory: Floats | None = None
    guides: Sequence[float] = ()
    ends: tuple[str, str] = ("", "")


def per_layer(chart: PerLayer, size: Size, glyphs: Glyphs = UNICODE) -> Lines:
    """Bars for one measure, dots for another, a thin line for the theory."""
    canvas = Canvas(size, chart.axis)
    count = len(chart.bars.middle)
    groups = _columns_of(count, canvas.columns)
    canvas.narrow(len(groups))
    for tick in chart.axis.ticks:
        canvas.guide(tick)
    for value in chart.guides:
        canvas.guide(value, Role.MUTED)
    canvas.marks(_bars(canvas, chart, groups, glyphs))
    if chart.theory is not None:
        canvas.marks(_theory(canvas, chart.axis, chart.theory, groups, glyphs))
    centres = _centres(groups, count)
    if chart.dots is not None:
        canvas.marks(_dots(canvas, chart.dots, centres, glyphs))
    written = numbered(count, canvas.columns)
    canvas.across([centres[n - 1] for n in written], [str(n) for n in written], chart.ends)
    return canvas.lines(size, glyphs)


def _columns_of(count: int, room: int) -> list[range]:
    """The layers (from 0) that each column shows; an empty range is a gap between bars.

    Few layers get bars of one width; as many as fit share the columns out; more share columns.
    """
    pitch = room // count
    if pitch < 2:
        return [
            range(at * count // room, max((at + 1) * count // room, at * count // room + 1))
            for at in range(room)
        ]
    bar = min(pitch - (pitch > 2), 9)
    step = min(pitch, bar + 2)
    gap = [range(0)] * (step - bar)
    filled = [cell for layer in range(count) for cell in [range(layer, layer + 1)] * bar + gap]
    return filled[: len(filled) - len(gap)]


def _centres(groups: Sequence[range], count: int) -> list[int]:
    """The column in the middle of each layer's own."""
    own: list[list[int]] = [[] for _ in range(count)]
    for column, group in enumerate(groups):
        for layer in group:
            own[layer].append(column)
    return [columns[(len(columns) - 1) // 2] for columns in own]


def _bars(
    canvas: Canvas, chart: PerLayer, groups: Sequence[range], glyphs: Glyphs
) -> Iterator[Mark]:
    for column, group in enumerate(groups):
        if group:
            for row, text, role in _bar(canvas, chart, [*group], glyphs):
                yield Mark(column, row, text, role)


def _bar(
    canvas: Canvas, chart: PerLayer, group: list[int], glyphs: Glyphs
) -> list[tuple[int, str, int]]:
    """One column, from the foot: solid to the smallest, shaded to the largest."""
    band = chart.bars
    role = max((chart.roles[layer] for layer in group), default=0)
    if band.wild[group].any():
        return [(canvas.rows - 1, glyphs.infinite, Role.DIVERGED)]
    if band.zero[group].any():
        return [(0, glyphs.zero, Role.DEAD)]
    solid = _eighths(canvas, chart.axis, float(np.nanmin(band.low[group])))
    largest = _eighths(canvas, chart.axis, float(np.nanmax(band.high[group])))
    full, rest = divmod(solid, 8)
    column = [(row, glyphs.eighths[7], role) for row in range(full)]
    if largest // 8 > full:
        return column + [(row, glyphs.band, role) for row in range(full, -(-largest // 8))]
    rest = max(rest, largest - 8 * full)
    return column + ([(full, glyphs.eighths[rest - 1], role)] if rest else [])


def _eighths(canvas: Canvas, axis: Axis, value: float) -> int:
    """A bar's height: a value on a tick reaches the middle of that tick's row."""
    share = min(max(axis.share(value), 0.0), 1.0)
    return max(1, round(8 * (share * (canvas.rows - 1) + 0.5)))


def _dots(canvas: Canvas, band: Band, centres: list[int], glyphs: Glyphs) -> Iterator[Mark]:
    for layer, column in enumerate(centres):
        if band.wild[layer]:
            yield Mark(column, canvas.rows - 1, glyphs.infinite, Role.DIVERGED)
        elif band.zero[layer]:
            yield Mark(column, 0, glyphs.zero, Role.SECOND)
        else:
            row = canvas.row(canvas.left, float(band.middle[layer]))
            yield Mark(column, row, glyphs.dot, Role.SECOND)


def _theory(
    canvas: Canvas, axis: Axis, theory: Floats, groups: Sequence[range], glyphs: Glyphs
) -> Iterator[Mark]:
    for column, group in enumerate(groups):
        value = theory[group[-1]] if group else np.nan
        if axis.low <= value <= axis.high:
            yield Mark(column, canvas.row(axis, value), glyphs.theory, Role.THEORY)
