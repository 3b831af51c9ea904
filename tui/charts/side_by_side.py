"""One figure of several runs over their steps, on common axes: their losses, or their accuracies.

Not in the registry: a chart there is of one run. The room that compares runs draws this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...scenarios.i18n import _
from ..protocol import Picture
from ..render.axes import Axis, linear_axis, log_axis
from ..render.palette import Role
from ..render.styled_text import Line, Lines, closer, fit, fit_box, shorten, width
from .base.common import note, picture
from .base.legends import key
from .base.scene import Scene
from .loss import smoothing
from .plotting.canvas import Size, plot_rows
from .plotting.curves import OverTime, Series, over_time
from .plotting.series import Floats, extent, medians, smoothen

ROLES = (Role.FIRST, Role.SECOND, Role.THIRD, Role.FOURTH)
_STEEP = 1e3
"""A loss that spans more than this is drawn on decades."""
_ENTRY = 3
"""Columns of an entry of the legend that are neither its mark nor its name."""


def curve_of(scene: Scene, table: str) -> Floats | None:
    """The medians of a run's `loss` or `accuracy` at each record; None where it has none. Of a loss
    that is trained on, of an accuracy that of held-back points."""
    found: Mapping[str, Floats] = getattr(scene.trace, table)
    name = next((name for name in ("test", "train") if name in found and table != "loss"), None)
    name = name or ("train" if "train" in found else scene.network)
    if name not in found:
        return None
    return medians(found[name][: scene.row_count, :, None])[:, 0]


def draw_side_by_side(
    names: Sequence[Sequence[str]], scenes: Sequence[Scene], table: str, size: Size
) -> Picture:
    """The figure, exactly as large as `size`; a sentence where no run has such a curve. Of a run's
    names, the longest first, it has one that fits: beside the title, or else in rows below it."""
    shown = [
        (at, curve) for at, one in enumerate(scenes) if (curve := curve_of(one, table)) is not None
    ]
    title = _("loss") if table == "loss" else _("accuracy")
    if not shown:
        words = _("none of these runs has an accuracy: compare their gradients or losses")
        return picture(title, [], [], fit_box([note("  " + words)], size.columns, size.rows))
    glyphs, columns = scenes[0].glyphs, size.columns
    signs = ("", glyphs.dot, glyphs.levels[1], glyphs.theory)
    keys = [(signs[at] or glyphs.across * 2, names[at], ROLES[at]) for at, _values in shown]
    beside, below = _legend(keys, columns - len(title) - 2, columns)
    size = size._replace(rows=size.rows - len(below))
    axis, values = _axis(table, [curve for _at, curve in shown], plot_rows(size))
    series = [
        Series(
            axis,
            smoothen(curve, smoothing(scenes[at], size) if table == "loss" else 0),
            ROLES[at],
            fine=not signs[at],
            mark=signs[at],
            steps=scenes[at].trace.records[: scenes[at].row_count].astype(np.float64),
        )
        for (at, _curve), curve in zip(shown, values, strict=True)
    ]
    end = max(scene.end for scene in scenes)
    steps = scenes[0].trace.records[: scenes[0].row_count].astype(np.float64)
    lines: Lines = over_time(OverTime(steps, series, axis, None, end), size, glyphs)
    drawn = [fit(line, columns) for line in below] + fit_box(lines, columns, size.rows)
    return picture(title, beside, [], drawn)


def _legend(
    keys: Sequence[tuple[str, Sequence[str], int]], room: int, columns: int
) -> tuple[Line, Lines]:
    """The entries in the longest names with which they fit into the title, or else in rows of their
    own: whole entries, in the longest names that fit into one of them."""
    for form in range(max(len(names) for _mark, names, _role in keys)):
        line = [
            run
            for mark, names, role in keys
            for run in key(mark, names[min(form, len(names) - 1)], role)
        ]
        if width(closer(line)) <= room:
            return line, []
    rows: Lines = [[]]
    for mark, names, role in keys:
        most = columns - len(mark) - _ENTRY
        name = next((name for name in names if len(name) <= most), shorten(names[-1], most))
        entry = key(mark, name, role)
        if width(rows[-1]) + width(entry) > columns:
            rows.append([])
        rows[-1] += entry
    return [], rows


def _axis(table: str, curves: Sequence[Floats], rows: int) -> tuple[Axis, Sequence[Floats]]:
    """The axis that holds all curves, and the curves in its unit."""
    if table == "accuracy":
        return linear_axis(0.0, 1.0, rows), curves
    seen = [*filter(None, map(extent, curves))]
    low, high = min((a for a, _b in seen), default=0.0), max((b for _a, b in seen), default=1.0)
    if low > 0 and high / low > _STEEP:
        return log_axis(np.log10(low), np.log10(high), rows), [np.log10(one) for one in curves]
    return linear_axis(min(low, 0.0), high or 1.0, rows), curves
