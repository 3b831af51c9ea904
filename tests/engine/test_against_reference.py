"""The engine is the textbook: step by step, it and the naive twin stay one."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from reference_check import (
    Batch,
    Pass,
    any_pass,
    block_forms,
    draw_batch,
    fitting,
    form_id,
    other_forms,
    parameters,
    run,
    textbook_pass,
)
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.initializers import INITIALIZERS
from vglab.engine.nn.losses import LOSSES
from vglab.engine.nn.network import Network

RATE, STEPS, SAMPLES, SEEDS = 0.02, 4, 8, (3, 5)


def engine_steps(network: Network, batch: Batch, loss: str) -> list[Any]:
    """Losses of some steps of gradient descent."""
    losses = []
    for _ in range(STEPS):
        losses.append(run(network, batch, loss))
        network.restore()
        network.theta -= RATE * network.grad
    return losses


def twin_step(a: Architecture, P: Any, X: Any, t: Any, loss: str) -> Pass:
    """A step of gradient descent, in place."""
    seen = any_pass(a, P, X, t, loss)
    for p, d in zip(P, seen.grads, strict=True):
        for name in d:
            if name != "W_skip" or a.skip != "projection_fixed":
                p[name] -= RATE * d[name]
    return seen


def stay_one(a: Architecture, loss: str) -> None:
    a = fitting(a, loss)
    batch = draw_batch(a, loss, len(SEEDS), SAMPLES)
    network = Network(a, SEEDS, SAMPLES, np.float64)
    twins = [parameters(network, r) for r in range(len(SEEDS))]
    losses = engine_steps(network, batch, loss)
    for r, P in enumerate(twins):
        seen = [twin_step(a, P, batch.X[r], batch.target[r], loss) for _ in range(STEPS)]
        np.testing.assert_allclose([J[r] for J in losses], [s.loss for s in seen], rtol=1e-12)
        for mine, his in zip(parameters(network, r), P, strict=True):
            assert mine.keys() == his.keys()
            for name in mine:
                np.testing.assert_allclose(mine[name], his[name], rtol=1e-12, atol=1e-12)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("init", INITIALIZERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_initializer_and_loss(activation: str, init: str, loss: str) -> None:
    # Weights of unit variance are chaos at width 6: rounding would grow past 1e-12.
    gain = 0.4 if init == "normal" else 0.9
    a = Architecture(3, 1, 4, 6, activation=activation, init=init, gain=gain, bias_std=0.1)
    stay_one(a, loss)


@pytest.mark.sampled(8)
@pytest.mark.parametrize("a", [*block_forms(), *other_forms()], ids=form_id)
def test_every_architecture(a: Architecture) -> None:
    stay_one(a, "squared")


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.5])
def test_leaky_relus_own_slope(slope: float) -> None:
    a = Architecture(3, 1, 4, 6, activation="leaky_relu", slope=slope, bias_std=0.1)
    batch = draw_batch(a, "squared", 1, SAMPLES)
    network = Network(a, [3], SAMPLES, np.float64)
    P = parameters(network, 0)
    J = run(network, batch, "squared")
    seen = textbook_pass(a, P, batch.X[0], batch.target[0], "squared", slope)
    np.testing.assert_allclose(J[0], seen.loss, rtol=1e-13)
    for mine, his in zip(parameters(network, 0, prefix="d"), seen.grads, strict=True):
        np.testing.assert_allclose(mine["W"], his["W"], rtol=1e-12, atol=1e-15)


def test_one_hidden_layer_is_enough() -> None:
    for skip in ("none", "identity"):
        for where in ("outside", "preactivation"):
            a = Architecture(depth=1, width=4, skip=skip, skip_placement=where)
            stay_one(replace(a, activation="tanh"), "binary_cross_entropy")
