"""Weights and their gradients side by side, layer by layer, each number by its size.

Both halves share one logarithmic axis. Where a gradient vanishes, the weights stay in place from
row to row while the gradients slide off to the left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ...scenarios.i18n import N_, _, figure
from ..protocol import Picture
from ..render.axes import Axis, decades_axis
from ..render.palette import HEAT_LEVELS, Role
from ..render.styled_text import Line, Lines, fit_box, stamp, style
from .base.chart import Chart, constant
from .base.common import note, picture, value_at
from .base.scene import Scene
from .base.table import BINS, Cell, ChartTable
from .plotting.canvas import Size
from .plotting.heatmap import EMPTY, ZERO, Levels, layer_numbers, paint_levels
from .plotting.series import Floats

_GAP = 2
_LEAST = 10
"""Columns that a half needs."""

_MOST = 1 << 15
"""Numbers of a layer that are looked at."""

_MOSTLY = 0.5

Sizes = list[Floats | None]
"""log10 of the absolute values of each layer's numbers, -∞ for zeros."""


def draw(scene: Scene, size: Size) -> Picture:
    """The two histograms of every layer, as colors."""
    title = _("weights and gradients")
    taps = scene.look.taps(scene.network, scene.depth) if scene.look else []
    if not taps:
        return picture(title, [], [], [])
    both = [[tap and sizes(tap.W[0]) for tap in taps]]
    both.append([tap and sizes(tap.dW[0]) for tap in taps])
    return picture(title, [], note(_("log scale · bright: many")), _lines(scene, both, size))


def sizes(values: Floats) -> Floats:
    """log10 |x| of at most _MOST of the values, flat; -inf for zeros."""
    flat = np.abs(np.asarray(values, np.float64)).ravel()
    flat = flat[:: max(len(flat) // _MOST, 1)]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(flat)


def _lines(scene: Scene, both: list[Sizes], size: Size) -> Lines:
    gutter = len(str(scene.depth)) + 1
    columns = (size.columns - gutter - _GAP) // 2
    rows = size.rows - 2
    if columns < _LEAST or rows < 2:
        return fit_box([], size.columns, size.rows)
    axis = _axis(both, columns)
    halves = [
        paint_levels(histograms(each, axis, Size(columns, rows)), scene.glyphs, scene.shades)
        for each in both
    ]
    numbers = layer_numbers(scene.depth, rows, gutter, scene.layer)
    body = [
        [*number, *left, (" " * _GAP, 0), *right]
        for number, left, right in zip(numbers, *halves, strict=True)
    ]
    names = _headings(("|W|", "|∂J/∂W|"), gutter, columns)
    ticks = _ticks(axis, gutter, columns)
    return fit_box([names, *body, ticks], size.columns, size.rows)


def _axis(both: list[Sizes], columns: int) -> Axis:
    """Decades around nearly all of the numbers."""
    seen = [each[np.isfinite(each)] for half in both for each in half if each is not None]
    seen = [each for each in seen if len(each)]
    low = min((float(np.quantile(each, 0.02)) for each in seen), default=-1.0)
    high = max((float(each.max()) for each in seen), default=0.0)
    return decades_axis(low, high, max(columns // 3, 2))


def histograms(layers: Sizes, axis: Axis, size: Size) -> Levels:
    """A level a half cell: the share of a layer's numbers of this size, against its commonest."""
    halves = 2 * size.rows
    of = np.minimum(((np.arange(halves) + 0.5) * len(layers) / halves).astype(int), len(layers) - 1)
    table = np.stack([_histogram(each, axis, size.columns) for each in layers])
    return table[of[::-1]]


def _histogram(values: Floats | None, axis: Axis, columns: int) -> Levels:
    level = np.full(columns, EMPTY, np.int16)
    if values is None or not len(values):
        return level
    counts = np.histogram(values[np.isfinite(values)], columns, (axis.low, axis.high))[0]
    most = max(int(counts.max()), 1)
    level = np.where(counts > 0, counts * (HEAT_LEVELS - 1) // most, EMPTY).astype(np.int16)
    if np.isneginf(values).mean() > _MOSTLY:
        level[0] = ZERO
    return level


def _headings(names: tuple[str, str], gutter: int, columns: int) -> Line:
    row: Line = [(" " * (gutter + 2 * columns + _GAP), 0)]
    for number, name in enumerate(names):
        row = stamp(row, gutter + number * (columns + _GAP), [(name, style(Role.STRONG))])
    return row


def _ticks(axis: Axis, gutter: int, columns: int) -> Line:
    """The decades under both halves; a label that would touch the one before is left out."""
    row: Line = [(" " * (gutter + 2 * columns + _GAP), 0)]
    for half in range(2):
        free = start = gutter + half * (columns + _GAP)
        for tick, label in zip(axis.ticks, axis.labels, strict=True):
            center = start + round(axis.share(tick) * (columns - 1))
            at = min(max(center - len(label) // 2, free), start + columns - len(label))
            if at >= free:
                row = stamp(row, at, [(label, style(Role.MUTED))])
                free = at + len(label) + 1
    return row


def table(scene: Scene) -> ChartTable:
    """How many of a layer's weights and gradients are of which size."""
    heads = ("layer", "of", "size_low", "size_high", "count")
    taps = scene.look.taps(scene.network, scene.depth) if scene.look else []
    rows: list[Sequence[Cell]] = []
    for layer, tap in enumerate(taps, 1):
        for of, values in (("W", tap.W[0]), ("dW", tap.dW[0])) if tap else ():
            logs = sizes(values)
            counts, edges = np.histogram(logs[np.isfinite(logs)], BINS)
            bounds = (10.0**edges).tolist()
            rows += [
                (layer, of, bounds[at], bounds[at + 1], count)
                for at, count in enumerate(counts.tolist())
            ]
    return ChartTable(heads, rows)


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """The norms of the weights of a layer and of their gradient."""
    W, dW = (value_at(scene, name, layer) for name in ("weight_norm", "grad_norm"))
    yield f"‖W({layer})‖ = {figure(W)},   ‖∂J/∂W({layer})‖ = {figure(dW)}"


def fits(scene: Scene) -> bool:
    """Whether the network itself can be looked into."""
    return scene.look is not None


CHART = Chart(
    tab=N_("weights"),
    title=N_("Weights and gradients by size"),
    terms=("gradient", "weight-norm"),
    reading=(
        N_(
            "A row is a layer; columns are decades, the same in both halves. Weights stay in"
            " place from row to row; gradients that vanish slide to the left."
        ),
    ),
    draw=draw,
    table=table,
    figures=figures,
    equations=constant("log |W⁽ˡ⁾|,   log |∂J/∂W⁽ˡ⁾|"),
    fits=fits,
)
