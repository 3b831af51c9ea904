"""The recorder on two processes that train together over the loopback interface."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from frameworks.watching import lines, samples

SCRIPT = Path(__file__).with_name("sharded_trainings.py")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of what two processes have recorded, and what they said on standard error."""
    folder = tmp_path_factory.mktemp("sharded")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    both = [
        subprocess.Popen(
            [sys.executable, SCRIPT, str(rank), str(port), folder],
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        said = [process.communicate(timeout=180)[1] for process in both]
    finally:
        for process in both:
            process.kill()
    assert [process.returncode for process in both] == [0, 0], said
    return folder, "".join(said)


@pytest.mark.parametrize("kind", ["ddp", "fsdp2"])
def test_norms_are_those_of_the_whole(kind: str, trained: tuple[Path, str]) -> None:
    folder = trained[0] / kind
    truth = json.loads((folder / "truth-0.json").read_text())
    assert len(truth["true"]) == len(truth["found"]) == 2
    for found, true in zip(truth["found"], truth["true"], strict=True):
        assert found == pytest.approx(true, rel=1e-6)
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
    assert [line["code"] for line in lines(folder / "fsdp1" / "run.jsonl")] == ["sharding"]
