"""The recorder under `torch.compile`: right, without a graph break, bitwise the same."""

from pathlib import Path
from typing import Any

import pytest
import torch
from frameworks.watching import Exact, Truth, batch, exact, lines, mlp, samples, squared, watched
from torch import Tensor, nn
from torch._dynamo.utils import counters
from vglab.watch import watch

__all__ = ["exact"]

SIZE = 12


@pytest.fixture(autouse=True)
def _from_nothing() -> None:
    torch._dynamo.reset()
    counters.clear()


def step(model: Any, optimizer: Any, x: Tensor, t: Tensor) -> None:
    optimizer.zero_grad()
    squared(model(x), t).backward()
    optimizer.step()


def agree(exact: Exact, truths: list[Truth]) -> None:
    """Each sample has the true gradients and error signals."""
    for sample, truth in enumerate(truths):
        assert exact.grad_norms(sample) == pytest.approx(truth.grad_norms, rel=1e-6)
        assert exact.errors(sample) == pytest.approx(truth.errors, rel=1e-6)


@pytest.mark.parametrize("compiled_first", [False, True])
def test_figures_are_right_and_the_graph_is_whole(
    compiled_first: bool, exact: Exact, tmp_path: Path
) -> None:
    model = mlp(5, 16, 16, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    compiled: Any = torch.compile(model, backend="aot_eager", fullgraph=True)
    truths: list[Truth] = []
    seen = compiled if compiled_first else model
    with watched(seen, optimizer, tmp_path / "run.jsonl", every=2):
        for _ in range(6):
            x, t = batch(SIZE, 5)
            truths.append(Truth(model, lambda net, x=x, t=t: squared(net(x), t), SIZE))
            step(compiled, optimizer, x, t)
    agree(exact, truths[::2])
    head, *_ = lines(tmp_path / "run.jsonl")
    assert [layer["name"] for layer in head["layers"]] == ["0", "2", "4"]
    assert not counters["graph_break"]
    assert counters["stats"]["unique_graphs"] == 2


def test_hooks_that_come_too_late_are_said(tmp_path: Path) -> None:
    model = mlp(5, 16, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    compiled: Any = torch.compile(model, backend="aot_eager")
    step(compiled, optimizer, *batch(SIZE, 5))
    with watched(model, optimizer, tmp_path / "run.jsonl"):
        for _ in range(4):
            step(compiled, optimizer, *batch(SIZE, 5))
    codes = [line["code"] for line in lines(tmp_path / "run.jsonl") if "code" in line]
    assert codes == ["late_hooks"]
    assert all(None not in sample["grad_norm"] for sample in samples(tmp_path / "run.jsonl"))


def test_training_is_bitwise_the_same(tmp_path: Path) -> None:
    def train(watch_it: bool) -> list[Tensor]:
        torch._dynamo.reset()
        torch.manual_seed(0)
        layers = [
            nn.Linear(5, 32),
            nn.GELU(),
            nn.Linear(32, 32),
            nn.LayerNorm(32),
            nn.Linear(32, 1),
        ]
        model = nn.Sequential(*layers)
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
        w = watch(model, optimizer, tmp_path / "run.jsonl", every=3) if watch_it else None
        compiled: Any = torch.compile(model, backend="aot_eager")
        for _ in range(7):
            step(compiled, optimizer, *batch(SIZE, 5, torch.float32))
        if w:
            w.close()
        return [p.detach() for p in model.parameters()]

    assert all(map(torch.equal, train(False), train(True)))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # inductor's own
def test_code_that_inductor_writes_measures_too(exact: Exact, tmp_path: Path) -> None:
    model = mlp(5, 16, 16, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    compiled: Any = torch.compile(model, fullgraph=True)
    truths: list[Truth] = []
    with watched(model, optimizer, tmp_path / "run.jsonl", every=2):
        for _ in range(4):
            x, t = batch(SIZE, 5)
            truths.append(Truth(model, lambda net, x=x, t=t: squared(net(x), t), SIZE))
            step(compiled, optimizer, x, t)
    agree(exact, truths[::2])
