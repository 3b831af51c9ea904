"""A GAN's gradients against HIPS autograd and finite differences."""

from itertools import product
from typing import Any

import autograd
import numpy as np
import pytest
from games import FORMS, SIDES, close, entries, game, passed
from reference_check import parameters
from vglab.engine.gan.losses import GAMES
from vglab.engine.gan.players import Pass


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("loss", GAMES)
def test_gradients_are_those_of_autograd(loss: str, form: dict[str, Any], side: str) -> None:
    """The generator's through the discriminator, which is the very function that was trained."""
    run = game(loss, form)
    network = passed(run, side)
    network.restore()
    gradient: Any = autograd.grad
    theirs = gradient(lambda P: SIDES[side](run, P))(parameters(network, 0))
    ours = parameters(network, 0, prefix="d")
    assert close(entries(ours), entries(theirs), 1e-8)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("loss", "form"), list(product(GAMES, FORMS)), ids=str)
def test_gradients_are_those_of_finite_differences(
    loss: str, form: dict[str, Any], side: str
) -> None:
    run = game(loss, form)
    network = passed(run, side)
    network.restore()
    grad, theta = network.grad.copy(), network.theta.copy()
    direction = np.random.default_rng(5).standard_normal(theta.shape)
    direction /= np.linalg.norm(direction)
    still = Pass(None, trains=False, moves=False)
    evaluate = run.discriminate if side == "discriminator" else run.generate
    values: list[float] = []
    for step in (-2, -1, 1, 2):
        network.theta[...] = theta + step * 1e-4 * direction
        values.append(float(evaluate(still)[0]))
    slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / 12e-4
    assert slope == pytest.approx(float((grad * direction).sum()), rel=1e-6, abs=1e-11)
