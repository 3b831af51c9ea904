"""Four measures on one layer axis: signal, error signal, gradient and what becomes of it.

The same layers stand in the same columns from the top to the foot, so that one look follows a layer
through all four. Theory is drawn where a law is known, the replicas' band where there are several.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...scenarios.i18n import N_, _
from ..protocol import Picture
from ..render.axes import Axis, log_axis
from ..render.palette import Role
from ..render.styled_text import BOLD, Line, Lines, fit, fit_box, stamp, style
from . import activations, update_ratio
from .base.chart import Chart, constant
from .base.common import (
    FORWARD,
    GRADIENT,
    HOW_MARKS_ARE_READ,
    SIGNAL,
    SYMBOLS,
    UPDATE,
    budget_entries,
    budget_roles,
    delta_figures,
    edge_entry,
    gradient_figures,
    law_figures,
    picture,
    replicas,
    theory_decades,
    theory_edges,
    theory_entry,
)
from .base.legends import LegendEntry, legend, visible
from .base.scene import Scene
from .base.table import layer_tabulator
from .plotting.canvas import Size
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import band, extent, logarithm

LINKED = ("activation_std", "delta_rms", "grad_norm", "update_ratio")
"""From the input's signal to the update that its error signal makes."""

_AXIS = 2
_FEWEST_DECADES = 2.0
_ROOMY = 26
"""From this number of rows on each chart has its name above it; with fewer, over its first row."""


def draw(scene: Scene, size: Size) -> Picture:
    """The measures of LINKED by layer, one chart below the other."""
    named = size.rows >= _ROOMY
    heights = [*_heights(size.rows - _AXIS - named * len(LINKED))]
    axes = _align(
        [_axis(scene, name, height) for name, height in zip(LINKED, heights, strict=True)]
    )
    lines: Lines = []
    for name, axis, height in zip(LINKED, axes, heights, strict=True):
        last = name == LINKED[-1]
        room = Size(size.columns, height + _AXIS * last)
        drawn = per_layer(_chart(scene, name, axis, last), room, scene.glyphs)
        head: Line = [(" " * (axis.gutter + 1), 0), *_name(name)]
        if named:
            lines.append(fit(head, size.columns))
        lines += drawn if named else [stamp(drawn[0], axis.gutter + 1, _name(name)), *drawn[1:]]
    lines = fit_box(lines, size.columns, size.rows)
    entries = visible(_entries(scene), lines, scene.glyphs)
    return picture(*legend(_("signals"), entries, size), replicas(scene), lines)


def _heights(rows: int) -> Iterator[int]:
    """The rows of each chart; the remainder goes to the first ones."""
    each, rest = divmod(max(rows, len(LINKED)), len(LINKED))
    yield from (each + (number < rest) for number in range(len(LINKED)))


def _axis(scene: Scene, measure: str, rows: int) -> Axis:
    if measure == "activation_std":
        return _signal_axis(scene, max(rows, 1))
    floor = update_ratio.enough_decades(scene) - 1 if measure == "update_ratio" else np.inf
    return log_axis(*scene.decades((measure,), floor), max(rows, 1))


def _signal_axis(scene: Scene, rows: int) -> Axis:
    """Of hidden layers: what the output layer puts out is on a scale of its own."""
    low, high = extent(logarithm(scene.past("activation_std")[:, :-1])) or (-1.0, 0.0)
    return log_axis(min(low, high - _FEWEST_DECADES), high, rows)


def _align(axes: list[Axis]) -> list[Axis]:
    """The same with labels of one length, so that layers stand in the same columns."""
    gutter = max(axis.gutter for axis in axes)
    return [
        replace(axis, labels=tuple(label.rjust(gutter) for label in axis.labels)) for axis in axes
    ]


def _chart(scene: Scene, measure: str, axis: Axis, last: bool) -> PerLayer:
    updates = measure == "update_ratio"
    return PerLayer(
        axis=axis,
        bars=band(scene.latest(measure), log=True),
        roles=budget_roles(scene),
        theory=theory_decades(scene, measure),
        theory_band=theory_edges(scene, measure),
        guides=[update_ratio.enough_decades(scene)] if updates else (),
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
        below=last,
    )


def _name(measure: str) -> Line:
    words = {
        "activation_std": _("signal: standard deviation of A"),
        "delta_rms": _("error signal: {symbol}"),
        "grad_norm": _("gradient: {symbol}"),
        "update_ratio": _("update: {symbol}; line: {least} in total"),
    }[measure].format(symbol=SYMBOLS.get(measure, ""), least="1 %")
    return [(words, style(Role.STRONG) | BOLD)]


def _entries(scene: Scene) -> list[LegendEntry]:
    return [*budget_entries(scene), theory_entry(scene), edge_entry(scene)]


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """The figures of all four measures, and the law that theory follows."""
    for part in (activations.figures, delta_figures, gradient_figures, update_ratio.figures):
        yield from part(scene, layer)
    yield from law_figures(scene)


CHART = Chart(
    title=N_("Four measures on the same layers"),
    terms=("error-signal", "slope", "saturation"),
    reading=(
        N_(
            "Signal, error signal, gradient and update of the same layer stand in the same"
            " column, each on an axis of its own."
        ),
        HOW_MARKS_ARE_READ,
    ),
    draw=draw,
    table=layer_tabulator(*LINKED),
    figures=figures,
    equations=constant(FORWARD, SIGNAL, GRADIENT, UPDATE),
)
