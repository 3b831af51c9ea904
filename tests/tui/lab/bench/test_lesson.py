"""The lesson says what a scenario teaches and what it changes, beside its charts, at any width."""

import pytest
from lab_driver import Bench, send_first_frame
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.changes import presets
from vglab.scenarios.loading.inheritance import load
from vglab.tui.lab.bench.lesson import LessonPlace, lesson_lines, lesson_pane
from vglab.tui.lab.layout import LESSON, PANELS, SIX
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
        lines = lesson_lines(scenario, PLACE, columns)
        assert {width(line) for line in lines} == {columns}
        said = text(lines).replace("- ", "-")
        ending = " ".join(scenario.lesson.in_language().split())[-40:]
        assert ending.replace("- ", "-") in said
        assert said.endswith("Two sigmoid layers (j)")


def test_the_difference_from_the_base_is_said() -> None:
    """A controlled experiment names its one change."""
    set_language("en")
    lines = lesson_lines(load("tanh"), PLACE, 60)
    assert 'network.activation "sigmoid" → "tanh"' in text(lines)


def test_a_long_lesson_says_that_there_is_more_until_its_end() -> None:
    set_language("en")
    lines = lesson_lines(load("deep-sigmoid"), PLACE, 38)
    assert "more below" in text(lesson_pane(lines, 0, 40, 8))
    assert "more below" not in text(lesson_pane(lines, len(lines) - 8, 40, 8))
    assert {width(line) for line in lesson_pane(lines, 0, 40, 8)} == {40}


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40), (200, 60)])
async def test_the_lesson_stands_beside_a_chart(size: tuple[int, int]) -> None:
    bench = Bench()
    async with bench.app.run_test(size=size) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("e")
        wants = [want.panel for want in bench.ear.last(View).wants if want.panel in PANELS]
        assert wants == ([*SIX] if size[0] == 200 else ["layers"])
        first = bench.text(LESSON)
        assert "The problem · 1 of 4" in first
        await pilot.press("pagedown")
        assert size[1] > 24 or bench.text(LESSON) != first
        await pilot.press("j")
        assert "2 of 4" in bench.text(LESSON)
        await pilot.press("escape")
        assert LESSON not in bench.controls.plan.places
