"""What the rules look at: figures of a recording at one row, from it and the rows before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....engine.diagnosis.precision import NUMBER_TYPES, lost_share
from ..record_lines import RecordedLayer
from ..recording import RecordedRun
from .thresholds import (
    AT_CHANCE,
    FIRST_SAMPLES,
    FROZEN_BUDGET,
    HALF,
    HALF_TYPES,
    LEARNED_LOSS,
    LEAST_STEPS,
    PATIENCE,
    ROUNDING,
    SAME,
    SKIPPED,
    TORN_STEP,
    UNLEARNED,
    UNPLANNED,
    WAKING,
    WINDOW,
)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TABLE_KINDS = ("embedding", "embeddingbag")
"""Kinds whose rows only get a gradient when their word is in the batch."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Arrays are (layers,), NaN where nothing was measured."""

    row: int
    step: int
    planned: int
    known_plan: bool
    rate: float
    judged: Mask
    """Matrices that an optimizer is to move, but for tables of words."""
    hidden: Mask
    """Those of them below the last one."""
    gradient: Floats
    update: Floats
    """‖ΔW‖/‖W‖ of late."""
    budget: Floats
    """Planned steps times that."""
    path: Floats
    """The way each layer has gone so far, in its own length."""
    reach: Floats
    """That, and what is still to come as things are."""
    still: Mask
    """Judged layers whose reach is under FROZEN_BUDGET."""
    delta: Floats
    weight: Floats
    growth: Floats
    """‖W‖ over what it was first."""
    sameness: Floats
    """|mean|/std of what comes out of a layer."""
    spread: Floats
    """How far two examples differ in what comes out of a layer, as a share of its size."""
    alike: Mask
    """Layers of which the same comes for every example, and has for a while."""
    overwritten: Mask
    """Layers that a step among the first samples was as long as."""
    silent: Mask
    """Layers of which nothing but 0 comes, whatever the example."""
    zero: Floats
    """The share of a layer's gradient that is exactly 0."""
    lost: Floats
    """The share of it that rounds to 0 in float16, where that is in use."""
    causes: dict[int, str]
    empty_at_birth: Mask
    """Layers that began at zero, or behind one that did."""
    idle: tuple[int, ...]
    """Of several optimizers those, from 0, that hold no layer that has ever had a gradient."""
    losses: LossEvidence
    skipped: bool
    """Whether more steps are skipped than made."""
    lost_at: int | None

    @property
    def progress(self) -> float:
        """The share of the planned steps that are made."""
        return self.step / max(self.planned, 1)


@dataclass(frozen=True)
class LossEvidence:
    """What the loss says."""

    birth: float
    """The first one there is."""
    first: float
    """The median of the first ones."""
    late: float
    """The median of the last fifth of what there is."""
    chance: float
    """What guessing costs: ln C, by the rows of the last layer; NaN where that is not known."""
    guesses: bool
    """Half of the planned steps are made, and the loss is what guessing costs, or more."""
    learned: bool

    @property
    def known(self) -> bool:
        """Whether there is a loss."""
        return math.isfinite(self.first)


def is_matrix(layer: RecordedLayer) -> bool:
    """Whether a layer is a matrix; of unknown shape it is taken for one."""
    return len(layer.shape) != 1 and layer.kind.lower() not in TABLE_KINDS


def planned_steps(recording: RecordedRun, asked: int | None) -> tuple[int, bool]:
    """Planned steps: as asked, as recorded, or enough; and whether they are known."""
    known = asked or recording.run.steps
    if known:
        return known, True
    done = recording.most_steps
    return (done, True) if recording.finished and done else (max(UNPLANNED, done), False)


@np.errstate(all="ignore")
def collect(recording: RecordedRun, row: int, asked: int | None = None) -> Evidence:
    """The evidence at a row; `asked`, the planned steps where the person has said so."""
    step, (planned, known) = int(recording.steps[row]), planned_steps(recording, asked)
    last = row == recording.count - 1
    causes = recording.causes if last else {}
    found = measures(recording, row)
    judged = np.array([is_judged(layer) for layer in recording.layers], np.bool_)
    judged &= ~np.isnan(recording.tables["grad_norm"][: row + 1]).all(axis=0)
    empty = born_empty(recording, causes)
    reach = found["path"] + max(planned - step, 0) * np.nan_to_num(found["update"])
    waking = wakes(recording.tables["grad_norm"][: row + 1], found["gradient"])
    held = waking | (empty & (step < LEAST_STEPS))
    moves = ~np.isnan(found["update"])
    return Evidence(
        **found,
        row=row,
        step=step,
        planned=planned,
        known_plan=known,
        rate=float(middle(recording.scalars["rate"][window_of(row), None])[0]),
        judged=judged,
        hidden=hidden_of(judged),
        budget=planned * found["update"],
        reach=reach,
        still=judged & moves & (reach < FROZEN_BUDGET) & ~held,
        causes=causes,
        empty_at_birth=empty,
        idle=idle_optimizers(recording, row),
        losses=loss_evidence(recording, row, planned, judged),
        skipped=skips_most(recording, row),
        lost_at=recording.lost_at if last else None,
    )


