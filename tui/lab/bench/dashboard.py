"""The places of the bench: what is drawn in each, and what the worker is asked to draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace as renamed
from textwrap import wrap

from msgspec.structs import replace

from ....scenarios.errors import ScenarioError
from ....scenarios.i18n import N_, _
from ....scenarios.loading.edits import as_settings
from ....scenarios.loading.inheritance import load
from ...protocol import Picture, Verdict
from ...render.labels import verdict
from ...render.palette import Role
from ...render.styled_text import Lines, fit, fit_box, stamp, style
from ..course.step_lines import LessonState
from ..drawing import Drawing
from ..keymap import FILE_ACTIONS, Key
from ..layout import AGAINST, FORM, INSIDE, LAYER, LESSON, PANELS, ROOMS, WIDE
from ..room_keys import (
    LATE,
    LESSON_KEYS,
    TELLING,
    in_question,
    in_room,
    is_hidden,
    while_typing,
    with_lesson,
)
from ..scenario_list import Fact, ScenarioList, fact_lines, list_lines, list_rows
from ..state import Controls
from ..status_lines import against_lines, frame_lines, header, key_at, key_bar, too_small
from ..tabs import Tabs, tab_at, tabs_of
from ..watch_keys import while_watching
from .form import form_lines
from .lesson import (
    LessonText,
    lesson_pane,
    lesson_text,
    line_of_done,
    line_of_hint,
    place_in_course,
    squeeze,
)
from .readings import Readings

PLACES = (
    "header",
    *PANELS,
    *ROOMS,
    LAYER,
    AGAINST,
    LESSON,
    "verdict",
    "keys",
    "scenarios",
    "message",
)


_SAID_ANYWAY = ("fault", "note", "busy")
"""What stands in the verdict's place while a question is open: no diagnosis, which tells it."""


_BEGINNING = "navigation.birth"


