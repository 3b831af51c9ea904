"""The run document: what `--json` prints, schema `vglab.run/1`.

A pure function of the scenario and of what its experiment has recorded so far. These types are the
schema; msgspec writes what is not finite as null, so the JSON is strict.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict

from ...engine.diagnosis.diagnosis import diagnose
from ...engine.diagnosis.precision import Lens, lenses
from ...engine.diagnosis.standing import standing
from ...engine.measure.trace import LayerInfo, NetworkTrace, Trace
from ...engine.numerics import Exact
from ...engine.theory.predictions import Theory
from ...engine.training.supervised import Experiment
from ..experiment.theory import Laws, foresee, missing_theory
from ..runs.diagnosis_record import DiagnosisRecord, DocumentPart, Number
from ..runs.theory_record import Prediction, prediction
from ..schema.own_parts import own_parts
from ..schema.spec import DType, Scenario
from ..schema.vocabulary import OwnPart
from ..version import VERSION
from .context import OwnData, own_data
from .explanation import sentence
from .rounding import float32_errors

Series = Annotated[list[list[Number]], Meta(description="[replica][record]")]
Layered = list[list[list[Number]]]
Stepwise = list[list[list[list[Number]]]]


class Measures(DocumentPart, frozen=True):
    """What is measured of each layer: [replica][record][layer]."""

    grad_norm: Annotated[Layered, Meta(description="‖∂J/∂W‖, Frobenius")]
    delta_rms: Annotated[Layered, Meta(description="root mean square of Δ = ∂J/∂Z × batch")]
    slope_rms: Annotated[Layered, Meta(description="root mean square of g′(Z)")]
    activation_mean: Annotated[Layered, Meta(description="mean of A over batch and units")]
    activation_std: Annotated[Layered, Meta(description="standard deviation of A")]
    saturated: Annotated[Layered, Meta(description="fraction with g′ under 5 % of its supremum")]
    dead: Annotated[Layered, Meta(description="fraction of units with g′ = 0 on the whole batch")]
    weight_norm: Annotated[Layered, Meta(description="‖W‖")]
    update_ratio: Annotated[Layered, Meta(description="‖ΔW‖/‖W‖ of the record's update")]
    displacement: Annotated[Layered, Meta(description="‖W - W₀‖/‖W₀‖, W₀ the initial weights")]


class ExplainedDiagnosis(DiagnosisRecord, frozen=True, kw_only=True):
    """The diagnosis of one network at one record; figures are medians over the replicas."""

    step_rate: Annotated[
        Number,
        Meta(description="of a recurrent network: factor of delta_rms per step back in time"),
    ]
    step_ratio: Annotated[Number, Meta(description="delta_rms, first over last step of a sequence")]
    mean_step_rate: Annotated[
        Number, Meta(description="factor per step that makes step_ratio in all")
    ] = None
    why: Annotated[str, Meta(description="one sentence, in the language the run was asked in")]


class FinalExplainedDiagnosis(ExplainedDiagnosis, frozen=True, kw_only=True):
    """The diagnosis of the last record, and of the network at initialization."""

    at_birth: Annotated[ExplainedDiagnosis, Meta(description="the same of record 0")]


class StepMeasures(DocumentPart, frozen=True):
    """What is measured at each step of the sequences: [replica][record][layer][step]."""

    delta_rms: Annotated[Stepwise, Meta(description="root mean square of Δ at that step × batch")]
    grad_norm: Annotated[Stepwise, Meta(description="‖∂J/∂W‖ if that step were the only one")]


class ThroughTime(DocumentPart, frozen=True):
    """A recurrent network step by step; the output layer is used at the last step alone, and is
    null before."""

    steps: list[int]
    measures: StepMeasures


class NetworkRecord(DocumentPart, frozen=True):
    """One network."""

    layers: Annotated[list[LayerInfo], Meta(description="trainable layers, input side first")]
    measures: Measures
    theory: Annotated[Prediction | None, Meta(description="null where no law is known")]
    diagnosis: FinalExplainedDiagnosis
    precision: Annotated[
        list[Lens], Meta(description="the last record's gradients, as narrower types hold them")
    ]
    float32_error: Annotated[
        Number,
        Meta(
            description="largest relative difference of a layer's initial grad_norm or delta_rms"
            " from the same run in float64: above 1e-4 the forward pass amplifies rounding, and the"
            " measures are this float32 network's alone; null where float64 was computed in"
        ),
    ]
    theory_missing: Annotated[
        str | None, Meta(description="why theory is null, as a word; null where it is not")
    ]
    trained: Annotated[
        list[list[bool]] | UnsetType,
        Meta(description="[record][layer]: whether it learns at this stage; only with stages"),
    ] = UNSET
    time: Annotated[ThroughTime | UnsetType, Meta(description="only of a recurrent network")] = (
        UNSET
    )
    own_measures: Annotated[
        dict[str, Layered] | UnsetType,
        Meta(description="those that run.measures names, as measures; only where it names any"),
    ] = UNSET


class Seconds(DocumentPart, frozen=True):
    """Time, the one thing that differs between two equal runs."""

    total: float
    per_step: Number


class RunDocument(DocumentPart, frozen=True):
    """What a run was and what it showed."""

    schema: Literal["vglab.run/1"]
    version: Annotated[str, Meta(description="of vglab")]
    scenario: Annotated[str, Meta(description="its id")]
    title: str
    spec: Annotated[Scenario, Meta(description="the scenario, every key resolved")]
    seed: Annotated[int, Meta(description="of replica 0; replica i has seed + i")]
    replicas: int
    dtype: Annotated[DType, Meta(description="as asked")]
    records: Annotated[
        list[int], Meta(description="steps that were recorded, each measured before its update")
    ]
    loss: dict[str, Series]
    accuracy: dict[str, Series]
    networks: dict[str, NetworkRecord]
    diverged_at: Annotated[
        int | None,
        Meta(description="first step with a loss, of any replica, not finite"),
    ]
    finished: Annotated[bool, Meta(description="false when the run was interrupted")]
    seconds: Seconds
    computed_in: Annotated[
        DType, Meta(description="float64 where float32 could not even hold the initial signal")
    ]
    data: Annotated[OwnData | UnsetType, Meta(description="only with data.path")] = UNSET
    own_parts: Annotated[
        list[OwnPart] | UnsetType,
        Meta(description="parts that are not vglab's own; only where there are any"),
    ] = UNSET
    r2: Annotated[
        dict[str, Series] | UnsetType,
        Meta(description="R² of train and test, in place of accuracy; only of numbers to learn"),
    ] = UNSET
    gan: Annotated[
        dict[str, Series] | UnsetType,
        Meta(
            description="of a GAN alone: gradient_… the generator's ‖∂J/∂θ‖ under each loss;"
            " real_ and fake_output mean D, real_ and fake_logit mean z with D = σ(z);"
            " logit_ratio (1 - D)/D at the fakes' mean logit; distance of fakes from real points"
        ),
    ] = UNSET


def document(
    scenario: Scenario, experiment: Experiment, seconds: float = 0.0, laws: Laws | None = None
) -> RunDocument:
    """All that the experiment has recorded so far, beside `laws`, what theory foresees of its
    networks; it is asked here where it is not given."""
    trace, run = experiment.trace, scenario.run
    return RunDocument(
        schema="vglab.run/1",
        version=VERSION,
        scenario=scenario.id,
        title=scenario.title.in_language(),
        spec=scenario,
        seed=run.seed,
        replicas=run.replicas,
        dtype=run.dtype,
        computed_in=computed_in(experiment),
        records=trace.records[: trace.upto].tolist(),
        loss=series(trace.loss, trace.upto),
        accuracy=series(trace.accuracy, trace.upto),
        networks=network_records(scenario, experiment, laws or foresee(scenario, experiment)),
        diverged_at=trace.diverged_at,
        finished=trace.finished,
        seconds=Seconds(seconds, seconds / trace.done if trace.done else None),
        data=own_data(scenario),
        own_parts=own_parts(scenario) or UNSET,
        r2=series(trace.r2, trace.upto) or UNSET,
        gan=series(trace.gan, trace.upto) if trace.gan else UNSET,
    )


def computed_in(experiment: Experiment) -> DType:
    """The number type the networks really are in."""
    network = next(iter(experiment.networks.values()))
    return "float64" if network.dtype is np.float64 else "float32"


def series(columns: Mapping[str, Exact], upto: int) -> dict[str, Series]:
    """(T, R) columns as [replica][record]."""
    return {name: column[:upto].T.tolist() for name, column in columns.items()}


def network_records(
    scenario: Scenario, experiment: Experiment, laws: Laws
) -> dict[str, NetworkRecord]:
    """The networks of the experiment, by name."""
    errors = float32_errors(scenario, experiment)
    return {
        name: network_record(experiment, name, laws[name], errors[name])
        for name in experiment.trace.networks
    }


def network_record(
    experiment: Experiment, name: str, law: Theory | None, error: float | None
) -> NetworkRecord:
    """One network of the experiment beside its theory, and how far float32 is from float64 in
    it."""
    trace = experiment.trace
    seen = trace.networks[name]
    measures = layered(seen.measures, trace.upto)
    last, birth = (explained_diagnosis(seen, row, trace) for row in (trace.upto - 1, 0))
    return NetworkRecord(
        layers=list(seen.layers),
        measures=Measures(**measures),
        theory=prediction(law),
        diagnosis=FinalExplainedDiagnosis(**asdict(last), at_birth=birth),
        precision=list(lenses(seen, trace.upto - 1)),
        float32_error=error,
        theory_missing=missing_theory(experiment, name) or None,
        trained=UNSET if seen.trained is None else seen.trained[: trace.upto].tolist(),
        time=UNSET if seen.time is None else through_time(seen.time, trace.upto),
        own_measures=layered(seen.own, trace.upto) or UNSET,
    )


def layered(columns: Mapping[str, Exact], upto: int) -> dict[str, Layered]:
    """(T, R, L) columns as [replica][record][layer]."""
    return {name: column[:upto].swapaxes(0, 1).tolist() for name, column in columns.items()}


def through_time(columns: Mapping[str, Exact], upto: int) -> ThroughTime:
    """(T, R, layers, steps) columns as [replica][record][layer][step]."""
    measures = {name: column[:upto].swapaxes(0, 1).tolist() for name, column in columns.items()}
    steps = columns["delta_rms"].shape[-1]
    return ThroughTime(list(range(1, steps + 1)), StepMeasures(**measures))


def explained_diagnosis(seen: NetworkTrace, row: int, trace: Trace) -> ExplainedDiagnosis:
    """The diagnosis of one record, with its sentence."""
    finite = np.isfinite(sum(loss[row] for loss in trace.loss.values()))
    lost = 2 * finite.sum() < len(finite)
    found = diagnose(seen, row, trace.steps, lost, standing(trace, row))
    return ExplainedDiagnosis(**vars(found), why=sentence(found, seen.layers))


def encode(run: RunDocument) -> bytes:
    """The document as strict JSON, one line."""
    return msgspec.json.encode(run)
