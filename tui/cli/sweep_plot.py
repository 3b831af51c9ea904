"""A figure of a sweep over its first two axes: a heat map on a terminal, numbers in a pipe."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from ...scenarios.errors import printable
from ...scenarios.i18n import _, figure
from ...scenarios.runs.tasks import SEED
from ...scenarios.schema.expectations import ExpectationError
from ...scenarios.sweep.critical_line import DEPTH, GAIN, critical_gains
from ...scenarios.sweep.pivot import Grid, default_figure, grid
from ...scenarios.sweep.plan import SweepPlan
from ...scenarios.sweep.store import Line
from ..charts.plotting.grid_map import Map, Point, ansi, colours_at_hand, draw_map, label
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
