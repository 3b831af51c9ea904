"""The verdict in words: one sentence with the numbers and the rule, and a line for each finding.

Every rule has a sentence of its own, translated whole, so that another language can put it in its
own order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ...i18n import N_, _, figure, ngettext
from ..record_lines import RecordedLayer
from ..recording import RecordedRun
from .evidence import Evidence
from .findings import Finding, worth
from .judgment import Judgment
from .rules import dead_layers, delta_ratio, rounded_away, underflowing
from .thresholds import DEAD_UNITS, FROZEN_BUDGET, SMALL_MOVE

LOST = N_(
    "From step {step} on the loss is not a finite number, so nothing more can be learned: the "
    "weights or the steps grew too large"
)
UNSEEN: Mapping[str, str] = {
    "nothing_recorded": N_("Nothing has been recorded yet."),
    "no_steps": N_(
        "The run has ended, and its optimizer has not taken a single step: no weight has changed."
    ),
}
"""The sentences of what there are no figures of."""
MOST_NAMES = 3
"""Layers that are named; of others it is said how many there are."""


def name_layers(layers: Sequence[RecordedLayer], places: Sequence[int]) -> str:
    """The names of some layers, the first ones of many."""
    names = [layers[n].name for n in places if n < len(layers)]
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    more = _("and {count} more").format(count=len(names) - MOST_NAMES + 1)
    return f"{', '.join(names[: MOST_NAMES - 1])} {more}"


def percent(share: float) -> str:
    """A share in hundredths."""
    return f"{figure(100 * share)} %"


def sentence(found: Judgment, recording: RecordedRun) -> str:
    """Why the verdict is what it is, with the number and the rule."""
    seen = found.seen
    if seen is None:
        if found.rule == "not_finite":
            return _(LOST).format(step=recording.lost_at) + "."
        return _(UNSEEN[found.rule])
    facts = collect_facts(found, seen, recording)
    counted = COUNTED.get(found.rule)
    count = int(str(facts["count"])) or 1
    form = counted(count) if counted else _(text_of(SENTENCES, found.rule, seen))
    words = form.format(**facts)
    if found.flat_gradient_hides and found.state != "healthy":
        words += "; " + _("a chart of gradient norms looks flat and does not show it")
    return words + "."


def text_of(texts: Mapping[str, str], rule: str, seen: Evidence) -> str:
    """The text of a rule; another one where no update was recorded, as of a model that was
    probed."""
    unmoved = f"{rule}_unmoved"
    return texts[unmoved if unmoved in texts and np.isnan(seen.update).all() else rule]


def collect_facts(found: Judgment, seen: Evidence, recording: RecordedRun) -> dict[str, object]:
    """The numbers that a sentence may quote, as text."""
    layers, judged = recording.layers, np.flatnonzero(seen.judged)
    slowest, fastest = extremes(seen)
    named = layers_meant(found, seen, recording)
    ratio = delta_ratio(seen)
    return {
        "step": seen.lost_at if seen.lost_at is not None else seen.step,
        "steps": seen.planned,
        "layers": len(judged),
        "count": len(named),
        "names": name_layers(layers, named),
        "first": layers[judged[0]].name if len(judged) else "",
        "last": layers[judged[-2 if len(judged) > 1 else -1]].name if len(judged) else "",
        "ratio": figure(ratio),
        "slowest": layers[slowest].name if layers else "",
        "least": percent(float(seen.reach[slowest])) if layers else "",
        "fastest": layers[fastest].name if layers else "",
        "most": figure(float(seen.reach[fastest])) if layers else "",
        "longest": figure(float(seen.update[list(found.torn)].max())) if found.torn else "",
        "limit": percent(FROZEN_BUDGET),
        "off": percent(DEAD_UNITS),
        "optimizers": len(recording.run.optimizers),
        "idle": ", ".join(name_optimizer(recording, n) for n in seen.idle),
        "loss": figure(seen.losses.late),
        "began": figure(seen.losses.first),
        "chance": figure(seen.losses.chance),
        "classes": classes(seen),
        "skipped": figure(float(np.nan_to_num(recording.scalars["skipped"][seen.row]))),
    }


def layers_meant(found: Judgment, seen: Evidence, recording: RecordedRun) -> Sequence[int]:
    """The layers that the rule that decided is about."""
    return {
        "frozen": found.frozen,
        "too_slow": found.frozen,
        "done": found.done,
        "dead_layer": np.flatnonzero(dead_layers(seen)).tolist(),
        "underflow": np.flatnonzero(underflowing(seen)).tolist(),
        "rounded_away": np.flatnonzero(rounded_away(seen, recording)).tolist(),
        "step_too_large": found.torn,
        "rate_too_large": found.torn,
        "held_by_zero": np.flatnonzero(seen.judged & (seen.gradient == 0)).tolist(),
    }.get(found.rule, ())


def name_optimizer(recording: RecordedRun, place: int) -> str:
    """Which of the optimizers it is, counted as they were given, from 1."""
    return f"{recording.run.optimizers[place].name} {place + 1}"


def classes(seen: Evidence) -> str:
    """Among how many classes guessing costs what it does."""
    chance = seen.losses.chance
    return str(round(math.exp(chance))) if math.isfinite(chance) else "–"


def extremes(seen: Evidence) -> tuple[int, int]:
    """The judged layers that get least and most far."""
    if not len(seen.reach):
        return 0, 0
    reach = np.where(seen.judged & ~np.isnan(seen.update), seen.reach, np.nan)
    if np.isnan(reach).all():
        return 0, 0
    return int(np.nanargmin(reach)), int(np.nanargmax(reach))


def dead_clause(count: int) -> str:
    """Units are off."""
    return ngettext(
        "{names} is dead: of its gradient at least {off} is exactly 0, as its units are off "
        "for every example, and hardly any error signal gets past it",
        "{names} are dead: of their gradients at least {off} is exactly 0, as the units are "
        "off for every example, and hardly any error signal gets past them",
        count,
    )


def done_clause(count: int) -> str:
    """Layers rest, as the run has learned."""
    return ngettext(
        "The loss has fallen from {began} to {loss}, and {names}, which would move by less than "
        "{limit} of its norm over the planned steps, is done, or was not needed",
        "The loss has fallen from {began} to {loss}, and {names}, which would move by less than "
        "{limit} of their norm over the planned steps, are done, or were not needed",
        count,
    )


def frozen_clause(count: int) -> str:
    """Layers cannot get anywhere, while others can."""
    return ngettext(
        "The error signal does not reach the first layers: {count} of {layers} layers is frozen; "
        "over the {steps} planned steps layer {slowest} would move by {least} of its norm, layer "
        "{fastest} by {most} times (less than {limit} counts as frozen)",
        "The error signal does not reach the first layers: {count} of {layers} layers are "
        "frozen; over the {steps} planned steps layer {slowest} would move by {least} of its "
        "norm, layer {fastest} by {most} times (less than {limit} counts as frozen)",
        count or 1,
    )


def too_slow_clause(count: int) -> str:
    """Most layers cannot get anywhere, and none much further."""
    return ngettext(
        "{count} of {layers} layers would move by less than {limit} of its norm over the {steps} "
        "planned steps, layer {slowest} by {least}: the learning rate is too small, or the steps "
        "are too few",
        "{count} of {layers} layers would move by less than {limit} of their norm over the "
        "{steps} planned steps, layer {slowest} by {least}: the learning rate is too small, or "
        "the steps are too few",
        count or 1,
    )


SENTENCES: Mapping[str, str] = {
    "not_finite": LOST,
    "loss_alone": N_(
        "Only the loss is known, {began} at first and {loss} lately: it does not show which "
        "layers learn"
    ),
    "nothing_to_train": N_("No layer is trained: each is frozen, or in no optimizer"),
    "idle_optimizer": N_(
        "Of {optimizers} optimizers, {idle} has nothing to do: none of the layers that it holds "
        "has ever had a gradient, or it holds none"
    ),
    "rate_is_zero": N_("The learning rate is still 0, so no weight has moved"),
    "steps_skipped": N_(
        "Most steps are skipped ({skipped} so far): the loss scaler finds gradients that are "
        "not finite again and again, and the weights stay as they are"
    ),
    "no_gradient": N_(
        "The gradient of every one of {layers} trained layers is exactly 0: nothing that is "
        "computed from the loss reaches the weights"
    ),
    "no_weight_moved": N_(
        "There are gradients, and yet no weight moved: ‖ΔW‖ is exactly 0 in all {layers} "
        "trained layers, as if the optimizer held other parameters or each step were rounded "
        "off"
    ),
    "underflow": N_(
        "float16 loses the gradient of {names}: half of its entries or more are too small for "
        "the type and become exactly 0; a larger loss scale or bfloat16 keeps them"
    ),
    "rounded_away": N_(
        "The steps are rounded off: weights of {names} are kept in two bytes, and of the step "
        "that the optimizer makes less than a twentieth is left in them; keep a float32 copy"
    ),
    "lost": N_(
        "Of the error signal at {last} ×{ratio} arrives at {first}: the optimizer moves every "
        "layer all the same, but hardly any of it is what the loss asks for"
    ),
    "lost_unmoved": N_(
        "Of the error signal at {last} ×{ratio} arrives at {first}: hardly any of what the loss "
        "asks for gets there"
    ),
    "step_too_large": N_(
        "The error signal grows on the way to the input (×{ratio}), and one step moves {names} "
        "by {longest} times its own norm: what a layer has learned is lost in a single step"
    ),
    "rate_too_large": N_(
        "One step moves {names} by {longest} times its own norm: what a layer has learned is "
        "lost in a single step; the learning rate is too large"
    ),
    "overshot": N_(
        "The loss is {loss}, and guessing among {classes} classes costs {chance}; the weights "
        "are twice as long as they began: they were carried off by steps that were too long"
    ),
    "no_better_than_chance": N_(
        "The loss is {loss} at step {step} of {steps}, and guessing among {classes} classes "
        "costs {chance}: every layer moves, and nothing has been learned"
    ),
    "held_by_zero": N_(
        "Every layer that gets a gradient moves; that of {names} is exactly 0 for the first "
        "steps, as what it is multiplied by begins at 0"
    ),
    "learns": N_(
        "The loss has fallen from {began} to {loss}; over the planned steps layer {slowest}, the "
        "slowest, moves by {least} of its norm"
    ),
    "learns_unmoved": N_(
        "The loss has fallen from {began} to {loss}; how far layers move was not recorded"
    ),
    "moves_unmoved": N_(
        "Every layer gets a gradient: of the error signal at {last} ×{ratio} arrives at {first}; "
        "how far layers move was not recorded"
    ),
    "moves": N_(
        "Every layer gets somewhere: over the {steps} planned steps layer {slowest}, the "
        "slowest, moves by {least} of its norm (less than {limit} counts as frozen)"
    ),
}
"""The sentence of each rule that says the same of one layer and of many; with blanks for the
facts."""


BRIEFS: Mapping[str, str] = {
    "nothing_recorded": N_("nothing has been recorded yet"),
    "no_steps": N_("not one step was taken"),
    "not_finite": N_("loss not finite from step {step} · try a lower rate, or clip"),
    "loss_alone": N_("only the loss is known: {began} → {loss}"),
    "nothing_to_train": N_("no layer is trained"),
    "idle_optimizer": N_("{idle} has nothing to do · what does it hold?"),
    "rate_is_zero": N_("the rate is still 0"),
    "steps_skipped": N_("most steps skipped · try a lower loss scale, or bfloat16"),
    "no_gradient": N_("all gradients are 0 · is the loss detached?"),
    "no_weight_moved": N_("no weight moved · look at what the optimizer holds"),
    "dead_layer": N_("dead: {names} · try a lower rate, leaky ReLU"),
    "underflow": N_("float16 loses {names} · try a larger loss scale, bfloat16"),
    "rounded_away": N_("steps are rounded off · keep float32 weights"),
    "frozen": N_("{count} of {layers} frozen · try norm, skips, other weights"),
    "lost": N_("Δ ×{ratio} at {first} · try norm, skips, other weights"),
    "step_too_large": N_("one step is ×{longest} of {names} · try a lower rate, clip"),
    "rate_too_large": N_("one step is ×{longest} of {names} · try a lower rate"),
    "overshot": N_("loss {loss}, guessing costs {chance} · try a lower rate"),
    "too_slow": N_("{count} of {layers} hardly move · try a higher rate, more steps"),
    "no_better_than_chance": N_("loss {loss}, guessing costs {chance} · try another rate"),
    "done": N_("loss {began} → {loss} · at rest: {names}"),
    "held_by_zero": N_("at 0 for the first steps: {names}"),
    "learns": N_("loss {began} → {loss} · slowest: {slowest}"),
    "learns_unmoved": N_("loss {began} → {loss}"),
    "moves_unmoved": N_("every layer gets a gradient · Δ ×{ratio} at {first}"),
    "moves": N_("every layer moves · slowest: {slowest}, {least}"),
}
"""The same for a line of 80 columns, with what to try next."""


def brief(found: Judgment, recording: RecordedRun) -> str:
    """The verdict in a few words, with what to try next."""
    if found.seen is None:
        return _(BRIEFS[found.rule]).format(step=recording.lost_at)
    facts = collect_facts(found, found.seen, recording)
    return _(text_of(BRIEFS, found.rule, found.seen)).format(**facts)


COUNTED: Mapping[str, Callable[[int], str]] = {
    "dead_layer": dead_clause,
    "frozen": frozen_clause,
    "too_slow": too_slow_clause,
    "done": done_clause,
}
"""The sentences of the others, by how many layers they are about."""


def say_finding(found: Finding, recording: RecordedRun) -> str:
    """A finding in a line."""
    facts = {
        "names": name_layers(recording.layers, found.layers),
        "count": len(found.layers),
        "step": found.step,
        "value": figure(worth(found.value)),
        "share": percent(worth(found.value)),
        "limit": figure(SMALL_MOVE),
    }
    form = SAYINGS[found.code](len(found.layers))
    return form.format(**facts)


def spike_saying(count: int) -> str:
    """Where a spike began, if that is known."""
    if not count:
        return _("the loss rose to {value} times what it was, at step {step}")
    return _("the loss rose to {value} times what it was; it began at step {step} in {names}")


SAYINGS: Mapping[str, Callable[[int], str]] = {
    "loss_spike": spike_saying,
    "barely_moved": lambda count: ngettext(
        "{names} has moved by {value} of its own norm in {step} steps",
        "{names} have moved by {value} of their own norm or less in {step} steps",
        count,
    ),
    "zero_dead": lambda _count: _(
        "the gradient of {names} is exactly 0 because its units are off for every example"
    ),
    "zero_underflow": lambda _count: _(
        "the gradient of {names} is exactly 0 because it is too small for its number type"
    ),
    "zero_unused": lambda _count: _(
        "{names} has no gradient because nothing of it was used to compute the loss"
    ),
    "zero_zero_init": lambda _count: _(
        "the gradient of {names} is exactly 0 because what it is multiplied by begins at 0: it "
        "comes with the first steps"
    ),
    "zero_unknown": lambda _count: _(
        "the gradient of {names} is exactly 0; why is not known from the recording"
    ),
    "mostly_zero": lambda _count: _(
        "at least {share} of the gradient of {names} is exactly 0: most units are off"
    ),
    "float16_loses": lambda _count: _("float16 loses at least {share} of the gradient of {names}"),
    "clip_always_on": lambda _count: _(
        "clipping is always active: gradients are multiplied by {value} (the median), which in "
        "effect lowers the learning rate"
    ),
    "gradients_scaled": lambda _count: _(
        "the gradients that were written are scaled: they follow the loss scale, {value} lately"
    ),
    "skipped_steps": lambda _count: _("the loss scaler has skipped {value} steps"),
    "flat_gradient_hides": lambda _count: _(
        "gradient norms look flat, while the error signal is multiplied by {value} on the way to "
        "the input"
    ),
    "frozen_on_purpose": lambda count: ngettext(
        "{count} layer is frozen on purpose: {names}",
        "{count} layers are frozen on purpose: {names}",
        count,
    ),
    "no_optimizer": lambda count: ngettext(
        "{names} asks for a gradient, and no optimizer holds it",
        "{names} ask for gradients, and no optimizer holds them",
        count,
    ),
}
"""A line for each finding, by the number of layers it is about."""
