"""What a task asks of is said in words."""

import re

import pytest
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.course import preset_ids
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.expectations import parse
from vglab.tui.lab.course.path_words import path_words
from vglab.tui.render.labels import key_label

PATHS = {".".join(parse(goal).path) for preset in preset_ids() for goal in load(preset).task.goal}


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_task_of_the_course_is_said_in_words(language: str) -> None:
    set_language(language)
    try:
        for path in PATHS:
            words = path_words(path)
            assert "{" not in words
            own = path.removeprefix("spec.")
            assert not re.search(r"\w[._]\w", words)
            assert not path.startswith("spec.") or words == key_label(own)
    finally:
        set_language("en")


def test_layers_are_counted_from_one_and_records_have_a_time() -> None:
    assert path_words("networks.model.measures.displacement.0.-1.0") == (
        "movement of layer 1 at the end"
    )
    assert path_words("accuracy.test.0.0") == "accuracy (test) at initialization"
    assert path_words("gan.gradient_wasserstein.0.100") == (
        "gradient under the Wasserstein loss at record 100"
    )
    assert path_words("gan.gradient_wasserstein.0.100", every=20) == (
        "gradient under the Wasserstein loss at step 2000"
    )
    assert path_words("networks.model.precision.0.first") == "precision.0.first"
