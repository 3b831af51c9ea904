"""Recordings of runs that never were: lines of `vglab.record/1` with what a test wants to see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from vglab.scenarios.recordings.reading import RecordReader

LAYERS = 8


def layer(number: int, last: int = LAYERS - 1, **stated: Any) -> dict[str, Any]:
    """A layer of a plain network of linear layers, the last of 10 classes."""
    name = "head" if number == last else f"blocks.{number}.fc"
    shape = [10, 64] if number == last else [64, 64]
    block = None if number == last else {"name": "blocks", "index": number}
    return {
        "name": name,
        "kind": "linear",
        "shape": shape,
        "parameters": shape[0] * shape[1],
        "dtype": "float32",
        "optimizer": 0,
        "trained": True,
        "block": block,
        "series": None if block is None else "fc",
    } | stated


def header(layers: Sequence[dict[str, Any]] | int = LAYERS, **stated: Any) -> dict[str, Any]:
    """A header; of so many plain layers, or of these."""
    told = [layer(n, layers - 1) for n in range(layers)] if isinstance(layers, int) else layers
    sgd = {"name": "SGD", "rate": 0.1, "eps": None, "weight_decay": None, "momentum": None}
    return {
        "schema": "vglab.record/1",
        "version": "0.1.0",
        "framework": "torch 2.13.0",
        "started": 1.7e9,
        "steps": 1000,
        "budget": 0.02,
        "ranks": 1,
        "optimizers": [sgd],
        "layers": list(told),
    } | stated


def sample(step: int, grads: Sequence[float | None], **stated: Any) -> dict[str, Any]:
    """A sample of SGD at rate 0.1 with weights of length 8 and these gradients."""
    count = len(grads)
    return {
        "step": step,
        "time": step / 10,
        "loss": 2.0,
        "rate": 0.1,
        "scale": None,
        "clip": None,
        "skipped": 0,
        "cost": 0.017,
        "grad_norm": list(grads),
        "weight_norm": [8.0] * count,
        "update_norm": [None if g is None else 0.1 * g for g in grads],
        "delta_rms": list(grads),
        "activation_mean": [0.1] * count,
        "activation_std": [1.0] * count,
        "batch_spread": [0.5] * count,
        "zero": [0.0] * count,
        "cause": {},
        "noted": {},
    } | stated


def even(factor: float, layers: int = LAYERS) -> list[float]:
    """Gradients that a factor multiplies from each layer to the one before; 1 at the last."""
    return [factor ** (layers - 1 - n) for n in range(layers)]


def samples(
    count: int, factor: float = 1.0, every: int = 10, **stated: Any
) -> Iterator[dict[str, Any]]:
    """So many samples of a run; what is stated may be a function of the step."""
    for step in range(0, count * every, every):
        told: dict[str, Any] = {
            name: of(step) if callable(of) else of for name, of in stated.items()
        }
        yield sample(step, told.pop("grads", even(factor)), **told)


def falling(
    start: float = 2.303, floor: float = 0.1, over: float = 200.0
) -> Callable[[int], float]:
    """A loss that falls to a floor."""
    return lambda step: floor + (start - floor) * 2.0 ** (-step / over)


def text(*lines: dict[str, Any]) -> bytes:
    """Lines as a recorder appends them."""
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def write(path: Path, *lines: dict[str, Any]) -> Path:
    """A file of these lines."""
    path.write_bytes(text(*lines))
    return path


def read(path: Path) -> RecordReader:
    """All that a file says."""
    reader = RecordReader(path.name, str(path))
    reader.read_all()
    return reader
