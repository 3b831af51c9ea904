"""Everything with axes, drawn by plotext; the only module that knows it.

plotext gets cells and numbers that are already clean (see cleaning.py): finite, inside the axis,
at most two samples a column, its own ticks. Colors go in as palette indices that stand for roles,
so what comes back is parsed into runs of roles and never names a color. Only plotext's one shared
figure may be larger than the terminal, so a canvas keeps its strokes until all are there, and then
has the figure to itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import plotext

from ...render.axes import Axis
from ...render.glyphs import Glyphs
from ...render.palette import Role
from ...render.styled_text import (
    Line,
    Lines,
    back,
    cells,
    fit_box,
    front,
    merge_runs,
    plain,
    stamp,
    style,
)
from .series import Floats

_FIGURE = Lock()
"""Held while something is drawn in plotext's one figure."""
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")
_AXIS_ROWS = 2
_OUTSIDE = -9
_SMALLEST = 4
"""A plot area with fewer rows or columns than this goes without the axis beside it."""

SOFT = {
    Role.FIRST: Role.FIRST_SOFT,
    Role.DONE: Role.DONE_SOFT,
    Role.FROZEN: Role.FROZEN_SOFT,
}
"""The color of what is not sure of a bar: where the replicas, or the layers that share a column,
do not agree."""

_MOSTLY = 3
"""From this place among the eighths on, a cell counts as filled."""


class Mark(NamedTuple):
    """A character at a cell: rows count upwards."""

    column: int
    row: int
    text: str
    role: int
    behind: int = 0
    """The role of the cell's ground, where it is not what lies there."""


class Size(NamedTuple):
    """Cells across and down."""

    columns: int
    rows: int


def plot_rows(size: Size) -> int:
    """The rows a chart of this size leaves for its data."""
    return max(size.rows - (_AXIS_ROWS if size.rows - _AXIS_ROWS >= _SMALLEST else 0), 1)


