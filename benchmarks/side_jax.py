"""JAX, the whole measured step in one jit."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from workloads import BATCHES, LINES, Workload, batches, first_weights

SLOPE = 0.2
ACTIVATIONS = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": partial(jax.nn.leaky_relu, negative_slope=SLOPE),
}


def forward(w: Workload, params: Any, probes: list[Any], X: Any) -> tuple[Any, list[Any]]:
    """The output, and every hidden layer's (Z, A); a probe added to each Z takes its gradient."""
    g, kept, A = ACTIVATIONS[w.activation], [], X
    for i, (W, b, gamma, beta) in enumerate(params):
        Z = A @ W + b
        if i == w.depth:
            return Z, kept
        if w.norm != "none":
            axis = 0 if w.norm == "batch" else 1
            Z = (Z - Z.mean(axis, keepdims=True)) / jnp.sqrt(Z.var(axis, keepdims=True) + 1e-5)
            Z = Z * gamma + beta
        Z = Z + probes[i]
        Y = g(Z)
        A = A + Y if w.skip == "identity" and i else Y
        kept.append((Z, A))
    raise AssertionError


def build(w: Workload, measured: bool) -> Callable[[int], None]:
    """`run(steps)` trains on from where it was."""
    adversarial = w.architecture == "gan"
    if not (w.plain or adversarial) or w.optimizer not in ("sgd", "adam"):
        raise NotImplementedError
    params, step = (gan if adversarial else classifier)(w, measured)
    moments = [jax.tree.map(jnp.zeros_like, params) if w.optimizer == "adam" else () for _ in "mv"]
    state: Any = [params, *moments]
    X, y = (list(jnp.asarray(m)) for m in batches(w))
    step = jax.jit(step, donate_argnums=(0, 1, 2))
    history: list[object] = []

    def run(count: int) -> None:
        for _ in range(count):
            k = len(history)
            *state[:], rows = step(*state, k + 1, X[k % BATCHES], y[k % BATCHES])
            history.append(jax.tree.map(np.asarray, rows))
        jax.block_until_ready(state[0])

    return run


def parameters(w: Workload, ends: tuple[int, int] = (2, 1)) -> list[Any]:
    """(W, b, γ, β) of every layer."""
    weights = [jnp.asarray(W) for W in first_weights(w, ends=ends)]
    row = [jnp.ones((1, W.shape[1])) for W in weights]
    return [(W, 0 * one, one, 0 * one) for W, one in zip(weights, row, strict=True)]


def cross_entropy(Z: Any, y: Any) -> Any:
    """Of logits."""
    return jnp.mean(jnp.logaddexp(0, Z) - y * Z)


def classifier(w: Workload, measured: bool) -> tuple[Any, Callable[..., Any]]:
    """First parameters, and `step(params, m, v, t, X, y)`."""

    def step(params: Any, m: Any, v: Any, t: Any, X: Any, y: Any) -> Any:
        def cost(params: Any, probes: Any) -> Any:
            Z, kept = forward(w, params, probes, X)
            return cross_entropy(Z, y), kept

        return descend(w, measured, cost, len(X), (params, m, v, t))

    return parameters(w), step


def gan(w: Workload, measured: bool) -> tuple[Any, Callable[..., Any]]:
    """The discriminator's step on real and fake points, then the generator's through it."""
    made, N, none = replace(w, activation="relu"), w.batch, [0.0] * w.depth
    y = jnp.concatenate([jnp.ones((N, 1)), jnp.zeros((N, 1))])

    def step(params: Any, m: Any, v: Any, t: Any, X: Any, _: Any) -> Any:
        z = jax.random.normal(jax.random.key(t), (2, N, w.inputs))
        both = jnp.concatenate([X[:, :2], forward(made, params[0], none, z[0])[0]])

        def judge(D: Any, probes: Any) -> Any:
            Z, kept = forward(w, D, probes, both)
            return cross_entropy(Z, y), kept

        *seen, first = descend(w, measured, judge, 2 * N, (params[1], m[1], v[1], t))

        def fool(G: Any, probes: Any) -> Any:
            fake, kept = forward(made, G, probes, z[1])
            return cross_entropy(forward(w, seen[0], none, fake)[0], 1.0), kept

        *moved, second = descend(made, measured, fool, N, (params[0], m[0], v[0], t))
        if not measured:
            return *zip(moved, seen, strict=True), (first, second)

        def saturate(G: Any) -> Any:
            fake = forward(made, G, none, z[1])[0]
            return -jnp.mean(jnp.logaddexp(0, forward(w, seen[0], none, fake)[0]))

        other = jnp.sqrt(
            sum(jnp.vdot(g, g) for g in jax.tree.leaves(jax.grad(saturate)(params[0])))
        )
        says = forward(w, params[1], none, both)[0]
        return *zip(moved, seen, strict=True), (first, second, other, game(both, says))

    return (parameters(w, (w.inputs, 2)), parameters(w)), step


