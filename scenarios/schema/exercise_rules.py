"""The rules of what a scenario asks: a prediction that can be judged, a task that can be met."""

from collections.abc import Iterator

from ..errors import Fault, found_text
from ..i18n import _
from .exercise import PredictSpec, TaskSpec, Text
from .expectations import Expectation, ExpectationError, parse
from .spec import Scenario

FEWEST, MOST = 2, 9
"""Answers to choose from: one is no choice, and each has a digit."""


def number_at(path: str) -> Expectation:
    """The expectation that looks up the number at a path. Raises ExpectationError."""
    return parse(f"{path} == 0")


def asked(scenario: Scenario) -> Iterator[tuple[str, Expectation]]:
    """What has to be looked up to judge a prediction and a task, and the key that states it.

    Raises ExpectationError where one cannot be read.
    """
    predict, task = scenario.predict, scenario.task
    if predict.path:
        yield "predict.path", number_at(predict.path)
    for i, choice in enumerate(predict.choices):
        yield f"predict.choices.{i}.when", parse(choice.when)
    for i, text in enumerate(task.goal):
        yield f"task.goal.{i}", parse(text)


def exercise_faults(scenario: Scenario, file: str) -> Iterator[Fault]:
    """A prediction that cannot be judged, or a task that cannot be met."""
    for key, found, what in (*predict_faults(scenario.predict), *task_faults(scenario.task)):
        yield Fault(file, key, found_text(found), what)


Finding = tuple[str, object, str]
"""A key, what it has, and what is wrong with that."""


def predict_faults(predict: PredictSpec) -> Iterator[Finding]:
    """What is wrong with the question and its answers."""
    count, asks = len(predict.choices), predict.question != Text()
    if asks and bool(predict.path) == bool(count):
        what = _("state either predict.path, for a number, or predict.choices")
        yield "predict.question", predict.question.in_language(), what
    if not asks and (predict.path or count):
        yield "predict.question", "", _("what is to be predicted has to be said")
    if predict.path:
        yield from _unreadable("predict.path", predict.path, f"{predict.path} == 0")
    if count and not FEWEST <= count <= MOST:
        what = _("from {low} to {high} answers to choose from").format(low=FEWEST, high=MOST)
        yield "predict.choices", predict.choices, what
    for i, choice in enumerate(predict.choices):
        if choice.say == Text():
            yield f"predict.choices.{i}.say", "", _("an answer has to be said in words")
        yield from _unreadable(f"predict.choices.{i}.when", choice.when, choice.when)


def task_faults(task: TaskSpec) -> Iterator[Finding]:
    """What is wrong with the task, and with what its hint tries."""
    if task.say != Text() and not task.goal:
        yield "task.goal", task.goal, _("a task needs an expectation that is met when it is done")
    if task.say == Text() and (task.goal or task.attempt or task.hint != Text()):
        yield "task.say", "", _("what is to be done has to be said")
    for i, text in enumerate(task.goal):
        yield from _unreadable(f"task.goal.{i}", text, text)


def _unreadable(key: str, found: str, expectation: str) -> Iterator[Finding]:
    try:
        parse(expectation)
    except ExpectationError as error:
        yield key, found, str(error)
