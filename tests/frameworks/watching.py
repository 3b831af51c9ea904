"""Trainings that are watched, and what a sample of them has to be, naively and in float64."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from vglab.watch.pytorch import watch as pytorch
from vglab.watch.pytorch.packing import Reading

Loss = Callable[[Tensor, Tensor], Tensor]
squared: Loss = nn.MSELoss()


class Exact:
    """The numbers of each sample before they are rounded to five digits."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []

    def grad_norms(self, sample: int) -> list[float]:
        """Of the layers, in the order in which the model registers them."""
        reading = self.readings[sample]
        return reading.gradients()[: len(reading.sources)]

    def errors(self, sample: int) -> list[float | None]:
        """Δ's root mean square of each layer."""
        reading = self.readings[sample]
        return [reading.error(layer)[0] for layer in range(len(reading.sources))]

    def row(self, name: str, sample: int) -> list[float]:
        """Another measure of the layers."""
        reading = self.readings[sample]
        return reading.rows[name][: len(reading.sources)]


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> Exact:
    """What the recorder reads, besides what it writes."""
    found = Exact()
    original = pytorch.record

    def record(reading: Reading, *rest: Any) -> dict[str, Any]:
        found.readings.append(reading)
        return original(reading, *rest)

    monkeypatch.setattr(pytorch, "record", record)
    return found


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a file, in strict JSON."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    text = path.read_text()
    return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]


def samples(path: Path) -> list[dict[str, Any]]:
    """The samples of a file."""
    return [line for line in lines(path) if "grad_norm" in line]


def mlp(*widths: int, inplace: bool = False, dtype: torch.dtype = torch.float64) -> nn.Sequential:
    """Dense layers with ReLU between them."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs, dtype=dtype), nn.ReLU(inplace)]
    return nn.Sequential(*layers[:-1])


def batch(size: int, inputs: int, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    """Inputs and targets."""
    x = torch.randn(size, inputs, dtype=dtype)
    return x, x.sum(1, keepdim=True).sin()


class Truth:
    """Gradients and error signals of a whole batch, by autograd alone."""

    def __init__(self, model: nn.Module, loss: Callable[[nn.Module], Tensor], size: int) -> None:
        """`loss` is of the copy of the model that it is handed, over `size` samples."""
        copy = deepcopy(model).double()
        outputs: dict[str, Tensor] = {}
        for name, module in copy.named_modules():
            if isinstance(module, nn.ReLU):
                module.inplace = False
            if isinstance(module, nn.Linear):
                module.register_forward_hook(keep(outputs, name))
        copy.zero_grad()
        loss(copy).backward()
        linear = {n: m for n, m in copy.named_modules() if isinstance(m, nn.Linear)}
        own = {id(m.weight): name for name, m in reversed(linear.items())}
        self.layers = [name for name in linear if name in own.values()]
        """Those with a weight of their own: one that is shared belongs to the first."""
        weights = [linear[name].weight for name in self.layers]
        self.grad_norms = [float(w.grad.norm()) for w in weights if w.grad is not None]
        self.errors = [
            float(z.grad.square().mean().sqrt()) * size
            for z in (outputs[name] for name in self.layers)
            if z.grad is not None
        ]


def keep(outputs: dict[str, Tensor], name: str) -> Callable[..., None]:
    """A hook that keeps a module's output and its gradient."""

    def hook(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        output.retain_grad()
        outputs[name] = output

    return hook


@contextmanager
def watched(model: Any, optimizer: Any, path: Path, **options: Any) -> Generator[pytorch.Watch]:
    """A training of which each step is sampled."""
    with pytorch.watch(model, optimizer, path, **({"every": 1} | options)) as watch:
        yield watch
    assert not [line for line in lines(path) if line.get("code") == "failure"]
