"""A figure as a file: SVG or PDF whose letters any viewer has, or PNG. The only module that knows
matplotlib, which is loaded when something is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from ...scenarios.documents.run import RunDocument
from ...scenarios.errors import VglabError
from ...scenarios.i18n import _
from .kinds import KINDS, At, FigureCurve, FigureMap, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "pdf", "png")
"""Endings of the files that can be written."""

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's, which all kinds of color vision can tell apart."""
MARKERS = "osD^vPX"
_WIDE, _HIGH, _LOW = 6.0, 3.7, 1.7
"""Inches: of a figure, and the height of one of several panels."""
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "vglab",
    "pdf.fonttype": 42,
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#d9dde2",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "figure.dpi": 200,
}
"""Letters are outlines in SVG and embedded in PDF: nothing depends on the reader's fonts."""


class DrawingError(VglabError):
    """Nothing can be drawn; the message says why."""


def require_matplotlib() -> None:
    """Raise DrawingError where matplotlib is not installed."""
    try:
        import_module("matplotlib")
    except ImportError as error:
        said = _("a figure needs matplotlib: pip install 'vglab[plot]'")
        raise DrawingError(said) from error


def draw_figure(chart: str, runs: Sequence[RunDocument], form: str, at: At = "end") -> bytes:
    """The figure of that name (see KINDS) as a file of that form (see FORMATS).

    Raises DrawingError where matplotlib is not installed, or where the runs have no such numbers.
    """
    return draw_panels(chart, KINDS[chart](runs, at), form)


def draw_panels(name: str, parts: Sequence[Panel | FigureMap], form: str) -> bytes:
    """Panels one below the other, or a map, as a file of that form; `name` is of the figure.

    Raises DrawingError where matplotlib is not installed, or where there is nothing to draw.
    """
    if maps := [part for part in parts if isinstance(part, FigureMap)]:
        return _draw_map(maps[0], form)
    panels = [panel for panel in parts if isinstance(panel, Panel) and panel.curves]
    if not panels:
        raise DrawingError(_("{chart}: these runs have no such numbers").format(chart=name))
    require_matplotlib()
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        high = _HIGH if len(panels) == 1 else _LOW * len(panels)
        figure = Figure(figsize=(_WIDE, high), layout="constrained")
        FigureCanvasAgg(figure)
        found = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        for axes, panel in zip(found, panels, strict=True):
            _draw_panel(axes, panel)
        found[-1].set_xlabel(panels[-1].across)
        named = [curve for curve in panels[0].curves if curve.name]
        if len(named) > 1:
            found[0].legend(fontsize=8)
        elif named:
            found[0].set_title(named[0].name, loc="left", fontsize=9)
        return _file_of(figure, form)


def _file_of(figure: Figure, form: str) -> bytes:
    file = BytesIO()
    figure.savefig(file, format=form, metadata=_UNDATED[form])
    return file.getvalue()


def _draw_map(drawn: FigureMap, form: str) -> bytes:
    """A heat map with a bar that says its colors."""
    require_matplotlib()
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**_STYLE, "axes.grid": False}):
        figure = Figure(figsize=(_WIDE, _HIGH), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        values = np.ma.masked_invalid(drawn.values)
        mesh = axes.pcolormesh(values, cmap="viridis", edgecolors="none")
        figure.colorbar(mesh, label=drawn.said)
        if drawn.lines:
            _draw_lines(figure, axes, drawn)
        for names, axis in ((drawn.columns, axes.xaxis), (drawn.rows, axes.yaxis)):
            every = range(0, len(names), -(-len(names) // _NAMES))
            axis.set_ticks([i + 0.5 for i in every], labels=[names[i] for i in every])
        axes.set_xlabel(drawn.across)
        axes.set_ylabel(drawn.up)
        return _file_of(figure, form)


def _draw_lines(figure: Figure, axes: Axes, drawn: FigureMap) -> None:
    """The lines over a map, named above it, where none of them runs; white on a dark one, to be
    seen on the brightest cells too."""
    for line in drawn.lines:
        across, up = zip(*line.points, strict=True)
        axes.plot(across, up, color="#333333", linewidth=2.8)
        axes.plot(across, up, line.stroke, color="white", linewidth=1.6, label=line.said)
    axes.set_xlim(0, len(drawn.columns))
    axes.set_ylim(0, len(drawn.rows))
    looks = {"facecolor": "#333333", "labelcolor": "white", "frameon": True}
    figure.legend(loc="outside upper right", ncols=2, **looks)


_NAMES = 12
"""Names at most along an axis of a map."""


_UNDATED: dict[str, dict[str, None]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
    "png": {},
}
"""Without the date, which would make two files of the same figure differ."""


def _draw_panel(axes: Axes, panel: Panel) -> None:
    if panel.logarithmic:
        axes.set_yscale("log")
    for curve in panel.curves:
        _draw_curve(axes, curve)
    axes.set_ylabel(panel.up)
    axes.set_title(panel.title, loc="left", fontsize=9)
    from matplotlib.ticker import MaxNLocator, NullFormatter

    low, high = axes.get_ylim()
    if panel.logarithmic and high > 10 * low:
        axes.yaxis.set_minor_formatter(NullFormatter())
    if panel.factors:
        axes.set_xscale("log")
    if panel.ticks:
        axes.set_xticks(range(len(panel.ticks)), labels=panel.ticks)
    if panel.whole:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _draw_curve(axes: Axes, curve: FigureCurve) -> None:
    """A curve in its run's color; what is zero or not finite has no place on it."""
    color = COLORS[curve.run % len(COLORS)]
    looks = {
        "points": {"marker": MARKERS[curve.run % len(MARKERS)], "markersize": 4, "linewidth": 1.2},
        "hollow": {"marker": "o", "markersize": 6, "fillstyle": "none", "linestyle": "dotted"},
        "line": {"linewidth": 1.4},
        "faint": {"linewidth": 0.5, "alpha": 0.35},
        "dashes": {"linewidth": 1.0, "linestyle": (0, (4, 3))},
    }
    look: dict[str, Any] = looks[curve.look] | (
        {"linestyle": "dotted", "fillstyle": "none"} if curve.second else {}
    )
    values = np.where(np.isfinite(curve.middle), curve.middle, np.nan)
    axes.plot(curve.x, values, color=color, label=curve.name or None, **look)
    if np.any(curve.high > curve.low):
        axes.fill_between(curve.x, curve.low, curve.high, color=color, alpha=0.18, linewidth=0)
