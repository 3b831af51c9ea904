"""How networks of the common kinds are trained, what is done to each, and what it may be called."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from common_networks import (
    CONTEXT,
    GPT,
    VOCABULARY,
    LetterLSTM,
    ResNet,
    ResNetOptions,
    generator,
)
from drawn_tasks import digits
from torch import Tensor, nn

SILENT = ("healthy", "unknown")

Batch = Callable[[random.Random], tuple[Tensor, Tensor]]


@cache
def text() -> Tensor:
    """Letters of the standard library's modules."""
    files = sorted(Path(random.__file__).parent.glob("*.py"))
    joined = "".join(file.read_text("utf-8", "replace") for file in files)[:3_000_000]
    codes = [0 if c == "\n" else min(max(ord(c) - 31, 1), VOCABULARY - 1) for c in joined]
    return torch.tensor(codes)


def letters(count: int) -> Batch:
    """Batches of so many rows of text, and what follows each letter."""

    def batch(r: random.Random) -> tuple[Tensor, Tensor]:
        starts = [r.randrange(len(text()) - CONTEXT - 1) for _ in range(count)]
        rows = torch.stack([text()[s : s + CONTEXT + 1] for s in starts])
        return rows[:, :-1], rows[:, 1:]

    return batch


class Training(NamedTuple):
    """How one of these networks is built and trained."""

    build: Callable[[], nn.Module]
    batch: Callable[[], Batch]
    steps: int
    rate: float
    optimizer: type[torch.optim.Optimizer] = torch.optim.AdamW


FAMILIES: Mapping[str, Training] = {
    "GPT": Training(GPT, lambda: letters(6), 120, 1e-3),
    "LSTM": Training(LetterLSTM, lambda: letters(16), 240, 3e-3),
    "ResNet": Training(ResNet, lambda: digits().batch, 240, 2e-3),
    "DCGAN": Training(generator, lambda: digits().batch, 240, 1e-3),
}


class Case(NamedTuple):
    """A network and what is done to it; what may be said of it, and of which layers."""

    family: str
    name: str
    says: Sequence[str] = SILENT
    layers: str = ""
    """A pattern of the layers that have to be named; any, if empty."""
    build: Callable[[], nn.Module] | None = None
    spoil: Callable[[nn.Module], object] | None = None
    rate: float = 1.0
    """Of the sound one's."""
    precision: str = ""
    """`autocast`: float16 in the layers, no loss scaler; `scaler`: with one; a type: of all
    weights."""
    forgets: str = ""
    """Of the GAN: what its loop does wrong."""


def scale(factor: float, pattern: str = "") -> Callable[[nn.Module], None]:
    """Multiplies the matrices whose names the pattern finds."""

    def apply(model: nn.Module) -> None:
        for name, weight in model.named_parameters():
            if weight.dim() > 1 and re.search(pattern, name):
                weight.data *= factor

    return apply


def kill(pattern: str) -> Callable[[nn.Module], None]:
    """Biases so low that no unit of these layers is ever on."""

    def apply(model: nn.Module) -> None:
        for name, layer in model.named_modules():
            if re.search(pattern, name) and getattr(layer, "bias", None) is not None:
                layer.bias.data.fill_(-30.0)

    return apply


def shut_forget_gates(model: nn.Module) -> None:
    """A forget gate near 0: nothing is remembered from one letter to the next."""
    for name, bias in model.named_parameters():
        if "bias_ih" in name:
            quarter = len(bias) // 4
            bias.data[quarter : 2 * quarter] = -12


def plain(**options: object) -> Callable[[], nn.Module]:
    """A ResNet without some of what makes it one."""
    return lambda: ResNet(ResNetOptions()._replace(**options))


STUCK = ("vanishing", "not_learning")
CASES: Sequence[Case] = (
    Case("GPT", "sound"),
    Case("GPT", "learning rate × 300", ("unstable", "exploding", "diverged"), rate=300),
    Case("GPT", "no skip connections", STUCK, build=lambda: GPT(skips=False)),
    Case("GPT", "weights × 0.01", STUCK, spoil=scale(0.01)),
    Case("GPT", "learning rate × 1e-6", ("not_learning",), rate=1e-6),
    Case("LSTM", "sound"),
    Case("LSTM", "learning rate × 300", ("unstable", "exploding", "diverged"), rate=300),
    Case("LSTM", "weights × 1e-3", STUCK, spoil=scale(1e-3)),
    Case("LSTM", "forget gates shut", SILENT, spoil=shut_forget_gates),
    Case("ResNet", "sound"),
    Case(
        "ResNet",
        "sigmoid, no skips, no norm",
        STUCK,
        r"^stem|blocks\.[01]",
        build=plain(activation=nn.Sigmoid, skips=False, norm=False),
    ),
    Case(
        "ResNet",
        "no skips, no norm, weights × 0.1",
        STUCK,
        r"^stem|blocks\.[01]",
        build=plain(skips=False, norm=False),
        spoil=scale(0.1),
    ),
    Case(
        "ResNet",
        "dead ReLUs in block 2",
        ("dead",),
        r"blocks\.[012]",
        spoil=kill(r"2\.bn[12]"),
        build=plain(skips=False),
    ),
    Case("ResNet", "learning rate × 1000", ("unstable", "exploding", "diverged"), rate=1000),
    Case(
        "ResNet",
        "float16, loss × 1e-5",
        ("vanishing", "dead"),
        precision="autocast",
        build=plain(norm=False),
    ),
    Case("ResNet", "bfloat16 weights, rate × 1e-3", STUCK, rate=1e-3, precision="bfloat16"),
    Case("DCGAN", "sound"),
    Case("DCGAN", "optimizer of G holds D", ("not_learning",), "^G", forgets="generator"),
    Case("DCGAN", "images detached for G", ("not_learning", "dead"), "^G", forgets="graph"),
    Case("DCGAN", "learning rate × 300", ("unstable", "exploding", "diverged"), rate=300),
)
