"""What float32 does with the smallest numbers, against PyTorch's own float32."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch.nn.functional as F
from frameworks.networks import Twin
from frameworks.training import batches, copies, optimizer_for, relative
from oracle_seeds import SEEDS
from vglab.engine.numerics import Exact
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.data import train_and_test
from vglab.scenarios.loading.inheritance import load

EVERY_SEED = pytest.mark.parametrize("seed", SEEDS)
FAINTEST = 1.4e-45
"""The least number that float32 has."""


def first_steps(settings: Sequence[str], seed: int) -> tuple[Exact, Exact, list[Any]]:
    """How far the first step moves each layer, here and in PyTorch's float32, and its gradients.

    The gradients are float64's, rounded: in a deep network PyTorch's own would have lost theirs.
    """
    scenario = load("deep-sigmoid", [*settings, "training.steps=1", f"run.seed={seed}"])
    experiment = build(scenario)
    network = experiment.networks["model"]
    assert network.dtype is np.float32
    twin = Twin(network)
    train, _ = train_and_test(scenario, [seed], np.float32)
    data: Any = train
    X, target = next(batches(data, scenario.training.batch, seed))
    F.binary_cross_entropy_with_logits(twin.forward(X.double()).output, target.double()).backward()
    W = [w.detach().float().requires_grad_() for w in twin.W]
    for w, exact in zip(W, twin.W, strict=True):
        w.grad = exact.grad.float()
    before = copies(W)
    optimizer_for(W, scenario.training).step()
    moved = relative([w.double() for w in W], [w.double() for w in before], before)
    next(experiment.steps)
    read = experiment.trace.networks["model"].measures["update_ratio"][0, 0]
    return read, moved, [w.grad for w in W]


@EVERY_SEED
@pytest.mark.parametrize("depth", [60, 80, 100])
def test_updates_are_zero_where_float32_has_no_gradient(depth: int, seed: int) -> None:
    read, _, gradients = first_steps([f"network.depth={depth}"], seed)
    for i, (ratio, gradient) in enumerate(zip(read, gradients, strict=True)):
        largest = float(gradient.abs().max())
        assert (ratio > 0) == (largest > 0) or largest < 8 * FAINTEST, f"layer {i + 1}: {largest}"


@EVERY_SEED
@pytest.mark.parametrize("eps", [1e-8, 1e-20, 1e-30])
def test_adam_keeps_what_a_small_epsilon_lets_through(eps: float, seed: int) -> None:
    settings = ["network.depth=30", "training.optimizer=adam", "training.rate=0.01"]
    read, moved, gradients = first_steps([*settings, f"training.eps={eps}"], seed)
    for i, gradient in enumerate(gradients):
        smallest = float(gradient.abs().min())
        if smallest**2 > 1e3 * FAINTEST and moved[i] > 1e-6:  # float32 holds every square
            assert read[i] == pytest.approx(moved[i], rel=0.02), f"layer {i + 1}: {smallest}"
