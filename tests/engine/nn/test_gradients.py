"""Backward passes against two strangers: finite differences of the loss, and HIPS autograd."""

from typing import Any

import numpy as np
import pytest
from reference import activations
from reference_check import (
    Batch,
    block_forms,
    draw_batch,
    error_signal,
    fitting,
    form_id,
    other_forms,
    parameters,
    run,
    twin_pass,
)
from reference_rnn import GATES
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.gradient_check import TRIES, GradientCheck
from vglab.engine.nn.initializers import INITIALIZERS
from vglab.engine.nn.losses import LOSSES
from vglab.engine.nn.network import Network

SAMPLES, SEED = 8, 3
ROUNDING = 1e-11
"""Of the finite differences; their error is about this and STEP⁴."""
NOTHING = 1e-14


def plain(activation: str, init: str, loss: str) -> Architecture:
    """A small network whose units do not all saturate."""
    gain = 0.4 if init == "normal" else 1.0
    a = Architecture(3, 1, 4, 6, activation=activation, init=init, gain=gain, bias_std=0.1)
    return fitting(a, loss)


PLAIN = [(g, init, loss) for g in ACTIVATIONS for init in INITIALIZERS for loss in LOSSES]


class Checked(GradientCheck):
    """A small network in float64, its batch, and its gradient."""

    def __init__(self, a: Architecture, loss: str) -> None:
        batch = draw_batch(a, loss, 1, SAMPLES)
        network = Network(a, [SEED], SAMPLES, np.float64)
        super().__init__(network, batch.X, batch.target, LOSSES[loss])

    def check(self, name: str, part: slice) -> None:
        """The slope along a random direction within one block is the gradient's part along it."""
        rng = np.random.default_rng(11)
        for _ in range(TRIES):
            direction = self.direction(part, rng)
            slope, smooth = self.along(direction)
            if smooth or not self.network.g.kinked:
                expected = (self.grad * direction).sum()
                assert slope == pytest.approx(expected, rel=1e-6, abs=ROUNDING), name
                return
        pytest.fail(f"no direction within {name} keeps clear of the kinks")


def check_all(a: Architecture, loss: str) -> None:
    checked = Checked(a, loss)
    for name, part in checked.blocks():
        checked.check(name, part)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("activation", "init", "loss"), PLAIN)
def test_finite_differences_of_plain_networks(activation: str, init: str, loss: str) -> None:
    check_all(plain(activation, init, loss), loss)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("a", [*block_forms(), *other_forms()], ids=form_id)
def test_finite_differences_of_every_architecture(a: Architecture) -> None:
    check_all(a, "binary_cross_entropy")


def agree(a: Architecture, loss: str) -> None:
    """Every gradient and every error signal is autograd's, to 1e-10 of its size."""
    batch = draw_batch(a, loss, 2, SAMPLES)
    network = Network(a, (3, 5), SAMPLES, np.float64)
    J = run(network, batch, loss)
    g = activations(a.slope)[a.activation][0]
    for r in range(2):
        P = parameters(network, r)
        seen = twin_pass(a, g, P, batch.X[r], batch.target[r], loss)
        assert J[r] == pytest.approx(seen.loss, rel=1e-12)
        for i, his in enumerate(seen.Deltas):
            close(error_signal(network, i, r), his)
        network_grads(network, batch, loss, r, seen.grads)


def network_grads(network: Network, batch: Batch, loss: str, r: int, grads: Any) -> None:
    run(network, batch, loss)
    network.restore()
    for mine, his in zip(parameters(network, r, prefix="d"), grads, strict=True):
        for name in mine:
            close(mine[name], his[name])


def close(mine: Any, his: Any) -> None:
    """A bias that batch normalization takes out has gradient 0, and rounding for one."""
    assert np.linalg.norm(mine - his) <= 1e-10 * np.linalg.norm(his) + NOTHING


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("activation", "init", "loss"), PLAIN)
def test_autograd_on_plain_networks(activation: str, init: str, loss: str) -> None:
    agree(plain(activation, init, loss), loss)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("a", [*block_forms(), *other_forms()], ids=form_id)
def test_autograd_on_every_architecture(a: Architecture) -> None:
    agree(a, "squared")


SHARING = [
    *(Architecture(2, 1, 2, 4, "cnn", name, bias_std=0.1, side=4) for name in ACTIVATIONS),
    *(Architecture(2, 1, 2, 4, cell, "tanh", bias_std=0.1, length=5) for cell in GATES),
]
"""Convolutions with every activation, and every recurrent layer, with each of the losses."""


@pytest.mark.sampled(2)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("a", SHARING, ids=form_id)
def test_every_loss_of_images_and_sequences(a: Architecture, loss: str) -> None:
    check_all(fitting(a, loss), loss)
    agree(fitting(a, loss), loss)


def test_a_network_may_be_fed_another_array() -> None:
    a = fitting(Architecture(3, 1, 4, 6, activation="tanh"), "squared")
    network, fresh = (Network(a, [SEED], SAMPLES, np.float64) for _ in range(2))
    first, second = (draw_batch(a, "squared", 1, SAMPLES), draw_batch(a, "squared", 1, SAMPLES))
    first.X[...] *= -0.3
    for batch in (first, second):
        run(network, batch, "squared")
    run(fresh, second, "squared")
    np.testing.assert_array_equal(network.grad, fresh.grad)
