"""The heat map: layer by step, one color a half cell, drawn straight to cells.

plotext's own is slow and has no logarithmic colors. Two half blocks a cell double the rows;
sixteen levels let neighboring cells merge into runs, which is what a slow line has to carry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....scenarios.i18n import _
from ...render.axes import Axis, column_of, layer_labels, step_ticks
from ...render.glyphs import UNICODE, Glyphs
from ...render.palette import HEAT_LEVELS, Role
from ...render.styled_text import BOLD, Line, Lines, fit_box, merge_runs, plain, stamp, style
from .canvas import Size
from .series import Floats

Levels = NDArray[np.int16]

EMPTY, ZERO, WILD = -1, -2, -3
"""Nothing measured; exactly zero, so without a logarithm; infinite."""

_SHADES = 4
"""Steps of a ramp that goes with four colors."""

_BAR = 2
_SMALLEST = 8
"""With fewer columns than this beside its labels, the map goes without them."""


@dataclass(frozen=True)
class HeatMap:
    """The values of a heat map, a row a layer and a column a step."""

    records: NDArray[np.int64]
    """The step of each row of `values`, ascending."""
    values: Floats
    """(records, layers), input side first, as measured."""
    axis: Axis
    """The decades of the colors."""
    end: int
    """The last step the map has room for."""
    cursor: int | None = None
    """The layer that is singled out, from 1."""
    at: int | None = None
    """The step that is looked back at."""
    log: bool = True
    """Whether the colors are those of logarithms."""


def heat_map(chart: HeatMap, size: Size, glyphs: Glyphs = UNICODE, shades: bool = False) -> Lines:
    """The map, its layer numbers, its steps and its color bar."""
    layers = chart.values.shape[1]
    gutter, columns, labeled = _room(chart, size)
    rows = size.rows - labeled
    if columns < 1 or rows < 1:
        return fit_box([], size.columns, size.rows)
    picture = paint_levels(_levels(chart, columns, 2 * rows), glyphs, shades)
    if not labeled:
        return fit_box(picture, size.columns, size.rows)
    numbers, scale = (
        layer_numbers(layers, rows, gutter, chart.cursor),
        color_bar(chart.axis, rows, glyphs, shades),
    )
    lines = [
        [*number, *row, *mark] for number, row, mark in zip(numbers, picture, scale, strict=True)
    ]
    foot = _steps(chart.end, columns, gutter)
    if size.columns - gutter - columns > len(_("step")):
        foot = [*foot, (" " + _("step"), style(Role.MUTED))]
    else:
        foot = _named_within(foot, _("step"))
    if chart.at is not None:
        foot = mark_step(foot, chart.at, (gutter, columns, chart.end), glyphs)
    return fit_box([*lines, foot], size.columns, size.rows)


def time_axis(chart: HeatMap, size: Size) -> tuple[int, int, int]:
    """Where the steps begin and how many columns they have, and the last of them."""
    gutter, columns, labeled = _room(chart, size)
    return gutter * labeled, max(columns, 1), chart.end


def _room(chart: HeatMap, size: Size) -> tuple[int, int, bool]:
    """The columns of the layer numbers and of the map; whether there are labels."""
    gutter = len(str(chart.values.shape[1])) + 1
    key = chart.axis.gutter + _BAR + 1
    labeled = size.columns - gutter - key >= _SMALLEST and size.rows >= 4
    return gutter, size.columns - (gutter + key) * labeled, labeled


def mark_step(foot: Line, step: int, time: tuple[int, int, int], glyphs: Glyphs) -> Line:
    """The line of steps with the one that is looked at pointed to."""
    mark = f" {glyphs.cursor}{step} "
    start = min(column_of(step, time) - 1, max(time[0] + time[1] - len(mark), 0))
    return stamp(
        clear_labels(foot, start, start + len(mark)), start, [(mark, style(Role.KEY) | BOLD)]
    )


def clear_labels(foot: Line, start: int, stop: int) -> Line:
    """The line without the labels of which a part lies between: half a number is another one."""
    text = plain(foot)
    found = (each.span() for each in re.finditer(r"\S+", text))
    for first, last in found:
        if first < stop and start < last:
            foot = stamp(foot, first, [(" " * (last - first), 0)])
    return foot


def _levels(chart: HeatMap, columns: int, halves: int) -> Levels:
    """The level of every half cell, from the top: loss side up, input side down."""
    layers = chart.values.shape[1]
    layer = np.minimum(((np.arange(halves) + 0.5) * layers / halves).astype(int), layers - 1)[::-1]
    edges = np.arange(1, columns + 1) * (chart.end / columns)
    record = np.searchsorted(chart.records, edges, side="right") - 1
    reached = np.arange(columns) * (chart.end / columns) <= chart.records[-1:].max(initial=-1)
    levels = quantize(
        chart.values[np.maximum(record, 0)[:, None], layer[None, :]], chart.axis, chart.log
    )
    return np.where(reached[None, :] & (record >= 0)[None, :], levels.T, EMPTY).astype(np.int16)


def quantize(values: Floats, axis: Axis, log: bool = True) -> Levels:
    """Values as levels of color, on the axis of their logarithms or of themselves."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = ((np.log10(values) if log else values) - axis.low) / (axis.high - axis.low)
    usable = np.isfinite(share)
    level = np.clip(np.where(usable, share, 0) * HEAT_LEVELS, 0, HEAT_LEVELS - 1).astype(np.int16)
    odd = np.where(np.isnan(values), EMPTY, np.where(values == 0, ZERO, WILD))
    return np.where(usable, level, odd).astype(np.int16)


