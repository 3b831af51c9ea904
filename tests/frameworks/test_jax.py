"""A second opinion from JAX, which differentiates by other rules than PyTorch, and from optax."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from oracle_seeds import SEEDS
from reference_check import draw_batch, fitting, parameters, run
from vglab.engine.gan.gradient_penalty import GradientPenalty
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network

Array = Any
Parameters = list[dict[str, Array]]
Gradient = Callable[..., tuple[Array, Parameters]]
EVERY_SEED = pytest.mark.parametrize("seed", SEEDS)

G: dict[str, Callable[[Array], Array]] = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": partial(jax.nn.leaky_relu, negative_slope=0.2),
    "elu": jax.nn.elu,
    "selu": jax.nn.selu,
    "gelu": partial(jax.nn.gelu, approximate=False),
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
    "linear": lambda z: z,
}
J: dict[str, Callable[[Array, Array], Array]] = {
    "binary_cross_entropy": lambda z, t: optax.sigmoid_binary_cross_entropy(z, t).mean(),
    "softmax_cross_entropy": lambda z, t: optax.softmax_cross_entropy(z, t).mean(),
    "squared": lambda z, t: optax.l2_loss(z, t).sum() / len(z),
}


def perceptron(g: Callable[[Array], Array], P: Parameters, A: Array) -> Array:
    """The output of dense layers for A (samples, inputs)."""
    for p in P[:-1]:
        A = g(A @ p["W"] + p["b"])
    return A @ P[-1]["W"] + P[-1]["b"]


def compare(network: Network, gradients: Parameters, rtol: float = 1e-10) -> None:
    """The engine's gradients against these, entry by entry, up to what their sums cancel to."""
    for mine, true in zip(parameters(network, 0, prefix="d"), gradients, strict=True):
        for name, entries in mine.items():
            size = float(jnp.abs(true[name]).max())
            np.testing.assert_allclose(entries, true[name], rtol=rtol, atol=rtol * size)


@cache
def slopes_of_perceptron(activation: str, loss: str) -> Gradient:
    """The loss and its gradients, compiled once for all seeds."""
    return jax.jit(jax.value_and_grad(lambda P, X, t: J[loss](perceptron(G[activation], P, X), t)))


CASES = [*((name, "squared") for name in G), *(("tanh", loss) for loss in J)]


@EVERY_SEED
@pytest.mark.parametrize(("activation", "loss"), CASES)
def test_gradients_of_every_activation_and_loss(activation: str, loss: str, seed: int) -> None:
    a = fitting(Architecture(3, depth=4, width=8, activation=activation, bias_std=0.2), loss)
    batch = draw_batch(a, loss, 1, 16)
    network = Network(a, [seed], 16, np.float64)
    value = run(network, batch, loss)
    network.restore()
    theirs = slopes_of_perceptron(activation, loss)
    true, gradients = theirs(parameters(network, 0), batch.X[0], batch.target[0])
    assert value[0] == pytest.approx(float(true), rel=1e-12)
    compare(network, gradients)


def elman(p: dict[str, Array], state: Array, x: Array) -> tuple[Array, Array]:
    H, C = state
    H = jnp.tanh(jnp.concatenate([x, H], 1) @ p["W"] + p["b"])
    return (H, C), H


def lstm(p: dict[str, Array], state: Array, x: Array) -> tuple[Array, Array]:
    H, C = state
    new, write, keep, show = jnp.split(jnp.concatenate([x, H], 1) @ p["W"] + p["b"], 4, 1)
    C = jax.nn.sigmoid(keep) * C + jax.nn.sigmoid(write) * jnp.tanh(new)
    H = jax.nn.sigmoid(show) * jnp.tanh(C)
    return (H, C), H


def gru(p: dict[str, Array], state: Array, x: Array) -> tuple[Array, Array]:
    (H, C), n = state, state[0].shape[1]
    Z = jnp.concatenate([x, H], 1) @ p["W"][:, n:] + p["b"][:, n:]
    keep, reveal = jnp.split(jax.nn.sigmoid(Z), 2, 1)
    new = jnp.tanh(jnp.concatenate([x, reveal * H], 1) @ p["W"][:, :n] + p["b"][:, :n])
    H = keep * H + (1 - keep) * new
    return (H, C), H


CELLS = {"rnn": elman, "lstm": lstm, "gru": gru}


def scanned(cell: str, P: Parameters, X: Array, width: int) -> Array:
    """The output for sequences X (steps, samples, inputs)."""
    for p in P[:-1]:
        empty = jnp.zeros((X.shape[1], width))
        _, X = jax.lax.scan(partial(CELLS[cell], p), (empty, empty), X)
    return X[-1] @ P[-1]["W"] + P[-1]["b"]


@cache
def slopes_through_time(cell: str, width: int) -> Gradient:
    return jax.jit(jax.value_and_grad(lambda P, X, t: J["squared"](scanned(cell, P, X, width), t)))


@EVERY_SEED
@pytest.mark.parametrize("cell", CELLS)
def test_gradients_through_time(cell: str, seed: int) -> None:
    a = Architecture(2, 3, 2, 6, cell, "tanh", bias_std=0.2, length=7)
    batch = draw_batch(a, "squared", 1, 9)
    network = Network(a, [seed], 9, np.float64)
    value = run(network, batch, "squared")
    network.restore()
    X = batch.X[0].reshape(9, 7, 2).swapaxes(0, 1)
    theirs = slopes_through_time(cell, 6)
    true, gradients = theirs(parameters(network, 0), X, batch.target[0])
    assert value[0] == pytest.approx(float(true), rel=1e-12)
    compare(network, gradients)


@cache
def slopes_of_penalty(activation: str) -> Gradient:
    """P = 10 E (‖∇f‖ - 1)², differentiated with respect to the parameters."""

    def P(parameters_: Parameters, X: Array) -> Array:
        f = lambda x: perceptron(G[activation], parameters_, x).sum()  # noqa: E731
        slopes = jax.vmap(jax.grad(f))(X)
        return 10 * jnp.square(jnp.linalg.norm(slopes, axis=1) - 1).mean()

    return jax.jit(jax.value_and_grad(P))


@EVERY_SEED
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "silu"])
def test_gradient_penalty_is_gone_back_through_twice(activation: str, seed: int) -> None:
    a = Architecture(2, 1, 3, 7, activation=activation, bias_std=0.3)
    network = Network(a, [seed], 16, np.float64)
    X = np.random.default_rng([seed, 5]).standard_normal((1, 8, 2))
    value, gradients = GradientPenalty(network, 10.0, 8).between(X)
    true, theirs = slopes_of_penalty(activation)(parameters(network, 0), X[0])
    assert value[0] == pytest.approx(float(true), rel=1e-12)
    for tap, (dW, db) in zip(network.taps, gradients, strict=True):
        tap.dW[...], tap.db[...] = dW, db
    compare(network, theirs)
