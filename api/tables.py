"""Results as pandas' data frames, one row a value; pandas is loaded when one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .engine.measure.trace import MEASURES
from .scenarios.comparison.compare import Comparison
from .scenarios.documents.run import Layered, NetworkRecord, RunDocument
from .scenarios.runs.results import Result
from .scenarios.sweep.store import Line

if TYPE_CHECKING:
    from pandas import DataFrame

Row = dict[str, Any]


def frame(columns: object) -> DataFrame:
    """A data frame. Raises ImportError, with the way out, where pandas is not installed."""
    try:
        from pandas import DataFrame
    except ImportError as error:
        raise ImportError("a data frame needs pandas: pip install pandas") from error
    return DataFrame(columns)


def measure_frame(run: RunDocument) -> DataFrame:
    """network, replica, seed, step, layer, measure, value."""
    parts = [
        (name, measure, np.array(rows, np.float64))
        for name, net in run.networks.items()
        for measure, rows in layer_measures(net).items()
    ]
    columns: dict[str, list[Any]] = {
        "network": np.concatenate([np.full(v.size, name) for name, _m, v in parts]).tolist(),
        "replica": joined(np.indices(v.shape)[0] for _n, _m, v in parts),
        "step": joined(np.array(run.records)[np.indices(v.shape)[1]] for _n, _m, v in parts),
        "layer": joined(
            np.array([layer.name for layer in run.networks[name].layers])[np.indices(v.shape)[2]]
            for name, _m, v in parts
        ),
        "measure": np.concatenate([np.full(v.size, measure) for _n, measure, v in parts]).tolist(),
        "value": joined(v for _n, _m, v in parts),
    }
    columns["seed"] = [run.seed + replica for replica in columns["replica"]]
    order = ("network", "replica", "seed", "step", "layer", "measure", "value")
    return frame({name: columns[name] for name in order})


def layer_measures(net: NetworkRecord) -> dict[str, Layered]:
    """A network's measures by name, a person's own among them: [replica][record][layer]."""
    return {name: getattr(net.measures, name) for name in MEASURES} | (net.own_measures or {})


def joined(arrays: Iterator[np.ndarray[Any, Any]]) -> list[Any]:
    """The entries of all, one after another."""
    return np.concatenate([array.ravel() for array in arrays]).tolist()


def loss_frame(run: RunDocument) -> DataFrame:
    """replica, seed, step, set, loss, accuracy."""
    return frame(
        [
            {
                "replica": replica,
                "seed": run.seed + replica,
                "step": step,
                "set": name,
                "loss": rows[replica][record],
                "accuracy": run.accuracy[name][replica][record] if name in run.accuracy else None,
            }
            for name, rows in run.loss.items()
            for replica in range(run.replicas)
            for record, step in enumerate(run.records)
        ]
    )


def comparison_frame(document: Comparison) -> DataFrame:
    """scenario, title, replica, seed, and the figures of a result."""
    return frame([{**head, **figures(result)} for head, result in compared_results(document)])


def compared_results(document: Comparison) -> Iterator[tuple[Row, Result]]:
    """The result of each replica of a comparison, and which one it is of."""
    for one in document.runs:
        for replica, result in enumerate(one.replicas):
            names = {"scenario": one.scenario, "title": one.title}
            yield names | {"replica": replica, "seed": document.seed + replica}, result


def sweep_frame(lines: Sequence[Line]) -> DataFrame:
    """The axes, seed, the figures of a result, and why it failed where it did."""
    return frame(
        [
            {**entry.at, "seed": entry.seed, **figures(entry), "error": entry.error}
            for entry in lines
        ]
    )


def comparison_layers(document: Comparison) -> DataFrame:
    """scenario, title, replica, seed, network, layer, when, measure, value."""
    results = compared_results(document)
    return frame([{**head, **row} for head, result in results for row in layer_rows(result)])


def sweep_layers(lines: Sequence[Line]) -> DataFrame:
    """The axes, seed, network, layer, when, measure, value."""
    return frame(
        [{**entry.at, "seed": entry.seed, **row} for entry in lines for row in layer_rows(entry)]
    )


def layer_rows(result: Result | Line) -> Iterator[Row]:
    """A row a network, layer, record and measure that a result holds, and what theory says."""
    for name, net in result.networks.items():
        theory = {each: getattr(net.theory, each) or () for each in MEASURES} if net.theory else {}
        for when, measures in (
            ("birth", net.measures_at_birth or {}),
            ("end", net.measures or {}),
            ("theory", theory),
        ):
            for measure, values in measures.items():
                for layer, value in enumerate(values, 1):
                    place = {"network": name, "layer": layer, "when": when}
                    yield {**place, "measure": measure, "value": value}


def figures(result: Result | Line) -> Row:
    """Accuracy, loss and game at the end, and each network's diagnosis, under short names."""
    found: Row = {}
    for table in ("accuracy", "r2", "loss", "gan"):
        found |= {
            f"{table}_{name}": value for name, value in (getattr(result, table) or {}).items()
        }
    for name, net in result.networks.items():
        prefix = f"{name}_" if len(result.networks) > 1 else ""
        last = net.diagnosis
        found |= {
            f"{prefix}state": last.state,
            f"{prefix}rate": last.rate,
            f"{prefix}state_at_birth": last.at_birth.state,
            f"{prefix}rate_at_birth": last.at_birth.rate,
            f"{prefix}frozen": len(last.frozen),
        }
    return {**found, "diverged_at": result.diverged_at, "seconds": result.seconds}
