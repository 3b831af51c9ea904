"""The phase diagram as a room: gain by depth, in colors, with theory's critical line over it.

Gains ride in the replica axis, so each depth is a few runs of many networks at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from ....scenarios.i18n import N_, _, factor_text, figure
from ....scenarios.loading.inheritance import load
from ....scenarios.runs.executors import Crew
from ....scenarios.runs.results import Outcome, Result
from ....scenarios.runs.scheduler import schedule
from ....scenarios.runs.tasks import tasks, train
from ....scenarios.schema.spec import Scenario
from ....scenarios.sweep.critical_line import DEPTH, GAIN, critical_gains
from ....scenarios.sweep.pivot import Grid
from ...charts.base.chart import Explanation, constant
from ...charts.base.common import picture
from ...charts.base.legends import key
from ...charts.base.table import ChartTable
from ...charts.plotting.canvas import Size
from ...charts.plotting.grid_map import add_bead, below, beside, position, spread
from ...charts.plotting.heatmap import color_bar, paint_levels, quantize
from ...protocol import Gather, Picture, View
from ...render.axes import Axis, linear_axis
from ...render.glyphs import UNICODE, Glyphs, marks
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, cells, fit, fit_box, merge_runs, style, width
from ..background_runs import BackgroundRoom, BackgroundRun
from ..room import RoomKind, kept_results, scenario_figures

STEPS = 150
"""Steps of each run, at most: enough to see who learns at all."""
MUTED = style(Role.MUTED)
_NEXT = " · "


@dataclass
class Diagram(BackgroundRoom):
    """The accuracy at each gain and depth, as the runs end."""

    order: Gather
    outcomes: dict[int, Outcome] = field(default_factory=dict[int, Outcome])
    line: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    traced: bool = False
    """Whether the critical line is whole."""

    def __post_init__(self) -> None:
        gains, depths = self.order.gains, self.order.depths
        self.runs = [self._scenario(gain, depth) for depth in depths for gain in gains]
        self.kept = kept_results(self.order)
        known = ((number, self.kept.find(run)) for number, run in enumerate(self.runs))
        self.outcomes |= {number: result for number, result in known if result is not None}
        self.background = BackgroundRun(self._events)

    def _scenario(self, gain: float, depth: int) -> Scenario:
        """A place's run. Raises ScenarioError where it cannot be had."""
        rival = self.order.rivals[0]
        plain = load(rival.scenario, rival.settings)
        few = f"training.steps={min(plain.training.steps, STEPS)}"
        place = [f"{GAIN}={gain!r}", f"{DEPTH}={depth}", "run.replicas=1", few]
        return load(rival.scenario, [*rival.settings, *place])

    def _events(self, hire: Callable[[], Crew]) -> Iterator[object]:
        """The critical line first, then place after place, shallow networks before deep ones."""
        order = self.order
        if not self.traced:
            self.line.clear()
            for point in critical_gains(self.runs[0], (GAIN, DEPTH), order.gains, order.depths):
                self.line.append(point)
                yield point
            self.traced = True
        left = [(n, run) for n, run in enumerate(self.runs) if n not in self.outcomes]
        crew = hire()
        with closing(schedule(tasks(iter(left), crew.room)[::-1], crew, train)) as outcomes:
            for number, outcome in outcomes:
                self.outcomes[number] = outcome
                self.kept.keep(self.runs[number], outcome)
                yield number

    def table(self) -> ChartTable:
        """A row a place, with the critical gain at its depth."""
        grid, critical = self.grid(), {depth: gain for gain, depth in self.line}
        return ChartTable(
            ("depth", "gain", "accuracy", "critical_gain"),
            [
                (depth, gain, float(value), critical.get(depth))
                for depth, row in zip(self.order.depths, grid.values, strict=True)
                for gain, value in zip(self.order.gains, row, strict=True)
            ],
        )

    def grid(self) -> Grid:
        """The accuracies so far: NaN where a run has not ended, infinite where it diverged."""
        across, up = self.order.gains, self.order.depths
        values = np.full((len(up), len(across)), np.nan)
        for number, outcome in [*self.outcomes.items()]:
            spot = divmod(number, len(across))
            found = outcome.accuracy.get("test") if isinstance(outcome, Result) else None
            values[spot] = np.inf if found is None else found
        return Grid(across, up, values)

    def picture(self, view: View, size: Size) -> Picture:
        """The map, the line, the place that is pointed to and what it shows."""
        legend = [
            ("  " + _("accuracy after {steps} steps").format(steps=self._steps), MUTED),
            *(key(UNICODE.theory, _("critical (theory)"), Role.STRONG) if self.line else []),
        ]
        told = self._place_line(*view.place, size.columns)
        room, look = Size(size.columns, size.rows - 1), look_of(view)
        lines = draw_diagram(self.grid(), [*self.line], view.place, room, look)
        whole = fit_box([*lines, told], size.columns, size.rows)
        return picture(_("gain") + " × " + _("depth"), legend, [], whole)

    @property
    def _steps(self) -> int:
        return self.runs[0].training.steps

    def _place_line(self, across: int, up: int, columns: int) -> Line:
        """The figures of a place, as many as there is room for."""
        gain, depth = self.order.gains[across], self.order.depths[up]
        place = _("gain {gain}, depth {depth}").format(gain=figure(gain), depth=depth)
        head: Line = [(f" {place}  ", style(Role.KEY) | BOLD)]
        outcome = self.outcomes.get(up * len(self.order.gains) + across)
        if not isinstance(outcome, Result):
            return [*head, (outcome or _("not run yet"), MUTED)]
        birth = outcome.networks["model"].diagnosis.at_birth
        form = _("accuracy {accuracy} · ×{rate} per layer at init. · first/last layer {ratio}")
        said = form.format(
            accuracy=figure(outcome.accuracy.get("test")),
            rate=factor_text(birth.rate if birth.mean_rate is None else birth.mean_rate),
            ratio=figure(birth.ratio),
        )
        while width(head) + len(said) > columns and _NEXT in said:
            said = said.rpartition(_NEXT)[0]
        return [*head, (said, 0)]


