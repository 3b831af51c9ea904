"""Replicas with settings of their own: each is the run it would be alone."""

from dataclasses import replace

import numpy as np
import pytest
from vglab.engine.data.datasets import generate, split
from vglab.engine.measure.trace import MEASURES
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.training.optimizers import OPTIMIZERS, Settings
from vglab.engine.training.supervised import Experiment, Training, supervised

BASE = Architecture(depth=4, width=6, activation="leaky_relu", init="he")
EACH = [
    replace(BASE, gain=0.5, slope=0.0, bias_std=0.3),
    replace(BASE, init="orthogonal", slope=0.1),
    replace(BASE, gain=1.5, slope=0.9),
]
SEEDS, NOISES, RATES, LIMITS = [3, 3, 8], [0.0, 0.1, 0.4], [0.01, 0.2, 0.05], [np.inf, 0.1, 0.01]
DECAYS = [0.0, 0.1, 0.5]
PLAN = Training(steps=30, batch=8, record_every=10)


def run(
    architectures: list[Architecture], seeds: list[int], noise: list[float], plan: Training
) -> Experiment:
    """Train to the end, in float64."""
    train, test = split(generate("moons", seeds, 48, noise, np.float64), 32)
    experiment = supervised(Network(architectures, seeds, 8, np.float64), plan, train, test)
    for _ in experiment.steps:
        pass
    return experiment


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_is_the_run_it_would_be_alone(optimizer: str) -> None:
    together = Settings(rate=np.array(RATES)[:, None], weight_decay=np.array(DECAYS)[:, None])
    plan = replace(PLAN, optimizer=optimizer, settings=together, clip_norm=np.array(LIMITS))
    all_at_once = run(EACH, SEEDS, NOISES, plan).trace
    for r in range(3):
        settings = Settings(rate=RATES[r], weight_decay=DECAYS[r])
        limit = LIMITS[r] if np.isfinite(LIMITS[r]) else 0.0
        plan = replace(PLAN, optimizer=optimizer, settings=settings, clip_norm=limit)
        alone = run([EACH[r]], [SEEDS[r]], [NOISES[r]], plan).trace
        for name in MEASURES:
            seen = all_at_once.networks["model"].measures[name][:, r]
            expected = alone.networks["model"].measures[name][:, 0]
            np.testing.assert_allclose(seen, expected, rtol=1e-9, atol=1e-12, err_msg=name)
        np.testing.assert_allclose(all_at_once.loss["test"][:, r], alone.loss["test"][:, 0])


def test_the_copy_that_predicts_has_each_replicas_slope() -> None:
    network = Network(EACH, SEEDS, 8, np.float64)
    copy = Network(network.architecture, SEEDS, 8, np.float64, source=network)
    X = generate("moons", SEEDS, 8, 0.1, np.float64).X
    np.testing.assert_array_equal(copy.forward(X).copy(), network.forward(X))
    for r, architecture in enumerate(EACH):
        alone = Network(architecture, [SEEDS[r]], 8, np.float64)
        np.testing.assert_allclose(alone.forward(X[r : r + 1])[0], network.forward(X)[r])


def test_float32_stays_float32() -> None:
    network = Network(EACH, SEEDS, 8, np.float32)
    assert network.forward(generate("moons", SEEDS, 8, 0.1, np.float32).X).dtype == np.float32


def test_each_gradient_is_clipped_to_its_own_length() -> None:
    network = Network(EACH, SEEDS, 8, np.float64)
    network.grad[...] = np.random.default_rng(0).standard_normal(network.grad.shape)
    network.grad[2] = 0
    before = np.linalg.norm(network.grad, axis=1)
    limits = np.array([1.0, 1e3, 1.0, np.inf])[: len(before)]
    network.restore(limit=limits)
    np.testing.assert_allclose(np.linalg.norm(network.grad, axis=1), np.minimum(before, limits))
