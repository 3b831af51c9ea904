"""Training for many steps, against PyTorch's optimizers and its clipping."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from frameworks.networks import Twin
from frameworks.random_scenarios import DRAWS, draw
from frameworks.training import SMALL, batches, follow, optimizer_for
from oracle_seeds import SEEDS
from vglab.engine.training.optimizers import OPTIMIZERS
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.data import train_and_test
from vglab.scenarios.loading.inheritance import load

EVERY_SEED = pytest.mark.parametrize("seed", SEEDS)
RATES = {"rmsprop": 0.005, "adam": 0.005, "adamw": 0.005}


@EVERY_SEED
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_fifty_steps_of_every_optimizer(optimizer: str, seed: int) -> None:
    settings = [
        "network.activation=tanh",
        "network.depth=4",
        f"training.optimizer={optimizer}",
        f"training.rate={RATES.get(optimizer, 0.05)}",
        f"run.seed={seed}",
    ]
    follow("deep-sigmoid", settings, steps=50, at={0, 1, 10, 50})


@EVERY_SEED
@pytest.mark.parametrize(("longest", "rate"), [(0.001, 1.0), (0.05, 1.0), (1.0, 0.1)])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_clipping_by_the_global_norm(
    optimizer: str, longest: float, rate: float, seed: int
) -> None:
    settings = [
        "network.activation=tanh",
        f"training.clip_norm={longest}",
        f"training.rate={rate * RATES.get(optimizer, 1.0)}",
        f"training.optimizer={optimizer}",
        f"run.seed={seed}",
    ]
    follow("deep-sigmoid", settings, steps=20, at={0, 1, 20})


@EVERY_SEED
def test_a_clipped_step_is_that_of_clip_grad_norm(seed: int) -> None:
    """But for the 1e-6 that PyTorch adds to the norm."""
    settings = ["network.activation=tanh", "training.clip_norm=0.05", "training.steps=1"]
    scenario = load("deep-sigmoid", [*SMALL, *settings, f"run.seed={seed}"])
    experiment = build(scenario)
    network = experiment.networks["model"]
    twin = Twin(network)
    train, _ = train_and_test(scenario, [seed], np.float64)
    X, target = next(batches(train, scenario.training.batch, seed))
    F.binary_cross_entropy_with_logits(twin.forward(X).output, target).backward()
    assert float(torch.nn.utils.clip_grad_norm_(twin.parameters(), 0.05)) > 0.1
    optimizer_for(twin.parameters(), scenario.training).step()
    for _ in experiment.steps:
        pass
    for tap, W in zip(network.taps, twin.W, strict=True):
        np.testing.assert_allclose(tap.W[0], W.detach().numpy(), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("number", range(DRAWS))
@EVERY_SEED
def test_random_scenarios(seed: int, number: int) -> None:
    follow(*draw(seed, number), steps=3)


@EVERY_SEED
def test_batch_normalization_is_judged_by_its_running_means(seed: int) -> None:
    """Of the batches it was trained on, and of no other, from 0 and 1 on."""
    settings = ["network.norm=batch", "run.dtype=float64", "training.steps=5", "run.record_every=1"]
    scenario = load("relu", [*settings, f"run.seed={seed}"])
    experiment = build(scenario)
    twin = Twin(experiment.networks["model"])
    for _ in experiment.steps:
        pass
    train, test = train_and_test(scenario, [seed], np.float64)
    X_test, target_test = torch.tensor(test.X[0]), torch.tensor(test.target[0])
    optimizer = optimizer_for(twin.parameters(), scenario.training)
    recorded = experiment.trace.loss["test"][:, 0]
    for J_test, (X, target) in zip(
        recorded, batches(train, scenario.training.batch, seed), strict=False
    ):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(twin.forward(X).output, target).backward()
        twin.training = False
        J = F.binary_cross_entropy_with_logits(twin.forward(X_test).output, target_test)
        twin.training = True
        assert J_test == pytest.approx(J.item(), rel=1e-8)
        optimizer.step()
