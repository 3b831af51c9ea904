"""The document `vglab.watch/1`: what has been recorded of real runs, and the verdict on each.

A pure function of the recordings. These types are the schema; msgspec writes what is not finite as
null, so the JSON is strict.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal, cast

import msgspec
import numpy as np
from msgspec import Meta

from ..runs.diagnosis_record import DocumentPart, Number
from ..version import VERSION
from .reading import Reader
from .record_lines import LAYERED, RecordedLayer, RecordedOptimizer
from .recording import RecordedRun
from .selection import LayerChoice, chosen_layers, places_of
from .verdict.finding_sentences import say_finding
from .verdict.findings import Finding
from .verdict.judgment import Judgment, as_diagnosis, judge
from .verdict.sentences import sentence

WatchState = Literal[
    "vanishing",
    "exploding",
    "unstable",
    "not_learning",
    "healthy",
    "dead",
    "diverged",
    "unknown",
]


class ExplainedFinding(DocumentPart, frozen=True, kw_only=True):
    """One thing that was found besides."""

    code: Annotated[str, Meta(description="its name, as zero_dead or clip_always_on")]
    layers: Annotated[list[str], Meta(description="names of the layers it is about")]
    step: Annotated[int | None, Meta(description="where it began or was seen")]
    value: Annotated[Number, Meta(description="its figure, as the sentence quotes it")]
    says: Annotated[str, Meta(description="a line, in the language that was asked for")]


class RecordedDiagnosis(DocumentPart, frozen=True, kw_only=True):
    """The verdict on a recording; arrays have a number a layer."""

    state: WatchState
    rule: Annotated[str, Meta(description="the rule that decided, by name")]
    why: Annotated[str, Meta(description="one sentence, in the language that was asked for")]
    rate: Annotated[Number, Meta(description="per-layer factor of delta_rms towards the input")]
    ratio: Annotated[Number, Meta(description="delta_rms, first over last hidden layer")]
    steps: Annotated[int, Meta(description="steps the budget is for: planned, asked or 10,000")]
    budget: Annotated[
        list[Number],
        Meta(description="planned steps × ‖ΔW‖/‖W‖ of late, a layer"),
    ]
    moved: Annotated[
        list[Number], Meta(description="sum of ‖ΔW‖/‖W‖ over the steps so far, a layer")
    ]
    frozen: Annotated[list[str], Meta(description="layers that cannot move 1 % of their length")]
    done: Annotated[list[str], Meta(description="layers that are still in a run that has learned")]
    underflows: Annotated[bool, Meta(description="float16 loses gradients")]
    flat_gradient_hides: Annotated[
        bool, Meta(description="grad_norm looks flat while delta_rms does not")
    ]
    findings: list[ExplainedFinding]


class LatestMeasures(DocumentPart, frozen=True, kw_only=True):
    """The last sample, a number a layer; null where it was not measured."""

    grad_norm: list[Number]
    weight_norm: list[Number]
    update_norm: list[Number]
    delta_rms: list[Number]
    activation_mean: list[Number]
    activation_std: list[Number]
    batch_spread: list[Number]
    zero: list[Number]


class Extent(DocumentPart, frozen=True, kw_only=True):
    """A number of the whole network: at first, of late and between which ends."""

    first: Number
    last: Number
    low: Number
    high: Number


class WatchedRun(DocumentPart, frozen=True, kw_only=True):
    """One file, as far as it has been read."""

    path: str
    format: Annotated[str, Meta(description="what the file is, as vglab.record/1 or metrics.csv")]
    framework: str
    started: Annotated[Number, Meta(description="seconds since 1970")]
    step: Annotated[int, Meta(description="the last one that anything is known of")]
    steps: Annotated[int | None, Meta(description="planned; null where that is not known")]
    samples: Annotated[int, Meta(description="samples read")]
    kept: Annotated[int, Meta(description="samples kept: of neighbors those that stand out most")]
    segments: Annotated[int, Meta(description="starts of the training that the file holds")]
    finished: bool
    silence: Annotated[
        Number,
        Meta(description="seconds since the file was last written to, if the run is not over"),
    ]
    ranks: int
    cost: Annotated[Number, Meta(description="share of the step that recording takes, as measured")]
    optimizers: list[RecordedOptimizer]
    layers: Annotated[list[RecordedLayer], Meta(description="input side first")]
    latest: LatestMeasures
    loss: Extent
    rate: Extent
    clip: Extent
    scale: Extent
    total_grad_norm: Annotated[Extent, Meta(description="where a run has only that")]
    diagnosis: RecordedDiagnosis
    messages: Annotated[list[str], Meta(description="what the recorder had to say")]
    faults: Annotated[list[str], Meta(description="what could not be read, a line each")]


class WatchDocument(DocumentPart, frozen=True, kw_only=True):
    """What was watched."""

    schema: Literal["vglab.watch/1"] = "vglab.watch/1"
    version: Annotated[str, Meta(description="of vglab")] = VERSION
    runs: Annotated[list[WatchedRun], Meta(description="one for each file, in their order")]


def watch_document(
    readers: Sequence[Reader], steps: int | None = None, choice: LayerChoice | None = None
) -> WatchDocument:
    """Everything that is known of these sources; `steps` are those planned, where the person has
    said so, `choice` the layers to be shown."""
    return WatchDocument(runs=[watched_run(one, steps, choice) for one in readers])


def watched_run(reader: Reader, steps: int | None, choice: LayerChoice | None) -> WatchedRun:
    """One source."""
    whole, recording = reader.recording, chosen_layers(reader.recording, choice)
    run, row = recording.run, recording.count - 1
    cost = recording.scalars["cost"][row] if row >= 0 else math.nan
    return WatchedRun(
        path=reader.name,
        format=reader.format,
        framework=run.framework,
        started=run.started,
        step=recording.last_step,
        steps=steps or run.steps,
        samples=recording.samples,
        kept=recording.count,
        segments=recording.segments,
        finished=recording.finished,
        silence=reader.silence,
        ranks=run.ranks,
        cost=float(cost),
        optimizers=list(run.optimizers),
        layers=list(recording.layers),
        latest=latest_measures(recording),
        loss=extent(recording.losses, "loss"),
        **{name: extent(recording, name) for name in ("rate", "clip", "scale")},
        total_grad_norm=extent_of(recording.total_norm[: recording.count]),
        diagnosis=explained(judge(whole, steps=steps), whole, places_of(whole.layers, choice)),
        messages=list(recording.messages.values()),
        faults=reader.all_faults(),
    )


def latest_measures(recording: RecordedRun) -> LatestMeasures:
    """The last row of each table."""
    row = recording.count - 1
    empty = np.full(len(recording.layers), np.nan)
    rows = {name: recording.tables[name][row] if row >= 0 else empty for name in LAYERED}
    return LatestMeasures(**{name: values.tolist() for name, values in rows.items()})


def extent(recording: RecordedRun, name: str) -> Extent:
    """How a number of the whole has been."""
    return extent_of(recording.scalars[name][: recording.count])


def extent_of(values: np.ndarray) -> Extent:
    """How a number has been, of all its values."""
    there = values[np.isfinite(values)]
    if not len(there):
        return Extent(first=None, last=None, low=None, high=None)
    return Extent(
        first=float(there[0]),
        last=float(values[-1]),
        low=float(there.min()),
        high=float(there.max()),
    )


def explained(found: Judgment, recording: RecordedRun, places: Sequence[int]) -> RecordedDiagnosis:
    """The verdict on all layers with its words, and figures of those at these places."""
    plain, seen = as_diagnosis(found, places), found.seen
    names = [layer.name for layer in recording.layers]
    return RecordedDiagnosis(
        state=cast("WatchState", found.state),
        rule=found.rule,
        why=sentence(found, recording),
        rate=plain.rate,
        ratio=plain.ratio,
        steps=seen.planned if seen else 0,
        budget=list(plain.budget),
        moved=seen.path[places].tolist() if seen else [],
        frozen=[names[n] for n in places if n in found.frozen],
        done=[names[n] for n in places if n in found.done],
        underflows=plain.underflows,
        flat_gradient_hides=plain.flat_gradient_hides,
        findings=[explained_finding(one, recording) for one in found.findings],
    )


def explained_finding(found: Finding, recording: RecordedRun) -> ExplainedFinding:
    """A finding with its words."""
    return ExplainedFinding(
        code=found.code,
        layers=[recording.layers[n].name for n in found.layers],
        step=found.step,
        value=found.value,
        says=say_finding(found, recording),
    )


def encode(document: WatchDocument) -> bytes:
    """The document as strict JSON, one line."""
    return msgspec.json.encode(document)