def paint_levels(cells: Levels, glyphs: Glyphs, shades: bool) -> Lines:
    """Levels, (half rows, columns), as cells."""
    paint = _shade_line if shades else _halves
    return [
        paint(upper, lower, glyphs) for upper, lower in zip(cells[::2], cells[1::2], strict=True)
    ]


def _halves(upper: Levels, lower: Levels, glyphs: Glyphs) -> Line:
    pairs = zip(upper.tolist(), lower.tolist(), strict=True)
    return merge_runs(_half_cell(top, foot, glyphs) for top, foot in pairs)


def _half_cell(top: int, foot: int, glyphs: Glyphs) -> tuple[str, int]:
    if top >= 0:
        return glyphs.halves[0], style(Role.HEAT + top, Role.HEAT + foot if foot >= 0 else 0)
    if foot >= 0:
        return glyphs.halves[1], style(Role.HEAT + foot)
    return _signal(min(top, foot), glyphs)


def _signal(level: int, glyphs: Glyphs) -> tuple[str, int]:
    """The mark of a level that has no color."""
    return {
        EMPTY: (" ", 0),
        ZERO: (glyphs.zero, style(Role.FAINT)),
        WILD: (glyphs.infinite, style(Role.DIVERGED)),
    }[level]


def _shade_line(upper: Levels, lower: Levels, glyphs: Glyphs) -> Line:
    """One level a cell, its step within the color shown by a shade."""
    return merge_runs(_shade_cell(level, glyphs) for level in np.maximum(upper, lower).tolist())


def _shade_cell(level: int, glyphs: Glyphs) -> tuple[str, int]:
    if level < 0:
        return _signal(level, glyphs)
    ramp = glyphs.shades
    step = level % _SHADES if len(ramp) == _SHADES else level * len(ramp) // HEAT_LEVELS
    return ramp[step], style(Role.HEAT + level)


def layer_numbers(layers: int, rows: int, gutter: int, cursor: int | None) -> Lines:
    """Layer numbers at the height of their layers, that of the one singled out among them."""
    written = {
        _row_of(n, layers, rows): str(n)
        for n in layer_labels(layers, rows * (len(str(layers)) + 2) // 2)
    }
    code, loud = style(Role.MUTED), style(Role.KEY) | BOLD
    here = -1 if cursor is None else _row_of(cursor, layers, rows)
    written |= {here: str(cursor)}
    return [
        [(f"{written.get(row, ''):>{gutter - 1}} ", loud if row == here else code)]
        for row in range(rows)
    ]


def _row_of(layer: int, layers: int, rows: int) -> int:
    """The row of a layer, from the top."""
    return rows - 1 - min(int((layer - 0.5) * rows / layers), rows - 1)


def color_bar(axis: Axis, rows: int, glyphs: Glyphs, shades: bool) -> Lines:
    """The color bar, with its decades at the head, the foot and in between."""
    level = np.linspace(HEAT_LEVELS - 1, 0, 2 * rows).round().astype(np.int16)
    paint = _shade_line if shades else _halves
    marks = [
        paint(level[2 * row : 2 * row + 1], level[2 * row + 1 : 2 * row + 2], glyphs)
        for row in range(rows)
    ]
    labels = {
        round((1 - axis.share(tick)) * (rows - 1)): label
        for tick, label in zip(axis.ticks, axis.labels, strict=True)
    }
    code = style(Role.MUTED)
    return [
        [(" ", 0), (mark[0][0] * (_BAR - 1), mark[0][1]), (labels.get(row, ""), code)]
        for row, mark in enumerate(marks)
    ]


def _named_within(foot: Line, name: str) -> Line:
    """The steps with the name of their axis among them, as far right as it has room."""
    wide, text = len(name) + 2, plain(foot)
    gaps = [at for at in range(len(text) - wide + 1) if not text[at : at + wide].strip()]
    return stamp(foot, gaps[-1] + 1, [(name, style(Role.MUTED))]) if gaps else foot


def _steps(end: int, columns: int, gutter: int) -> Line:
    """The steps under the map."""
    places, labels = step_ticks(end, columns)
    row = [" "] * (gutter + columns)
    for place, label in zip(places, labels, strict=True):
        start = gutter + min(max(place - len(label) // 2, 0), columns - len(label))
        if start >= 0:
            row[start : start + len(label)] = label
    return [("".join(row), style(Role.MUTED))]
