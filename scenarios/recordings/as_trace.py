"""A recorded run as the trace that charts read: the same measures in the same shapes.

What was not recorded is NaN. A trace of the lab only grows; here a long run's rows are thinned as
it goes on, so that it is made anew whenever the recording has changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...engine.measure.trace import MEASURES, LayerInfo, NetworkTrace, Trace
from ...engine.numerics import Exact, Integers
from .record_lines import RecordedLayer
from .recording import RecordedRun
from .verdict.evidence import planned_steps

MODEL = "model"


@dataclass
class Curve:
    """A number of the whole network over the steps; steps and values, (n,) each."""

    steps: Integers
    values: Exact


@dataclass
class RecordedTrace(Trace):
    """A trace of one replica, and curves that have steps of their own."""

    curves: dict[str, Curve] = field(default_factory=dict[str, Curve])
    """By name: loss, rate, clip, scale, total_norm, and what was noted."""


def as_trace(run: RecordedRun, steps: int | None = None) -> RecordedTrace:
    """The trace of a run, as far as it is recorded; one empty row where nothing is yet."""
    count = max(run.count, 1)
    records = run.steps[:count].astype(np.int64)
    trace = RecordedTrace(
        steps=planned_steps(run, steps)[0],
        records=records,
        loss={"train": run.scalars["loss"][:count, None]},
        accuracy={},
        networks={MODEL: network(run, count)},
        upto=count,
        finished=run.finished,
        done=run.last_step,
        curves=curves(run),
    )
    if run.lost_at is not None:
        trace.lost_at[:] = run.lost_at
    return trace


def network(run: RecordedRun, count: int) -> NetworkTrace:
    """The measures of each layer, (count, 1, layers)."""
    empty = np.full((count, 1, len(run.layers)), np.nan)
    tables = {name: table[:count, None] for name, table in run.tables.items()}
    with np.errstate(all="ignore"):
        ratio = tables["update_norm"] / tables["weight_norm"]
    known = {name: tables.get(name, empty) for name in MEASURES}
    known["update_ratio"] = np.where(np.isfinite(ratio), ratio, np.nan)
    return NetworkTrace(
        layers=tuple(map(info, run.layers)),
        measures=known,
        weights=tuple(max(layer.parameters, 1) for layer in run.layers),
    )


def info(layer: RecordedLayer) -> LayerInfo:
    """What a layer is, in the engine's words: a matrix is (outputs, inputs, …) in a recording."""
    outputs = layer.shape[0] if layer.shape else 0
    inputs = int(np.prod(layer.shape[1:])) if len(layer.shape) > 1 else outputs
    return LayerInfo(
        name=layer.name,
        kind=layer.kind,
        activation="",
        inputs=inputs,
        outputs=outputs,
        parameters=layer.parameters,
    )


def curves(run: RecordedRun) -> dict[str, Curve]:
    """What there is one of at a step."""
    fine = run.losses
    found = {"loss": (fine, fine.scalars["loss"]), "total_norm": (run, run.total_norm)}
    found |= {name: (run, run.scalars[name]) for name in ("rate", "clip", "scale")}
    noted = fine.noted if fine.noted else run.noted
    found |= {name: (fine, column) for name, column in noted.items() if name not in found}
    return {name: curve for name, of in found.items() if len((curve := kept(*of)).steps)}


def kept(run: RecordedRun, column: Exact) -> Curve:
    """The rows of a column that have a number."""
    there = np.isfinite(column[: run.count])
    return Curve(run.steps[: run.count][there], column[: run.count][there])
