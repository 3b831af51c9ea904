"""What a run is held against is said in words where there is no number to say."""

import math
from dataclasses import replace

import pytest
from fake_traces import finding, scene, trace
from vglab.engine.diagnosis.diagnosis import no_figures
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.inheritance import load
from vglab.tui.worker.reference import describe_difference, effects, factor_words


@pytest.mark.parametrize(("lang", "said"), [("en", "diverged"), ("es", "divergió")])
def test_a_run_that_diverged_has_no_factor_of_a_dash(lang: str, said: str) -> None:
    set_language("es" if lang == "es" else "en")
    assert factor_words(no_figures(6)) == said


def test_a_loss_of_0_leaves_no_factor_of_1() -> None:
    set_language("en")
    still = replace(no_figures(6), state="healthy", rule="done", rate=1.0, ratio=1.0, mean_rate=1.0)
    assert factor_words(replace(still, budget=(0.0,) * 6)) == "no error signal"
    assert factor_words(replace(still, budget=(0.5,) * 6)) == "×1"


def test_runs_that_diverged_are_compared_in_words() -> None:
    set_language("en")
    lost = trace()
    lost.loss["train"][-1] = math.inf
    broken = [scene(lost, diagnosis=replace(finding("diverged"), mean_rate=rate)) for rate in FAR]
    for one in broken:
        assert effects(one, broken[0])[0] == "diverged → diverged"
        assert effects(scene(), one)[0] == "diverged → ×0.1 per layer"
        assert not any("–" in said for said in effects(scene(), one)), "a loss of no number"


FAR = (math.inf, math.nan, 1e30)


@pytest.mark.parametrize(
    ("lang", "words", "room"), [("en", "counted from", 77), ("es", "contadas desde", 117)]
)
def test_layers_of_another_depth_are_said_to_be_counted_from_the_loss(
    lang: str, words: str, room: int
) -> None:
    set_language("es" if lang == "es" else "en")
    base, deeper = load("deep-sigmoid"), load("deep-sigmoid", ["network.depth=20"])
    held = replace(scene(), called=("base (Deep sigmoid)", "base"))
    now = scene(trace(layers=9))
    forms = describe_difference(replace(now, ghost=held), base, deeper)
    assert words in forms[0]
    assert any(words in form for form in forms if len(form) <= room)
    assert not any(words in form for form in forms[-4:]), "what it did is kept longer"
    alike = describe_difference(replace(scene(), ghost=held), base, deeper)
    assert not any(words in form for form in alike)
