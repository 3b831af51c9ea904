"""A grid drawn as a heat map in the terminal, with its axes, its colors and its critical line.

The same blocks as the lab's heat map: two half cells a cell, sixteen colors, painted by Rich.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray

from ....scenarios.control_characters import escape_controls
from ....scenarios.i18n import figure
from ....scenarios.sweep.axes import Value
from ....scenarios.sweep.pivot import Grid, span_factors
from ...render.axes import Axis, decades_axis, linear_axis
from ...render.glyphs import UNICODE
from ...render.palette import Depth, Role, palette
from ...render.styled_text import BOLD, Line, Lines, back, cells, front, merge_runs, style
from .heatmap import EMPTY, color_bar, paint_levels, quantize

HIGHEST, WIDEST = 20, 100
"""Rows and columns of a map, at most: it should be seen at a glance."""
DEPTHS: dict[str | None, Depth] = {"truecolor": "truecolor", "256": "256"}
MUTED = style(Role.MUTED)

Point = tuple[float, float]


@dataclass(frozen=True)
class Map:
    """A grid of values, and the lines and points over it."""

    grid: Grid
    across: str
    up: str
    line: Sequence[Point] = ()
    """Values (across, up) that a line passes through."""


def draw_map(chart: Map, columns: int, shades: bool = False) -> Lines:
    """The map in `columns` columns: its places, the axes' values, the colors' values.

    shades: for terminals of sixteen colors.
    """
    grid = chart.grid
    names = [label(value) for value in grid.up]
    tall = 2 * max(1, HIGHEST // len(names)) if len(names) <= HIGHEST else 1
    rows = -(-len(names) * tall // 2)
    axis, log = colors(grid, rows)
    gutter, key = max(map(len, names)) + 1, max(map(len, axis.labels)) + 4
    wide = max(1, (min(columns, WIDEST) - gutter - key) // len(grid.across))
    levels = quantize(grid.values, axis, log)
    picture = paint_levels(spread(levels, tall, wide), UNICODE, shades)
    for across, up in chart.line:
        row = rows - 1 - int((position(grid.up, up) + 0.5) * tall) // 2
        picture[row] = add_bead(picture[row], int((position(grid.across, across) + 0.5) * wide))
    parts = zip(beside(names, tall, rows, gutter), picture, bar(axis, rows, shades), strict=True)
    return [
        [(" " * gutter + chart.up, MUTED)],
        *([*numbers, *row, *mark] for numbers, row, mark in parts),
        [(" " * gutter + below(grid.across, wide), MUTED)],
        [(f"{chart.across:>{gutter + wide * len(grid.across)}}", MUTED)],
    ]


def colors(grid: Grid, rows: int) -> tuple[Axis, bool]:
    """The axis of the colors, and whether it is one of logarithms."""
    values = grid.values[np.isfinite(grid.values)].tolist() or [0.0]
    if span_factors(values):
        return decades_axis(log10(min(values)), log10(max(values)), rows), True
    return linear_axis(min(values), max(values), rows), False


def bar(axis: Axis, rows: int, shades: bool) -> Lines:
    """The colors and their values, a blank away from the map."""
    return [[(" ", 0), *line] for line in color_bar(axis, rows, UNICODE, shades)]


def spread(levels: NDArray[np.int16], tall: int, wide: int) -> NDArray[np.int16]:
    """Each place as a box of half cells, the highest at the top; whole rows in the end."""
    halves = levels[::-1].repeat(tall, axis=0).repeat(wide, axis=1).astype(np.int16)
    missing = np.full((len(halves) % 2, halves.shape[1]), EMPTY, np.int16)
    return np.concatenate([missing, halves])


def position(values: Sequence[Value], value: float) -> float:
    """Where a number lies among the places of an axis, counted from 0."""
    numbers = [float(place) for place in values if not isinstance(place, str)]
    return float(np.interp(value, numbers, range(len(numbers)))) if numbers else 0.0


def add_bead(line: Line, column: int) -> Line:
    """The line with a bead in one cell, on the cell's own color."""
    row = [*cells(line)]
    _mark, code = row[column]
    row[column] = (UNICODE.theory, style(Role.STRONG, back(code) or front(code), bold=True))
    return merge_runs(row)


def beside(names: Sequence[str], tall: int, rows: int, gutter: int) -> Lines:
    """The values of the axis up, each at the height of its places, where there is room."""
    written: dict[int, str] = {}
    for number, name in enumerate(names):
        written.setdefault(rows - 1 - int((number + 0.5) * tall) // 2, name)
    return [[(f"{written.get(row, ''):>{gutter - 1}} ", MUTED)] for row in range(rows)]


def below(values: Sequence[Value], wide: int) -> str:
    """The values of the axis across, under their places, where there is room."""
    text = ""
    for number, value in enumerate(values):
        name = label(value)
        start = max(0, int((number + 0.5) * wide - len(name) / 2))
        if start >= len(text) + bool(text):
            text = f"{text:<{start}}{name}"
    return text


def label(value: Value) -> str:
    """A value of an axis."""
    return escape_controls(value, keep="") if isinstance(value, str) else figure(value)


def colors_at_hand() -> Depth | None:
    """How many colors the terminal has, if any are wanted."""
    from rich.console import Console

    console = Console()
    if console.color_system is None or console.no_color:
        return None
    return DEPTHS.get(console.color_system, "standard")


def ansi(lines: Lines, depth: Depth) -> str:
    """The lines for the terminal at hand."""
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    console, hues = Console(), palette(dark=True, depth=depth)

    def hue(role: int) -> str | None:
        return hues[role] if role else None

    with console.capture() as captured:
        for line in lines:
            text = Text(no_wrap=True)
            for words, code in line:
                look = Style(
                    color=hue(front(code)), bgcolor=hue(back(code)), bold=bool(code & BOLD)
                )
                text.append(words, look)
            console.print(text, overflow="crop", highlight=False)
    return captured.get().rstrip("\n")
