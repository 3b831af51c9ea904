"""A sweep's runs of one depth in JAX: one compiled program, `vmap` over runs and `scan` over steps.

It keeps what a sweep's line holds: loss, accuracy on points held back, and the error signal of each
layer, at initialization and at the end.
"""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from sweep_sizes import BATCH, RATE, STEPS, TEST, TRAIN, WIDTH

AT_ONCE = 1000
"""Runs that one call trains."""


def train_all(depth: int, gains: Sequence[float], seeds: int) -> None:
    """Train every gain with every seed."""
    program = jax.jit(jax.vmap(partial(train, depth)))
    each = [m.ravel() for m in np.meshgrid(gains, np.arange(seeds), indexing="ij")]
    for at in range(0, len(each[0]), AT_ONCE):
        jax.block_until_ready(program(*(values[at : at + AT_ONCE] for values in each)))


def train(depth: int, gain: Any, seed: Any) -> Any:
    """One run; what is seen of it at both ends."""
    weights, data, held_back, batches = jax.random.split(jax.random.key(seed), 4)
    sizes = pairwise([2, *[WIDTH] * depth, 1])
    params = [
        (gain * jax.random.normal(key, shape) / jnp.sqrt(shape[0]), jnp.zeros((1, shape[1])))
        for key, shape in zip(jax.random.split(weights, depth + 1), sizes, strict=True)
    ]
    X, y = circles(data, TRAIN)
    rows = jax.random.permutation(batches, jnp.tile(jnp.arange(TRAIN), STEPS * BATCH // TRAIN))
    none = [jnp.zeros((BATCH, WIDTH))] * depth

    def step(params: Any, rows: Any) -> Any:
        slopes = jax.grad(cost)(params, none, X[rows], y[rows])
        return jax.tree.map(lambda p, g: p - RATE * g, params, slopes), None

    def ends(params: Any) -> Any:
        loss, errors = jax.value_and_grad(cost, argnums=1)(params, none, X[:BATCH], y[:BATCH])
        test, truth = circles(held_back, TEST)
        right = (output(params, [0.0] * depth, test) > 0) == (truth > 0.5)
        return loss, right.mean(), jnp.stack([jnp.sqrt(jnp.square(e).mean()) for e in errors])

    trained, _none = jax.lax.scan(step, params, rows.reshape(STEPS, BATCH))
    return ends(params), ends(trained)


def circles(key: Any, n: int) -> Any:
    """Points of two circles with noise, and their classes."""
    turn, jitter = jax.random.split(key)
    y = jnp.arange(n) % 2
    angle = jax.random.uniform(turn, (n,), maxval=2 * jnp.pi)
    X = jnp.stack([jnp.cos(angle), jnp.sin(angle)], 1) * (1 - 0.5 * y)[:, None]
    return X + 0.1 * jax.random.normal(jitter, (n, 2)), y[:, None].astype(jnp.float32)


def output(params: Any, probes: Any, X: Any) -> Any:
    """Logits; a probe added to each layer's Z takes its error signal."""
    A = X
    for (W, b), probe in zip(params[:-1], probes, strict=True):
        A = jnp.tanh(A @ W + b + probe)
    W, b = params[-1]
    return A @ W + b


def cost(params: Any, probes: Any, X: Any, y: Any) -> Any:
    """Binary cross-entropy."""
    Z = output(params, probes, X)
    return jnp.mean(jnp.logaddexp(0, Z) - y * Z)
