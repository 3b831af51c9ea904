"""The per-layer chart: bars for one measure, level marks for another, a line for theory.

The input layer is at the left, the loss at the right, so a vanishing gradient is a staircase that
falls towards the reader's left, the way the error signal travels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ....scenarios.i18n import _
from ...render.axes import Axis, layer_labels
from ...render.glyphs import UNICODE, Glyphs
from ...render.palette import Role
from ...render.styled_text import BOLD, Lines, cells, stamp, style
from .canvas import SOFT, Canvas, Mark, Size
from .series import Band, Floats

_MOST = 0.5
"""In more than this share of the layers the edges of theory's band have to be told from it."""

_BROADEST = 19
"""Columns of a bar, at most: more looks like an area."""


@dataclass(frozen=True)
class PerLayer:
    """What a per-layer chart shows, input side at the left; values in the axis' unit."""

    axis: Axis
    bars: Band
    roles: Sequence[int]
    """The color of each layer's bar."""
    logarithmic: bool = True
    """Whether a zero has no place on the axis, and needs a mark of its own."""
    span: bool = False
    """Whether bars reach only from the band's low to its high end, not from the foot."""
    levels: Band | None = None
    theory: Floats | None = None
    theory_band: Sequence[Floats] = ()
    """The edges between which theory expects most networks to lie."""
    ghost: Floats | None = None
    """What another run had: a mark across each layer."""
    guides: Sequence[float] = ()
    ends: tuple[str, str] = ("", "")
    title: str | None = None
    """What stands side by side; None: layers."""
    cursor: int | None = None
    """The layer that is singled out, from 1."""
    below: bool = True
    """Whether the layers are numbered below, where there is room."""


def per_layer(chart: PerLayer, size: Size, glyphs: Glyphs = UNICODE) -> Lines:
    """Bars for one measure, level marks for another, a thin line for the theory."""
    canvas = Canvas(size, chart.axis, below=chart.below)
    count = len(chart.bars.middle)
    groups = _columns_of(count, canvas.columns)
    canvas.narrow(len(groups))
    canvas.dense = 2 * count > len(groups)
    for tick in chart.axis.ticks:
        canvas.guide(tick)
    for value in chart.guides:
        canvas.guide(value, Role.MUTED)
    own = _own(groups, count)
    canvas.marks(_pointer(canvas, chart, own, glyphs))
    canvas.marks(_bars(canvas, chart, groups, glyphs))
    if chart.theory is not None:
        if band_shows(chart, canvas.rows):
            for edge in chart.theory_band:
                canvas.beads(_theory(canvas, edge, groups, glyphs.edge))
        canvas.beads(_theory(canvas, chart.theory, groups, glyphs.theory))
    if chart.ghost is not None:
        canvas.beads(_ghost(canvas, chart.axis, chart.ghost, own, glyphs))
    if chart.levels is not None:
        canvas.beads(_levels(canvas, chart.levels, own, glyphs))
    written = layer_labels(count, canvas.columns)
    centers = [_center(own[n - 1]) for n in written]
    title = _("layer") if chart.title is None else chart.title
    canvas.across(centers, [str(n) for n in written], chart.ends, title)
    return _point_at_layer(canvas, canvas.lines(size, glyphs), own, chart.cursor, glyphs)


def band_shows(chart: PerLayer, rows: int) -> bool:
    """Whether the edges of theory's band are drawn: in most layers they lie a row or more apart
    from what theory expects, on a plot of so many rows; else they would be stray marks."""
    if chart.theory is None or not chart.theory_band:
        return False
    row = (chart.axis.high - chart.axis.low) / max(rows - 1, 1)
    apart = [np.abs(edge - chart.theory) >= row for edge in chart.theory_band]
    return bool(np.all(apart, axis=0).mean() > _MOST)


def _pointer(
    canvas: Canvas, chart: PerLayer, own: Sequence[Sequence[int]], glyphs: Glyphs
) -> Iterator[Mark]:
    """A line from the layer that is singled out up through the chart, behind its bar."""
    if chart.cursor is not None:
        column = _center(own[chart.cursor - 1])
        yield from (Mark(column, row, glyphs.down, Role.KEY) for row in range(canvas.rows))


