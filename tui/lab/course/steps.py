"""The steps of a lesson, and how what a person predicted compares with what was measured.

Pure functions of a scenario's exercise and of the values that the worker has measured.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from ....scenarios.i18n import N_, _, figure
from ....scenarios.schema.exercise_rules import asked, number_at
from ....scenarios.schema.expectations import ORDERINGS, Expectation, Value, holds, is_number, parse
from ....scenarios.schema.spec import Scenario
from ..layout import INSIDE
from .typed_number import (
    LONGEST,
    is_number_in,
    is_spelled_out,
    objection,
    only_a_number,
    parse_number,
    range_of,
)

Step = Literal["read", "predict", "run", "reveal", "task"]
STEPS: tuple[Step, ...] = ("read", "predict", "run", "reveal", "task")
STEP_NAMES: Mapping[Step, str] = {
    "read": N_("read"),
    "predict": N_("predict"),
    "run": N_("run"),
    "reveal": N_("compare"),
    "task": N_("task"),
}

Measured = Mapping[str, Value]
"""Values of the run document, by their paths; what is not measured yet is left out."""

ENDED, DIVERGED = "finished", "diverged_at"
"""Where the run document says that a run has ended, and that it diverged."""
_LAST = "-1"
"""The last record, as a path counts it."""


def steps_of(scenario: Scenario) -> tuple[Step, ...]:
    """The steps that a scenario has; none where it asks nothing."""
    question = scenario.predict.question.in_language()
    asking: tuple[Step, ...] = ("read", "predict", "run", "reveal") if question else ()
    task: tuple[Step, ...] = ("task",) if scenario.task.goal else ()
    return (*asking, *task)


def paths_of(scenario: Scenario) -> list[str]:
    """What has to be measured to judge the prediction and the task."""
    return _paths([wanted for _key, wanted in asked(scenario)])


def question_paths(scenario: Scenario) -> list[str]:
    """What has to be measured to judge the prediction alone."""
    return _paths(_asked_to_predict(scenario))


def _asked_to_predict(scenario: Scenario) -> list[Expectation]:
    return [wanted for key, wanted in asked(scenario) if key.startswith("predict.")]


def _paths(asked_for: Sequence[Expectation]) -> list[str]:
    """The paths of expectations, and of what says whether the run that they are of has ended."""
    paths = [".".join(wanted.path) for wanted in asked_for]
    return [*dict.fromkeys([*paths, ENDED, DIVERGED] if paths else [])]


def is_answer(scenario: Scenario, text: str) -> bool:
    """Whether this can be held against the run: a number that can stand there, or the number of a
    choice."""
    count = len(scenario.predict.choices)
    if not count:
        return is_number_in(text, range_of(scenario.predict.path))
    return text.isdecimal() and 1 <= int(text) <= count


def typed_answer(scenario: Scenario, answer: str, character: str) -> str:
    """The answer with one more character; nothing where that is no part of one, or there are too
    many. Of choices the last digit counts."""
    if scenario.predict.choices:
        return character if is_answer(scenario, character) else ""
    return answer + character if len(answer) < LONGEST else ""


def refusal(scenario: Scenario, answer: str, mistyped: bool) -> str:
    """Why what is typed is no answer, and what would be one; nothing where it is one, or may become
    one. `mistyped`: the last character was not taken, or this was given as the answer."""
    if count := len(scenario.predict.choices):
        return _("only a digit from 1 to {count}").format(count=count) if mistyped else ""
    said = objection(answer, range_of(scenario.predict.path))
    if said or not mistyped:
        return said
    if len(answer) >= LONGEST:
        return _("at most {count} characters").format(count=LONGEST)
    return only_a_number()


def speaks_of_end(wanted: Expectation) -> bool:
    """Whether an expectation is of the last record, so that a run has to have ended for it."""
    now = "diagnosis" in wanted.path and "at_birth" not in wanted.path
    return now or _LAST in wanted.path


def is_about_divergence(wanted: Expectation) -> bool:
    """Whether it is a divergence that is asked for."""
    return DIVERGED in wanted.path or wanted.value == "diverged"


def has_finished(measured: Measured) -> bool:
    """Whether the run is over, at its end or because it diverged."""
    return measured.get(ENDED) is True


def has_ended(measured: Measured) -> bool:
    """Whether the run has come to its end, and has not diverged on the way."""
    return has_finished(measured) and measured.get(DIVERGED) is None


def is_met(wanted: Expectation, measured: Measured) -> bool:
    """Whether an expectation holds of what is measured."""
    path = ".".join(wanted.path)
    if path not in measured:
        return False
    value = measured[path]
    comparable = wanted.comparison not in ORDERINGS or value is None or is_number(value)
    return comparable and holds(wanted, value)


def goals(scenario: Scenario, measured: Measured) -> Iterator[tuple[Expectation, bool]]:
    """What the task asks for, and whether it is so: what is asked of the end of a run is so only
    there, and not where it diverged."""
    wanted_goals = [parse(text) for text in scenario.task.goal]
    has_come = has_finished if any(map(is_about_divergence, wanted_goals)) else has_ended
    for wanted in wanted_goals:
        counts = has_come(measured) or not speaks_of_end(wanted)
        yield wanted, counts and is_met(wanted, measured)


def task_paths(scenario: Scenario, measured: Measured) -> list[str]:
    """What the task asks to be measured, as it is to be looked at: first what is not so yet, and
    where all is, the last of it."""
    asked_for = [(".".join(wanted.path), met) for wanted, met in goals(scenario, measured)]
    unmet = [path for path, met in asked_for if not met]
    return [*unmet, *(path for path, _met in asked_for[::-1])]


def why_not_yet(scenario: Scenario, measured: Measured) -> str:
    """Why a run that is asked about its end does not count, in words; nothing where it does."""
    wanted = [parse(text) for text in scenario.task.goal]
    if not any(map(speaks_of_end, wanted)):
        return ""
    about = any(map(is_about_divergence, wanted))
    if measured.get(DIVERGED) is not None and not about:
        return _("the run has diverged, so it does not count")
    said = any(one.path == (ENDED,) for one in wanted)
    return "" if said or has_finished(measured) else _("it counts when the run has ended")


def is_done(scenario: Scenario, measured: Measured) -> bool:
    """Whether there is a task, and the run meets all that it asks for."""
    return bool(scenario.task.goal) and all(met for _goal, met in goals(scenario, measured))


def outcome(scenario: Scenario, measured: Measured) -> str:
    """Which of the choices is what the run has shown, in words; nothing where none is."""
    for choice in scenario.predict.choices:
        if is_met(parse(choice.when), measured):
            return choice.say.in_language()
    return ""


def comparison(scenario: Scenario, answer: str, measured: Measured) -> tuple[str, bool]:
    """What was measured beside what was predicted, in a sentence, and whether that was close: the
    choice that came true, or a number within a factor of 10."""
    if scenario.predict.choices:
        return _choice_comparison(scenario, answer, measured)
    path = ".".join(number_at(scenario.predict.path).path)
    found = measured.get(path)
    if path not in measured or not is_number(found):
        return _no_measurement(measured, _("The run has not measured this.")), False
    guess = parse_number(answer)
    if guess is None:
        return _("Measured: {value}.").format(value=figure(found)), True
    off = decades(guess, found)
    said = {"guess": _with_value(answer, guess), "value": figure(found)}
    if figure(guess) == figure(found):
        return _("Predicted {guess}, measured {value}: exact.").format(**said), True
    if off is None:
        words = _("Predicted {guess}, measured {value}: no factor leads from one to the other.")
        return words.format(**said), guess == found
    words = _("Predicted {guess}, measured {value}: off by a factor of {factor}.")
    return words.format(**said, factor=factor_of(off)), off < 1


def _with_value(answer: str, guess: float) -> str:
    """What was typed; where it has to be worked out, with what it comes to."""
    return f"{answer} = {figure(guess)}" if is_spelled_out(answer) else answer


def factor_of(decades: float) -> str:
    """A factor of so many powers of ten, as text."""
    most = sys.float_info.max_10_exp
    return figure(10**decades) if decades < most else f"10^{figure(decades)}"


def _no_measurement(measured: Measured, otherwise: str) -> str:
    """That the run diverged, so that nothing can be held against it; or `otherwise`."""
    at = measured.get(DIVERGED)
    if not is_number(at):
        return otherwise
    return _("The run diverged at step {step}: there is nothing to compare.").format(step=at)


def _choice_comparison(scenario: Scenario, answer: str, measured: Measured) -> tuple[str, bool]:
    found = outcome(scenario, measured)
    if not found:
        return _no_measurement(measured, _("The run has shown none of these.")), False
    if not is_answer(scenario, answer):
        return _("What happened: {found}.").format(found=within(found)), True
    chosen = scenario.predict.choices[int(answer) - 1].say.in_language()
    if chosen == found:
        return _("As you predicted: {found}.").format(found=within(found)), True
    words = _("You predicted “{chosen}”; what happened: {found}.")
    return words.format(chosen=chosen, found=found), False


def within(choice: str) -> str:
    """A choice after a colon: without one of its own, and without a capital where it is a
    sentence of words."""
    head, colon, rest = choice.partition(": ")
    return f"{head[:1].lower()}{head[1:]}, {rest}" if colon else choice


def decades(guess: float, found: float) -> float | None:
    """By how many powers of ten two numbers differ; None where one is 0 or their signs differ."""
    if guess == found:
        return 0.0
    return abs(math.log10(guess / found)) if guess * found > 0 else None


_CHARTS = (
    ("displacement", INSIDE, "displacement"),
    ("update_ratio", INSIDE, "update_ratio"),
    ("saturated", INSIDE, "saturation"),
    ("dead", INSIDE, "saturation"),
    ("time", INSIDE, "time_steps"),
    ("step_ratio", INSIDE, "time_steps"),
    ("step_rate", INSIDE, "time_steps"),
    ("gan", INSIDE, "game"),
    ("accuracy", "learning", ""),
    ("loss", "learning", ""),
    ("networks", "layers", ""),
)
"""A name in a path, and where it is drawn: a panel, and in the fourth one the chart."""


def chart_of(paths: Sequence[str]) -> tuple[str, str]:
    """The panel, and the chart in the fourth one, that shows the first of these that is drawn: no
    setting is."""
    for path in paths:
        names = path.split(".")
        for name, panel, inner in _CHARTS:
            if name in names and names[0] != "spec":
                return panel, inner
    return "layers", ""


def evidence(paths: Sequence[str]) -> tuple[str, str]:
    """The panel, and the chart in the fourth one, to look at before the answer is there."""
    panel, inner = chart_of(paths)
    return (panel, inner) if inner in ("game", "time_steps") else ("layers", "")


def is_told_at_birth(scenario: Scenario) -> bool:
    """Whether charts tell what is to be predicted before the first step has been taken."""
    paths = [wanted.path for wanted in _asked_to_predict(scenario)]
    return any("at_birth" in path or path[2:6:3] == ("measures", "0") for path in paths)


def gives_itself_away(scenario: Scenario) -> bool:
    """Whether charts of the first record answer the question: they tell it, or their hatched bars
    say which layers are going to move."""
    asked_for = _asked_to_predict(scenario)
    moves = any({"displacement", "frozen"} & {*wanted.path} for wanted in asked_for)
    return moves or is_told_at_birth(scenario)
