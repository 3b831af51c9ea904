"""Two to four scenarios at work side by side, on the same data and seeds and on the same axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from ....scenarios.errors import ScenarioError
from ....scenarios.experiment.build import build
from ....scenarios.i18n import N_, _, figure
from ....scenarios.loading.changes import shared_settings
from ....scenarios.loading.inheritance import load
from ....scenarios.schema.spec import Scenario
from ...charts.base.chart import Explanation, constant
from ...charts.base.common import GRADIENT, SYMBOLS, budget_roles, picture, theory_decades
from ...charts.base.legends import key
from ...charts.base.scene import Scene
from ...charts.base.table import ChartTable, layer_table
from ...charts.plotting.canvas import Size, plot_rows
from ...charts.plotting.layer_bars import PerLayer, per_layer
from ...charts.plotting.series import band
from ...charts.side_by_side import draw_side_by_side
from ...charts.signals import LINKED
from ...protocol import Gather, Picture, Rival, Verdict, View
from ...render.axes import Axis, log_axis
from ...render.labels import verdict
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, fit, fit_box, shorten, style
from ..live_run import Subject
from ..reference import latest, names_apart
from ..room import RoomKind, scenario_figures
from ..spoken_verdict import verdict_of

_ROOMY = 16
"""Rows from which on three or four stand two by two; with fewer, all in a row."""


def scenarios(rivals: Sequence[Rival]) -> tuple[list[Scenario], list[str]]:
    """Each with its settings, and all with the first one's data and seeds; and in a line each, why
    another cannot be had like that.

    Raises ScenarioError where the first one cannot be had, or none beside it.
    """
    first, *others = rivals
    found, faults = [load(first.scenario, first.settings)], list[ScenarioError]()
    for one in others:
        try:
            found.append(_sharing(one, shared_settings(found[0])))
        except ScenarioError as error:
            faults.append(error)
    if faults and len(found) == 1:
        raise faults[0]
    return found, [str(error.faults[0]) for error in faults]


def _sharing(rival: Rival, settings: Sequence[str]) -> Scenario:
    """A scenario on another one's data; what is wrong with that is said of the scenario."""
    try:
        return load(rival.scenario, [*rival.settings, *settings])
    except ScenarioError as error:
        faults = [replace(fault, file=rival.scenario) for fault in error.faults]
        raise ScenarioError(faults) from error


@dataclass
class SideBySide:
    """Several subjects, trained in turn: the same number of steps each."""

    subjects: list[Subject]
    version: int = 0
    refusals: Sequence[str] = ()
    """Why others are not beside them."""

    @property
    def names(self) -> list[tuple[str, ...]]:
        """What the runs are called, each by its longest name first."""
        return names_apart([subject.scenario for subject in self.subjects])

    @property
    def finished(self) -> bool:
        """Whether all runs have ended."""
        return all(subject.finished for subject in self.subjects)

    def work(self) -> None:
        """Train each by a step."""
        for subject in self.subjects:
            subject.step()
        self.version += 1

    def table(self) -> ChartTable:
        """Layer by layer, one scenario after the other."""
        view = View([], [*LINKED], "")
        tables = [
            (names[0], layer_table(subject.scene(view), LINKED))
            for names, subject in zip(self.names, self.subjects, strict=True)
        ]
        heads = [*dict.fromkeys(head for _name, table in tables for head in table.heads)]
        return ChartTable(
            ["scenario", *heads],
            [
                [name, *(dict(zip(table.heads, row, strict=True)).get(head) for head in heads)]
                for name, table in tables
                for row in table.rows
            ],
        )

    def close(self) -> None:
        """No process of its own runs."""

    def reopen(self) -> None:
        """Its runs stand where they stood."""

    def picture(self, view: View, size: Size) -> Picture:
        """A chart of each, on common decades, over its verdict."""
        scenes = [subject.scene(view) for subject in self.subjects]
        room = Size(size.columns, size.rows - len(self.refusals))
        told: Lines = [
            [(" ✖ " + shorten(text, size.columns - 4), style(Role.MUTED))] for text in self.refusals
        ]
        foot = fit_box(told, size.columns, len(told))
        if view.compared != "gradient":
            drawn = draw_side_by_side(self.names, scenes, view.compared, room)
            return picture("", drawn.title, [], [*drawn.lines, *foot])
        drawn = side_by_side_picture(scenes, self.names, [*map(verdict_of, scenes)], room)
        return replace(drawn, lines=[*drawn.lines, *foot])