class Dashboard:
    """Draws what the controls say and the worker has sent, and asks the worker for more of it."""

    def __init__(
        self,
        controls: Controls,
        readings: Readings,
        scenario_list: ScenarioList,
        drawings: Mapping[str, Drawing],
        order: Callable[..., None],
    ) -> None:
        self._controls, self._readings, self._order = controls, readings, order
        self.scenario_list, self.drawings = scenario_list, drawings
        self.verdict: Verdict | None = None
        self._lines: Mapping[str, Callable[[int, int], Lines]] = {
            "header": self._header,
            "verdict": self._verdict,
            "keys": self._keys,
            "scenarios": self._scenarios,
            "message": too_small,
            FORM: self._form,
            AGAINST: self._against,
            LAYER: self._layer,
            LESSON: self._lesson,
        }
        """What fills a place; all others hold a chart."""

    def update(self) -> None:
        """Show something else, or the same at another size."""
        self.arrange()
        self.request()

    def request(self) -> None:
        """Have the worker draw what is in sight now."""
        self._order(self._controls.view())

    def arrange(self) -> None:
        """Put every drawing in its place, and draw it."""
        places = self._controls.plan.places
        for name, drawing in self.drawings.items():
            place = places.get(name)
            drawing.display = place is not None
            if place is not None:
                drawing.styles.offset = (place.x, place.y)
                drawing.styles.width, drawing.styles.height = place.columns, place.rows
        self.draw(*places)

    def draw(self, *names: str) -> None:
        """Draw those of these places that are in sight."""
        plan = self._controls.plan
        for name in names:
            if name in plan.places:
                size = plan.places[name][2:]
                lines = self._lines.get(name)
                drawn_now = lines(*size) if lines else self._chart(name, size, plan.boxed)
                self.drawings[name].draw(drawn_now)

    def screen_lines(self) -> Lines:
        """All that is to be seen, as the rows of one picture."""
        columns, rows = self._controls.size
        whole = fit_box([], columns, rows)
        over = ("scenarios", FORM)
        places = self._controls.plan.places
        for name in sorted(places, key=over.__contains__):
            place = places[name]
            for y, line in enumerate(self.drawings[name].lines[: place.rows], place.y):
                whole[y] = stamp(whole[y], place.x, fit(line, place.columns))
        return whole

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Show this in the verdict's place from now on."""
        self.verdict = verdict
        self.draw("verdict")

    def scenario_at(self, row: int) -> int | None:
        """The number of the scenario in a row of the list; None where there is none."""
        place = self._controls.plan.places["scenarios"]
        entries, index = self.scenario_list.entries, self._controls.index
        below = len(fact_lines(self._facts(), place.columns - 2))
        found = list_rows(entries, index, place.rows, below)[row : row + 1]
        return next((number for number in found if isinstance(number, int)), None)

    @property
    def fronts(self) -> list[str]:
        """What stands before the charts, so that keys of theirs would work unseen: a room, the
        form, the list over them, an open question, its answer's place, its cover."""
        controls = self._controls
        over = {
            controls.room: bool(controls.room),
            FORM: controls.form is not None,
            "list": controls.list_open and not controls.room and controls.size[0] < WIDE,
            "question": controls.asking,
            "prediction": controls.asking and controls.step == "predict",
            "cover": self._covered,
        }
        return [name for name, there in over.items() if there]

    @property
    def _covered(self) -> bool:
        """Whether what tells the answer of an open question is covered: hatched bars do, too."""
        status = self._readings.current(self._controls.ticket)
        hatched = status is not None and self._readings.frozen and self._controls.asking
        return hatched or self._controls.covers(status.rows if status else 1)

    def _header(self, columns: int, rows: int) -> Lines:
        title = self.scenario_list.entries[self._controls.index].title
        status = self._readings.status
        if status is not None and self._covered:
            status = replace(status, loss=None, accuracy=None)
        return [header(self._controls, title, status)]

    def _verdict(self, columns: int, rows: int) -> Lines:
        asking = self._controls.asking
        if self.verdict is None or (asking and self.verdict.state not in _SAID_ANYWAY):
            return fit_box([], columns, rows)
        said = self.verdict
        if self._controls.unaided and said.unadvised:
            said = replace(said, forms=said.unadvised)
        return verdict(said, columns, rows)

    def _keys(self, columns: int, rows: int) -> Lines:
        return [key_bar(self._bar(), columns)]

    def key_at(self, column: int) -> Key | None:
        """The key whose entry in the key bar is pointed to."""
        return key_at(self._bar(), self._controls.plan.places["keys"].columns, column)

    def _bar(self) -> list[Key]:
        """The keys that do something here."""
        controls = self._controls
        idle = [] if self._readings.several_networks else ["navigation.network"]
        idle += [*FILE_ACTIONS] * controls.kiosk
        idle += ["rooms.follow_advice"] * (controls.unaided or not self._readings.remedy)
        idle += ["navigation.inner(1)"] * (self._covered or INSIDE not in controls.plan.places)
        idle += ["run_control.toggle"] * (controls.form is not None and controls.running)
        undone = {name for name, *_rest in controls.undo_stack}
        idle += ["change_panel.undo"] * (controls.scenario not in undone)
        bar = in_room(FORM if controls.form else controls.room)
        if controls.in_lesson and not (controls.form or controls.room):
            bar = with_lesson(bar)
            if controls.step == "predict":
                bar = in_question(bar)
        if controls.form and controls.form.typing:
            bar = while_typing(bar)
        if controls.watching:
            bar = while_watching(bar)
            idle += ["rooms.gather('compare')"] * (len(controls.scenarios) < 2)
        fronts = self.fronts
        told = TELLING if controls.asking else ()
        shown = [key for key in bar if key.action not in idle]
        shown = [key for key in shown if key.action.partition("(")[0] not in told]
        named = [self._as_now(key) for key in shown if not is_hidden(key.action, fronts)]
        if not self._speaks_of_both_ends:
            return named
        # of keys of one rank the last leaves first, and the lesson is about this one
        return sorted(named, key=lambda key: (key not in LESSON_KEYS, key.action != _BEGINNING))

    @property
    def _speaks_of_both_ends(self) -> bool:
        """Whether the lesson compares, or sets its task, beside charts of the end."""
        controls = self._controls
        status = self._readings.current(controls.ticket)
        over = status is not None and status.finished and not status.back
        return over and controls.in_lesson and controls.step in ("reveal", "task")

    def _as_now(self, key: Key) -> Key:
        """A key as it is called while the run goes, or stands; where a lesson speaks of both ends
        of a run that is over, how its beginning is seen."""
        if key.action == _BEGINNING and self._speaks_of_both_ends:
            return renamed(key, label=N_("home"), word=N_("at init."), rank=LATE)
        if key.action != "run_control.toggle" or self._controls.watching:
            return key
        status = self._readings.current(self._controls.ticket)
        done = status is not None and status.finished and not status.back
        word = N_("pause") if self._controls.running else N_("start")
        return renamed(key, word=N_("again") if done else word)

    def _scenarios(self, columns: int, rows: int) -> Lines:
        entries, index = self.scenario_list.entries, self._controls.index
        names = self._controls.scenarios
        done = {at for at, name in enumerate(names) if self._controls.progress_of(name).done}
        return list_lines(entries, index, self._facts(), (columns, rows), done=done)

    def _facts(self) -> list[Fact]:
        return self.scenario_list.facts(self._controls.index, as_settings(self._controls.own))

    def _form(self, columns: int, rows: int) -> Lines:
        controls = self._controls
        form, at_right = controls.form, controls.plan.places[FORM].x > 0
        waits = not (controls.running or controls.at_task)
        return form_lines(form, columns, rows, at_right, waits) if form else []

    def _against(self, columns: int, rows: int) -> Lines:
        form = self._controls.form
        refused = form.refusal if form else ""
        told = [] if self._controls.asking else self._readings.against
        return against_lines(told, refused, columns)

    def _lesson(self, columns: int, rows: int) -> Lines:
        """As much of the lesson as there is room for, from the line that was scrolled to."""
        controls, text = self._controls, self._lesson_text(columns, rows)
        controls.lesson_line = max(0, min(controls.lesson_line, len(text.lines) - rows))
        return lesson_pane(text, controls.lesson_line, columns, rows)

    def show_hint(self) -> None:
        """Scroll the lesson to the help with its task."""
        place = self._controls.plan.places.get(LESSON)
        if place is not None:
            text = self._lesson_text(place.columns, place.rows)
            self._controls.lesson_line = line_of_hint(text, place.rows)

    def show_done(self) -> None:
        """Scroll the lesson to its last goal and what says that the task is done."""
        place = self._controls.plan.places.get(LESSON)
        if place is not None:
            text = self._lesson_text(place.columns, place.rows)
            self._controls.lesson_line = line_of_done(text, place.rows)

    def _lesson_text(self, columns: int, rows: int) -> LessonText:
        controls = self._controls
        try:
            scenario = load(controls.scenario, controls.all_settings)
        except ScenarioError:
            return LessonText([])
        text = self.scenario_list.lesson(controls.index)
        if text.in_language():
            scenario = replace(scenario, lesson=text)
        place = place_in_course(self.scenario_list.entries, controls.index)
        state = self._lesson_state(place.following)
        return squeeze(lesson_text(scenario, place, columns - 2, controls.ascii, state), rows)

    def _lesson_state(self, following: str) -> LessonState:
        """Where the person is in the open lesson."""
        controls, readings = self._controls, self._readings
        status = readings.current(controls.ticket)
        words = _("step {done}/{planned}")
        measured, lesson = readings.measured if status else {}, controls.lesson
        ours = lesson.predicted(controls.all_settings)
        return LessonState(
            step=controls.step,
            answer=lesson.answer,
            done=lesson.done,
            hint=lesson.hint,
            mistyped=controls.mistyped,
            measured=measured,
            judged=lesson.found or (measured if ours else {}),
            elsewhere=not ours,
            progress=words.format(done=status.step, planned=status.planned)
            if status and not status.finished
            else "",
            following=following,
        )

    def _layer(self, columns: int, rows: int) -> Lines:
        picture = None if self._covered else self._readings.pictures.get(LAYER)
        return fit_box(picture.lines if picture else [], columns, rows)

    def _chart(self, name: str, size: tuple[int, int], boxed: bool) -> Lines:
        picture = self._readings.pictures.get(name) or Picture([], [], [])
        if self._covered and name in PANELS:
            cover = [[(f"  {line}", style(Role.MUTED))] for line in self._cover(size[0] - 6)]
            return frame_lines(Picture([], [], cover), size, boxed, focus=False)
        tabs = self._tabs() if name == INSIDE else None
        focus = name == PANELS[self._controls.panel]
        return frame_lines(picture, size, boxed, focus, tabs=tabs)

    def _cover(self, columns: int) -> list[str]:
        words = _(
            "covered until you have predicted what it shows: enter goes on, esc closes the lesson"
        )
        return ["", *wrap(words, max(columns, 8))]

    def _tabs(self) -> Tabs | None:
        return tabs_of(self._controls, self._readings.status)

    def tab_at(self, column: int) -> int | None:
        """The number of the tab in a column of the fourth panel's first row."""
        place, tabs = self._controls.plan.places.get(INSIDE), self._tabs()
        picture = self._readings.pictures.get(INSIDE)
        if place is None or tabs is None or picture is None:
            return None
        return tab_at(tabs, picture, column, place.columns, self._controls.plan.boxed)
