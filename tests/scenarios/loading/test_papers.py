"""The presets that reproduce a paper: they load, speak both languages, and begin as it says."""

from itertools import islice

import pytest
from msgspec import json
from vglab.scenarios.documents.run import document, encode
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.course import paper_ids, preset_ids
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.expectations import describe_unmet, parse
from vglab.tui.cli.main import run

BIRTH, END = True, False


def unmet(paper: str, at_birth: bool) -> list[str]:
    """What the preset expects of its first record, or of the whole run, and does not show."""
    scenario = load(paper, ["run.replicas=1"])
    experiment = build(scenario)
    for _ in islice(experiment.steps, 1 if at_birth else None):
        pass
    shown = json.decode(encode(document(scenario, experiment, 1.0)))
    wanted = [text for text in scenario.expect if "at_birth" in text or not at_birth]
    return describe_unmet(map(parse, wanted), shown)


@pytest.mark.parametrize("paper", paper_ids())
def test_a_paper_speaks_both_languages(paper: str) -> None:
    scenario = load(paper)
    assert scenario.id == paper
    assert paper not in preset_ids()
    assert 1 <= len(scenario.title.en) <= 24
    assert scenario.title.es != scenario.title.en
    assert 200 <= len(scenario.lesson.en) <= 700
    assert 200 <= len(scenario.lesson.es) <= 700
    assert scenario.expect


@pytest.mark.sampled(3)
@pytest.mark.parametrize("paper", paper_ids())
def test_a_paper_begins_as_it_says(paper: str) -> None:
    assert unmet(paper, BIRTH) == []


@pytest.mark.slow
@pytest.mark.parametrize("paper", paper_ids())
def test_a_paper_ends_as_it_says(paper: str) -> None:
    assert unmet(paper, END) == []


def test_they_are_a_chapter_of_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scenarios", "--lang", "en"]) == 0
    _course, listed = capsys.readouterr().out.split("\nPapers\n")
    assert all(f"\n  {paper} " in f"\n{listed}" for paper in paper_ids())
    assert run(["show", "he-2015-30-xavir"]) == 2
    assert "did you mean he-2015-30-xavier?" in capsys.readouterr().err
