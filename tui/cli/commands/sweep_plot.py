"""`vglab sweep … --plot`: what the file holds, a map on a terminal and numbers in a pipe."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from ....scenarios.errors import printable
from ....scenarios.i18n import _, figure
from ....scenarios.runs.tasks import SEED
from ....scenarios.schema.expectations import ExpectationError
from ....scenarios.sweep.critical_line import DEPTH, GAIN, critical
from ....scenarios.sweep.pivot import Grid, grid, usual
from ....scenarios.sweep.plan import Plan
from ....scenarios.sweep.store import Line
from ...charts.plotting.grid_map import Map, Point, ansi, colours_at_hand, drawn, label
from ..localized import Refusal
from ..output import is_terminal, plain, say


def plot(plan: Plan, entries: Sequence[Line], path: str | None) -> None:
    """Draw a figure of the runs over the first two axes."""
    wanted = path or usual(entries)
    keys = [key for key in plan.keys if key != SEED] or [SEED]
    try:
        found = grid(entries, keys, wanted)
    except ExpectationError as error:
        raise Refusal([f"--figure: {printable(wanted)}: {error}"]) from error
    across, up = (*keys, "")[:2]
    depth = colours_at_hand() if is_terminal() else None
    if depth is None:
        say(plain(["", *map(label, found.across)], rows(found)))
        return
    line = line_of(plan, keys, found)
    chart, columns = Map(found, across, up, line), shutil.get_terminal_size().columns
    say(ansi(drawn(chart, columns, shades=depth == "standard"), depth))
    say(caption(wanted, bool(line)))


def rows(found: Grid) -> list[list[str]]:
    """The numbers, the highest place first."""
    pairs = zip(found.up, found.values.tolist(), strict=True)
    return [[label(up), *map(figure, values)] for up, values in pairs][::-1]


def caption(wanted: str, line: bool) -> str:
    """What the colours are, and the line."""
    said = _("{figure}, median over the runs of a place").format(figure=wanted)
    return said + ("; " + _("• critical σ_w by mean-field theory") if line else "")


def line_of(plan: Plan, keys: Sequence[str], found: Grid) -> list[Point]:
    """The critical line, where the map is one of gains and depths."""
    axes = dict(zip(keys[:2], (found.across, found.up), strict=False))
    gains = [value for value in axes.get(GAIN, ()) if not isinstance(value, str)]
    depths = [int(value) for value in axes.get(DEPTH, [plan.scenario.network.depth])]
    if len(gains) < 2:
        return []
    points = critical(plan.scenario, plan.keys, gains, depths)
    if keys[0] == GAIN:
        return [(gain, float(depth)) for gain, depth in points]
    return [(float(depth), gain) for gain, depth in points]