def alike(spreads: Floats, now: Floats) -> Mask:
    """Layers of which the same comes for every example: it differs by less than SAME of its size,
    and that has not grown since it was first seen."""
    return (now < SAME) & ~wakes(np.maximum(spreads, ROUNDING), now)


def overwritten(recording: RecordedRun, row: int) -> Mask:
    """Layers of which a step among the first samples left nothing that they began with."""
    first = slice(0, min(row + 1, FIRST_SAMPLES))
    ratios = recording.tables["update_norm"][first] / recording.tables["weight_norm"][first]
    found: Mask = np.any(np.isfinite(ratios) & (ratios >= TORN_STEP), axis=0)
    return found


def idle_optimizers(recording: RecordedRun, row: int) -> tuple[int, ...]:
    """Of several optimizers those of whose layers none has had a gradient so far. One that is alone
    is judged by rules of its own, and one that holds nothing but frozen layers is as meant."""
    count = len(recording.run.optimizers)
    if count < 2:
        return ()
    had: Mask = np.any(recording.tables["grad_norm"][: row + 1] > 0, axis=0)
    holders = np.array([-1 if one.optimizer is None else one.optimizer for one in recording.layers])
    frozen = np.array([not one.trained for one in recording.layers], np.bool_)
    return tuple(
        n for n in range(count) if not had[holders == n].any() and not frozen[holders == n].any()
    )


def window_of(row: int) -> slice:
    """The rows that stand for now."""
    return slice(max(row - WINDOW + 1, 0), row + 1)


@np.errstate(all="ignore")
def measures(recording: RecordedRun, row: int) -> dict[str, Any]:
    """What was measured, mostly of late, (layers,) each."""
    window = window_of(row)
    tables = {name: middle(table[window]) for name, table in recording.tables.items()}
    ratios = recording.tables["update_norm"][window] / recording.tables["weight_norm"][window]
    return {
        "gradient": tables["grad_norm"],
        "update": middle(np.where(np.isfinite(ratios), ratios, np.nan)),
        "path": recording.tables["path"][row],
        "delta": tables["delta_rms"],
        "weight": tables["weight_norm"],
        "growth": tables["weight_norm"] / recording.first_weight,
        "sameness": np.abs(tables["activation_mean"]) / tables["activation_std"],
        "spread": tables["batch_spread"],
        "alike": alike(recording.tables["batch_spread"][: row + 1], tables["batch_spread"]),
        "overwritten": overwritten(recording, row),
        "silent": (tables["activation_mean"] == 0) & (tables["activation_std"] == 0),
        "zero": tables["zero"],
        "lost": lost_in_float16(recording, tables["grad_norm"], window),
    }


