"""The steps of a lesson, and how what a person predicted compares with what was measured.

Pure functions of a scenario's exercise and of the values that the worker has measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from ....scenarios.i18n import N_, _, figure
from ....scenarios.schema.exercise_rules import asked, number_at
from ....scenarios.schema.expectations import ORDERINGS, Expectation, Value, holds, is_number, parse
from ....scenarios.schema.spec import Scenario
from ..layout import INSIDE

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

NUMBER_MARKS = "0123456789.,e-+"
"""What a number is typed with."""
_LONGEST = 12
"""Characters of a number that is typed."""


def steps_of(scenario: Scenario) -> tuple[Step, ...]:
    """The steps that a scenario has; none where it asks nothing."""
    question = scenario.predict.question.in_language()
    asking: tuple[Step, ...] = ("read", "predict", "run", "reveal") if question else ()
    task: tuple[Step, ...] = ("task",) if scenario.task.goal else ()
    return (*asking, *task)


def paths_of(scenario: Scenario) -> list[str]:
    """What has to be measured to judge the prediction and the task."""
    paths = (".".join(wanted.path) for _key, wanted in asked(scenario))
    return [*dict.fromkeys(paths)]


def parse_number(text: str) -> float | None:
    """The number that was typed, with a decimal point or comma; None where it is none."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_answer(scenario: Scenario, text: str) -> bool:
    """Whether this can be held against the run: a number, or the number of a choice."""
    count = len(scenario.predict.choices)
    if not count:
        return parse_number(text) is not None
    return text.isdecimal() and 1 <= int(text) <= count


def typed_answer(scenario: Scenario, answer: str, character: str) -> str:
    """The answer with one more character; nothing where that is no part of one. Of choices the
    last digit counts, and a number has an e only behind a digit."""
    if scenario.predict.choices:
        return character if is_answer(scenario, character) else ""
    begun = any(mark.isdigit() for mark in answer)
    taken = character in NUMBER_MARKS and (character != "e" or begun)
    return (answer + character)[:_LONGEST] if taken else ""


def passes_question(character: str, answer: str) -> bool:
    """Whether a character that is no part of an answer does at a question what it does elsewhere:
    the other letters do not, as they may be meant for one."""
    begun = any(mark.isdigit() for mark in answer)
    return character.lower() in ("jkq?" if begun else "jkq?ce/:")


def is_met(wanted: Expectation, measured: Measured) -> bool:
    """Whether an expectation holds of what is measured."""
    path = ".".join(wanted.path)
    if path not in measured:
        return False
    value = measured[path]
    comparable = wanted.comparison not in ORDERINGS or value is None or is_number(value)
    return comparable and holds(wanted, value)


def goals(scenario: Scenario, measured: Measured) -> Iterator[tuple[Expectation, bool]]:
    """What the task asks for, and whether it is so."""
    for text in scenario.task.goal:
        wanted = parse(text)
        yield wanted, is_met(wanted, measured)


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
        return _choice_comparison(scenario, answer, outcome(scenario, measured))
    path = ".".join(number_at(scenario.predict.path).path)
    found = measured.get(path)
    if path not in measured or not is_number(found):
        return _("The run has not measured this."), False
    guess = parse_number(answer)
    if guess is None:
        return _("Measured: {value}.").format(value=figure(found)), True
    off = decades(guess, found)
    said = {"guess": answer, "value": figure(found), "decades": figure(off)}
    if off is None:
        words = _("Predicted {guess}, measured {value}: no number of decades apart.")
        return words.format(**said), guess == found
    words = _("Predicted {guess}, measured {value}: {decades} decades off.")
    return words.format(**said), off < 1


def _choice_comparison(scenario: Scenario, answer: str, found: str) -> tuple[str, bool]:
    if not found:
        return _("The run has shown none of these."), False
    if not is_answer(scenario, answer):
        return _("What happened: {found}.").format(found=found), True
    chosen = scenario.predict.choices[int(answer) - 1].say.in_language()
    if chosen == found:
        return _("As you predicted: {found}.").format(found=found), True
    words = _("You predicted “{chosen}”; what happened: {found}.")
    return words.format(chosen=chosen, found=found), False


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
    """The panel, and the chart in the fourth one, that shows the first of these that is drawn."""
    for path in paths:
        names = path.split(".")
        for name, panel, inner in _CHARTS:
            if name in names:
                return panel, inner
    return "layers", ""


def evidence(paths: Sequence[str]) -> tuple[str, str]:
    """The panel, and the chart in the fourth one, to look at before the answer is there."""
    panel, inner = chart_of(paths)
    return (panel, inner) if inner in ("game", "time_steps") else ("layers", "")


def is_told_at_birth(scenario: Scenario) -> bool:
    """Whether charts tell what is to be predicted before the first step has been taken."""
    paths = [wanted.path for key, wanted in asked(scenario) if key.startswith("predict.")]
    return any("at_birth" in path or path[2:6:3] == ("measures", "0") for path in paths)
