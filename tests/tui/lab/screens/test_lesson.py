"""The lesson page says what a scenario teaches and what it changes, at any width."""

import pytest
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.changes import presets
from vglab.scenarios.loading.inheritance import load
from vglab.tui.lab.screens.lesson import lesson_page
from vglab.tui.render.styled_text import Lines, plain, width

IDS = [preset.id for preset in presets()]


def text(lines: Lines) -> str:
    """The page's words."""
    return " ".join(" ".join(plain(line) for line in lines).split())


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("name", IDS)
def test_the_page_is_an_exact_rectangle(name: str, columns: int) -> None:
    """At every size, however long the lesson."""
    lines = lesson_page(load(name))(columns, 24)
    assert [width(line) for line in lines] == [columns] * 24


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("name", IDS)
def test_the_whole_lesson_fits_a_plain_terminal(name: str, lang: str) -> None:
    """Nothing is cut at 80 by 24."""
    set_language("es" if lang == "es" else "en")
    scenario = load(name)
    said = text(lesson_page(scenario)(80, 24))
    assert scenario.title.in_language() in said
    assert said.endswith(" ".join(scenario.lesson.in_language().split())[-40:])


def test_the_difference_from_the_base_is_said() -> None:
    """A controlled experiment names its one change."""
    set_language("en")
    assert 'network.activation "sigmoid" → "tanh"' in text(lesson_page(load("tanh"))(80, 24))
