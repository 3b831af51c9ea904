"""The lesson says what a scenario teaches and what it changes, beside its charts, at any width."""

import pytest
from lab_driver import Bench, send_first_frame
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.changes import presets
from vglab.scenarios.loading.inheritance import load
from vglab.tui.lab.bench.lesson import (
    LessonPlace,
    lesson_pane,
    lesson_text,
    line_of_hint,
    squeeze,
)
from vglab.tui.lab.course.progress import LessonProgress
from vglab.tui.lab.course.step_lines import LessonState
from vglab.tui.lab.course.steps import STEPS
from vglab.tui.lab.layout import FOUR, LESSON, PANELS
from vglab.tui.protocol import View
from vglab.tui.render.styled_text import Lines, plain, width

IDS = [preset.id for preset in presets()]
PLACE = LessonPlace("The problem", 1, 4, "Two sigmoid layers")


def text(lines: Lines) -> str:
    """The page's words."""
    return " ".join(" ".join(plain(line) for line in lines).split())


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("name", IDS)
def test_the_whole_lesson_is_there_at_any_width(name: str, lang: str) -> None:
    set_language("es" if lang == "es" else "en")
    scenario = load(name)
    for columns in (28, 40, 90):
        lines = lesson_text(scenario, PLACE, columns).lines
        assert {width(line) for line in lines} == {columns}
        said = text(lines).replace("- ", "-")
        ending = " ".join(scenario.lesson.in_language().split())[-40:]
        assert ending.replace("- ", "-") in said
        assert said.endswith("Two sigmoid layers (j)")


def test_the_difference_from_the_base_is_said() -> None:
    """A controlled experiment names its one change."""
    set_language("en")
    lines = lesson_text(load("tanh"), PLACE, 60).lines
    assert "activation sigmoid → tanh" in text(lines)
    set_language("es")
    lines = lesson_text(load("tanh"), PLACE, 60).lines
    assert "activación sigmoid → tanh" in text(lines)


def test_a_long_lesson_says_that_there_is_more_until_its_end() -> None:
    set_language("en")
    lesson = lesson_text(load("deep-sigmoid"), PLACE, 38)
    assert "more below" in text(lesson_pane(lesson, 0, 40, 8))
    set_language("es")
    assert "más abajo (av pág)" in text(lesson_pane(lesson, 0, 40, 8))
    set_language("en")
    assert "more below" not in text(lesson_pane(lesson, len(lesson.lines) - 8, 40, 8))
    assert {width(line) for line in lesson_pane(lesson, 0, 40, 8)} == {40}


@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_tells_the_answer_comes_with_the_comparison(lang: str) -> None:
    set_language("es" if lang == "es" else "en")
    for name in IDS:
        scenario = load(name)
        ending = " ".join(scenario.lesson.in_language().split()[-3:])
        for step in STEPS:
            said = text(lesson_text(scenario, PLACE, 90, state=LessonState(step)).lines)
            assert (ending in said) is (step in ("reveal", "task")), (name, step)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(("columns", "rows"), [(30, 14), (40, 20), (42, 33)])
def test_the_keys_of_a_step_are_in_sight_at_any_size(lang: str, columns: int, rows: int) -> None:
    set_language("es" if lang == "es" else "en")
    for name in IDS:
        for step in STEPS:
            state = LessonState(step, hint=1)
            lesson = squeeze(lesson_text(load(name), PLACE, columns - 2, state=state), rows)
            shown = text(lesson_pane(lesson, 0, columns, rows))
            assert text([[("│", 0), *line] for line in lesson.keys]) in shown, (name, step)
            ending = load(name).task.hint.in_language().split()[-1]
            assert step != "task" or columns < 40 or ending in shown, (name, "its hint")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("layerwise", "stages 0 → 10"),
        ("gan-alternating", "stages 2 → 0"),
        ("gan-staged", "other stages"),
    ],
)
def test_a_list_that_differs_is_told_by_its_length(name: str, told: str) -> None:
    set_language("en")
    said = text(lesson_text(load(name), PLACE, 38, state=LessonState()).lines)
    assert told in said
    assert "{" not in said


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40), (200, 60)])
async def test_the_lesson_stands_beside_a_chart(size: tuple[int, int]) -> None:
    bench = Bench()
    async with bench.app.run_test(size=size) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("e")
        wants = [want.panel for want in bench.ear.last(View).wants if want.panel in PANELS]
        two = ["layers", "learning"] if size[1] == 40 else ["layers"]
        assert wants == ([*FOUR] if size[0] == 200 else two)
        first = bench.text(LESSON)
        assert "Deep sigmoid" in first
        assert "The problem · 1 of 4" in first or size == (60, 18), "which has no room for it"
        await pilot.press("enter", "enter", "enter")
        first = bench.text(LESSON)
        await pilot.press("pagedown")
        assert size[1] > 24 or bench.text(LESSON) != first
        await pilot.press("j")
        assert "Two sigmoid layers" in bench.text(LESSON)
        await pilot.press("escape")
        assert LESSON not in bench.controls.plan.places


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(("columns", "rows"), [(40, 19), (30, 13)])
def test_a_hint_can_be_scrolled_to_whole(lang: str, columns: int, rows: int) -> None:
    set_language("es" if lang == "es" else "en")
    for name in IDS:
        state = LessonState(step="task", hint=1)
        made = squeeze(lesson_text(load(name), PLACE, columns - 2, state=state), rows)
        shown = text(lesson_pane(made, line_of_hint(made, rows), columns, rows)).replace("│ ", "")
        assert text(made.hint) in shown, name


async def test_opening_a_hint_brings_it_into_sight() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        bench.controls.progress = {"deep-sigmoid": LessonProgress(step="task")}
        await pilot.press("e", "pagedown", "pagedown")
        assert "Make layer 1 move" not in bench.screen()
        await pilot.press("enter")
        assert "activation = tanh" in bench.text(LESSON)
        assert "Press c and set" in bench.text(LESSON)