def game(points: Any, says: Any) -> Any:
    """The distance between real and generated points, and what is said of either."""
    halves = (points @ LINES).reshape(2, len(points) // 2, -1).sort(axis=1)
    logits = says.reshape(2, -1)
    distance = jnp.abs(halves[0] - halves[1]).mean()
    return jnp.stack([distance, *logits.mean(axis=1), *jax.nn.sigmoid(logits).mean(axis=1)])


def descend(w: Workload, measured: bool, cost: Any, rows: int, state: Any) -> Any:
    """Down the cost's gradient: parameters, Adam's moments, and what has been measured."""
    params, m, v, t = state
    probes, which = [jnp.zeros((rows, w.width))] * w.depth, (0, 1) if measured else (0,)
    grads, kept = jax.grad(cost, argnums=which, has_aux=True)(params, probes)
    if w.optimizer == "adam":
        change, m, v = adam(grads[0], m, v, t, w.rate)
    else:
        change = jax.tree.map(lambda g: w.rate * g, grads[0])
    seen = measure(w, grads, kept, params, change) if measured else 0
    return jax.tree.map(jnp.subtract, params, change), m, v, seen


def adam(grad: Any, m: Any, v: Any, t: Any, rate: float) -> tuple[Any, Any, Any]:
    """One step of Adam (Kingma & Ba 2015)."""
    m = jax.tree.map(lambda a, g: 0.9 * a + 0.1 * g, m, grad)
    v = jax.tree.map(lambda a, g: 0.999 * a + 0.001 * g * g, v, grad)
    scale = rate / (1 - 0.9**t)
    root = 1 / (1 - 0.999**t)
    return jax.tree.map(lambda a, b: scale * a / (jnp.sqrt(b * root) + 1e-8), m, v), m, v


def measure(w: Workload, grads: Any, kept: Any, params: Any, change: Any) -> Any:
    """The engine's nine measures of the hidden layers; every reduction is over a stack, which XLA
    does far faster than one for each layer."""
    Z, A, D = (jnp.stack(arrays) for arrays in (*zip(*kept[1:], strict=True), grads[1][1:]))
    W, dW, sW = (
        jnp.stack([layer[0] for layer in layers[1:-1]]) for layers in (params, grads[0], change)
    )
    S = slope(w.activation, Z)
    low = 0.05 * (0.25 if w.activation == "sigmoid" else 1.0) > S
    size = length(W)
    return jnp.stack([
        length(D), length(S), A.mean((1, 2)), A.std((1, 2)), low.mean((1, 2)),
        (S == 0).all(1).mean(1), length(dW), size, length(sW) / size,
    ])  # fmt: skip


def length(X: Any) -> Any:
    """Norms of a stack's matrices."""
    return jnp.sqrt((X * X).sum((1, 2)))


def slope(name: str, Z: Any) -> Any:
    """g′(Z)."""
    if name in ("relu", "leaky_relu"):
        return jnp.where(Z > 0, 1.0, SLOPE if name == "leaky_relu" else 0.0)
    A = ACTIVATIONS[name](Z)
    return {"sigmoid": A * (1 - A), "tanh": 1 - A * A}[name]
