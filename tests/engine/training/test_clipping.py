"""Clipping a gradient, even one that is longer than its number type can tell."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_check import draw_batch, run
from vglab.engine.data.datasets import Dataset
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.training.optimizers import Settings
from vglab.engine.training.supervised import Training, supervised

BASE = Architecture(depth=4, width=6, activation="tanh", norm="layer", skip="projection")
LOUD = Architecture(depth=150, width=64, activation="tanh", init="normal", gain=3.0)
"""Its gradients grow to 1e50 and more whichever way products are rounded: float32 ends at 3e38."""


def backward(a: Architecture, dtype: Any, R: int = 1) -> Network:
    """A network with its gradient still scaled."""
    network = Network(a, list(range(R)), 16, dtype)
    with np.errstate(all="ignore"):
        run(network, draw_batch(a, "binary_cross_entropy", R, 16, dtype), "binary_cross_entropy")
    return network


@given(st.floats(1e-3, 1e3), st.integers(-40, 36))
def test_what_is_too_long_is_shortened_and_nothing_else(limit: float, size: int) -> None:
    network = Network(BASE, [0, 1, 2], 4, np.float32)
    drawn = np.random.default_rng(1).standard_normal(network.grad.shape)
    network.grad[...] = drawn * 10.0**size
    before = network.grad.astype(np.float64)
    with np.errstate(over="ignore"):
        network.restore(limit=limit)
    expected = before * np.minimum(1, limit / np.linalg.norm(before, axis=1))[:, None]
    np.testing.assert_allclose(network.grad, expected, rtol=1e-5, atol=1e-44)


def test_each_replica_is_clipped_by_itself_and_may_have_its_own_limit() -> None:
    free, clipped = backward(BASE, np.float64, R=3), backward(BASE, np.float64, R=3)
    free.restore()
    lengths = np.linalg.norm(free.grad, axis=1)
    limits = lengths * [0.5, 2.0, 1e-3]
    clipped.restore(limit=limits)
    expected = free.grad * np.array([[0.5], [1.0], [1e-3]])
    np.testing.assert_allclose(clipped.grad, expected, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_gradient_beyond_its_number_type_is_clipped(dtype: Any) -> None:
    network, double = backward(LOUD, dtype), backward(LOUD, np.float64)
    double.restore()
    if dtype == np.float32:
        assert np.linalg.norm(double.grad) > np.finfo(np.float32).max
    with np.errstate(over="ignore"):
        network.restore(limit=0.5)
    assert np.linalg.norm(network.grad) == pytest.approx(0.5, rel=1e-5)
    first = network.taps[0].dW
    assert np.linalg.norm(first) > 0.1, "the first layers have the longest gradients"


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_clipping_saves_training_from_such_gradients(optimizer: str) -> None:
    drawn = draw_batch(LOUD, "binary_cross_entropy", 1, 16, np.float32)
    plan = Training(batch=16, steps=5, record_every=1, clip_norm=1.0, optimizer=optimizer)
    for clip_norm, survives in ((1.0, True), (0.0, False)):
        each = replace(plan, clip_norm=clip_norm, settings=Settings(rate=1e-3))
        network = Network(LOUD, [0], 16, np.float32)
        steps = supervised(network, each, Dataset(drawn.X, drawn.target), None)
        for _ in steps.steps:
            pass
        assert (steps.trace.diverged_at is None) == survives
