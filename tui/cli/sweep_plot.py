"""A figure of a sweep over its first two axes: a heat map on a terminal, numbers in a pipe."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...scenarios.errors import printable
from ...scenarios.i18n import _, figure
from ...scenarios.runs.tasks import SEED
from ...scenarios.schema.expectations import ExpectationError
from ...scenarios.sweep.critical_line import critical_points
from ...scenarios.sweep.pivot import Grid, default_figure, grid
from ...scenarios.sweep.plan import SweepPlan
from ...scenarios.sweep.store import Line
from ..charts.plotting.grid_map import Map, ansi, colors_at_hand, draw_map, label
from .figure_file import form_of, write_figure
from .localized import InputError
from .output import is_terminal, plain_table, print_colors, print_data

if TYPE_CHECKING:
    from ...scenarios.schema.spec import Scenario
    from ..figures.kinds import FigureMap, Panel


def print_plot(plan: SweepPlan, entries: Sequence[Line], path: str | None) -> None:
    """Print the figure at `path` of the runs, by default the usual one; raises InputError."""
    wanted = path or default_figure(entries)
    keys = map_keys(plan.keys)
    try:
        found = grid(entries, keys, wanted)
    except ExpectationError as error:
        raise InputError([f"--figure: {printable(wanted)}: {error}"]) from error
    across, up = (*keys, "")[:2]
    depth = colors_at_hand() if is_terminal() else None
    if depth is None:
        print_data(plain_table(["", *map(label, found.across)], rows(found)))
        return
    line = critical_points(plan.scenario, keys, found)
    chart, columns = Map(found, across, up, line), shutil.get_terminal_size().columns
    print_colors(ansi(draw_map(chart, columns, shades=depth == "standard"), depth))
    print_data(caption(wanted, bool(line)))


def map_keys(keys: Sequence[str]) -> list[str]:
    """What is drawn along the axes: all that is varied but the seed, or the seed alone."""
    return [key for key in keys if key != SEED] or [SEED]


def draw_sweep(
    keys: Sequence[str],
    entries: Sequence[Line],
    path: str | None,
    scenario: Scenario | None,
) -> Panel | FigureMap:
    """The map of a sweep, or curves where one key is varied, with theory's lines over it where the
    scenario is known; raises InputError."""
    from ..figures.summaries import sweep_figure, sweep_map

    wanted = path or default_figure(entries)
    drawn = map_keys(keys)
    try:
        if len(drawn) == 1:
            return sweep_figure(entries, drawn, wanted)
        return sweep_map(grid(entries, drawn, wanted), drawn, wanted, scenario)
    except ExpectationError as error:
        raise InputError([f"--figure: {printable(wanted)}: {error}"]) from error


def write_sweep(drawn: Panel | FigureMap, out: Path, force: bool) -> None:
    """Write the figure of a sweep; raises InputError."""
    from ..figures.drawing import DrawingError, draw_panels

    try:
        data = draw_panels("sweep", [drawn], form_of(out))
    except DrawingError as error:
        raise InputError([str(error)]) from error
    write_figure(out, data, force)


def rows(values: Grid) -> list[list[str]]:
    """The numbers as rows of a table, the highest value of the second axis first."""
    pairs = zip(values.up, values.values.tolist(), strict=True)
    return [[label(up), *map(figure, values)] for up, values in pairs][::-1]


def caption(path: str, line: bool) -> str:
    """What the colors and the dots show."""
    text = _("{figure}, median over the runs of each cell").format(figure=path)
    return text + ("; " + _("• critical σ_w by mean-field theory") if line else "")
