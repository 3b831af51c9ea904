"""A question that cannot be judged, or a task that cannot be met, is a fault of the file."""

from pathlib import Path

import pytest
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.loading.inheritance import load

FAULTS = {
    "predict.question: ": "[predict]\nquestion.en = 'How far?'",
    "predict.question: found": "[predict]\npath = 'finished'",
    "predict.path: ": "[predict]\nquestion.en = 'a'\npath = 'no path!'",
    "predict.choices: ": (
        "[predict]\nquestion.en = 'a'\nchoices = [{ say.en = 'b', when = 'finished == true' }]"
    ),
    "predict.choices.1.when: ": (
        "[predict]\nquestion.en = 'a'\nchoices = [{ say.en = 'b', when = 'finished == true' },"
        " { say.en = 'c', when = 'later' }]"
    ),
    "predict.choices.0.say: ": (
        "[predict]\nquestion.en = 'a'\nchoices = [{ when = 'finished == true' },"
        " { say.en = 'c', when = 'finished == false' }]"
    ),
    "task.goal: ": "[task]\nsay.en = 'Do it'",
    "task.say: ": "[task]\ngoal = ['finished == true']",
    "task.goal.0: ": "[task]\nsay.en = 'Do it'\ngoal = ['accuracy > many']",
    "did you mean task.goal?": "[task]\nsay.en = 'Do it'\ngoals = ['finished == true']",
}


@pytest.mark.parametrize("said", FAULTS)
def test_the_fault_is_named_where_it_stands(tmp_path: Path, said: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"extends = 'tanh'\n{FAULTS[said]}\n")
    with pytest.raises(ScenarioError) as error:
        load(file)
    assert said in str(error.value)


def test_a_base_hands_on_neither_its_question_nor_its_task(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("extends = 'tanh'\n[network]\ndepth = 5\n")
    mine = load(file)
    assert not mine.predict.question.in_language()
    assert mine.task.goal == ()
