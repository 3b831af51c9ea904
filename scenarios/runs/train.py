"""Trains runs and says what they showed: what a worker process does, wherever it is."""

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

import numpy as np
from msgspec.structs import asdict

from ...engine.diagnosis.diagnosis import Diagnosis, diagnose
from ...engine.measure.trace import NetworkTrace, Trace
from ...engine.numerics import Exact
from ..experiment.batch import together
from ..schema.spec import Scenario
from .diagnosis_record import DiagnosisRecord, FinalDiagnosisRecord, Number
from .results import Net, Result, all_known, known


def measure(runs: Sequence[Scenario]) -> list[Result]:
    """Train runs that differ only in what rides (see tasks), all at once; their results."""
    started = perf_counter()
    experiment = together(runs)
    for _upto in experiment.steps:
        pass
    seconds = (perf_counter() - started) / len(runs)
    return [result(experiment.trace, r, seconds) for r in range(len(runs))]


def result(trace: Trace, r: int, seconds: float) -> Result:
    """What one replica showed."""
    last = trace.upto - 1
    losses = np.stack([column[: trace.upto, r] for column in trace.loss.values()])
    lost: list[bool] = np.any(~np.isfinite(losses), axis=0).tolist()
    return Result(
        accuracy=at(trace.accuracy, last, r),
        loss=at(trace.loss, last, r),
        gan=at(trace.gan, last, r),
        networks={
            name: net(seen.replica(r), last, trace.steps, lost[last])
            for name, seen in trace.networks.items()
        },
        diverged_at=lost_at(trace, r, lost),
        seconds=seconds,
    )


def lost_at(trace: Trace, r: int, lost: Sequence[bool]) -> int | None:
    """The first step at which a replica's loss was not finite: the one that was trained on, which
    is seen at every step, or the test's, which is seen where a row says so."""
    steps = trace.records[: trace.upto][np.array(lost)].tolist()
    known: list[int] = [step for step in (int(trace.lost_at[r]), *steps) if step >= 0]
    return min(known, default=None)


def at(columns: Mapping[str, Exact], row: int, r: int) -> dict[str, Number]:
    """One replica's numbers in one row."""
    return all_known({name: float(column[row, r]) for name, column in columns.items()})


def net(seen: NetworkTrace, last: int, steps: int, diverged: bool) -> Net:
    """One network's diagnosis, of the last record and of birth."""
    birth = record(diagnose(seen, 0, steps))
    end = record(diagnose(seen, last, steps, diverged))
    return Net(FinalDiagnosisRecord(**asdict(end), at_birth=birth))


def record(found: Diagnosis) -> DiagnosisRecord:
    """A diagnosis, with null for each figure that is not finite."""
    finite: dict[str, Any] = {
        **vars(found),
        "rate": known(found.rate),
        "ratio": known(found.ratio),
        "budget": tuple(map(known, found.budget)),
    }
    return DiagnosisRecord(**{name: finite[name] for name in DiagnosisRecord.__struct_fields__})
