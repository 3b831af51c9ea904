"""A prediction is held against what was measured, and a task against the present run."""

import pytest
from msgspec.structs import replace
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.course import preset_ids
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.exercise import TaskSpec
from vglab.scenarios.schema.expectations import Value
from vglab.tui.lab.course.step_lines import LessonState, step_text
from vglab.tui.lab.course.steps import (
    STEPS,
    chart_of,
    comparison,
    decades,
    evidence,
    gives_itself_away,
    is_answer,
    is_done,
    is_told_at_birth,
    paths_of,
    steps_of,
    task_paths,
    why_not_yet,
)
from vglab.tui.render.styled_text import plain

PATH = "networks.model.measures.displacement.0.-1.0"


def test_every_preset_has_every_step() -> None:
    assert {steps_of(load(preset)) for preset in preset_ids()} == {STEPS}
    assert steps_of(load("relu", ["network.depth=3"])) == STEPS


def test_a_number_is_told_with_its_error_in_decades() -> None:
    set_language("en")
    scenario = load("deep-sigmoid")
    said, close = comparison(scenario, "3e-6", {PATH: 3e-7})
    assert said == "Predicted 3e-6, measured 3.0e-7: off by a factor of 10."
    assert not close
    assert comparison(scenario, "3,1e-7", {PATH: 3e-7})[1]


@pytest.mark.parametrize(("answer", "found"), [("0", 0.5), ("-1", 0.5), ("0.5", 0)])
def test_no_number_of_decades_lies_between_0_and_a_number(answer: str, found: float) -> None:
    set_language("en")
    said, close = comparison(load("deep-sigmoid"), answer, {PATH: found})
    assert "no factor leads" in said
    assert not close
    assert decades(0, 0) == 0


@pytest.mark.parametrize("measured", [{}, {PATH: None}, {PATH: "vanishing"}])
def test_what_was_not_measured_is_no_answer(measured: dict[str, Value]) -> None:
    set_language("en")
    assert comparison(load("deep-sigmoid"), "1", measured) == (
        "The run has not measured this.",
        False,
    )


def test_the_choice_that_came_true_is_found_in_the_measurement() -> None:
    set_language("en")
    scenario, path = load("relu-deep"), "accuracy.test.0.-1"
    assert comparison(scenario, "1", {path: 0.99}) == (
        "As you predicted: it learns, more than 95 % right.",
        True,
    )
    said, close = comparison(scenario, "1", {path: 0.5})
    assert said.endswith("what happened: It stays at chance.")
    assert not close
    assert comparison(scenario, "", {path: 0.5})[1]


def test_a_task_is_met_by_all_of_its_expectations() -> None:
    scenario = load("shallow-sigmoid")
    assert is_done(scenario, {"finished": True, "accuracy.test.0.-1": 0.5})
    assert not is_done(scenario, {"finished": False, "accuracy.test.0.-1": 0.5})
    assert not is_done(scenario, {"finished": True, "accuracy.test.0.-1": None})
    assert not is_done(scenario, {"accuracy.test.0.-1": 0.5})
    assert not is_done(scenario, {"finished": 1, "accuracy.test.0.-1": "x"})
    diverged = {"finished": True, "diverged_at": 7, "accuracy.test.0.-1": 0.5}
    assert not is_done(scenario, diverged)
    assert not is_done(scenario, {"finished": True, "accuracy.test.0.-1": float("nan")})


def test_what_a_task_asks_of_the_end_waits_for_it() -> None:
    """Whether or not its author has written `finished == true`."""
    set_language("en")
    deep, learned = load("deep-sigmoid"), {"accuracy.test.0.-1": 0.9}
    sound = {PATH: 0.5, **learned, "finished": True, "diverged_at": None}
    assert is_done(deep, sound)
    assert not is_done(deep, {**sound, "finished": False})
    assert "when the run has ended" in why_not_yet(deep, {**sound, "finished": False})
    assert not is_done(deep, {**sound, "diverged_at": 3})
    assert "has diverged" in why_not_yet(deep, {**sound, "diverged_at": 3})
    assert not why_not_yet(deep, sound)
    at_once, ratio = load("linear"), "networks.model.diagnosis.at_birth.ratio"
    assert is_done(at_once, {ratio: 0.9, "finished": False})
    assert not why_not_yet(at_once, {})


def test_a_task_may_ask_for_a_divergence() -> None:
    state = "networks.model.diagnosis.state"
    task = replace(load("relu").task, goal=(f"{state} == diverged",))
    scenario = replace(load("relu"), task=task)
    assert is_done(scenario, {state: "diverged", "finished": True, "diverged_at": 3})


