"""Records of any framework: `record(step, grad={layer: norm}, loss=…)`.

    from vglab.watch import record

    record(step, grad={"dense1": norm1, "dense2": norm2}, loss=loss, path="run.jsonl")

A figure is a number, or an array whose norm (for error signals the root mean square) is computed
where it is. The layers of a file are those of its first record; call `finish(path)` at the end.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from typing import Any

from .layers import grouping
from .recording import Document, Recording, figure

MEASURES = {
    "grad": "grad_norm",
    "weight": "weight_norm",
    "update": "update_norm",
    "delta": "delta_rms",
    "activation_mean": "activation_mean",
    "activation_std": "activation_std",
    "batch_spread": "batch_spread",
    "zero": "zero",
}
"""What a caller calls a measure, and the file."""
Figures = Mapping[str, Any]
OPEN: dict[str, tuple[Recording, list[str]]] = {}
"""The files that are being written, by path, with the names of their layers."""
LAST: dict[str, int] = {}
"""The last step of each."""


def size(value: Any, mean: bool = False) -> float | None:
    """A figure as a number; of an array the norm, or the root mean square."""
    if value is None or not getattr(value, "ndim", 0):
        return None if value is None else float(value)
    largest = float(abs(value).max())
    if not 0 < largest < float("inf"):
        return largest
    squares = float(((value / largest) ** 2).sum())
    return largest * (squares / (value.size if mean else 1)) ** 0.5


def begin(
    path: str,
    layers: list[str],
    framework: str = "",
    steps: int | None = None,
    details: Mapping[str, Document] | None = None,
    optimizers: list[Document] | None = None,
) -> None:
    """Opens a file and writes its header; `details` has what is known of a layer, by its name."""
    recording = Recording(path)
    documents: list[Document] = []
    for name, group in zip(layers, grouping(layers), strict=True):
        known = {"kind": "", "shape": [], "parameters": 0, "dtype": "", "optimizer": 0}
        more = (details or {}).get(name, {})
        documents.append({"name": name, **known, "trained": True, **more, **group})
    recording.header(framework, documents, optimizers or [], budget=None, steps=steps, ranks=1)
    if not OPEN:
        atexit.register(finish_all)
    OPEN[path] = recording, layers


def record(
    step: int,
    grad: Figures | None = None,
    *,
    weight: Figures | None = None,
    update: Figures | None = None,
    delta: Figures | None = None,
    loss: Any = None,
    path: str | os.PathLike[str] = "run.jsonl",
    **more: Any,
) -> None:
    """Appends a sample. What is no measure of layers among `more` is a figure of the training, as
    `rate` and `clip` are. Nothing is raised: a fault is said once."""
    name = os.fspath(path)
    given = {"grad": grad, "weight": weight, "update": update, "delta": delta, **more}
    measures: dict[str, Figures] = {k: v for k, v in given.items() if k in MEASURES and v}
    try:
        if name not in OPEN:
            begin(name, list(dict.fromkeys(layer for m in measures.values() for layer in m)))
        write(name, step, loss, measures, {k: v for k, v in more.items() if k not in MEASURES})
    except Exception as error:  # noqa: BLE001 - nothing may reach the training
        if name in OPEN:
            OPEN[name][0].say("failure", f"{type(error).__name__}: {error}", step)


def write(path: str, step: int, loss: Any, measures: Mapping[str, Figures], more: Document) -> None:
    """Writes a sample into an open file; a line of loss alone if nothing of a layer is given."""
    recording, layers = OPEN[path]
    LAST[path] = step
    if not measures and not more:
        recording.append({"step": step, **loss_of(loss)})
        return
    rows = {
        key: [figure(size(measures.get(name, {}).get(layer), name == "delta")) for layer in layers]
        for name, key in MEASURES.items()
    }
    own = {key: figure(size(more.pop(key, None))) for key in ("rate", "scale", "clip", "cost")}
    document: Document = {"step": step, "time": figure(recording.now()), **loss_of(loss)}
    noted = {key: figure(size(value)) for key, value in more.items() if key != "skipped"}
    skipped = {"skipped": int(more.get("skipped", 0))}
    recording.append({**document, **own, **skipped, **rows, "cause": {}, "noted": noted})


def loss_of(loss: Any) -> Document:
    """A loss as a part of a record: none if it is not known, null if it is not finite."""
    return {} if loss is None else {"loss": figure(size(loss))}


def finish(path: str | os.PathLike[str] = "run.jsonl") -> None:
    """Says that a run has come to its end."""
    recording, _ = OPEN.pop(os.fspath(path), (None, []))
    if recording is not None:
        recording.finish(LAST.pop(os.fspath(path), 0) + 1)


def finish_all() -> None:
    """Ends every file that is still open."""
    for path in list(OPEN):
        finish(path)
