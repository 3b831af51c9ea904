"""What a run is held against is said in words where there is no number to say."""

from dataclasses import replace

import pytest
from vglab.engine.diagnosis.diagnosis import no_figures
from vglab.scenarios.i18n import set_language
from vglab.tui.worker.reference import factor_words


@pytest.mark.parametrize(("lang", "said"), [("en", "diverged"), ("es", "divergió")])
def test_a_run_that_diverged_has_no_factor_of_a_dash(lang: str, said: str) -> None:
    set_language("es" if lang == "es" else "en")
    assert factor_words(no_figures(6)) == said


def test_a_loss_of_0_leaves_no_factor_of_1() -> None:
    set_language("en")
    still = replace(no_figures(6), state="healthy", rule="done", rate=1.0, ratio=1.0, mean_rate=1.0)
    assert factor_words(replace(still, budget=(0.0,) * 6)) == "no error signal"
    assert factor_words(replace(still, budget=(0.5,) * 6)) == "×1"
