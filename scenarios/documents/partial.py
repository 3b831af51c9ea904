"""Single values of the run document, looked up without making the rest of it.

A run in the lab is asked many times a second whether it meets an expectation. Each path leads where
it leads in the whole document (`run.document`); a table is made when a path enters it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from msgspec import json

from ...engine.diagnosis.precision import lenses
from ...engine.numerics import Exact
from ...engine.training.supervised import Experiment
from ..experiment.theory import missing_theory, predict
from ..runs.theory_record import prediction
from ..schema.expectations import Expectation, Value, look_up
from ..schema.own_parts import own_parts
from ..schema.spec import Scenario
from ..version import VERSION
from .context import own_data
from .rounding import float32_errors
from .run import (
    ExplainedDiagnosis,
    computed_in,
    explained_diagnosis,
    series,
    through_time,
)


class LazyTable(Mapping[str, object]):
    """A table whose entries are made when they are looked at."""

    def __init__(self, makers: Mapping[str, Callable[[], object]]) -> None:
        self._makers = makers

    def __getitem__(self, key: str) -> object:
        return self._makers[key]()

    def __contains__(self, key: object) -> bool:
        return key in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def value_at(expectation: Expectation, scenario: Scenario, experiment: Experiment) -> Value:
    """What the experiment has recorded so far at the path of an expectation.

    Raises ExpectationError where the path leads nowhere, or not yet.
    """
    found = look_up(expectation, lazy_document(scenario, experiment))
    return None if isinstance(found, float) and not math.isfinite(found) else found


def lazy_document(scenario: Scenario, experiment: Experiment) -> Mapping[str, object]:
    """The run document without the time it took; a part is made when it is entered."""
    trace, run = experiment.trace, scenario.run
    makers: dict[str, Callable[[], object]] = {
        "schema": lambda: "vglab.run/1",
        "version": lambda: VERSION,
        "scenario": lambda: scenario.id,
        "title": scenario.title.in_language,
        "spec": lambda: _plain(scenario),
        "seed": lambda: run.seed,
        "replicas": lambda: run.replicas,
        "dtype": lambda: run.dtype,
        "computed_in": lambda: computed_in(experiment),
        "records": lambda: trace.records[: trace.upto].tolist(),
        "loss": lambda: series(trace.loss, trace.upto),
        "accuracy": lambda: series(trace.accuracy, trace.upto),
        "networks": lambda: LazyTable(
            {name: _maker(scenario, experiment, name) for name in trace.networks}
        ),
        "diverged_at": lambda: trace.diverged_at,
        "finished": lambda: trace.finished,
    }
    if trace.gan:
        makers["gan"] = lambda: series(trace.gan, trace.upto)
    if parts := own_parts(scenario):
        makers["own_parts"] = lambda: _plain(parts)
    if scenario.data.path:
        makers["data"] = lambda: _plain(own_data(scenario))
    return LazyTable(makers)


def _plain(part: object) -> object:
    """A part as the JSON document has it: lists and tables, null for what is not finite."""
    return json.decode(json.encode(part))


def _maker(scenario: Scenario, experiment: Experiment, name: str) -> Callable[[], object]:
    return lambda: _network(scenario, experiment, name)


def _network(scenario: Scenario, experiment: Experiment, name: str) -> Mapping[str, object]:
    """One network of the experiment."""
    trace = experiment.trace
    seen, upto = trace.networks[name], trace.upto
    makers: dict[str, Callable[[], object]] = {
        "layers": lambda: _plain([*seen.layers]),
        "measures": lambda: LazyTable(
            {measure: _listed(column, upto) for measure, column in seen.measures.items()}
        ),
        "theory": lambda: _plain(prediction(predict(scenario, experiment, name))),
        "diagnosis": lambda: LazyTable(_diagnosis(experiment, name)),
        "precision": lambda: _plain([*lenses(seen, upto - 1)]),
        "float32_error": lambda: float32_errors(scenario, experiment)[name],
        "theory_missing": lambda: missing_theory(experiment, name) or None,
    }
    trained, time = seen.trained, seen.time
    if trained is not None:
        makers["trained"] = lambda: trained[:upto].tolist()
    if time is not None:
        makers["time"] = lambda: _plain(through_time(time, upto))
    return LazyTable(makers)


def _listed(column: Exact, upto: int) -> Callable[[], object]:
    """(T, R, layers) as [replica][record][layer]."""
    return lambda: column[:upto].swapaxes(0, 1).tolist()


def _diagnosis(experiment: Experiment, name: str) -> Mapping[str, Callable[[], object]]:
    """The diagnosis of the last record, and that of the first under its own name."""
    trace = experiment.trace

    def at(row: int) -> ExplainedDiagnosis:
        return explained_diagnosis(trace.networks[name], row, trace)

    def field(key: str) -> Callable[[], object]:
        return lambda: _plain(getattr(at(trace.upto - 1), key))

    names = ExplainedDiagnosis.__struct_fields__
    return {**{key: field(key) for key in names}, "at_birth": lambda: _plain(at(0))}