class Canvas:
    """One plotext figure of an exact size; across it counts columns, upwards the axis' own unit."""

    def __init__(
        self, size: Size, left: Axis, right: Axis | None = None, below: bool = True
    ) -> None:
        sides = [axis.gutter + 1 for axis in (left, right) if axis]
        self.beside = size.columns - sum(sides) >= _SMALLEST
        self.below = below and size.rows - _AXIS_ROWS >= _SMALLEST
        self.size, self.left, self.right = size, left, right if self.beside else None
        self.margin = left.gutter + 1 if self.beside else 0
        self.columns = max(size.columns - (sum(sides) if self.beside else 0), 1)
        self.rows = plot_rows(size) if below else max(size.rows, 1)
        self._ticks: tuple[list[int], list[str]] = ([], [])
        self._ends: tuple[str, str] | None = None
        self._title = ""
        self._strokes: list[Callable[[Any], object]] = []
        self._beads: list[Mark] = []
        self._grounds: list[Mark] = []
        self.dense = False
        """Whether bars stand side by side, so that their neighbors show what a mark covers."""

    def narrow(self, columns: int) -> None:
        """Use at most `columns` columns: the axis ends where the data does."""
        self.size = self.size._replace(columns=self.size.columns - self.columns + columns)
        self.columns = columns

    def row(self, axis: Axis, value: float) -> int:
        """The row a value falls in, 0 at the foot."""
        return round(min(max(axis.share(value), 0.0), 1.0) * (self.rows - 1))

    def marks(self, marks: Iterable[Mark]) -> None:
        """Characters at cells. plotext gives a cell no ground of its own: those come later."""
        drawn = [*marks]
        self._beads += [mark for mark in drawn if mark.behind]
        marks = [mark for mark in drawn if not mark.behind]
        if marks:
            columns = [mark.column for mark in marks]
            heights = [self._height(mark.row) for mark in marks]
            texts, roles = [mark.text for mark in marks], [int(mark.role) for mark in marks]
            self._strokes.append(
                lambda figure: figure.scatter(columns, heights, marker=texts, color=roles)
            )

    def beads(self, marks: Iterable[Mark]) -> None:
        """Characters at cells, over whatever stands there: on a bar they keep its color behind."""
        self._beads += marks

    def ground(self, marks: Iterable[Mark]) -> None:
        """Characters at cells that keep their color behind a curve which crosses them."""
        drawn = [*marks]
        self._grounds += drawn
        self.marks(drawn)

    def curve(self, places: Floats, shares: Floats, mark: str, role: int) -> None:
        """A line through points: `places` in columns, `shares` of the height."""
        if len(places):
            heights = self.left.low + np.clip(shares, 0, 1) * (self.left.high - self.left.low)
            points = np.clip(places, 0, self.columns - 1).tolist(), heights.tolist()
            self._strokes.append(lambda figure: figure.plot(*points, marker=mark, color=role))

    def guide(self, value: float, role: int = Role.FAINT) -> None:
        """A line across, behind the data."""
        if self.left.low <= value <= self.left.high:
            height = self._height(self.row(self.left, value))
            self._strokes.append(lambda figure: figure.hline(height, color=int(role)))

    def across(
        self,
        places: list[int],
        labels: list[str],
        ends: tuple[str, str] | None,
        title: str = "",
    ) -> None:
        """Labels under columns; `ends` name the two ends of the axis itself, `title` what it shows,
        where there is room for it between them."""
        self._ticks, self._ends, self._title = (places, labels), ends, title

    def lines(self, full: Size, glyphs: Glyphs) -> Lines:
        """The finished drawing, in a rectangle of size `full`."""
        rows = [_parse(row, glyphs) for row in self._build().splitlines()]
        self._lay(rows)
        self._string(rows, glyphs)
        if self.below:
            stop, named = self.margin + self.columns, rows[self.rows]
            named = _name_axis(named, self.margin, stop, self._title, self._ends or ("", ""))
            named = _name_ends(named, self.margin, stop, self._ends) if self._ends else named
            rows[self.rows] = _name_scale(named, self.left)
        return fit_box(rows, full.columns, full.rows)

    def _lay(self, rows: Lines) -> None:
        """Put grounds behind what has been drawn over them; plotext has left none there."""
        for row in {ground.row for ground in self._grounds}:
            line = [*cells(rows[self.rows - 1 - row])]
            for ground in self._grounds:
                at = self.margin + ground.column
                if ground.row == row and line[at][0] != ground.text:
                    line[at] = (line[at][0], style(front(line[at][1]), ground.role))
            rows[self.rows - 1 - row] = merge_runs(line)

    def _string(self, rows: Lines, glyphs: Glyphs) -> None:
        """Put the beads into the finished rows."""
        for row in {bead.row for bead in self._beads}:
            line = [*cells(rows[self.rows - 1 - row])]
            for bead in self._beads:
                if bead.row == row:
                    at = self.margin + bead.column
                    line[at] = self._merge_bead(*line[at], bead, glyphs)
            rows[self.rows - 1 - row] = merge_runs(line)

    def _merge_bead(self, text: str, code: int, bead: Mark, glyphs: Glyphs) -> tuple[str, int]:
        """On a bar a mark keeps the bar's color behind it, on a hatched one the softer of its two,
        as a hatched cell is half ground. A bar's end it does not cover where bars are narrow;
        where they are wide it rounds the end to a whole cell or none."""
        if self.dense and text in glyphs.eighths[:-1] + glyphs.frozen[:-1] and not bead.behind:
            return text, code
        behind = front(code) if text in glyphs.eighths[_MOSTLY:] else back(code)
        if text in glyphs.frozen:
            behind = SOFT.get(Role(front(code)), behind)
        return bead.text, style(bead.role, bead.behind or behind)

    def _height(self, row: int) -> float:
        steps = max(self.rows - 1, 1)
        return self.left.low + row / steps * (self.left.high - self.left.low)

    def _build(self) -> str:
        """What plotext makes of the strokes."""
        with _FIGURE:
            plotext.clear_figure()
            plotext.limit_size(False, False)
            figure = plotext.main()
            for side in ("left", "right") if self.right else ("left",):
                # plotext draws no axis for a side without data; what lies outside it leaves out.
                figure.scatter([_OUTSIDE], [self.left.low], color="default", yside=side)
            for stroke in self._strokes:
                stroke(figure)
            self._frame(figure)
            return figure.build()

    def _frame(self, figure: Any) -> None:
        figure.plot_size(*self.size)
        for paint in (figure.canvas_color, figure.axes_color):
            paint("default")
        figure.ticks_color(int(Role.MUTED))
        figure.xaxes(self.below, False)
        figure.yaxes(self.beside, self.right is not None)
        figure.xlim(0, max(self.columns - 1, 1))
        self._sides(figure)
        figure.xticks(*(self._ticks if self.below else ([], [])))

    def _sides(self, figure: Any) -> None:
        """The labels of both sides; a label's row decides, so ticks and marks cannot disagree."""
        for side, axis in (("left", self.left), ("right", self.right)):
            if axis is None:
                continue
            heights = [self._height(self.row(axis, tick)) for tick in axis.ticks]
            labels = (
                [label.rjust(axis.gutter) for label in axis.labels]
                if side == "left"
                else [*axis.labels]
            )
            figure.ylim(self.left.low, self.left.high, yside=side)
            figure.yticks(*((heights, labels) if self.beside else ([], [])), yside=side)


def _parse(row: str, glyphs: Glyphs) -> Line:
    """One of plotext's lines as runs: `38;5;N` is role N, anything else ends it."""
    pieces = _ESCAPE.split(row)
    roles = [0, *(int(code[5:]) if code.startswith("38;5;") else 0 for code in pieces[1::2])]
    runs = [(text, role) for text, role in zip(pieces[::2], roles, strict=True) if text]
    return merge_runs(
        (text.replace("─", glyphs.guide) if role == Role.FAINT else text, style(role))
        for text, role in runs
    )


_LOG = "log"
"""What is written below a logarithmic axis, where its labels leave room for it."""


def _name_scale(row: Line, left: Axis) -> Line:
    """The axis line with the scale of the axis at the left in the corner below it."""
    free = len(plain(row)) - len(plain(row).lstrip())
    if not left.log or left.gutter < len(_LOG) or free < left.gutter:
        return row
    return stamp(row, left.gutter - len(_LOG), [(_LOG, style(Role.MUTED))])


def _name_axis(row: Line, start: int, stop: int, title: str, ends: tuple[str, str]) -> Line:
    """The axis line with what it shows in its middle, between the words at its ends."""
    first, last = (start + len(ends[0]) + 2, stop - len(ends[1]) - 2)
    if not title or last - first < len(title) + 6:
        return row
    at = (first + last - len(title)) // 2
    return stamp(row, at - 1, [(f" {title} ", style(Role.MUTED))])


def _name_ends(row: Line, start: int, stop: int, ends: tuple[str, str]) -> Line:
    """The axis line with a word written into either end, or into one of them."""
    if stop - start < sum(map(len, ends)) + 8:
        return row
    code = style(Role.MUTED)
    first, last = ends
    row = stamp(row, start, [(f"{first} ", code)]) if first else row
    return stamp(row, stop - len(last) - 1, [(f" {last}", code)])
