"""Watch a JAX training: an optax transformation that records what goes through it.

    from vglab.watch import watch_optax

    optimizer = watch_optax(optax.adam(1e-3), "run.jsonl", every=50)
    state = optimizer.init(params)
    ...
    updates, state = optimizer.update(grads, state, params)     # inside jit or not

It wraps the whole chain, so the gradient is seen before clipping and the update as it is applied.
Norms are computed only in steps that are due, under `lax.cond`, and only then a callback hands them
to the host. What cannot be seen from here is left out: error signals, activations, and the loss
unless `update` is given `value=loss`.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from .recording import Document
from .records import OPEN, begin, record


class WatchState(NamedTuple):
    """The state of what is wrapped, and the count of steps."""

    inner: Any
    step: Any


def name_of(path: tuple[Any, ...]) -> str:
    """A leaf's place in a tree of parameters, by dots; `kernel`, `weight` and `w` go unsaid."""
    parts = [
        str(getattr(key, "key", getattr(key, "idx", getattr(key, "name", key)))) for key in path
    ]
    shown = parts[:-1] if len(parts) > 1 and parts[-1] in ("kernel", "weight", "w") else parts
    return ".".join(part for part in shown if part != "params")


def matrices(tree: Any) -> dict[str, Any]:
    """The leaves of two or more dimensions by name."""
    leaves = jax.tree_util.tree_flatten_with_path(tree)[0]
    return {name_of(path): leaf for path, leaf in leaves if jnp.ndim(leaf) > 1}


def norm(x: Any) -> Any:
    """‖x‖ in float32 or wider, divided by the largest entry first, so that no square is lost."""
    x = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    largest = jnp.max(jnp.abs(x), initial=0)
    unit = jnp.where(largest > 0, largest, 1)
    return unit * jnp.sqrt(jnp.sum(jnp.square(jnp.abs(x / unit))))


def watch_optax(
    inner: Any,
    path: str | os.PathLike[str] = "run.jsonl",
    *,
    every: int = 50,
    steps: int | None = None,
    rate: float | None = None,
) -> Any:
    """An optax transformation around another one, `inner`, that records each `every` steps.

    `steps` are those that are planned, `rate` the learning rate, which optax keeps to itself. The
    updates are those of `inner`, bit by bit.
    """
    file = os.fspath(path)
    inner = optax.with_extra_args_support(inner)

    def init(params: Any) -> WatchState:
        return WatchState(inner.init(params), jnp.zeros((), jnp.int32))

    def update(grads: Any, state: WatchState, params: Any = None, **extra: Any) -> Any:
        updates, inner_state = inner.update(grads, state.inner, params, **extra)
        found = {"grad": matrices(grads), "update": matrices(updates)}
        if params is not None:
            found["weight"] = matrices(params)
        names = list(found["grad"])
        open_file(file, found["grad"], steps, rate)

        def hand_out() -> None:
            norms = {k: [norm(tree[name]) for name in names] for k, tree in found.items()}
            zero = [jnp.mean(tree == 0) for tree in found["grad"].values()]
            whole = {"zero": zero, **norms}
            jax.debug.callback(write, state.step, extra.get("value"), whole)

        def write(step: Any, loss: Any, whole: dict[str, list[Any]]) -> None:
            rows = {k: dict(zip(names, values, strict=True)) for k, values in whole.items()}
            record(int(step), path=file, loss=loss, rate=rate, **rows)

        jax.lax.cond(state.step % every == 0, hand_out, lambda: None)
        return updates, WatchState(inner_state, state.step + 1)

    return optax.GradientTransformationExtraArgs(init, update)


def open_file(file: str, layers: dict[str, Any], steps: int | None, rate: float | None) -> None:
    """Writes the header when the first gradients are traced, as their shapes are known then."""
    if file in OPEN:
        return
    details: dict[str, Document] = {
        name: {
            "kind": "embedding" if "embed" in name else "conv" if leaf.ndim > 2 else "linear",
            "shape": list(leaf.shape),
            "parameters": leaf.size,
            "dtype": str(leaf.dtype),
        }
        for name, leaf in layers.items()
    }
    optimizer: Document = {
        "name": "optax",
        "rate": rate,
        "eps": None,
        "weight_decay": None,
        "momentum": None,
    }
    version = f"jax {jax.__version__}"
    begin(file, list(layers), version, steps, details=details, optimizers=[optimizer])
