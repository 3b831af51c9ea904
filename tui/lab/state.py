"""What the person at the lab has chosen, and which orders to the worker follow from it.

Plain values and small methods, without a screen and without numpy: a key of the lab is one call
here. Nothing of a run is kept: that is the worker's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from ...scenarios.errors import ScenarioError
from ...scenarios.loading.edits import as_settings
from ...scenarios.loading.inheritance import load
from ...scenarios.schema.spec import Scenario
from ..protocol import ABOUT, Command, Open, Pace, Rival, Train, View, Want
from ..render.axes import LIVE
from .bench.form import Form
from .course.progress import LessonProgress, first_unfinished, lesson_key
from .course.steps import Step, gives_itself_away, paths_of, steps_of
from .layout import MANY, PANELS, LayoutPlan, charts_of, plan

PACES: tuple[float | None, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, None)
"""Steps a second; None: as fast as it goes."""

USUAL_PACE = 8
"""Slow enough to watch the map fill, fast enough not to wait for it."""

MEASURES = (["grad_norm", "delta_rms"], ["delta_rms"], ["grad_norm"])
"""What the gradient charts can show, bars first."""

COMPARED = ("gradient", "loss", "accuracy")
"""What runs can be compared by, side by side."""


@cache
def read_plain(name: str) -> Scenario | None:
    """A scenario as its file states it; None where it cannot be read."""
    try:
        return load(name)
    except ScenarioError:
        return None


@dataclass
class Controls:
    """What the person has chosen."""

    scenarios: list[str]
    """What can be opened, in the order of the list: ids of presets, or a path."""
    lang: str = "en"
    settings: list[str] = field(default_factory=list[str])
    """What the person has set for all of them, as `--set` takes it."""
    index: int = 0
    ticket: int = 0
    running: bool = True
    pace: int = USUAL_PACE
    measures: int = 0
    inner: str = ""
    """The chart that is asked for in the fourth panel."""
    charts: list[str] = field(default_factory=list[str])
    """The names of the charts that this scenario has for it, as the worker says."""
    story: str = ""
    """The one of them that tells the scenario's story."""
    common: bool = True
    """Whether axes are the chapter's, with the scenario's base as a ghost."""
    network: int = 0
    panel: int = 0
    zoomed: bool = False
    room: str = ""
    """What stands in the place of the four charts; nothing: they do."""
    explaining: bool = False
    """Whether the chart in focus is to be explained."""
    record: int | None = LIVE
    """The recorded row that is looked back at."""
    layer: int | None = None
    """The layer that is singled out, from 1."""
    forward: bool = False
    """Whether the walk follows the signal, or the error signal."""
    list_open: bool = False
    lesson_open: bool = False
    bare: bool = False
    """Whether the lab was opened on nothing in particular, and nothing has been chosen since."""
    scrolled: dict[str, int] = field(default_factory=dict[str, int])
    """The line at the top of each lesson's place."""
    progress: dict[str, LessonProgress] = field(default_factory=dict[str, LessonProgress])
    """How far each lesson has come."""
    mistyped: bool = False
    """Whether what was typed last is no part of a prediction."""
    shades: bool = False
    watching: bool = False
    """Whether what is opened are recordings, which are followed and not trained."""
    keep: str = ""
    """The file in which results are kept between visits; nothing where they are not."""
    kiosk: bool = False
    """Whether this lab is for visitors, who leave nothing behind."""
    colorless: bool = False
    """Whether the terminal shows no colors at all."""
    ascii: bool = False
    size: tuple[int, int] = (80, 24)
    changes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """What has been changed since, by scenario: keys and values."""
    runs: dict[str, int] = field(default_factory=dict[str, int])
    """Which run of each scenario is open: a restart begins another, and the old one is kept."""
    undo_stack: list[tuple[str, dict[str, str], int]] = field(
        default_factory=list[tuple[str, dict[str, str], int]]
    )
    """What was before each change and each restart: a scenario, its changes and its run."""
    beside: list[Rival] = field(default_factory=list[Rival])
    """What is shown beside the open one, side by side."""
    compared: int = 0
    """What is shown of them."""
    gains: list[float] = field(default_factory=list[float])
    """Of the phase diagram, from left to right."""
    place: tuple[int, int] = (0, 0)
    """The place of the phase diagram that is pointed to: across, up."""
    claim: int = 0
    """The claim that is pointed to."""
    unfolded: bool = False
    """Whether the figures of that claim are shown."""
    rank: int = 0
    """The entrant of the tournament that is pointed to: 0 is the best."""
    form: Form | None = None
    fresh: bool = False
    """Whether nothing has been changed since the form was opened."""
    pinned: bool = False
    """Whether the reference stays, whatever is opened."""
    has_reference: bool = False
    """Whether the run is held against another one."""

    @property
    def scenario(self) -> str:
        """The id or path of the open scenario."""
        return self.scenarios[self.index]

    @property
    def plan(self) -> LayoutPlan:
        """What stands where on the screen."""
        based = self.common and self.exercise is not None and self.exercise.extends is not None
        return plan(
            *self.size,
            panel=self.in_focus,
            zoomed=self.zoomed or bool(self.room),
            list_open=self.list_open,
            form=self.form is not None,
            against=self.has_reference or self.form is not None or based,
            lesson=self.lesson_open,
        )

    @property
    def exercise(self) -> Scenario | None:
        """The open scenario as its author asks about it; None where it cannot be read."""
        return None if self.watching else read_plain(self.scenario)

    @property
    def lesson_key(self) -> str:
        """What the progress of the open lesson is kept under."""
        return lesson_key(self.scenario)

    def progress_of(self, scenario: str) -> LessonProgress:
        """How far a lesson has come."""
        return self.progress.get(lesson_key(scenario), LessonProgress())

    @property
    def lesson(self) -> LessonProgress:
        """How far the open lesson has come."""
        return self.progress_of(self.scenario)

    @property
    def step(self) -> Step:
        """The step at which the open lesson is: its first one, where its author has changed it."""
        steps = steps_of(self.exercise) if self.exercise else ()
        at = self.lesson.step
        return at if at in steps or not steps else steps[0]

    @property
    def in_lesson(self) -> bool:
        """Whether a lesson is open that has steps."""
        return self.lesson_open and self.exercise is not None and bool(steps_of(self.exercise))

    @property
    def lesson_line(self) -> int:
        """The line of the open lesson at the top of its place."""
        return self.scrolled.get(self.scenario, 0)

    @lesson_line.setter
    def lesson_line(self, line: int) -> None:
        self.scrolled[self.scenario] = line

    @property
    def asking(self) -> bool:
        """Whether a lesson's question is open, whose answer is told by verdicts and rooms."""
        return self.in_lesson and self.step in ("read", "predict")

    @property
    def unaided(self) -> bool:
        """Whether a task is open, not met and without its hint: a verdict's advice may solve it."""
        return self.at_task and not (self.lesson.hint or self.lesson.done)

    @property
    def at_task(self) -> bool:
        """Whether a lesson's task is open: what is changed for it runs at once."""
        return self.in_lesson and self.step == "task"

    def covers(self, rows: int) -> bool:
        """Whether charts are covered: a question is open, and they tell its answer at
        initialization, or the run has recorded more rows than that."""
        told = self.exercise is not None and (rows > 1 or gives_itself_away(self.exercise))
        return told and self.asking

    def begin_course(self, progress: dict[str, LessonProgress], bare: bool = False) -> None:
        """Open the first lesson that is not done, or, where nobody has asked for one (`bare`), the
        first scenario. It is held still while its question is open."""
        self.progress, self.bare, self.lesson_open = progress, bare, not bare
        self.index = 0 if bare else first_unfinished(self.scenarios, progress)
        self.running = self.exercise is None or self.step not in ("read", "predict")

    @property
    def asks(self) -> list[str]:
        """What the lesson needs to know of the run, while it is open."""
        return paths_of(self.exercise) if self.lesson_open and self.exercise else []

    @property
    def own(self) -> dict[str, str]:
        """The changes of the open scenario."""
        return self.changes.get(self.scenario, {})

    @property
    def all_settings(self) -> list[str]:
        """All that is set over the open scenario, as `--set` takes it."""
        return [*self.settings, *as_settings(self.own)]

    def alter(self, changes: dict[str, str]) -> None:
        """Give the open scenario these changes."""
        self._note()
        self.changes[self.scenario] = changes

    def restart(self, plain: bool = False) -> None:
        """Have the open scenario begin anew; `plain`: as it is without changes."""
        self._note()
        if plain:
            self.changes[self.scenario] = {}
        self.runs[self.scenario] = self.ticket + 1

    def _note(self) -> None:
        """Note how things are, so that they can be taken back."""
        self.undo_stack.append((self.scenario, self.own, self.run))

    @property
    def run(self) -> int:
        """Which run of the open scenario is open."""
        return self.runs.get(self.scenario, 0)

    def put_beside(self, rival: Rival, most: int) -> None:
        """Show a run beside the open one, or no more; the first of too many goes."""
        if rival in self.beside:
            self.beside.remove(rival)
        else:
            self.beside = [*self.beside, rival][-most:]

    def take_back(self) -> str:
        """Undo the last `change` or `restart` of the open one, and say which it was; nothing if
        there is none."""
        own = [at for at, (name, *_) in enumerate(self.undo_stack) if name == self.scenario]
        if not own:
            return ""
        name, changes, run = self.undo_stack.pop(own[-1])
        undone = "change" if changes != self.own else "restart"
        self.changes[name], self.runs[name] = changes, run
        self.fresh = undone == "change"
        return undone

    def choose(self, index: int) -> bool:
        """Go to a scenario of the list; False if there is none, or it is open already."""
        if not 0 <= index < len(self.scenarios) or index == self.index:
            return False
        self.index, self.form, self.has_reference = index, None, self.pinned
        self.inner, self.mistyped, self.bare = "", False, False
        return True

    def turn(self, knob: str, by: int = 1) -> None:
        """Turn one of the knobs that go round."""
        if knob == "panel":
            seen = charts_of(*self.size)
            at = seen.index(PANELS[self.panel]) if PANELS[self.panel] in seen else 0
            self.panel = PANELS.index(seen[(at + by) % len(seen)])
        else:
            positions = {"measures": len(MEASURES), "compared": len(COMPARED)}
            setattr(self, knob, (getattr(self, knob) + by) % positions[knob])

    def turn_inner(self, by: int) -> None:
        """The next thing the fourth chart can show of this scenario."""
        if self.charts:
            at = self.charts.index(self.inner_chart)
            self.inner = self.charts[(at + by) % len(self.charts)]

    @property
    def inner_chart(self) -> str:
        """The chart in the fourth panel: the one asked for, or the one that tells the scenario's
        story, or the first there is; empty until the worker has said which there are."""
        wanted = (self.inner, self.story, *self.charts)
        return next((name for name in wanted if name in self.charts), "")

    def look_at(self, record: int | None) -> bool:
        """Look at a row, or at what is live; whether the training has to be held still for it."""
        held = self.running and record is not None
        self.record, self.running = record, self.running and not held
        return held

    def enter(self, room: str, depth: int) -> None:
        """Go into a room; a walk begins at the output layer."""
        self.room = room
        if room == "walk" and self.layer is None:
            self.layer = depth

    def step_back(self) -> None:
        """Undo the last of these that is in force: a list, a zoom or a room; the lesson; a layer;
        the past."""
        if self.list_open or self.zoomed or self.room:
            self.list_open, self.zoomed, self.room = False, False, ""
        elif self.lesson_open:
            self.lesson_open = False
        elif self.layer is not None:
            self.layer = None
        else:
            self.record = LIVE

    def single_out(self, by: int, depth: int) -> None:
        """The layer before or after, from the end that lies there when none is singled out."""
        first = depth if by < 0 else 1
        self.layer = first if self.layer is None else min(max(self.layer + by, 1), max(depth, 1))

    def change_pace(self, by: int) -> bool:
        """Change the pace; False at either end."""
        before, self.pace = self.pace, min(max(self.pace + by, 0), len(PACES) - 1)
        return self.pace != before

    def open_order(self, changed: bool = False) -> Open:
        """The order to open what is chosen, under a new ticket; held against the run that is left
        where only this has been changed since the form was opened."""
        before = changed and self.fresh and not self.pinned
        self.fresh = self.fresh and not changed
        self.has_reference = self.has_reference or before
        self.ticket, self.record = self.ticket + 1, LIVE
        reference = "before" if before else "kept" if self.has_reference else "none"
        return Open(
            self.ticket,
            self.scenario,
            self.all_settings,
            self.lang,
            reference,
            base=self.settings,
            run=self.run,
        )

    def run_order(self) -> Train:
        """The order to train, or to hold still."""
        return Train(self.running)

    def pace_order(self) -> Pace:
        """The order to keep this pace."""
        return Pace(PACES[self.pace])

    def first_orders(self) -> tuple[Command, ...]:
        """The orders for a new worker; the reference is lost with the old one."""
        self.pinned = self.has_reference = False
        self.room = "" if self.room in MANY else self.room
        return self.open_order(), self.pace_order(), self.run_order(), self.view()

    @property
    def in_focus(self) -> str:
        """The chart or the room that is looked at."""
        return self.room or PANELS[self.panel]

    def explanation_wants(self) -> list[Want]:
        """What is to be said of the chart in focus, while that is asked for."""
        return [Want(ABOUT + self.in_focus, *self.size)] if self.explaining else []

    def view(self) -> View:
        """The order to draw what is in sight."""
        return View(
            wants=[*self.plan.wants(), *self.plan.layer_wants(), *self.explanation_wants()],
            measures=MEASURES[self.measures],
            inner=self.inner,
            network=self.network,
            shades=self.shades,
            record=self.record,
            layer=self.layer,
            forward=self.forward,
            lang=self.lang,
            ascii=self.ascii,
            place=self.place,
            claim=self.claim,
            unfolded=self.unfolded,
            rank=self.rank,
            compared=COMPARED[self.compared],
            colorless=self.colorless,
            common=self.common,
            asks=self.asks,
        )
