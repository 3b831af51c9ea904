"""The optax transformation of `vglab.watch`: right inside `jit`, and the training as it was."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from frameworks.watching import lines, samples
from vglab.watch import finish, records, watch_optax
from vglab.watch.jax_training import norm

Array = Any


def parameters() -> dict[str, dict[str, Array]]:
    keys = jax.random.split(jax.random.key(0), 3)
    shapes = {"dense_0": (5, 16), "dense_1": (16, 16), "head": (16, 1)}
    return {
        name: {"kernel": jax.random.normal(key, shape) * 0.5, "bias": jnp.zeros(shape[1])}
        for key, (name, shape) in zip(keys, shapes.items(), strict=True)
    }


def loss_of(P: dict[str, dict[str, Array]], X: Array) -> Array:
    A = X
    for name in ("dense_0", "dense_1"):
        A = jnp.tanh(A @ P[name]["kernel"] + P[name]["bias"])
    return jnp.mean((A @ P["head"]["kernel"] - X.sum(1, keepdims=True)) ** 2)


def train(optimizer: Any, steps: int, jit: bool = True) -> tuple[Any, list[Any], list[Any]]:
    """Parameters at the end, and gradients and updates of each step."""

    def step(P: Any, state: Any, X: Array) -> tuple[Any, Any, Any, Any]:
        loss, grads = jax.value_and_grad(loss_of)(P, X)
        updates, state = optimizer.update(grads, state, P, value=loss)
        return optax.apply_updates(P, updates), state, grads, updates

    run: Callable[..., Any] = jax.jit(step) if jit else step
    P = parameters()
    state, all_grads, all_updates = optimizer.init(P), [], []
    for k in range(steps):
        X = jax.random.normal(jax.random.key(k + 1), (12, 5))
        P, state, grads, updates = run(P, state, X)
        all_grads.append(grads)
        all_updates.append(updates)
    jax.effects_barrier()
    return P, all_grads, all_updates


def chain() -> Any:
    return optax.with_extra_args_support(
        optax.chain(optax.clip_by_global_norm(0.1), optax.adam(1e-2))
    )


@pytest.mark.parametrize("jit", [True, False])
def test_figures_are_right_and_due_steps_are_recorded(
    jit: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "figure", lambda value: value)
    path = tmp_path / "run.jsonl"
    _, grads, updates = train(watch_optax(chain(), path, every=3, rate=1e-2, steps=9), 4, jit)
    finish(path)
    head, *_ = lines(path)
    assert head["framework"].startswith("jax ")
    assert [layer["name"] for layer in head["layers"]] == ["dense_0", "dense_1", "head"]
    assert head["layers"][0]["shape"] == [5, 16]
    found = sorted(samples(path), key=lambda sample: sample["step"])
    assert [sample["step"] for sample in found] == [0, 3]
    for sample in found:
        for key, trees in (("grad_norm", grads), ("update_norm", updates)):
            tree = trees[sample["step"]]
            true = [np.linalg.norm(np.float64(tree[name]["kernel"])) for name in tree]
            assert sample[key] == pytest.approx(true, rel=1e-6)
        assert sample["loss"] is not None


def test_updates_are_those_of_what_is_wrapped(tmp_path: Path) -> None:
    bare, *_ = train(chain(), 5)
    seen, *_ = train(watch_optax(chain(), tmp_path / "run.jsonl", every=2), 5)
    finish(tmp_path / "run.jsonl")
    same = jax.tree.map(lambda a, b: bool((a == b).all()), bare, seen)
    assert all(jax.tree.leaves(same))


@pytest.mark.parametrize("size", [1e-30, 1e25])
def test_a_norm_neither_underflows_nor_overflows(size: float) -> None:
    x = jnp.full((30, 30), size, jnp.float32)
    assert float(norm(x)) == pytest.approx(30 * size, rel=1e-6)
