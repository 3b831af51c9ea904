"""A look at a model before training, and mean-field theory beside it."""

import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
import torch
from frameworks.watching import lines, samples
from torch import nn
from vglab.watch import probe
from vglab.watch.pytorch.foreseen import normal_means
from vglab.watch.pytorch.probe import ProbeError


def deep(activation: nn.Module, gain: float, width: int = 300, depth: int = 8) -> nn.Sequential:
    torch.manual_seed(0)
    modules: list[nn.Module] = []
    for _ in range(depth):
        layer = nn.Linear(width, width)
        nn.init.normal_(layer.weight, std=gain / width**0.5)
        nn.init.zeros_(layer.bias)
        modules += [layer, activation]
    return nn.Sequential(*modules, nn.Linear(width, width))


@pytest.mark.parametrize(
    ("activation", "gain"),
    [(nn.ReLU(), 2**0.5), (nn.Tanh(), 1.0), (nn.Sigmoid(), 1.0), (nn.GELU(), 1.5)],
    ids=str,
)
def test_measured_factors_are_those_foreseen(
    activation: nn.Module, gain: float, tmp_path: Path
) -> None:
    path = tmp_path / "birth.jsonl"
    foreseen = probe(deep(activation, gain), path)
    (sample,) = samples(path)
    deltas = sample["delta_rms"]
    names = [layer["name"] for layer in lines(path)[0]["layers"]]
    assert [*foreseen] == names[:-1]
    for layer, name in enumerate(names[:-1]):
        measured = deltas[layer] / deltas[layer + 1]
        assert foreseen[name] == pytest.approx(measured, rel=0.12)


def test_normal_means_are_those_in_closed_form() -> None:
    assert normal_means(nn.ReLU(), 3.0) == pytest.approx((1.5, 0.5), rel=1e-3)
    assert normal_means(nn.Identity(), 3.0) == pytest.approx((3.0, 1.0), rel=1e-6)


@pytest.mark.parametrize("kind", ["cnn", "embedding", "lstm"])
def test_noise_fits_what_comes_first(kind: str, tmp_path: Path) -> None:
    class Last(nn.Module):
        def forward(self, x: tuple[torch.Tensor, object]) -> torch.Tensor:
            return x[0]

    model = {
        "cnn": nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3)),
        "embedding": nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 2)),
        "lstm": nn.Sequential(nn.LSTM(3, 5), Last(), nn.Linear(5, 1)),
    }[kind]
    before = deepcopy(model.state_dict())
    probe(model, tmp_path / "birth.jsonl")
    (sample,) = samples(tmp_path / "birth.jsonl")
    assert None not in sample["grad_norm"]
    assert None not in sample["delta_rms"]
    assert not {"update_norm", "loss", "cost"} & set(sample)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


def test_a_batch_and_a_loss_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "birth.jsonl"
    probe(nn.Bilinear(3, 4, 2), path, batch=(torch.ones(5, 3), torch.ones(5, 4)), loss=torch.sum)
    (sample,) = samples(path)
    assert sample["loss"] is not None


def test_a_model_that_takes_nobody_knows_what_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match="batch"):
        probe(nn.Bilinear(3, 4, 2), tmp_path / "birth.jsonl")


def test_a_probe_does_not_load_pytorchs_compiler(tmp_path: Path) -> None:
    """It takes longer than all the rest, and nothing of it is needed."""
    script = (
        "import sys, torch; from vglab.watch import probe;"
        f"probe(torch.nn.Linear(3, 3), {str(tmp_path / 'birth.jsonl')!r});"
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    assert samples(tmp_path / "birth.jsonl")[0]["grad_norm"][0] > 0
