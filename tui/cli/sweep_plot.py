"""A figure of a sweep over its first two axes: a heat map on a terminal, numbers in a pipe."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...scenarios.errors import printable
from ...scenarios.i18n import _, figure
from ...scenarios.runs.tasks import SEED
from ...scenarios.schema.expectations import ExpectationError
from ...scenarios.sweep.critical_line import DEPTH, GAIN, critical_gains, trainable_depths
from ...scenarios.sweep.pivot import Grid, default_figure, grid
from ...scenarios.sweep.plan import SweepPlan
from ...scenarios.sweep.store import Line
from ..charts.plotting.grid_map import Map, Point, ansi, colours_at_hand, draw_map, label
from .figure_file import form_of, write_figure
from .localized import InputError
from .output import is_terminal, plain_table, print_colours, print_data


def print_plot(plan: SweepPlan, entries: Sequence[Line], path: str | None) -> None:
    """Print the figure at `path` of the runs, by default the usual one; raises InputError."""
    wanted = path or default_figure(entries)
    keys = [key for key in plan.keys if key != SEED] or [SEED]
    try:
        found = grid(entries, keys, wanted)
    except ExpectationError as error:
        raise InputError([f"--figure: {printable(wanted)}: {error}"]) from error
    across, up = (*keys, "")[:2]
    depth = colours_at_hand() if is_terminal() else None
    if depth is None:
        print_data(plain_table(["", *map(label, found.across)], rows(found)))
        return
    line = critical_points(plan, keys, found)
    chart, columns = Map(found, across, up, line), shutil.get_terminal_size().columns
    print_colours(ansi(draw_map(chart, columns, shades=depth == "standard"), depth))
    print_data(caption(wanted, bool(line)))


def draw_plot(
    plan: SweepPlan, entries: Sequence[Line], path: str | None, out: Path, force: bool
) -> None:
    """Write the map as a figure, with 6 ξ_c over it where theory has it; raises InputError."""
    from ..figures.drawing import DrawingError, draw_panels
    from ..figures.summaries import sweep_map

    wanted = path or default_figure(entries)
    keys = [key for key in plan.keys if key != SEED] or [SEED]
    try:
        found = grid(entries, keys, wanted)
        drawn = sweep_map(found, keys, wanted, trainable_line(plan, keys, found), "6 ξ_c")
        data = draw_panels("map", [drawn], form_of(out))
    except ExpectationError as error:
        raise InputError([f"--figure: {printable(wanted)}: {error}"]) from error
    except DrawingError as error:
        raise InputError([str(error)]) from error
    write_figure(out, data, force)


def trainable_line(plan: SweepPlan, keys: Sequence[str], values: Grid) -> list[Point]:
    """How deep a network can be trained at each gain, by theory, where the axes are gain and
    depth; else empty."""
    if sorted(keys[:2]) != sorted((GAIN, DEPTH)):
        return []
    axes = dict(zip(keys[:2], (values.across, values.up), strict=True))
    gains = [float(value) for value in axes[GAIN] if not isinstance(value, str)]
    fine = np.linspace(min(gains), max(gains), FINE).tolist()
    points = trainable_depths(plan.scenario, plan.keys, fine)
    return [(gain, depth) if keys[0] == GAIN else (depth, gain) for gain, depth in points]


FINE = 60
"""Gains at which the line is computed."""


def rows(values: Grid) -> list[list[str]]:
    """The numbers as rows of a table, the highest value of the second axis first."""
    pairs = zip(values.up, values.values.tolist(), strict=True)
    return [[label(up), *map(figure, values)] for up, values in pairs][::-1]


def caption(path: str, line: bool) -> str:
    """What the colours and the dots show."""
    text = _("{figure}, median over the runs of each cell").format(figure=path)
    return text + ("; " + _("• critical σ_w by mean-field theory") if line else "")


def critical_points(plan: SweepPlan, keys: Sequence[str], values: Grid) -> list[Point]:
    """The critical line, where an axis of the map is the gain; else empty."""
    axes = dict(zip(keys[:2], (values.across, values.up), strict=False))
    gains = [value for value in axes.get(GAIN, ()) if not isinstance(value, str)]
    depths = [int(value) for value in axes.get(DEPTH, [plan.scenario.network.depth])]
    if len(gains) < 2:
        return []
    points = critical_gains(plan.scenario, plan.keys, gains, depths)
    if keys[0] == GAIN:
        return [(gain, float(depth)) for gain, depth in points]
    return [(float(depth), gain) for gain, depth in points]
