"""JAX, the whole measured step in one jit."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from workloads import BATCHES, Workload, batches, first_weights

ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu}


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
    if not w.plain or w.optimizer not in ("sgd", "adam"):
        raise NotImplementedError
    params = [
        (
            jnp.asarray(W),
            jnp.zeros((1, W.shape[1])),
            jnp.ones((1, W.shape[1])),
            jnp.zeros((1, W.shape[1])),
        )
        for W in first_weights(w)
    ]
    probes = [jnp.zeros((w.batch, w.width)) for _ in range(w.depth)]
    moments = [jax.tree.map(jnp.zeros_like, params) if w.optimizer == "adam" else () for _ in "mv"]
    X, y = (list(jnp.asarray(m)) for m in batches(w))

    def cost(params: Any, probes: Any, X: Any, y: Any) -> Any:
        Z, kept = forward(w, params, probes, X)
        return jnp.mean(jnp.logaddexp(0, Z) - y * Z), kept

    @partial(jax.jit, donate_argnums=(0, 1, 2))
    def step(params: Any, m: Any, v: Any, t: Any, X: Any, y: Any) -> Any:
        which = (0, 1) if measured else (0,)
        grads, kept = jax.grad(cost, argnums=which, has_aux=True)(params, probes, X, y)
        change, m, v = adam(grads[0], m, v, t, w.rate) if w.optimizer == "adam" else (
            jax.tree.map(lambda g: w.rate * g, grads[0]), m, v,
        )  # fmt: skip
        rows = measure(w, grads, kept, params, change) if measured else ()
        return jax.tree.map(jnp.subtract, params, change), m, v, rows

    state: dict[str, Any] = {"p": params, "m": moments[0], "v": moments[1], "k": 0, "history": []}

    def run(count: int) -> None:
        for _ in range(count):
            k = state["k"] % BATCHES
            state["k"] += 1
            state["p"], state["m"], state["v"], rows = step(
                state["p"], state["m"], state["v"], state["k"], X[k], y[k]
            )
            state["history"].append(np.asarray(rows) if measured else None)
        jax.block_until_ready(state["p"])

    return run


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
    A = ACTIVATIONS[name](Z)
    return {"sigmoid": A * (1 - A), "tanh": 1 - A * A, "relu": (Z > 0).astype(Z.dtype)}[name]
