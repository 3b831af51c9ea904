"""The network itself: its layers from the input to the loss, and the error signal that comes back.

The color of a layer is the decade of Δ, on the axis of the chart of gradients: a signal that fades
is seen to fade on its way. A block is as tall as its layer is wide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import sqrt

import numpy as np

from ...scenarios.i18n import N_, _
from ..protocol import Picture
from ..render.axes import Axis, layer_labels, log_axis
from ..render.palette import Role
from ..render.styled_text import BOLD, Line, fit, fit_box, plain, stamp, style
from .base.chart import Chart, constant
from .base.common import SIGNAL, SYMBOLS, delta_figures, note, picture
from .base.legends import LegendEntry, legend, seen
from .base.scene import Scene
from .base.table import layer_tabulator
from .plotting.canvas import Size
from .plotting.heatmap import EMPTY, Levels, color_bar, paint_levels, quantize
from .plotting.series import Floats, medians

_BROADEST = 6
"""Columns of a layer, at most."""
_LEAST = 6
"""With fewer rows than this there are no numbers below the layers."""


def draw(scene: Scene, size: Size) -> Picture:
    """The layers as blocks, the loss at the right, with arrows in the way of the error signal."""
    rows = size.rows - (2 if size.rows >= _LEAST else 0)
    axis = log_axis(*scene.decades((_measure(scene),)), max(rows, 2))
    bar = max(map(len, axis.labels)) + 2
    if min(rows, size.columns - bar) < 2:
        return picture("", [], [], fit_box([], size.columns, size.rows))
    places = _places(scene.depth, size.columns - bar)
    levels = _blocks(scene, axis, places, rows, size.columns - bar)
    lines = paint_levels(levels, scene.glyphs, scene.shades)
    lines[rows // 2] = _with_arrows(lines[rows // 2], scene, places)
    lines = [
        [*line, *mark]
        for line, mark in zip(lines, color_bar(axis, rows, scene.glyphs, scene.shades), strict=True)
    ]
    if rows < size.rows:
        lines += [_numbers(scene, places, size.columns), _ends(places, size.columns)]
    entries = [LegendEntry(scene.glyphs.halves[0], Role.HEAT + 8, [SYMBOLS[_measure(scene)]])]
    head = legend(_("network"), seen(entries, lines, scene.glyphs), size, _("network"))
    caption = note(_("the error signal goes back to the input"))
    found = picture(*head, caption, fit_box(lines, size.columns, size.rows))
    return Picture(found.title, found.caption, found.lines, layers=_span(places))


def strip(scene: Scene, columns: int) -> tuple[Line, tuple[int, int, int]]:
    """The network in one row, and where its layers are (see Picture.layers)."""
    first, last = f" {_('input')} ", f" {_('loss')}"
    room = columns - len(first) - len(last)
    places = _places(scene.depth, room, len(first))
    axis = log_axis(*scene.decades((_measure(scene),)), 8)
    levels = _blocks(scene, axis, places, 1, columns)
    (line,) = paint_levels(levels, scene.glyphs, scene.shades)
    end = places[-1][1]
    line = _with_arrows(line, scene, places)
    line = stamp(line, 0, [(first, style(Role.MUTED))])
    line = stamp(line, end, [(f"{last} ", style(Role.MUTED))])
    return fit(line, columns), _span(places)


def _places(depth: int, room: int, start: int = 0) -> list[tuple[int, int]]:
    """Where each layer begins and ends, in columns: alike, with a gap where there is room for one;
    very many share columns."""
    pitch = room // depth
    if pitch < 2:
        edges = [start + at * room // depth for at in range(depth + 1)]
        return [(low, max(high, low + 1)) for low, high in pairwise(edges)]
    wide = min(pitch - 1, _BROADEST)
    step = min(pitch, wide + 2)
    return [(start + at * step, start + at * step + wide) for at in range(depth)]


def _span(places: Sequence[tuple[int, int]]) -> tuple[int, int, int]:
    """The first column of all layers, the columns they take, and how many there are."""
    start, pitch = places[0][0], places[-1][0] - places[0][0]
    last = pitch // max(len(places) - 1, 1)
    return start, pitch + max(last, places[0][1] - start, 1), len(places)


def _measure(scene: Scene) -> str:
    """The error signal; of a recording that has none, the gradient."""
    known = np.isfinite(scene.latest("delta_rms")).any()
    return "delta_rms" if known else "grad_norm"


def _signal(scene: Scene) -> Floats:
    return medians(scene.latest(_measure(scene))[None])[0]


def _blocks(
    scene: Scene, axis: Axis, places: Sequence[tuple[int, int]], rows: int, columns: int
) -> Levels:
    """The levels of all half cells: a block a layer, in the middle of the rows."""
    halves = 2 * rows
    levels = np.full((halves, columns), EMPTY, np.int16)
    widest = max(*(layer.outputs for layer in scene.tables.layers), 1)
    found = quantize(_signal(scene), axis)
    for (low, high), layer, level in zip(places, scene.tables.layers, found, strict=True):
        tall = max(round(halves * sqrt(max(layer.outputs, 1) / widest)), 2) if rows > 1 else halves
        top = (halves - tall) // 2
        levels[top : top + tall, low:high] = level
    return levels


def _with_arrows(line: Line, scene: Scene, places: Sequence[tuple[int, int]]) -> Line:
    """The row with an arrow in the gap before each layer but the first, and after the last one."""
    code = style(Role.KEY)
    for (_low, end), (start, _end) in pairwise(places):
        if start > end:
            line = stamp(line, end, [(scene.glyphs.back, code)])
    return line


def _numbers(scene: Scene, places: Sequence[tuple[int, int]], columns: int) -> Line:
    """The layers' numbers, that of the one singled out among them."""
    line: Line = fit([], columns)
    room = places[-1][1] - places[0][0]
    for layer in (*layer_labels(scene.depth, room), *filter(None, [scene.layer])):
        low, high = places[layer - 1]
        here = layer == scene.layer
        text = f"{scene.glyphs.cursor}{layer}" if here else str(layer)
        start = max((low + high - len(text)) // 2, 0)
        line = stamp(line, start, [(text, style(Role.KEY) | BOLD if here else style(Role.MUTED))])
    return line


def _ends(places: Sequence[tuple[int, int]], columns: int) -> Line:
    """What lies at both ends."""
    words, code = _("loss"), style(Role.MUTED)
    line = stamp(fit([], columns), places[0][0], [(_("input"), code)])
    at = max(places[-1][1] - len(words), 0)
    return stamp(line, at, [(words, code)]) if at > len(plain(line).rstrip()) else line


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """The shape of a layer, and its error signal as a product."""
    info = scene.tables.layers[layer - 1]
    yield f"{info.name}: {info.inputs} → {info.outputs}, {info.activation}"
    yield from delta_figures(scene, layer)


CHART = Chart(
    tab=N_("network"),
    title=N_("The network and its error signal"),
    reading=(
        N_(
            "A block is a layer, as tall as it is wide; the arrows go the way of the error "
            "signal, from the loss back to the input. The color is its decade, as the bar at the "
            "right says: where the blocks darken, the signal fades. A click singles out a layer."
        ),
    ),
    draw=draw,
    table=layer_tabulator("delta_rms"),
    figures=figures,
    equations=constant(SIGNAL),
)