Look = tuple[Glyphs, bool]
"""The marks there are, and whether shapes must say what colors cannot."""


def look_of(view: View) -> Look:
    """The glyphs of a view, and whether levels are drawn as shades."""
    return marks(view.ascii, view.colorless), view.shades or view.ascii


def draw_diagram(
    grid: Grid,
    line: Sequence[tuple[float, int]],
    spot: tuple[int, int],
    size: Size,
    look: Look = (UNICODE, False),
) -> Lines:
    """The map at a size: depth up, gain across; the colors' values at the right."""
    names = [str(value) for value in grid.up]
    gutter, room = max(map(len, names)) + 2, size.rows - 2
    tall = max(1, 2 * room // len(names))
    rows = -(-len(names) * tall // 2)
    axis = linear_axis(0.0, 1.0, rows)
    wide = max(1, (size.columns - gutter - max(map(len, axis.labels)) - 4) // len(grid.across))
    map_ = _paint_grid(grid, axis, tall, wide, look)
    for gain, depth in line:
        row = rows - 1 - int((position(grid.up, depth) + 0.5) * tall) // 2
        map_[row] = add_bead(map_[row], int((position(grid.across, gain) + 0.5) * wide))
    _point(map_, spot, tall, wide)
    key_ = [[(" ", 0), *mark] for mark in color_bar(axis, rows, *look)]
    parts = zip(beside(names, tall, rows, gutter), map_, key_, strict=True)
    foot: Lines = [
        [(" " * gutter + below(grid.across, wide), MUTED)],
        [(f"{_('gain'):>{gutter + wide * len(grid.across)}}", MUTED)],
    ]
    return fit_box([[*a, *b, *c] for a, b, c in parts] + foot, size.columns, size.rows)


def _paint_grid(grid: Grid, axis: Axis, tall: int, wide: int, look: Look) -> Lines:
    levels = quantize(grid.values, axis, log=False)
    return paint_levels(spread(levels.astype(np.int16), tall, wide), *look)


def _point(lines: Lines, spot: tuple[int, int], tall: int, wide: int) -> None:
    """Brackets around the place that is pointed to."""
    across, up = spot
    row = len(lines) - 1 - int((up + 0.5) * tall) // 2
    line = [*cells(lines[row])]
    code = style(Role.ON_CHOSEN, Role.CHOSEN, bold=True)
    for column, mark in ((across * wide, "["), ((across + 1) * wide - 1, "]")):
        line[column] = (mark, code)
    lines[row] = fit(merge_runs(line), len(line))


KIND = RoomKind(
    open=Diagram,
    explanation=Explanation(
        title=N_("The phase diagram"),
        terms=("phase-diagram", "critical-gain"),
        reading=(
            N_(
                "Left of the critical line each layer shrinks the error signal, right of it each "
                "layer amplifies it; the farther away, the fewer layers can be trained. Bright: "
                "learned."
            ),
        ),
        figures=scenario_figures,
        equations=constant("σ_w² E[g′(z)²] = 1"),
        by_layer=False,
    ),
)
