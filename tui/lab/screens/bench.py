"""The lab's main screen: one network, four charts of it, and the keys to work it.

It shows what the worker draws, and sends on what the person wants; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Click, MouseScrollDown, MouseScrollUp, Resize
from textual.screen import Screen

from ...protocol import Frame, Refusal
from ...render.labels import key_label
from ...render.styled_text import Lines
from ..bench.change_panel import ChangePanel
from ..bench.course import CourseGuide
from ..bench.dashboard import PLACES, Dashboard
from ..bench.navigation import Navigation
from ..bench.notices import Notices
from ..bench.readings import Readings
from ..bench.rooms import ClaimsRoom, CompareRoom, DiagramRoom, RemediesRoom, Rooms
from ..bench.run_control import RunControl
from ..bench.scenario_choice import ScenarioChoice
from ..bench.unsaved_work import UnsavedWork
from ..course.progress import load_progress, save_progress
from ..drawing import Drawing, Paint, pad
from ..keymap import BENCH_KEYS
from ..layout import AGAINST, INSIDE, LAYER, LESSON, PANELS, ROOMS, has_room
from ..room_keys import (
    CLAIMS_KEYS,
    COMPARE_KEYS,
    DIAGRAM_KEYS,
    FORM_KEYS,
    LESSON_KEYS,
    REMEDIES_KEYS,
)
from ..scenario_list import ScenarioList
from ..state import Controls
from .search import Search, word_choices


class Bench(Screen[None]):
    """One scenario at work."""

    AUTO_FOCUS = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key.bound, key.action, show=False) for key in BENCH_KEYS),
        *(
            Binding(str(digit), f"scenarios.open({digit - 1})", show=False)
            for digit in range(1, 10)
        ),
    ]

    def __init__(
        self,
        controls: Controls,
        scenario_list: ScenarioList,
        paint: Paint,
        order: Callable[..., None],
    ) -> None:
        super().__init__(id="bench")
        self.controls, self.readings = controls, (readings := Readings())
        drawings, unfocus = self._drawings(paint), self._leave_room
        self.dashboard = dashboard = Dashboard(controls, readings, scenario_list, drawings, order)
        self.notices = notices = Notices(dashboard, self.set_timer)
        self.unsaved = UnsavedWork(controls, notices)
        self.navigation = navigation = Navigation(controls, readings, dashboard, notices, order)
        self.run_control = runs = RunControl(
            controls, readings, dashboard, navigation, order, self.set_timer
        )
        words = self._list_words
        self.change_panel = changes = ChangePanel(controls, dashboard, runs, order, unfocus, words)
        self.rooms = rooms = Rooms(
            controls, readings, dashboard, changes, notices, order=order, unfocus=unfocus
        )
        self.scenarios = ScenarioChoice(
            controls, dashboard, runs, rooms, unfocus, take_up=lambda: self.course.take_up()
        )
        self.course = self._make_course(order)
        self.compare = CompareRoom(controls, dashboard, rooms, order)
        self.remedies = RemediesRoom(controls, readings, dashboard, rooms, self.compare)
        self.claims = ClaimsRoom(controls, dashboard, rooms, changes, notices)
        diagram = DiagramRoom(controls, readings, dashboard, rooms, self.compare)
        self.parts = self._named_parts() | {"diagram": diagram}
        """What the keys work, by the name it has in the table of keys; see `LabApp.run_action`."""

    def _named_parts(self) -> dict[str, object]:
        names = ("navigation", "run_control", "change_panel", "scenarios", "course", "rooms")
        more = ("compare", "remedies", "claims")
        return {name: getattr(self, name) for name in (*names, *more)}

    def _drawings(self, paint: Paint) -> dict[str, Drawing]:
        """A drawing for each place; those that have keys of their own, where they have them."""
        return {name: Drawing(paint, name) for name in PLACES} | {
            "form": pad(paint, "form", FORM_KEYS, lambda mark: self.change_panel.type(mark)),
            LESSON: pad(paint, LESSON, LESSON_KEYS, lambda mark: self.course.type(mark)),
            "compare": pad(paint, "compare", COMPARE_KEYS),
            "diagram": pad(paint, "diagram", DIAGRAM_KEYS),
            "remedies": pad(paint, "remedies", REMEDIES_KEYS),
            "claims": pad(paint, "claims", CLAIMS_KEYS),
        }

    def _make_course(self, order: Callable[..., None]) -> CourseGuide:
        if not self.controls.kiosk:
            self.controls.progress = load_progress()
        return CourseGuide(
            self.controls,
            self.readings,
            self.dashboard,
            navigation=self.navigation,
            run_control=self.run_control,
            rooms=self.rooms,
            choice=self.scenarios,
            notices=self.notices,
            order=order,
            unfocus=self._leave_room,
            save=self._save_progress,
        )

    def _save_progress(self) -> None:
        """Keep how far the course has come; visitors leave nothing behind."""
        if not self.controls.kiosk:
            save_progress(self.controls.progress)

    def _leave_room(self) -> None:
        """Give the keys back to the lesson, where one is open, else to the bench."""
        self.set_focus(self.dashboard.drawings[LESSON] if self.controls.lesson_open else None)

    def _list_words(self) -> None:
        """Open the list of the words that the chosen key of the form can have."""
        form = self.controls.form
        entry = form.entry if form else None
        if entry is not None and has_room(*self.controls.size):
            choices = word_choices(entry, self.change_panel.choose)
            hint, ascii = key_label(entry.key), self.controls.ascii
            at = entry.choices.index(entry.value) if entry.value in entry.choices else 0
            self.app.push_screen(Search(choices, hint, ascii, self.notices.complain, at))

    def compose(self) -> ComposeResult:
        self.dashboard.arrange()
        yield from self.dashboard.drawings.values()

    def on_mount(self) -> None:
        """Give the keys to the lesson, where the lab opens with one."""
        self._leave_room()

    def on_resize(self, _event: Resize) -> None:
        columns, rows = self.app.size  # the event may tell of one before the last
        if (columns, rows) != self.controls.size:
            self.controls.size = (columns, rows)
            self.dashboard.update()

    @on(Click, "#scenarios")
    def open_row(self, event: Click) -> None:
        """Open the scenario that is clicked on."""
        if (index := self.dashboard.scenario_at(event.y)) is not None:
            self.scenarios.open(index)

    @on(Click, "#keys")
    async def press_entry(self, event: Click) -> None:
        """Do what the key does whose entry is clicked on."""
        if key := self.dashboard.key_at(event.x):
            await self.app.run_action(key.action)

    @on(Click, "#verdict")
    async def follow_advice(self) -> None:
        """Try the remedy that the verdict speaks for."""
        if self.readings.remedy:
            await self.app.run_action("rooms.follow_advice")

    @on(Click, ", ".join(f"#{name}" for name in PANELS))
    def point(self, event: Click) -> None:
        """Go to the step that is clicked on; where a chart has none there, bring it into focus."""
        name, x = event.widget.id if event.widget else None, event.x - self.controls.plan.boxed
        tab = self.dashboard.tab_at(event.x) if name == INSIDE and not event.y else None
        if tab is not None:
            self.navigation.show_inner(tab)
        elif name and not self._looks(name, x):
            self.navigation.focus_on(name)

    def _looks(self, name: str, x: int) -> bool:
        """Whether there is a step or a layer in a column of a panel, which is looked at then; there
        is none under a cover."""
        if "cover" in self.dashboard.fronts:
            return False
        return self.navigation.seek(name, x) or self.navigation.single_out(name, x)

    @on(MouseScrollDown, "#lesson")
    def read_on(self, _event: MouseScrollDown) -> None:
        """Scroll the lesson."""
        self.navigation.read(3)

    @on(MouseScrollUp, "#lesson")
    def read_back(self, _event: MouseScrollUp) -> None:
        """Scroll the lesson back."""
        self.navigation.read(-3)

    @on(Click, f"#{LAYER}")
    def point_to_layer(self, event: Click) -> None:
        """Single out the layer that is clicked on."""
        self.navigation.single_out(LAYER, event.x)

    @on(MouseScrollDown, "#remedies, #claims")
    def point_below(self, _event: MouseScrollDown) -> None:
        """Point to the next row of the room's list."""
        self._turn_wheel(1)

    @on(MouseScrollUp, "#remedies, #claims")
    def point_above(self, _event: MouseScrollUp) -> None:
        """Point to the row before."""
        self._turn_wheel(-1)

    def _turn_wheel(self, by: int) -> None:
        room = self.remedies if self.controls.room == "remedies" else self.claims
        room.move(by)

    def receive(self, answer: Frame | Refusal) -> None:
        """Show what the worker has sent, unless it is about a scenario that was left."""
        if answer.ticket != self.controls.ticket:
            return
        self.readings.take(answer)
        match answer:
            case Frame():
                self.controls.charts = answer.status.charts or self.controls.charts
                self.controls.story = answer.status.story
                self.unsaved.observe(answer.status)
                self.notices.diagnose(answer.verdict)
                self.dashboard.draw("header", "keys", AGAINST, *answer.pictures)
                self.course.observe()
            case Refusal():
                self.notices.complain(answer.text)
                self.dashboard.draw(*PANELS, *ROOMS, LAYER)

    def rename(self, scenario_list: ScenarioList) -> None:
        """Call everything what this list calls it; have a fault said again, in its words."""
        self.dashboard.scenario_list = scenario_list
        verdict = self.dashboard.verdict
        if verdict is not None and verdict.state == "fault":
            self.run_control.open()
        self.dashboard.update()

    def explain(self, on: bool) -> None:
        """Have what there is to say of the chart in focus, or no more."""
        self.controls.explaining = on
        self.dashboard.request()

    def explanation(self) -> Lines:
        """What the worker has said of the chart in focus."""
        return self.readings.explanation(self.controls.in_focus)
