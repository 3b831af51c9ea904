"""Trains runs and says what they showed: what a worker process does, wherever it is."""

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

import numpy as np
from msgspec import UNSET
from msgspec.structs import asdict, replace

from ...engine.diagnosis.diagnosis import Diagnosis, diagnose
from ...engine.diagnosis.standing import standing
from ...engine.measure.trace import NetworkTrace, Trace
from ...engine.numerics import Exact
from ...engine.training.supervised import Experiment
from ..experiment.batch import build_together
from ..schema.spec import Scenario
from .diagnosis_record import DiagnosisRecord, FinalDiagnosisRecord, Number
from .results import (
    NO_EXTRAS,
    Extras,
    NetworkResult,
    Result,
    all_finite_or_none,
    finite_or_none,
)
from .theory_record import prediction


def measure(runs: Sequence[Scenario], extras: Extras = NO_EXTRAS) -> list[Result]:
    """Train runs that differ only in what rides (see tasks), all at once; their results.

    A result is of the first and the last record, so that only these are measured, unless a loss is
    lost on the way: then all records are, for one of a test loss may be the first that shows it.
    """
    started = perf_counter()
    experiment = run_to_end([at_the_ends(run) for run in runs])
    if is_any_lost(experiment.trace):
        experiment = run_to_end(runs)
    seconds = (perf_counter() - started) / len(runs)
    results = [replica_result(experiment.trace, r, seconds) for r in range(len(runs))]
    if extras == NO_EXTRAS:
        return results
    return [
        with_extras(result, run, experiment, r, extras)
        for r, (result, run) in enumerate(zip(results, runs, strict=True))
    ]


def run_to_end(runs: Sequence[Scenario]) -> Experiment:
    """The runs, all at once and to the end."""
    experiment = build_together(runs)
    for _upto in experiment.steps:
        pass
    return experiment


def with_extras(
    result: Result, run: Scenario, experiment: Experiment, r: int, extras: Extras
) -> Result:
    """The result of replica r, which is of that run, with what was asked for besides."""
    networks = {
        name: replace(
            net,
            **extra_measures(experiment.trace, name, r, extras.measures),
            **(extra_theory(run, experiment, name, r) if extras.theory else {}),
        )
        for name, net in result.networks.items()
    }
    return replace(result, networks=networks)


def extra_measures(trace: Trace, name: str, r: int, wanted: Sequence[str]) -> dict[str, Any]:
    """Measures of each layer of one network's replica, of the last record and of birth."""
    seen = trace.networks[name]
    columns = {each: {**seen.measures, **seen.own}[each] for each in wanted}
    rows = {"measures": trace.upto - 1, "measures_at_birth": 0}
    return {
        key: {
            each: tuple(map(finite_or_none, column[row, r].tolist()))
            for each, column in columns.items()
        }
        for key, row in rows.items()
        if columns
    }


def extra_theory(run: Scenario, experiment: Experiment, name: str, r: int) -> dict[str, Any]:
    """What theory says of one network's replica."""
    from ..experiment.theory import missing_theory, predict  # here, as few ask for it

    found = prediction(predict(run, experiment, name, r))
    return {"theory": found, "theory_missing": missing_theory(experiment, name, r) or None}


def at_the_ends(run: Scenario) -> Scenario:
    """The run, recorded at its first and its last step alone."""
    return replace(run, run=replace(run.run, record_every=max(run.training.steps, 1)))


def is_any_lost(trace: Trace) -> bool:
    """Whether a replica has had a loss that is not a finite number."""
    losses = np.stack([column[: trace.upto] for column in trace.loss.values()])
    return bool((trace.lost_at >= 0).any() or not np.isfinite(losses).all())


def replica_result(trace: Trace, r: int, seconds: float) -> Result:
    """The result of replica r: its last row and its diagnoses."""
    last = trace.upto - 1
    losses = np.stack([column[: trace.upto, r] for column in trace.loss.values()])
    lost: list[bool] = np.any(~np.isfinite(losses), axis=0).tolist()
    return Result(
        accuracy=row_values(trace.accuracy, last, r),
        loss=row_values(trace.loss, last, r),
        gan=row_values(trace.gan, last, r),
        networks={
            name: network_result(trace, seen.replica(r), r, lost[last])
            for name, seen in trace.networks.items()
        },
        diverged_at=divergence_step(trace, r, lost),
        seconds=seconds,
        r2=row_values(trace.r2, last, r) or UNSET,
    )


def divergence_step(trace: Trace, r: int, not_finite: Sequence[bool]) -> int | None:
    """The first step at which a replica's loss was not finite, or None. The training loss is
    checked at every step, the test loss in each row: `not_finite` has a truth value a row."""
    steps = trace.records[: trace.upto][np.array(not_finite)].tolist()
    known: list[int] = [step for step in (int(trace.lost_at[r]), *steps) if step >= 0]
    return min(known, default=None)


def row_values(columns: Mapping[str, Exact], row: int, r: int) -> dict[str, Number]:
    """Replica r's numbers in one row of columns (T, R), by name; null where not finite."""
    return all_finite_or_none({name: float(column[row, r]) for name, column in columns.items()})


def network_result(trace: Trace, network: NetworkTrace, r: int, diverged: bool) -> NetworkResult:
    """The diagnosis of one network's replica, `network`, of the last record and of birth."""
    last = trace.upto - 1
    birth, end = (
        diagnosis_record(diagnose(network, row, trace.steps, lost, standing(trace, row, [r])))
        for row, lost in ((0, False), (last, diverged))
    )
    return NetworkResult(FinalDiagnosisRecord(**asdict(end), at_birth=birth))


def diagnosis_record(diagnosis: Diagnosis) -> DiagnosisRecord:
    """A diagnosis, with null for each figure that is not finite."""
    finite: dict[str, Any] = {
        **vars(diagnosis),
        "rate": finite_or_none(diagnosis.rate),
        "ratio": finite_or_none(diagnosis.ratio),
        "mean_rate": finite_or_none(diagnosis.mean_rate),
        "budget": tuple(map(finite_or_none, diagnosis.budget)),
        "accuracy": diagnosis.accuracy and finite_or_none(diagnosis.accuracy),
        "r2": UNSET if diagnosis.r2 is None else finite_or_none(diagnosis.r2),
        "displacement": diagnosis.displacement
        and tuple(map(finite_or_none, diagnosis.displacement)),
    }
    return DiagnosisRecord(**{name: finite[name] for name in DiagnosisRecord.__struct_fields__})
