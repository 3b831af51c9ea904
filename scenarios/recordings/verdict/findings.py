"""What is to be said of a recording besides its state, each thing with the layers it is about."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..recording import RecordedRun
from .evidence import Evidence, Floats, losses_until, median, middle
from .rules import dead_layers, delta_ratio, end_of_signal, held_by_zero, underflowing
from .thresholds import (
    ALWAYS,
    FEWEST_FOR_SPIKE,
    FLAT,
    HIDDEN,
    LEAST_SPIKE,
    LEAST_STEPS,
    RISEN,
    SAMPLES_FOR_ALWAYS,
    SCALE_STEPS,
    SMALL_MOVE,
    SPIKE,
    SPIKE_SPREADS,
    SPIKE_WINDOW,
)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was found. Layers are places in the header, from 0."""

    code: str
    layers: tuple[int, ...] = ()
    step: int | None = None
    value: float | None = None


def find_all(seen: Evidence, recording: RecordedRun) -> list[Finding]:
    """Everything there is to say, what matters most first."""
    return [
        *signal_ends(seen),
        *loss_spike(seen, recording),
        *barely_moved(seen),
        *zeros(seen, recording),
        *precision(seen),
        *clip_always_on(seen, recording),
        *gradients_scaled(seen, recording),
        *skipped_steps(seen, recording),
        *flat_gradient_hides(seen),
        *out_of_training(recording),
    ]


def signal_ends(seen: Evidence) -> Iterator[Finding]:
    """The layer behind which no signal goes on, where layers are dead."""
    end = end_of_signal(seen)
    if end is not None and dead_layers(seen).any():
        yield Finding(code="signal_ends", layers=(end,))


def loss_spike(seen: Evidence, recording: RecordedRun) -> Iterator[Finding]:
    """The last spike of the loss, and the layer whose gradient rose first."""
    losses, steps = losses_until(recording, seen.row)
    there = np.isfinite(losses)
    losses, steps = losses[there], steps[there]
    if len(losses) <= FEWEST_FOR_SPIKE:
        return
    padded = np.concatenate([np.full(SPIKE_WINDOW - FEWEST_FOR_SPIKE, np.nan), losses[:-1]])
    before = sliding_window_view(padded, SPIKE_WINDOW)
    usual = middle(before.T)
    spread = 1.4826 * middle(np.abs(before - usual[:, None]).T)
    above, here = usual + SPIKE_SPREADS * spread, losses[FEWEST_FOR_SPIKE:]
    lowest = np.maximum(SPIKE * usual, LEAST_SPIKE * losses[0])
    spikes = np.flatnonzero((usual > 0) & (here > np.maximum(lowest, above)))
    if len(spikes):
        at = int(spikes[-1])
        start = first_of_rise(losses, at + FEWEST_FOR_SPIKE, float(above[at]))
        layer, step = where_it_began(recording, int(steps[start]))
        layers = () if layer is None else (layer,)
        yield Finding(code="loss_spike", layers=layers, step=step, value=float((here / usual)[at]))


def first_of_rise(losses: Floats, row: int, above: float) -> int:
    """The first row of the stretch above the usual that leads to a row."""
    while row > 0 and losses[row - 1] > above:
        row -= 1
    return row


def where_it_began(recording: RecordedRun, began: int) -> tuple[int | None, int]:
    """The layer whose gradient was the first to rise before a step, or rose most there; and the
    step at which it did."""
    gradients, steps = recording.tables["grad_norm"], recording.steps[: recording.count]
    row = min(int(np.searchsorted(steps, began)), recording.count - 1)
    first = max(row - SPIKE_WINDOW, 0)
    calm = gradients[first : max(row - 5, first + 1)]
    if not calm.size or np.isnan(calm).all():
        return None, began
    with np.errstate(all="ignore"):
        usual = middle(np.where(calm > 0, calm, np.nan))
        risen = gradients[max(row - 5, 0) : row + 1] / usual
    risen = np.nan_to_num(risen, nan=0.0, posinf=0.0)
    rows = np.flatnonzero(risen.max(axis=1) >= RISEN)
    at = int(rows[0]) if len(rows) else len(risen) - 1
    if risen[at].max(initial=0) <= 1:
        return None, began
    return int(risen[at].argmax()), int(recording.steps[max(row - 5, 0) + at])


def barely_moved(seen: Evidence) -> Iterator[Finding]:
    """Judged layers that have gone less than SMALL_MOVE of their length since the run began."""
    if seen.step < LEAST_STEPS or np.isnan(seen.update).all():
        return
    measured = seen.judged & ~np.isnan(seen.update)
    few = np.flatnonzero(measured & (seen.path < SMALL_MOVE))
    if len(few):
        value = float(seen.path[few].max())
        yield Finding(code="barely_moved", layers=places(few), step=seen.step, value=value)


