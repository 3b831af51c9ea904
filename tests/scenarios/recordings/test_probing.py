"""A user's model before it is trained, as far as it goes where PyTorch is missing."""

import json
from pathlib import Path

import pytest
from vglab.scenarios.recordings.probing import ProbingError, factory_of, theory_lines


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models_of_a_test.py").write_text("def build(): return 7\nsize = 3\n1 / 1\n")
    (tmp_path / "broken_of_a_test.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))


def test_a_function_is_found_in_the_folder_one_stands_in() -> None:
    assert factory_of("models_of_a_test:build")() == 7


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("models_of_a_test", "module:function"),
        ("models_of_a_test:size", "not a function"),
        ("models_of_a_test:biuld", "biuld"),
        ("nowhere_at_all:build", "nowhere_at_all"),
        ("broken_of_a_test:build", "ZeroDivisionError: division by zero"),
    ],
)
def test_what_cannot_be_built_is_said_in_a_line(name: str, said: str) -> None:
    with pytest.raises(ProbingError, match=said) as caught:
        factory_of(name)
    assert "\n" not in str(caught.value)


def test_theory_stands_beside_what_was_measured(tmp_path: Path) -> None:
    path = tmp_path / "birth.jsonl"
    head = {"layers": [{"name": name} for name in ("0", "2", "4")]}
    path.write_text(f"{json.dumps(head)}\n{json.dumps({'delta_rms': [0.1, 0.5, 1.0]})}\n")
    _, *rows = theory_lines(path, {"0": 0.21, "2": 0.48})
    assert [row.split() for row in rows] == [["0", "0.2", "0.21"], ["2", "0.5", "0.48"]]
    assert len(list(theory_lines(path, {}))) == 1