def _point_at_layer(
    canvas: Canvas, lines: Lines, own: Sequence[Sequence[int]], cursor: int | None, glyphs: Glyphs
) -> Lines:
    """The number of the layer that is singled out, and a pointer on the axis."""
    if cursor is None or not canvas.below:
        return lines
    at, number, code = canvas.margin + _center(own[cursor - 1]), f" {cursor} ", style(Role.KEY)
    start = min(max(at - len(number) // 2, 0), max(canvas.margin + canvas.columns + 1, 3) - 3)
    axis = [*cells(lines[canvas.rows])]
    if not axis[at][0].isalpha():
        lines[canvas.rows] = stamp(axis, at, [(glyphs.cursor, code | BOLD)])
    lines[canvas.rows + 1] = stamp(lines[canvas.rows + 1], start, [(number, code | BOLD)])
    return lines


def _center(columns: Sequence[int]) -> int:
    """The column in the middle of a layer's."""
    return columns[(len(columns) - 1) // 2]


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
    bar = min(pitch - (pitch > 2), _BROADEST)
    step = min(pitch, bar + 2)
    gap = [range(0)] * (step - bar)
    filled = [cell for layer in range(count) for cell in [range(layer, layer + 1)] * bar + gap]
    return filled[: len(filled) - len(gap)]


def _own(groups: Sequence[range], count: int) -> list[list[int]]:
    """The columns of each layer."""
    own: list[list[int]] = [[] for _ in range(count)]
    for column, group in enumerate(groups):
        for layer in group:
            own[layer].append(column)
    return own


def _bars(
    canvas: Canvas, chart: PerLayer, groups: Sequence[range], glyphs: Glyphs
) -> Iterator[Mark]:
    draw = _whisker if chart.span else _bar
    for column, group in enumerate(groups):
        there = [layer for layer in group if not _absent(chart.bars, layer)]
        if there:
            yield from draw(canvas, chart, column, there, glyphs)


def _absent(band: Band, layer: int) -> bool:
    """Whether there is nothing to draw: a layer that is not there, or not yet."""
    return bool(np.isnan(band.middle[layer]) and not band.wild[layer] and not band.zero[layer])


def _bar(
    canvas: Canvas, chart: PerLayer, column: int, group: list[int], glyphs: Glyphs
) -> Iterator[Mark]:
    """One column, from the foot: plain to the smallest, softer to the largest; across the softer
    part a line where the median of the replicas is."""
    band = chart.bars
    role = max(chart.roles[layer] for layer in group)
    if band.wild[group].any():
        yield Mark(column, canvas.rows - 1, glyphs.infinite, Role.DIVERGED)
    elif not band.zero[group].any():
        parts = glyphs.frozen if role == Role.FROZEN else glyphs.eighths
        ends = float(band.low[group].min()), float(band.high[group].max())
        small, large = (_height(canvas, chart.axis, end, len(parts)) for end in ends)
        yield from _two_tone(column, small, large, role, parts)
        if len(group) == 1 and large // len(parts) > small // len(parts):
            row, third = _third(canvas, float(band.middle[group[0]]))
            yield Mark(column, row, glyphs.levels[third], role, SOFT.get(Role(role), role))
    elif chart.logarithmic:
        yield Mark(column, 0, glyphs.zero, Role.DEAD)


def _third(canvas: Canvas, value: float) -> tuple[int, int]:
    """The row of a value, and in which third of it the value lies."""
    share = min(max(canvas.left.share(value), 0.0), 1.0)
    row, third = divmod(round(3 * (share * (canvas.rows - 1) + 0.5) - 0.5), 3)
    return row, third


def _two_tone(column: int, small: int, large: int, role: int, parts: str) -> Iterator[Mark]:
    """A bar that is certain up to `small` parts of a row and may reach `large`."""
    count, full = len(parts), parts[-1]
    soft = SOFT.get(Role(role), role)
    if small // count == large // count:
        small = large = (small + large) // 2
    yield from (Mark(column, row, full, role) for row in range(small // count))
    if large > small:
        edge = [Mark(column, small // count, parts[small % count - 1], role, soft)]
        yield from edge if small % count else [Mark(column, small // count, full, soft)]
        between = range(small // count + 1, large // count)
        yield from (Mark(column, row, full, soft) for row in between)
    if large % count:
        end = role if large == small else soft
        yield Mark(column, large // count, parts[large % count - 1], end)


def _height(canvas: Canvas, axis: Axis, value: float, parts: int) -> int:
    """A bar's height in parts of a row: a value on a tick reaches the middle of that tick's row."""
    share = min(max(axis.share(value), 0.0), 1.0)
    return max(1, round(parts * (share * (canvas.rows - 1) + 0.5)))


def _whisker(
    canvas: Canvas, chart: PerLayer, column: int, group: list[int], glyphs: Glyphs
) -> Iterator[Mark]:
    """One column, from the band's low to its high end."""
    band = chart.bars
    if band.wild[group].any():
        yield Mark(column, canvas.rows - 1, glyphs.infinite, Role.DIVERGED)
        return
    low = canvas.row(chart.axis, float(band.low[group].min()))
    high = canvas.row(chart.axis, float(band.high[group].max()))
    yield from (
        Mark(column, row, glyphs.eighths[-1], Role.FIRST_SOFT) for row in range(low, high + 1)
    )


def _levels(
    canvas: Canvas, band: Band, own: Sequence[Sequence[int]], glyphs: Glyphs
) -> Iterator[Mark]:
    """A short line across each layer's columns, on a third of a row."""
    for layer, columns in enumerate(own):
        if not _absent(band, layer):
            row, text, role = _level(canvas, band, layer, glyphs)
            yield from (Mark(column, row, text, role) for column in columns)


def _level(canvas: Canvas, band: Band, layer: int, glyphs: Glyphs) -> tuple[int, str, int]:
    if band.wild[layer]:
        return canvas.rows - 1, glyphs.infinite, Role.DIVERGED
    if band.zero[layer]:
        return 0, glyphs.zero, Role.STRONG
    row, third = _third(canvas, float(band.middle[layer]))
    return row, glyphs.levels[third], Role.STRONG


def _theory(canvas: Canvas, theory: Floats, groups: Sequence[range], mark: str) -> Iterator[Mark]:
    for column, group in enumerate(groups):
        value = theory[group[-1]] if group else np.nan
        if canvas.left.low <= value <= canvas.left.high:
            yield Mark(column, canvas.row(canvas.left, value), mark, Role.THEORY)


def _ghost(
    canvas: Canvas, axis: Axis, ghost: Floats, own: Sequence[Sequence[int]], glyphs: Glyphs
) -> Iterator[Mark]:
    for layer, columns in enumerate(own):
        if axis.low <= ghost[layer] <= axis.high:
            row = canvas.row(axis, ghost[layer])
            yield from (Mark(column, row, glyphs.ghost, Role.FOURTH) for column in columns)