def test_a_run_that_diverged_is_said_to_have_left_nothing_to_compare() -> None:
    set_language("en")
    diverged = {"finished": True, "diverged_at": 12, PATH: None}
    assert "diverged at step 12" in comparison(load("deep-sigmoid"), "1/4", diverged)[0]


def test_a_task_says_in_words_what_no_number_is() -> None:
    set_language("en")
    state = LessonState(step="task", measured={"finished": True, "diverged_at": 12, PATH: None})
    said = "\n".join(plain(line) for line in step_text(load("deep-sigmoid"), state, 60).said)
    assert "(not measured)" in said
    assert "None" not in said


@pytest.mark.parametrize(("preset", "at_birth"), [("depth-cliff", True), ("relu", False)])
def test_what_was_measured_at_initialization_is_not_so_far(preset: str, at_birth: bool) -> None:
    set_language("en")
    state = LessonState(step="reveal", progress="step 436/2000")
    said = " ".join(plain(line) for line in step_text(load(preset), state, 60).said)
    assert ("so far: step 436" in said) is not at_birth
    assert ("at initialization; the run goes on: step 436" in said) is at_birth


def test_answers_are_numbers_or_the_digit_of_a_choice() -> None:
    assert is_answer(load("deep-sigmoid"), "1/256")
    assert is_answer(load("dying-relu"), "30%")
    assert not is_answer(load("dying-relu"), "30")
    assert is_answer(load("relu-deep"), "3")
    assert not is_answer(load("relu-deep"), "4")
    assert not is_answer(load("deep-sigmoid"), "-")


def test_what_the_charts_tell_at_birth_is_covered() -> None:
    told = {preset for preset in preset_ids() if is_told_at_birth(load(preset))}
    assert {"depth-cliff", "exploding", "tanh-chaos"} <= told
    assert not told & {"deep-sigmoid", "relu", "clipping", "gan-staged"}
    given = {preset for preset in preset_ids() if gives_itself_away(load(preset))}
    assert given - told == {"adam", "adam-wall", "deep-sigmoid", "tanh"}, "hatched bars tell it"


def test_each_question_begins_at_the_chart_that_bears_on_it() -> None:
    assert evidence(paths_of(load("tanh"))) == ("layers", "")
    assert evidence(paths_of(load("gan-staged"))) == ("inside", "game")
    assert evidence(paths_of(load("gru"))) == ("inside", "time_steps")


GOALS = ("accuracy.test.0.-1 > 0.9", "networks.model.measures.displacement.0.-1.0 > 0.01")


@pytest.mark.parametrize(
    ("accuracy", "displacement", "chart"),
    [
        (0.5, 0.5, ("learning", "")),
        (0.5, 0.0, ("learning", "")),
        (0.95, 0.0, ("inside", "displacement")),
        (0.95, 0.5, ("inside", "displacement")),
    ],
)
def test_the_chart_of_a_task_is_that_of_its_first_unmet_goal(
    accuracy: float, displacement: float, chart: tuple[str, str]
) -> None:
    goal = ["finished == true", "spec.network.loss == squared", *GOALS]
    scenario = replace(load("deep-sigmoid"), task=TaskSpec(goal=(*goal,)))
    measured = {"finished": True, "spec.network.loss": "cross_entropy"}
    measured |= {GOALS[0].split()[0]: accuracy, GOALS[1].split()[0]: displacement}
    assert chart_of(task_paths(scenario, measured)) == chart


def test_an_exact_prediction_is_called_so_and_a_comma_is_no_sum() -> None:
    set_language("es")
    scenario = load("dying-relu")
    path = "networks.model.measures.dead.0.-1.9"
    said, close = comparison(scenario, "50%", {path: 0.5})
    assert close
    assert said.endswith("lo medido: 0.5. Exacta.")
    assert "factor" not in said
    assert "0,01 = " not in comparison(scenario, "0,01", {path: 0.5})[0]
    assert "50% = 0.5" in said, "what has to be worked out is"
    set_language("en")


def test_no_choice_brings_a_second_colon() -> None:
    for lang in ("en", "es"):
        set_language("es" if lang == "es" else "en")
        path = "accuracy.test.0.-1"
        for answer in ("1", ""):
            said, _close = comparison(load("relu-deep"), answer, {path: 0.99})
            assert said.count(":") == 1
    set_language("en")