def side_by_side_picture(
    scenes: Sequence[Scene],
    names: Sequence[Sequence[str]],
    verdicts: Sequence[Verdict],
    size: Size,
) -> Picture:
    """A chart of each, on common decades, over its verdict. Of its names, the longest first, it
    has the one that fits."""
    rows = _grid(len(scenes), size)
    axis = _axis(scenes, plot_rows(Size(0, size.rows // len(rows) - 2)))
    lines: Lines = []
    for row in rows:
        room = Size(size.columns // len(rows[0]), size.rows // len(rows))
        cells = [_cell(names[at], scenes[at], verdicts[at], axis, room) for at in row]
        lines += [[run for cell in cells for run in cell[y]] for y in range(room.rows)]
    first = scenes[0].measures[0]
    legend = key(scenes[0].glyphs.eighths[7], SYMBOLS[first], Role.FIRST)
    step: Line = [(f"  {scenes[0].now}/{scenes[0].trace.steps}", style(Role.MUTED))]
    whole = fit_box(lines, size.columns, size.rows)
    return picture(_("side by side"), [*legend, *step], [], whole)


def _grid(count: int, size: Size) -> list[list[int]]:
    """The numbers of the runs in each row."""
    if count > 2 and size.rows >= _ROOMY:
        return [[*range(2)], [*range(2, count)]]
    return [[*range(count)]]


def _axis(scenes: Sequence[Scene], rows: int) -> Axis:
    """The decades that hold all of them."""
    spans = [scene.decades(scene.measures[:1]) for scene in scenes]
    return log_axis(min(low for low, _ in spans), max(high for _, high in spans), rows)


def _cell(names: Sequence[str], scene: Scene, said: Verdict, axis: Axis, size: Size) -> Lines:
    """One of them: its name and how well it does, its chart, its verdict."""
    measure = scene.measures[0]
    chart = PerLayer(
        axis=axis,
        bars=band(scene.latest(measure), log=True),
        roles=budget_roles(scene),
        theory=theory_decades(scene, measure),
    )
    room = size.columns - 1
    score = _score(scene)
    name = next((form for form in names if len(form) + len(score) < room), "")
    if not name:
        score, name = "", shorten(_longest(names, room - 1), room - 1)
    title: Line = [(" " + name, style(Role.STRONG) | BOLD), (score, style(Role.MUTED))]
    drawn = per_layer(chart, Size(room, size.rows - 2), scene.glyphs)
    rate = scene.diagnosis.mean_rate
    brief = [f"×{figure(rate)}"] if math.isfinite(rate) else []
    told = verdict(replace(said, forms=[*said.forms, *brief, ""]), room, 1)
    return fit_box([fit(title, room), *drawn, *told], size.columns, size.rows)


def _longest(names: Sequence[str], columns: int) -> str:
    """The longest of these that is no longer than that, or else the shortest."""
    return next((name for name in names if len(name) <= columns), names[-1])


def _score(scene: Scene) -> str:
    """Accuracy, where there is one."""
    accuracy = latest(scene, "accuracy")
    return "" if accuracy is None else "  " + _("accuracy") + f" {figure(accuracy)}"


def side_by_side(order: Gather) -> SideBySide:
    """The room of an order, each run with its first step made.

    Raises ScenarioError where the scenarios cannot share data.
    """
    found, refusals = scenarios(order.rivals)
    subjects = [Subject(order.ticket, one, build(one)) for one in found]
    for subject in subjects:
        subject.step()
    return SideBySide(subjects, refusals=refusals)


KIND = RoomKind(
    open=side_by_side,
    explanation=Explanation(
        title=N_("Side by side"),
        terms=("gradient",),
        reading=(
            N_(
                "All are trained on the first one's data and seeds and drawn on the same axis: "
                "bars of equal height are gradients of equal norm."
            ),
        ),
        figures=scenario_figures,
        equations=constant(GRADIENT),
        by_layer=False,
    ),
)
