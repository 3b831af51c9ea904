"""Every preset loads, teaches in two languages, and behaves as its story says."""

import json
import re

import pytest
from vglab.scenarios.build import build
from vglab.scenarios.course import chapters, ids
from vglab.scenarios.expectations import parse, unmet
from vglab.scenarios.inheritance import load
from vglab.tui.document import document, encoded

SENTENCE = re.compile(r"[.?!:] [A-ZÁÉÍÓÚ¿¡]")


@pytest.mark.parametrize("preset", ids())
def test_presets_are_complete(preset: str) -> None:
    scenario = load(preset)
    assert scenario.id == preset
    assert scenario.claim
    assert scenario.expect
    assert (preset in (ids()[0], "gan-saturating")) is (scenario.extends is None)


@pytest.mark.parametrize("preset", ids())
@pytest.mark.parametrize("language", ["en", "es"])
def test_presets_speak_both_languages(preset: str, language: str) -> None:
    scenario = load(preset)
    title, lesson = getattr(scenario.title, language), getattr(scenario.lesson, language)
    assert 1 <= len(title) <= 20, "it stands in a narrow list"
    assert 400 <= len(lesson) <= 900, "a paragraph"
    assert len(SENTENCE.findall(lesson)) >= 3
    assert scenario.lesson.en != scenario.lesson.es


def test_chapters_have_titles_in_both_languages() -> None:
    assert all(chapter.title.en and chapter.title.es for chapter in chapters())


def judged(preset: str, seed: int) -> list[str]:
    scenario = load(preset, [f"run.seed={seed}"])
    experiment = build(scenario)
    for _ in experiment.steps:
        pass
    run = json.loads(encoded(document(scenario, experiment, 1.0)))
    return unmet(map(parse, scenario.expect), run)


@pytest.mark.parametrize("preset", ids())
def test_the_story_is_true(preset: str) -> None:
    assert judged(preset, seed=0) == []


@pytest.mark.slow
@pytest.mark.parametrize("preset", ids())
@pytest.mark.parametrize("seed", range(1, 10))
def test_the_story_is_no_luck(preset: str, seed: int) -> None:
    assert judged(preset, seed) == []
