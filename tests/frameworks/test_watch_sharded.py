"""The recorder on two processes that train together over the loopback interface."""

import json
from pathlib import Path

import pytest
from frameworks.watching import lines, samples


@pytest.mark.parametrize("kind", ["ddp", "fsdp2"])
def test_norms_are_those_of_the_whole(kind: str, trained: tuple[Path, str]) -> None:
    folder = trained[0] / f"{kind}-float64"
    truth = json.loads((folder / "truth-0.json").read_text())
    for name, true in truth["true"].items():
        assert len(true) == len(truth["found"][name]) == 2
        for sample, exact in zip(truth["found"][name], true, strict=True):
            assert sample == pytest.approx(exact, rel=1e-6)
    head, *rest = lines(folder / "run.jsonl")
    assert head["ranks"] == 2
    assert [layer["shape"] for layer in head["layers"]] == [[17, 6], [16, 17], [1, 16]]
    assert [sample["step"] for sample in samples(folder / "run.jsonl")] == [0, 2]
    for sample in samples(folder / "run.jsonl"):
        assert sample["clip"] < 1
        assert None not in sample["delta_rms"]
    assert rest[-1]["finished"] is True
    assert not [line for line in rest if "code" in line]


def test_sharding_that_is_not_known_is_refused_in_a_sentence(trained: tuple[Path, str]) -> None:
    folder, said = trained
    assert "FSDP1" in said
    assert [line["code"] for line in lines(folder / "fsdp1-float64" / "run.jsonl")] == ["sharding"]
