"""The line that tells of the layer that is singled out: its figures at the record looked at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...scenarios.i18n import _, figure
from ...scenarios.recordings.as_trace import RecordedTrace
from ..protocol import Picture
from ..render.palette import Role
from ..render.styled_text import BOLD, Line, Lines, clip, fit_box, plain, style, width
from .base.common import SYMBOLS
from .base.scene import Scene
from .network_diagram import strip
from .plotting.canvas import Size
from .plotting.series import medians

_LEAST = 30
"""Columns that the network takes at least."""
_APART = "   "
_GAP: Line = [("   ", 0)]
_PERCENT = 100


class Figure(NamedTuple):
    """A figure and its name; what has the highest rank is left out first."""

    rank: int
    name: str
    value: str

    @property
    def runs(self) -> Line:
        """Name and value as styled text."""
        return [(f"{self.name} ", style(Role.MUTED)), (self.value, style(Role.STRONG))]


def draw(scene: Scene, size: Size) -> Picture:
    """The figures of the layer that is singled out, in as many rows as there are."""
    hint = _("← → or a click single out a layer, and its figures stand here")
    row, places = (
        strip(scene, size.columns) if scene.depth and size.columns > _LEAST else ([], None)
    )
    lines: Lines = [row] if size.rows > 1 or scene.layer is None else []
    if scene.layer is not None:
        below = Size(size.columns, size.rows - len(lines))
        lines += _wrap(_head(scene, scene.layer), figures(scene, scene.layer), below)
    elif size.rows > 1:
        lines.append([(f" {scene.glyphs.cursor} {hint}", style(Role.MUTED))])
    elif size.columns - width(_stripped(row)) > width([(hint, 0)]) + len(_APART):
        lines = [[*_stripped(row), (_APART + hint, style(Role.MUTED))]]
    drawn = fit_box(lines, size.columns, size.rows)
    return Picture([], [], drawn, layers=places if lines and lines[0] is row else None)


def _stripped(row: Line) -> Line:
    """The row without the blanks at its end."""
    return clip(row, len(plain(row).rstrip()))


def figures(scene: Scene, layer: int) -> list[Figure]:
    """The figures of a layer (from 1), in the order in which they are written."""
    at, symbols = layer - 1, SYMBOLS
    mean, deviation = (_of(scene, f"activation_{name}", at) for name in ("mean", "std"))
    expected = scene.theory.get("delta_rms")
    law = _of(scene, "delta_rms", at) / expected[at] if expected is not None else np.nan
    figures = [
        Figure(1, symbols["delta_rms"], figure(_of(scene, "delta_rms", at))),
        Figure(2, symbols["grad_norm"], figure(_of(scene, "grad_norm", at))),
        Figure(3, "g′ rms", figure(_of(scene, "slope_rms", at))),
        Figure(4, symbols["update_ratio"], figure(_of(scene, "update_ratio", at))),
        Figure(5, _("budget"), figure(scene.diagnosis.budget[at])),
        Figure(6, "A", f"{figure(mean)} ± {figure(deviation)}"),
        Figure(7, _("saturated"), _share(_of(scene, "saturated", at))),
        Figure(8, _("dead"), _share(_of(scene, "dead", at))),
        Figure(9, "‖W‖", figure(_of(scene, "weight_norm", at))),
        Figure(10, _("Δ against theory"), f"×{figure(law)}"),
    ]
    known = figures if np.isfinite(law) else figures[:-1]
    if isinstance(scene.trace, RecordedTrace):
        return [one for one in known if one.value.strip("– ±")]
    return known


def _head(scene: Scene, layer: int) -> Line:
    info = scene.tables.layers[layer - 1]
    number = _("layer {layer}/{layers}").format(layer=layer, layers=scene.depth)
    loud, quiet = style(Role.KEY) | BOLD, style(Role.MUTED)
    shape = f" {info.inputs}→{info.outputs} {info.activation}"
    if isinstance(scene.trace, RecordedTrace):
        shape = f" {info.name} {info.inputs}→{info.outputs}"
    return [(f" {scene.glyphs.cursor} {number}", loud), (shape, quiet)]


def _of(scene: Scene, measure: str, at: int) -> float:
    return float(medians(scene.latest(measure)[None])[0, at])


def _share(value: float) -> str:
    return f"{_PERCENT * value:.3g} %" if np.isfinite(value) else figure(None)


def _wrap(head: Line, figures: list[Figure], size: Size) -> Lines:
    """Over the rows in their order; what does not fit goes by rank."""
    kept = [*figures]
    while len(lines := _fill(head, kept, size.columns)) > size.rows and kept:
        kept.remove(max(kept))
    return lines


def _fill(head: Line, figures: list[Figure], columns: int) -> Lines:
    lines: Lines = [[*head]]
    for each in figures:
        if width(lines[-1]) + width(_GAP) + width(each.runs) > columns:
            lines.append([])
        lines[-1] += [*_GAP, *each.runs]
    return lines
