"""What networks that are drawn at random learn from: the digits, and Python's own source."""

from __future__ import annotations

import argparse
import copy
import inspect
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from vglab.engine.data import datasets

CONTEXT, LETTERS = 32, 96
SOUND_GPT = 0.75
"""The loss of a sound GPT after so few steps, as a share of the letters' entropy."""


class Task(NamedTuple):
    """Batches to learn from, and what a network of no skill and of all skill would show."""

    batch: Callable[[random.Random], tuple[Tensor, Tensor]]
    skill: Callable[[nn.Module], float]


def digits() -> Task:
    """Images of 8 × 8."""
    with np.load(Path(datasets.__file__).parent / "digits.npz") as file:
        names = sorted(file.files)
        arrays = {name: file[name] for name in names}
    X = torch.tensor(next(a for a in arrays.values() if a.size >= 64 * 1797).reshape(1797, 64))
    y = torch.tensor(next(a for a in arrays.values() if a.size == 1797)).long()
    X = (X.float() - X.float().mean()) / X.float().std()
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
    X, y = X[order], y[order]

    def batch(r: random.Random) -> tuple[Tensor, Tensor]:
        rows = torch.tensor([r.randrange(1400) for _ in range(64)])
        return X[rows], y[rows]

    def skill(model: nn.Module) -> float:
        dtype = next(model.parameters()).dtype
        right = (model(X[1400:].to(dtype)).argmax(1) == y[1400:]).float().mean().item()
        return (right - 0.1) / 0.9

    return Task(batch, skill)


def letters() -> Task:
    """The source of some modules of Python's own."""
    text = "".join(inspect.getsource(module) for module in (argparse, inspect, random, copy))
    codes = [min(max(ord(c) - 32, 0), 94) + 1 if c != "\n" else 0 for c in text]
    stream = torch.tensor(codes)
    cut = len(stream) * 9 // 10
    counts = torch.bincount(stream, minlength=LETTERS).float()
    share = counts[counts > 0] / counts.sum()
    entropy = float(-(share * share.log()).sum())

    def take(r: random.Random, low: int, high: int, count: int) -> tuple[Tensor, Tensor]:
        starts = [r.randrange(low, high - CONTEXT - 1) for _ in range(count)]
        rows = torch.stack([stream[s : s + CONTEXT + 1] for s in starts])
        return rows[:, :-1], rows[:, 1:]

    def skill(model: nn.Module) -> float:
        x, y = take(random.Random(0), cut, len(stream), 64)
        loss = F.cross_entropy(model(x).float().flatten(0, 1), y.flatten()).item()
        return (entropy - loss) / (entropy * (1 - SOUND_GPT)) if math.isfinite(loss) else -1.0

    return Task(lambda r: take(r, 0, cut, 16), skill)
