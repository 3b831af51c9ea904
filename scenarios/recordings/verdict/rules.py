"""The rules that decide on a recording's state; the first that holds does."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..recording import RecordedRun
from .evidence import Evidence, Mask, is_half, median
from .thresholds import (
    DEAD_UNITS,
    FADED,
    FAR,
    FROZEN_BUDGET,
    GROWN,
    HALF,
    LEAST_STEPS,
    LOST,
    ROUNDED_AWAY,
    TORN_STEP,
)

RULES = {
    "nothing_recorded": "unknown",
    "no_steps": "not_learning",
    "not_finite": "diverged",
    "loss_alone": "unknown",
    "nothing_to_train": "not_learning",
    "idle_optimizer": "not_learning",
    "rate_is_zero": "unknown",
    "steps_skipped": "not_learning",
    "lost_forward": "vanishing",
    "no_gradient": "dead",
    "no_weight_moved": "not_learning",
    "dead_layer": "dead",
    "underflow": "vanishing",
    "rounded_away": "not_learning",
    "frozen": "vanishing",
    "lost": "vanishing",
    "step_too_large": "exploding",
    "rate_too_large": "unstable",
    "overshot": "unstable",
    "overwritten": "unstable",
    "too_slow": "not_learning",
    "same_for_all": "not_learning",
    "no_better_than_chance": "not_learning",
    "done": "healthy",
    "held_by_zero": "healthy",
    "learns": "healthy",
    "moves": "healthy",
}
"""The state that each rule leads to; the first rule that holds decides."""


def decide(seen: Evidence, recording: RecordedRun) -> str:
    """The first rule that holds."""
    return next(rule for rule, holds in weigh(seen, recording) if holds)


def weigh(seen: Evidence, recording: RecordedRun) -> Sequence[tuple[str, bool]]:
    """The rules in their order, and whether each holds."""
    stuck = not seen.losses.learned
    return (
        ("not_finite", is_lost(seen)),
        ("loss_alone", not recording.layers or not np.isfinite(seen.gradient).any()),
        ("nothing_to_train", not seen.judged.any()),
        ("steps_skipped", seen.skipped),
        ("idle_optimizer", bool(seen.idle) and seen.row > 1),
        ("lost_forward", stuck and fades_forward(seen)),
        ("dead_layer", stuck and cuts_off(seen, seen.judged & caused(seen, "dead"))),
        ("no_gradient", stuck and is_all(seen.gradient[seen.judged], 0) and not waits(seen)),
        ("rate_is_zero", seen.rate == 0 and is_all(seen.update[seen.judged], 0)),
        ("no_weight_moved", is_all(seen.update[seen.judged], 0) and not waits(seen)),
        ("dead_layer", stuck and cuts_off(seen, dead_layers(seen))),
        ("underflow", stuck and cuts_off(seen, underflowing(seen))),
        ("rounded_away", stuck and most(seen, rounded_away(seen, recording))),
        ("frozen", stuck and cuts_off(seen, seen.still) and spreads(seen)),
        ("lost", stuck and seen.losses.guesses and fades(seen)),
        ("step_too_large", stuck and bool(torn(seen).any()) and swells(seen)),
        ("rate_too_large", stuck and bool(torn(seen).any())),
        ("overshot", seen.losses.guesses and goes_far(seen)),
        ("overwritten", stuck and seen.step >= LEAST_STEPS and is_overwritten(seen)),
        ("too_slow", stuck and most(seen, seen.still)),
        ("lost", stuck and fades(seen) and looks_alike(seen)),
        ("same_for_all", stuck and seen.step >= LEAST_STEPS and is_same_for_all(seen, recording)),
        ("no_better_than_chance", seen.losses.guesses),
        ("done", bool(seen.still.any()) and not stuck),
        ("held_by_zero", bool((held_by_zero(seen)).any()) and seen.step < LEAST_STEPS),
        (("learns" if seen.losses.learned else "moves"), True),
    )


def is_all(values: np.ndarray, value: float) -> bool:
    """Whether what was measured is this throughout, and something was."""
    there = values[~np.isnan(values)]
    return len(there) > 0 and bool((there == value).all())


def waits(seen: Evidence) -> bool:
    """Whether every judged layer that gets nothing is one that begins at zero, or behind one."""
    return (
        seen.step < LEAST_STEPS
        and bool(seen.empty_at_birth[seen.judged].any())
        and any(cause == "zero_init" for cause in seen.causes.values())
    )


def is_lost(seen: Evidence) -> bool:
    """The loss, or every gradient that was measured before, is no finite number any more."""
    return seen.lost_at is not None


def held_by_zero(seen: Evidence) -> Mask:
    """Judged layers whose gradient is 0 as another factor of the product begins at 0."""
    return seen.judged & seen.empty_at_birth & (np.nan_to_num(seen.gradient) == 0)


def first_third(seen: Evidence) -> Mask:
    """The judged layers nearest to the input: a third of them, one at least."""
    places = np.flatnonzero(seen.judged)
    found = np.zeros(len(seen.judged), np.bool_)
    found[places[: math.ceil(len(places) / 3)]] = True
    return found


def cuts_off(seen: Evidence, layers: Mask) -> bool:
    """Whether they are at least half of the layers near the input: what lies further in learns from
    what these let through. A branch or two of many layers, or queries and keys, are no reason."""
    early = first_third(seen)
    return bool((layers & early).sum() >= HALF * early.sum() and early.any() and layers.any())


def most(seen: Evidence, layers: Mask) -> bool:
    """Whether they are more than half of the judged ones."""
    return bool((layers & seen.judged).sum() > HALF * seen.judged.sum())


def caused(seen: Evidence, cause: str) -> Mask:
    """Layers whose gradient is 0 for this reason, as the recorder says."""
    return np.array([seen.causes.get(n) == cause for n in range(len(seen.judged))], np.bool_)


def dead_layers(seen: Evidence) -> Mask:
    """Judged layers that get no gradient because units are off; the first layer's may be 0 where
    the data are."""
    by_cause = caused(seen, "dead")
    off = (np.nan_to_num(seen.zero) >= DEAD_UNITS) & (seen.lost < HALF)
    off[np.flatnonzero(seen.judged)[:1]] = False
    off &= ~caused(seen, "underflow")
    return seen.judged & (by_cause | off)


def end_of_signal(seen: Evidence) -> int | None:
    """The first layer of which nothing but 0 comes, where no layer before it gets a gradient: it is
    what has switched these off, and what comes behind it."""
    silent = np.flatnonzero(seen.silent)
    cut = len(silent) > 0 and not np.nan_to_num(seen.gradient[: silent[0]]).any()
    return int(silent[0]) if cut else None


def underflowing(seen: Evidence) -> Mask:
    """Judged layers of whose gradient float16 loses half and more."""
    by_cause = caused(seen, "underflow")
    zero = np.nan_to_num(seen.zero, nan=1.0)
    return seen.judged & (by_cause | ((seen.lost >= HALF) & (zero >= HALF)))


def rounded_away(seen: Evidence, recording: RecordedRun) -> Mask:
    """Layers kept in two bytes whose weights show a small part of the step that the optimizer's law
    gives: Adam's is the rate an entry, plain gradient descent's the rate times the gradient."""
    found = np.zeros(len(seen.judged), np.bool_)
    for place, layer in enumerate(recording.layers):
        optimizer = recording.run.optimizers[layer.optimizer or 0 :][:1]
        if not (seen.judged[place] and is_half(layer) and optimizer and layer.parameters):
            continue
        name = optimizer[0].name.lower()
        entry = (
            1.0
            if "adam" in name
            else seen.gradient[place] / math.sqrt(layer.parameters)
            if name == "sgd"
            else math.nan
        )
        expected = seen.rate * entry * math.sqrt(layer.parameters)
        found[place] = seen.update[place] * seen.weight[place] < ROUNDED_AWAY * expected
    return found


def spreads(seen: Evidence) -> bool:
    """Whether some judged layers get much further than those that are still: it is the signal that
    holds them back, and not the learning rate."""
    reach = seen.reach[seen.judged]
    return bool(reach.max() > 0 and np.nanmin(reach) < FADED * np.nanmax(reach))


def delta_ratio(seen: Evidence) -> float:
    """Δ at the first over that at the last hidden layer; NaN where it was not measured."""
    delta = seen.delta[seen.hidden]
    delta = delta[np.isfinite(delta)]
    return float(delta[0] / delta[-1]) if len(delta) > 1 and delta[-1] > 0 else math.nan


def fades(seen: Evidence) -> bool:
    """Less than LOST of the error signal arrives at the first layer."""
    return delta_ratio(seen) < LOST


def looks_alike(seen: Evidence) -> bool:
    """Whether what goes forward is mostly the same for every example."""
    found = seen.sameness[seen.hidden]
    found = found[np.isfinite(found)]
    return len(found) > 0 and median(found) > 1


def last_third(seen: Evidence) -> Mask:
    """The judged layers nearest to the loss: a third of them, one at least."""
    places = np.flatnonzero(seen.judged)
    found = np.zeros(len(seen.judged), np.bool_)
    found[places[len(places) - math.ceil(len(places) / 3) :]] = True
    return found


def is_same_for_all(seen: Evidence, recording: RecordedRun) -> bool:
    """Whether nothing of the example arrives at the loss: the last third of the layers gives the
    same for all. Of several networks, as of a GAN, the last need not be behind the first."""
    last, alone = last_third(seen), len(recording.run.optimizers) < 2
    return alone and bool(last.any() and seen.alike[last].all())


def first_alike(seen: Evidence) -> int | None:
    """The first layer from which on the same comes for every example, to the end of the signal."""
    end, places = end_of_signal(seen), np.flatnonzero(seen.judged)
    places = places if end is None else places[places < end]
    apart = np.flatnonzero(~seen.alike[places])
    behind = places[apart[-1] + 1 if len(apart) else 0 :]
    return int(behind[0]) if len(behind) else None


def fades_forward(seen: Evidence) -> bool:
    """Whether the same goes for every example into the layer at which the signal ends: its units
    are off for all, as they cannot tell one from another."""
    return end_of_signal(seen) is not None and first_alike(seen) is not None and not waits(seen)


def swells(seen: Evidence) -> bool:
    """Whether the error signal grows on the way to the input."""
    return delta_ratio(seen) >= GROWN


def torn(seen: Evidence) -> Mask:
    """Hidden layers whose steps are as long as they are; none that began at zero."""
    return seen.hidden & ~seen.empty_at_birth & (seen.update >= TORN_STEP)


def goes_far(seen: Evidence) -> bool:
    """Whether a hidden layer has grown by its own length or more."""
    growth = seen.growth[seen.hidden & ~seen.empty_at_birth]
    return bool((growth >= 1 + FAR).any())


def is_overwritten(seen: Evidence) -> bool:
    """Whether first steps as long as the layers have left nothing of what most of them began with,
    and the loss is higher since."""
    layers = seen.hidden & ~seen.empty_at_birth
    gone = (seen.overwritten & layers).sum() > HALF * layers.sum()
    return bool(gone) and goes_far(seen) and seen.losses.late > seen.losses.birth


def frozen_layers(seen: Evidence) -> list[int]:
    """Layers, from 0, that cannot move FROZEN_BUDGET of their length; none where it has learned."""
    if seen.losses.learned:
        return []
    return np.flatnonzero(seen.still & ~(seen.path >= FROZEN_BUDGET)).tolist()


def done_layers(seen: Evidence) -> list[int]:
    """Layers, from 0, that are still in a network that has learned."""
    return np.flatnonzero(seen.still).tolist() if seen.losses.learned else []
