"""The course: takes a person through a lesson's steps, and on to the next lesson."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from ....scenarios.i18n import _
from ....scenarios.loading.toml_reader import split_setting
from ....scenarios.schema.spec import Scenario
from ..course.progress import first_unfinished
from ..course.steps import (
    Step,
    chart_of,
    evidence,
    has_finished,
    is_answer,
    is_done,
    paths_of,
    question_paths,
    refusal,
    steps_of,
    task_paths,
    typed_answer,
)
from ..layout import LESSON, PANELS
from ..state import Controls
from .dashboard import Dashboard
from .navigation import Navigation
from .notices import Notices
from .readings import Readings
from .rooms import Rooms
from .run_control import RunControl
from .scenario_choice import ScenarioChoice


class CourseGuide:
    """Leads through the open lesson: read, predict, run, compare, a task."""

    def __init__(
        self,
        controls: Controls,
        readings: Readings,
        dashboard: Dashboard,
        *,
        navigation: Navigation,
        run_control: RunControl,
        rooms: Rooms,
        choice: ScenarioChoice,
        notices: Notices,
        order: Callable[..., None],
        unfocus: Callable[[], None],
        save: Callable[[], None],
    ) -> None:
        self._controls, self._readings, self._dashboard = controls, readings, dashboard
        self._navigation, self._run_control, self._rooms = navigation, run_control, rooms
        self._choice, self._notices, self._order = choice, notices, order
        self._unfocus, self._save = unfocus, save
        self._pointed: tuple[int, str] | None = None
        """The panel and the chart in it that a step has brought into focus last."""
        self._ended = -1
        """The ticket of the last run that has been seen to end."""

    def toggle(self) -> None:
        """Show the lesson of the open scenario beside its charts, where it was left, or take it
        away."""
        controls = self._controls
        controls.lesson_open, controls.mistyped = not controls.lesson_open, False
        wanted = first_unfinished(controls.scenarios, controls.progress)
        if controls.lesson_open and controls.bare and wanted != controls.index:
            self._choice.open(wanted)
            return
        if controls.in_lesson:
            self._rooms.leave()
            controls.room = "" if controls.asking else controls.room
            self._wait()
            self._show_step()
        self._dashboard.update()
        self._unfocus()

    def take_up(self) -> None:
        """Take up the lesson of a scenario that is about to be opened, where it was left: one whose
        question is open is held at the beginning of its run."""
        controls = self._controls
        if not controls.in_lesson:
            return
        if controls.step in ("read", "predict"):
            controls.running = False
            self._order(controls.run_order())
        if controls.step == "predict":
            controls.restart(plain=True)
        if not controls.own:
            self._note(hint=min(controls.lesson.hint, 1))
        self._show_step(opening=True)

    def go_on(self) -> None:
        """Take the next step of the lesson; where it has none, zoom as elsewhere."""
        scenario = self._controls.exercise
        if scenario is None or not steps_of(scenario):
            self._navigation.zoom()
            return
        step = self._controls.step
        ways: Mapping[Step, Callable[[Scenario], None]] = {
            "read": self._ask,
            "predict": self._run,
            "run": self._compare,
            "reveal": self._set_task,
            "task": self._help,
        }
        ways[step](scenario)

    def go_back(self) -> None:
        """Take back the last character that was typed; with nothing typed, the last step; behind a
        prediction, that."""
        controls, scenario = self._controls, self._controls.exercise
        if scenario is None or not (steps := steps_of(scenario)):
            return
        progress, controls.mistyped = controls.lesson, False
        if controls.step == "predict" and progress.answer:
            self._note(answer=progress.answer[:-1])
            self._save()
        elif progress.hint and controls.step == "task":
            self._note(hint=progress.hint - 1)
        elif controls.step in ("run", "reveal"):
            self._ask(scenario)
        else:
            self._step_to(steps[max(steps.index(controls.step) - 1, 0)])
            self._show_step()
            self._dashboard.update()
        self._dashboard.draw(LESSON)

    def type(self, character: str) -> bool:
        """Type a character; whether it goes no further. While a prediction is asked for, all of
        them are for that."""
        controls, scenario = self._controls, self._controls.exercise
        if scenario is None or not controls.in_lesson or not character.isprintable():
            return False
        if controls.step == "read" and character == " ":  # nothing runs unseen under the cover
            self.go_on()
            return True
        if character == "?":  # no part of any answer
            return False
        if controls.step != "predict":  # a late digit of a prediction opens no other scenario
            return character.isdecimal() and controls.step in ("read", "run", "reveal")
        taken = typed_answer(scenario, controls.lesson.answer, character)
        if taken:
            self._note(answer=taken)
            self._save()
        controls.mistyped = not taken
        self._dashboard.draw(LESSON)
        return True

    def observe(self) -> None:
        """Take note of what the worker has measured: a run that has ended, a task that is met."""
        controls, scenario = self._controls, self._controls.exercise
        if scenario is None or not controls.lesson_open:
            return
        self._keep_outcome(scenario)
        status = self._readings.status
        if controls.step == "run" and status is not None and status.finished:
            self._step_to("reveal")
            self._dashboard.draw("keys")
        self._follow_goals(scenario)
        met = controls.step == "task" and is_done(scenario, self._readings.measured)
        if met and not controls.lesson.done:
            self._finish()
            self._dashboard.show_done()
        self._dashboard.draw(LESSON)

    def _follow_goals(self, scenario: Scenario) -> None:
        """As a run ends, bring what the task still asks for into focus, unless the person looks at
        something else."""
        controls, status = self._controls, self._readings.current(self._controls.ticket)
        ended = status is not None and status.finished and self._ended != controls.ticket
        if controls.step != "task" or not ended:
            return
        self._ended = controls.ticket
        if self._pointed == (controls.panel, controls.inner):
            self._point(chart_of(task_paths(scenario, self._readings.measured)))
            self._dashboard.update()

    def _keep_outcome(self, scenario: Scenario) -> None:
        """Keep what the run that was predicted has shown at its end: whatever is run later, the
        prediction is held against that."""
        lesson, measured = self._controls.lesson, self._readings.measured
        asked = self._controls.step in ("run", "reveal") and not lesson.found
        if asked and has_finished(measured) and lesson.predicted(self._controls.all_settings):
            paths = question_paths(scenario)
            self._note(found={path: measured[path] for path in paths if path in measured})
            self._save()

    def _ask(self, _scenario: Scenario) -> None:
        """Hold the run at its beginning, and ask what it will show."""
        self._step_to("predict")
        self._show_step()
        self._wait()
        self._dashboard.update()

    def _wait(self) -> None:
        """Hold the run while its question is open: at its first record, and as the lesson has it,
        once that is asked; and against no run from before the lesson."""
        controls, status = self._controls, self._readings.current(self._controls.ticket)
        if controls.step not in ("read", "predict"):
            return
        controls.running = False
        self._order(controls.run_order())
        dropped = controls.has_reference and not controls.pinned
        controls.has_reference, controls.fresh = controls.pinned, False
        begun = status is not None and status.rows > 1
        if controls.step == "predict" and (begun or controls.own):
            if controls.own:
                self._notices.say(_("the lesson's own run, without your changes; u brings them"))
            controls.restart(plain=True)
            dropped = True
        if dropped:
            self._run_control.open()

    def _run(self, scenario: Scenario) -> None:
        """Run it, with the prediction or without one."""
        controls, answer = self._controls, self._controls.lesson.answer
        wrong = not is_answer(scenario, answer) or refusal(scenario, answer, mistyped=False)
        if answer and wrong:
            controls.mistyped = True
            self._dashboard.draw(LESSON)
            return
        self._note(settings=(*controls.all_settings,), found={})
        self._step_to("run")
        self._show_step()
        controls.running = True
        self._navigation.live()
        self._order(controls.run_order())
        self._dashboard.update()

    def _compare(self, _scenario: Scenario) -> None:
        self._step_to("reveal")
        self._dashboard.update()

    def _set_task(self, scenario: Scenario) -> None:
        if not scenario.task.goal:
            self._finish()
            self._next()
            return
        self._step_to("task")
        self._show_step()
        self._dashboard.update()

    def _help(self, scenario: Scenario) -> None:
        """Go on to the next lesson from a task that is met; else help with it, a little more each
        time."""
        controls, task, hint = self._controls, scenario.task, self._controls.lesson.hint
        said = bool(task.hint.in_language())
        if controls.lesson.done or hint > bool(task.attempt):
            self._next()
        elif hint == 0 and said:
            self._note(hint=1)
            self._dashboard.show_hint()
        elif task.attempt:
            self._note(hint=2)
            controls.running = True
            self._order(controls.run_order())
            self._rooms.open_run(dict(map(split_setting, task.attempt)))
        else:
            self._next()
        self._dashboard.draw(LESSON)

    def _next(self) -> None:
        """The next lesson of the list."""
        controls = self._controls
        index = controls.index + 1
        if index >= len(controls.scenarios):
            self._notices.say(_("this was the last lesson of the course"))
            return
        self._choice.open(index)

    def _finish(self) -> None:
        self._note(done=True)
        self._save()
        self._dashboard.draw("scenarios")

    def _step_to(self, step: Step) -> None:
        self._controls.lesson_line, self._controls.mistyped = 0, False
        self._note(step=step, hint=0)
        self._save()

    def _note(self, **changes: object) -> None:
        controls = self._controls
        controls.progress[controls.lesson_key] = replace(controls.lesson, **changes)
        self._dashboard.draw("verdict", "keys")  # which hold back what would be its answer

    def _show_step(self, opening: bool = False) -> None:
        """Bring the chart into focus that the step speaks of; `opening`: of a run that is still to
        be opened."""
        controls, scenario = self._controls, self._controls.exercise
        if scenario is None:
            return
        paths = paths_of(scenario)
        charts = {"read": ("layers", ""), "predict": evidence(paths)}
        if controls.step == "task":
            now = self._readings.current(controls.ticket)
            paths = task_paths(scenario, self._readings.measured if now and not opening else {})
        self._point(charts.get(controls.step, chart_of(paths)))

    def _point(self, chart: tuple[str, str]) -> None:
        panel, inner = PANELS.index(chart[0]), chart[1]
        self._controls.panel, self._controls.inner = self._pointed = panel, inner
