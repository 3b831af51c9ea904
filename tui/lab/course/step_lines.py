"""A step of a lesson in lines: what is asked, what was predicted, and which key goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ....scenarios.i18n import _, figure
from ....scenarios.loading.toml_reader import split_setting
from ....scenarios.schema.exercise import map_texts
from ....scenarios.schema.expectations import Expectation, is_number
from ....scenarios.schema.spec import Scenario
from ...render.glyphs import UNICODE, write_powers
from ...render.labels import key_label
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, style, wrap_words
from .path_words import path_words
from .steps import (
    STEP_NAMES,
    Measured,
    Step,
    comparison,
    goals,
    has_finished,
    is_answer,
    is_told_at_birth,
    refusal,
    steps_of,
    why_not_yet,
    within,
)
from .typed_number import is_spelled_out, parse_number, range_of

DONE = "✔"
_OPEN, _AHEAD = "○", "·"
_STRONG, _QUIET, _KEY = style(Role.STRONG, bold=True), style(Role.MUTED), style(Role.KEY) | BOLD
_GOOD, _WRONG = style(Role.HEALTHY), style(Role.FAULT) | BOLD


@dataclass(frozen=True)
class LessonState:
    """Where a person is in a lesson, and what the run has shown so far."""

    step: Step = "read"
    answer: str = ""
    done: bool = False
    hint: int = 0
    """How much help there has been: 1, the hint; 2, it was tried."""
    mistyped: bool = False
    """Whether what was typed last is no part of an answer."""
    measured: Measured | None = None
    """What the present run has measured."""
    judged: Measured | None = None
    """What the run that was predicted has measured."""
    elsewhere: bool = False
    """Whether the present run is another one."""
    progress: str = ""
    """How far the run has come, in words; nothing where it has ended."""
    following: str = ""
    """The title of the next lesson; nothing after the last one."""


class StepText(NamedTuple):
    """A step as it is shown: what it says, and the keys that go on, which have to stay in sight."""

    said: Lines
    keys: Lines
    hint: Sequence[Line] = ()
    """What of it helps with the task."""


def step_text(scenario: Scenario, state: LessonState, room: int, ascii: bool = False) -> StepText:
    """The step that the lesson is at, powers written out for `ascii`; nothing for a scenario that
    asks nothing."""
    if not steps_of(scenario):
        return StepText([], [])
    if ascii:
        scenario = map_texts(scenario, write_powers)
    say, name_keys = _STEP_TEXTS[state.step]
    said = [_steps(scenario, state), [], *say(scenario, state, room)]
    keys = [*name_keys(scenario, state, room)]
    if state.step != steps_of(scenario)[0]:
        again = state.step in ("run", "reveal")
        typed = state.step == "predict" and state.answer
        back = _("backspace: predict again") if again else _("backspace: back")
        back = _("backspace: delete") if typed else back
        keys += _words(back, room, _QUIET)
    if state.step in ("predict", "task"):
        keys += _words(_("esc: close the lesson"), room, _QUIET)
    hint = hint_lines(scenario, state.hint * (state.step == "task"), room)
    return StepText(said, keys, [*hint])


def _steps(scenario: Scenario, state: LessonState) -> Line:
    """How many steps there are, how many are behind, and what this one is called."""
    steps = steps_of(scenario)
    at = steps.index(state.step)
    beads = UNICODE.dot * (at + 1) + _AHEAD * (len(steps) - at - 1)
    done = f" {DONE}" if state.done else ""
    return [(beads + " ", _KEY), (_(STEP_NAMES[state.step]), _STRONG), (done, _GOOD)]


def _words(text: str, room: int, code: int = 0, first: str = "") -> Iterator[Line]:
    indent = " " * len(first)
    lines = wrap_words(text, room, first, indent)
    yield from ([(line, code)] for line in lines)


def _read(scenario: Scenario, _state: LessonState, room: int) -> Iterator[Line]:
    yield from _words(scenario.predict.read.in_language(), room)
    yield from _words(_("i: what a word means"), room, _QUIET)


def _read_keys(_scenario: Scenario, _state: LessonState, room: int) -> Iterator[Line]:
    yield from _words(_("enter: predict what it will do"), room, _KEY)


def _predict(scenario: Scenario, state: LessonState, room: int) -> Iterator[Line]:
    yield from _words(scenario.predict.question.in_language(), room)
    if scenario.predict.choices:
        yield []
        yield from _choices(scenario, state.answer, room)


def _predict_keys(scenario: Scenario, state: LessonState, room: int) -> Iterator[Line]:
    """The answer as far as it is typed, what is allowed, and how it goes on."""
    count = len(scenario.predict.choices)
    if not count:
        yield _typed(state.answer)
    refused = refusal(scenario, state.answer, state.mistyped)
    if refused:
        yield from _words(refused, room, _WRONG)
    if is_answer(scenario, state.answer) and not refused:
        yield from _words(_("enter: run it"), room, _KEY)
        return
    if not refused:
        number = _("a number, as 0.25, 1/4, 30 %, 3e-6")
        if not count and not range_of(scenario.predict.path).is_share:
            number = _("a number, as 0.25, 1/4, 3e-6")
        yield from _words(_("a digit chooses") if count else number, room, _KEY)
    if not state.answer:
        yield from _words(_("enter: no prediction"), room, _QUIET)


def _typed(answer: str) -> Line:
    """What is typed; and how it is understood, where it is not as numbers are shown."""
    line: Line = [(f"{UNICODE.pointer} ", _KEY), (answer + "_", _STRONG)]
    if is_spelled_out(answer):
        line.append((f"  = {figure(parse_number(answer))}", _KEY))
    return line


def _choices(scenario: Scenario, answer: str, room: int) -> Iterator[Line]:
    for number, choice in enumerate(scenario.predict.choices, 1):
        chosen = answer == str(number)
        mark = UNICODE.pointer if chosen else " "
        code = _STRONG if chosen else 0
        yield from _words(choice.say.in_language(), room, code, f"{mark}{number} ")


def _predicted(scenario: Scenario, answer: str) -> str:
    """What was predicted, in words."""
    if not is_answer(scenario, answer):
        return _("no prediction")
    if not scenario.predict.choices:
        return _("predicted: {answer}").format(answer=answer)
    chosen = scenario.predict.choices[int(answer) - 1].say.in_language()
    return _("predicted: {answer}").format(answer=within(chosen))


def _run(scenario: Scenario, state: LessonState, room: int) -> Iterator[Line]:
    yield from _words(scenario.predict.question.in_language(), room, _QUIET)
    yield []
    yield from _words(_predicted(scenario, state.answer), room, _STRONG)
    yield from _words(state.progress, room)


def _run_keys(_scenario: Scenario, _state: LessonState, room: int) -> Iterator[Line]:
    yield from _words(_("the comparison comes as the run ends; enter: see it now"), room, _KEY)


def _reveal(scenario: Scenario, state: LessonState, room: int) -> Iterator[Line]:
    yield from _words(scenario.predict.question.in_language(), room, _QUIET)
    yield []
    said, close = comparison(scenario, state.answer, state.judged or {})
    if state.elsewhere and not state.judged:
        said, close = _("The run that was predicted was left before its end."), False
    yield from _words(said, room, style(Role.HEALTHY if close else Role.VANISHING) | BOLD)
    if state.elsewhere:
        yield from _words(_("The charts show another run, after a change."), room, _QUIET)
    elif state.progress:
        # what was measured before the first step stays as it is, however far the run has come
        first = _("at initialization; the run goes on: {progress}")
        when = first if is_told_at_birth(scenario) else _("so far: {progress}")
        yield from _words(when.format(progress=state.progress), room, _QUIET)


def _reveal_keys(scenario: Scenario, state: LessonState, room: int) -> Iterator[Line]:
    how = _("enter: a task") if scenario.task.goal else _next(state)
    yield from _words(how, room, _KEY)


def _task(scenario: Scenario, state: LessonState, room: int) -> Iterator[Line]:
    task, measured = scenario.task, state.measured or {}
    yield from _words(task.say.in_language(), room, _STRONG)
    yield from hint_lines(scenario, state.hint, room)  # before the goals, which may be long
    for wanted, met in goals(scenario, measured):
        yield from _goal(wanted, met, measured, room, scenario.run.record_every)
    if waits := why_not_yet(scenario, measured):
        yield from _words(waits, room, _QUIET)


def hint_lines(scenario: Scenario, hint: int, room: int) -> Iterator[Line]:
    """The help with a task, and what enter tries next; nothing before it is asked for."""
    task = scenario.task
    if hint:
        yield from _words(task.hint.in_language(), room)
    if task.attempt and hint == 1:
        tried = (split_setting(setting) for setting in task.attempt)
        said = ", ".join(f"{key_label(key)} = {value}" for key, value in tried)
        yield from _words(said, room, _QUIET)


def _task_keys(scenario: Scenario, state: LessonState, room: int) -> Iterator[Line]:
    task = scenario.task
    if state.done:
        now = all(met for _goal, met in goals(scenario, state.measured or {}))
        done = _("done") if now else _("done before, by another run")
        yield from _words(f"{DONE} {done}", room, _GOOD | BOLD)
        yield from _words(_next(state), room, _KEY)
        return
    hint = state.hint or not task.hint.in_language()
    if not hint:
        how = _("c: change; enter: a hint")
    elif task.attempt and state.hint < 2:
        how = _("enter: try it and compare")
    else:
        unmet = _unmet(state.measured or {})
        how = _("{state}; enter: go on all the same").format(state=unmet)
    yield from _words(how, room, _KEY)


def _goal(
    wanted: Expectation, met: bool, measured: Measured, room: int, every: int
) -> Iterator[Line]:
    """An expectation of the task, what is measured there, and whether that meets it."""
    path = ".".join(wanted.path)
    found = measured.get(path)
    now = f" ({_measured_words(found)})" if path in measured and not isinstance(found, bool) else ""
    if not met and (found is not None or path not in measured):
        words = _(": measured {value}").format(value=_measured_words(found)) if now else ""
        now = f" ({_unmet(measured)}{words})"
    code = _GOOD if met else _QUIET
    asked = f"{path_words(path, every)} {wanted.text.removeprefix(path).strip()}".removesuffix(
        "== true"
    )
    yield from _words(asked.strip() + now, room, code, f"{DONE if met else _OPEN} ")


def _unmet(measured: Measured) -> str:
    return _("not met") if has_finished(measured) else _("not met yet")


def _measured_words(found: object) -> str:
    """What is measured, in words where that is no finite number."""
    if found is None:
        return _("not measured")
    return figure(found) if is_number(found) else str(found)


def _next(state: LessonState) -> str:
    if not state.following:
        return _("this was the last lesson of the course")
    return _("enter: next, {title}").format(title=state.following)


_Say = Callable[[Scenario, LessonState, int], Iterator[Line]]
_STEP_TEXTS: Mapping[Step, tuple[_Say, _Say]] = {
    "read": (_read, _read_keys),
    "predict": (_predict, _predict_keys),
    "run": (_run, _run_keys),
    "reveal": (_reveal, _reveal_keys),
    "task": (_task, _task_keys),
}
"""What each step says, and which keys it names."""
