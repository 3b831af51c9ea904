"""The gradient penalty against HIPS autograd and finite differences."""

from dataclasses import replace
from typing import Any

import autograd
import numpy as np
import pytest
from games import SMALL, N, anp, close, entries, game, passed, twin_logits
from reference_check import parameters
from vglab.engine.gan.gradient_penalty import GradientPenalty
from vglab.engine.nn.activations import ACTIVATIONS, activation
from vglab.engine.nn.network import Network


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_curvature_is_the_slope_of_the_slope(name: str) -> None:
    Z = np.linspace(-6, 6, 241) + 0.01
    g, h = activation(name), 1e-4

    def slope(z: Any) -> Any:
        A, S = np.empty_like(z), np.empty_like(z)
        g.apply(z, A)
        g.slope(z, A, S)
        return S

    difference = (slope(Z - 2 * h) - 8 * slope(Z - h) + 8 * slope(Z + h) - slope(Z + 2 * h)) / (
        12 * h
    )
    assert g.curvature(Z) == pytest.approx(difference, abs=1e-10)


def critic(name: str, depth: int = 3) -> Network:
    a = replace(SMALL, outputs=1, depth=depth, activation=name, bias_std=0.3)
    return Network(a, [1, 2], 2 * N, np.float64)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradient_penalty_against_finite_differences(name: str) -> None:
    network = critic(name)
    penalty = GradientPenalty(network, 10.0, N)
    X = np.random.default_rng(3).standard_normal((2, N, 2))
    _, gradients = penalty.between(X)
    theta, rng = network.theta.copy(), np.random.default_rng(4)
    for tap, (dW, db) in zip(network.taps, gradients, strict=True):
        tap.dW[...], tap.db[...] = dW, db
    for _ in range(3):
        direction = rng.standard_normal(theta.shape)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        values: list[Any] = []
        for step in (-2, -1, 1, 2):
            network.theta[...] = theta + step * 1e-5 * direction
            values.append(penalty.between(X)[0])
        slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / 12e-5
        assert slope == pytest.approx((network.grad * direction).sum(axis=1), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS.keys() - {"gelu"}))
def test_gradient_penalty_against_autograd(name: str) -> None:
    """All but gelu, whose Φ the twin takes from the standard library, which autograd cannot see."""
    network = critic(name)
    penalty = GradientPenalty(network, 10.0, N)
    X = np.random.default_rng(3).standard_normal((2, N, 2))
    value, gradients = penalty.between(X)
    gradient: Any = autograd.grad
    whole: Any = autograd.value_and_grad

    def P(parameters_: Any) -> Any:
        slopes = gradient(lambda x: anp.sum(twin_logits(network, parameters_, x)))(X[0])
        return 10.0 * anp.mean((anp.sqrt(anp.sum(slopes**2, axis=1)) - 1) ** 2)

    theirs, slopes = whole(P)(parameters(network, 0))
    ours = [{"W": dW[0], "b": db[0]} for dW, db in gradients]
    assert value[0] == pytest.approx(theirs, rel=1e-10)
    assert close(entries(ours), entries(slopes), 1e-8)


def test_gradient_penalty_joins_the_critics_gradient_at_its_exponents() -> None:
    """A critic whose error signal has left the calm range stores its gradients scaled."""
    form = {"activation": "sigmoid", "depth": 24}
    alone, both = game("wasserstein", form), game("wasserstein", form, penalty=10.0)
    plain = passed(alone, "discriminator")
    whole = passed(both, "discriminator")
    assert whole.power.any()
    assert both.penalty
    X = both.penalty.share * both.real + (1 - both.penalty.share) * both.fake
    _, gradients = both.penalty.between(X)
    plain.restore()
    whole.restore()
    for tap, other, (dW, db) in zip(whole.taps, plain.taps, gradients, strict=True):
        assert tap.dW == pytest.approx(other.dW + dW, rel=1e-9, abs=1e-300)
        assert tap.db == pytest.approx(other.db + db, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    "form", [{"norm": "batch"}, {"norm": "layer"}, {"skip": "identity"}], ids=str
)
def test_gradient_penalty_is_for_plain_layers(form: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="plain layers"):
        game("wasserstein", form, penalty=10.0)