def zeros(seen: Evidence, recording: RecordedRun) -> Iterator[Finding]:
    """Gradients that are exactly 0, by what makes them so."""
    held = np.flatnonzero(held_by_zero(seen)) if seen.step < LEAST_STEPS else np.empty(0, int)
    by_cause: dict[str, list[int]] = {"zero_init": held.tolist()} if len(held) else {}
    for layer, cause in sorted(seen.causes.items()):
        if cause != "frozen" and layer not in by_cause.get(cause, []):
            by_cause.setdefault(cause, []).append(layer)
    if not seen.causes:
        unknown = np.flatnonzero(seen.judged & (seen.gradient == 0) & ~held_by_zero(seen))
        if len(unknown):
            by_cause["unknown"] = unknown.tolist()
    for cause in ("dead", "underflow", "unused", "zero_init", "unknown"):
        if cause in by_cause:
            yield Finding(code=f"zero_{cause}", layers=tuple(by_cause[cause]))
    nearly = np.flatnonzero(dead_layers(seen) & (seen.gradient > 0))
    if len(nearly):
        yield Finding(
            code="mostly_zero", layers=places(nearly), value=float(seen.zero[nearly].min())
        )


def precision(seen: Evidence) -> Iterator[Finding]:
    """Layers that float16 loses, though not all of them are 0."""
    lost = np.flatnonzero(underflowing(seen) & (seen.gradient > 0))
    if len(lost):
        yield Finding(code="float16_loses", layers=places(lost), value=float(seen.lost[lost].min()))


def clip_always_on(seen: Evidence, recording: RecordedRun) -> Iterator[Finding]:
    """The clip acts at nearly every sample."""
    clips = recording.scalars["clip"][: seen.row + 1]
    clips = clips[np.isfinite(clips)]
    if len(clips) >= SAMPLES_FOR_ALWAYS and float((clips < 1).mean()) >= ALWAYS:
        yield Finding(code="clip_always_on", value=median(clips))


@np.errstate(all="ignore")
def gradients_scaled(seen: Evidence, recording: RecordedRun) -> Iterator[Finding]:
    """The gradients that were written follow the loss scale, so they still have it in them."""
    scale = recording.scalars["scale"][: seen.row + 1]
    gradients = recording.tables["grad_norm"][: seen.row + 1]
    if not gradients.shape[1] or np.isfinite(scale).sum() < 2:
        return
    changes = np.log2(scale[1:] / scale[:-1])
    rises = np.array([middle_of(row) for row in np.log2(gradients[1:] / gradients[:-1])])
    jumps = np.isfinite(changes) & np.isfinite(rises) & (changes != 0)
    followed = np.abs(rises - changes)[jumps] < 0.5 * np.abs(changes[jumps])
    if len(followed) >= SCALE_STEPS and np.mean(followed) >= ALWAYS:
        yield Finding(code="gradients_scaled", value=float(scale[np.isfinite(scale)][-1]))


def middle_of(row: Floats) -> float:
    """The median of what is finite; NaN where nothing is."""
    there = row[np.isfinite(row)]
    return median(there) if len(there) else math.nan


def skipped_steps(seen: Evidence, recording: RecordedRun) -> Iterator[Finding]:
    """Steps that a loss scaler left out."""
    skipped = recording.scalars["skipped"][: seen.row + 1]
    skipped = skipped[np.isfinite(skipped)]
    if len(skipped) and skipped[-1] > 0:
        yield Finding(code="skipped_steps", value=float(skipped[-1]))


def flat_gradient_hides(seen: Evidence) -> Iterator[Finding]:
    """Gradient norms look flat, while the error signal spans far."""
    gradient, delta = seen.gradient[seen.hidden], seen.delta[seen.hidden]
    both = np.isfinite(gradient) & np.isfinite(delta) & (gradient > 0) & (delta > 0)
    if both.sum() < 3:
        return
    gradient, delta = gradient[both], delta[both]
    if gradient.max() <= FLAT * gradient.min() and delta.max() >= HIDDEN * delta.min():
        yield Finding(code="flat_gradient_hides", value=delta_ratio(seen))


def out_of_training(recording: RecordedRun) -> Iterator[Finding]:
    """Layers that are frozen on purpose, and those that no optimizer has been given."""
    layers = recording.layers
    frozen = [n for n, layer in enumerate(layers) if not layer.trained]
    if frozen:
        yield Finding(code="frozen_on_purpose", layers=tuple(frozen))
    lone = [n for n, layer in enumerate(layers) if layer.trained and layer.optimizer is None]
    if lone:
        yield Finding(code="no_optimizer", layers=tuple(lone))


def places(found: np.ndarray) -> tuple[int, ...]:
    """Places as plain numbers."""
    return tuple(int(n) for n in found)


def least(values: Floats) -> float:
    """The smallest of some numbers."""
    return float(values.min())


def worth(value: float | None) -> float:
    """A finding's number, NaN where it has none."""
    return math.nan if value is None else value