def middle(table: Floats) -> Floats:
    """The median of each column, of what is there; NaN where nothing is."""
    ordered, counts = np.sort(table, axis=0), (~np.isnan(table)).sum(axis=0)
    ends = np.maximum([(counts - 1) // 2, counts // 2], 0)
    return np.take_along_axis(ordered, ends, axis=0).mean(axis=0)


def median(values: Floats) -> float:
    """The median of some numbers. NumPy's own imports all that there is for masked arrays."""
    return float(middle(values[:, None])[0])


def is_judged(layer: RecordedLayer) -> bool:
    """Whether a layer is to learn, and says something about the way the signal takes."""
    return layer.trained and layer.optimizer is not None and is_matrix(layer)


def hidden_of(judged: Mask) -> Mask:
    """All judged layers but the last; the only one counts as hidden."""
    places = np.flatnonzero(judged)
    found = judged.copy()
    if len(places) > 1:
        found[places[-1]] = False
    return found


def born_empty(recording: RecordedRun, causes: dict[int, str]) -> Mask:
    """Layers whose weights, or whose gradient, were exactly 0 in the first sample."""
    found: Mask = (recording.first_weight == 0) | (recording.tables["grad_norm"][0] == 0)
    for layer, cause in causes.items():
        found[layer] |= cause == "zero_init"
    return found


def wakes(gradients: Floats, now: Floats) -> Mask:
    """Whether a gradient is WAKING times what it was when it was first seen, and not 0."""
    there = np.isfinite(gradients) & (gradients > 0)
    first = gradients[there.argmax(axis=0), np.arange(gradients.shape[1])]
    return there.any(axis=0) & (now >= WAKING * first)


def lost_in_float16(recording: RecordedRun, gradient: Floats, window: slice) -> Floats:
    """The share of each gradient that float16 loses: where a layer is of that type, or a loss scale
    says that the way back is."""
    scale = middle(recording.scalars["scale"][window, None])[0]
    scaled = math.isfinite(scale) and scale > 1
    kind = next(kind for kind in NUMBER_TYPES if kind.name == "float16")
    found = np.zeros(len(gradient))
    for place, layer in enumerate(recording.layers):
        if (scaled or layer.dtype == "float16") and layer.parameters and gradient[place] >= 0:
            entry = gradient[place] * (scale if scaled else 1) / math.sqrt(layer.parameters)
            found[place] = lost_share(kind, entry)
    return found


def is_half(layer: RecordedLayer) -> bool:
    """Whether a layer's weights are kept in two bytes."""
    return layer.dtype in HALF_TYPES


def skips_most(recording: RecordedRun, row: int) -> bool:
    """Whether, since the samples before, more steps were skipped than made."""
    first = max(row - WINDOW, 0)
    skipped = recording.scalars["skipped"][first : row + 1]
    steps = recording.steps[first : row + 1]
    if np.isnan(skipped).any() or row == first:
        return False
    made = float(steps[-1] - steps[0])
    gone = float(skipped[-1] - skipped[0])
    return gone >= SKIPPED * max(gone + made, 1) and gone > 2


def loss_evidence(recording: RecordedRun, row: int, planned: int, judged: Mask) -> LossEvidence:
    """What the loss says at a row."""
    losses, steps = losses_until(recording, row)
    there = np.isfinite(losses)
    if not there.any():
        return LossEvidence(*[math.nan] * 4, guesses=False, learned=False)
    losses, steps = losses[there], steps[there]
    done = int(steps[-1])
    first = median(losses[: max(1, min(3, len(losses) // 10))])
    late = median(losses[steps >= 0.8 * done])
    chance = cost_of_guessing(recording, judged)
    alone = len(recording.run.optimizers) < 2
    long = done >= LEAST_STEPS and done >= PATIENCE * planned
    above = late > chance and late > UNLEARNED * first
    guesses = alone and long and (abs(late - chance) < AT_CHANCE * chance or above)
    usual = chance if math.isfinite(chance) and first > HALF * chance else first
    learned = alone and done > 0 and late < LEARNED_LOSS * usual
    birth = float(losses[0])
    return LossEvidence(birth, first, late, chance, guesses=guesses, learned=learned)


def losses_until(recording: RecordedRun, row: int) -> tuple[Floats, NDArray[np.int64]]:
    """Every loss that is known at a row, and its step; at the last row, all of them."""
    fine = recording.losses
    count = fine.count
    if row < recording.count - 1:
        count = int(np.searchsorted(fine.steps[:count], recording.steps[row], side="right"))
    return fine.scalars["loss"][:count], fine.steps[:count]


def cost_of_guessing(recording: RecordedRun, judged: Mask) -> float:
    """ln C, the cross-entropy of C equally likely classes, C the units of the last layer (one unit
    tells two classes apart); NaN where that is no plain layer. A last layer that is as wide as a
    table of words is followed by that table, as in GPT-2: a shared weight is recorded once."""
    places = np.flatnonzero(judged)
    if not len(places):
        return math.nan
    layer = recording.layers[places[-1]]
    if layer.kind.lower() not in ("linear", "dense", "output") or not layer.shape:
        return math.nan
    tables = (one for one in recording.layers if one.kind.lower() in TABLE_KINDS)
    widths = {one.shape[-1]: one.shape[0] for one in reversed([*tables]) if len(one.shape) > 1}
    units = layer.shape[0]
    return math.log(max(widths.get(units) or units or 0, 2))
