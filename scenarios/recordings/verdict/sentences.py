"""The verdict in words: one sentence with the numbers and the rule.

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
from .judgment import Judgment
from .rules import (
    dead_layers,
    delta_ratio,
    end_of_signal,
    first_alike,
    last_third,
    rounded_away,
    underflowing,
)
from .thresholds import DEAD_UNITS, FROZEN_BUDGET

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
    """The text of a rule; another one where no update was recorded, as of a model that was probed,
    or where it is known at which layer the signal ends."""
    names = [
        *([f"{rule}_unmoved"] if np.isnan(seen.update).all() else []),
        *([] if end_of_signal(seen) is None else [f"{rule}_from"]),
        rule,
    ]
    return next(texts[name] for name in names if name in texts)


def collect_facts(found: Judgment, seen: Evidence, recording: RecordedRun) -> dict[str, object]:
    """The numbers that a sentence may quote, as text."""
    layers, judged = recording.layers, np.flatnonzero(seen.judged)
    slowest, fastest = extremes(seen)
    named = layers_meant(found, seen, recording)
    ratio, end, alike = delta_ratio(seen), end_of_signal(seen), first_alike(seen)
    spreads = seen.spread[last_third(seen)]
    return {
        "step": seen.lost_at if seen.lost_at is not None else seen.step,
        "steps": seen.planned,
        "layers": len(judged),
        "count": len(named),
        "names": name_layers(layers, named),
        "first": layers[judged[0]].name if len(judged) else "",
        "last": layers[judged[-2 if len(judged) > 1 else -1]].name if len(judged) else "",
        "ratio": figure(ratio),
        "end": "" if end is None else layers[end].name,
        "alike": "" if alike is None else layers[alike].name,
        "spread": percent(float(np.nanmax(spreads, initial=0))),
        "slowest": layers[slowest].name if layers else "",
        "least": percent(float(seen.reach[slowest])) if layers else "",
        "fastest": layers[fastest].name if layers else "",
        "most": figure(float(seen.reach[fastest])) if layers else "",
        "longest": figure(float(seen.update[list(found.torn)].max())) if found.torn else "",
        "limit": percent(FROZEN_BUDGET),
        "off": percent(DEAD_UNITS),
        "optimizers": len(recording.run.optimizers),
        "idle": ", ".join(name_optimizer(recording, n) for n in seen.idle),
        **loss_facts(seen),
        "skipped": figure(float(np.nan_to_num(recording.scalars["skipped"][seen.row]))),
    }


def loss_facts(seen: Evidence) -> dict[str, object]:
    """Those of the loss."""
    return {
        "loss": figure(seen.losses.late),
        "birth": figure(seen.losses.birth),
        "began": figure(seen.losses.first),
        "chance": figure(seen.losses.chance),
        "classes": classes(seen),
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
        "Nothing is known of the layers; the loss was {began} at first and is {loss} now, which "
        "does not show which of them learn"
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
    "overwritten": N_(
        "The first steps were as long as the layers and left nothing of what they began with; "
        "since then the loss has gone from {birth} to {loss}: a lower rate, or a warm-up, keeps "
        "the initial weights"
    ),
    "no_better_than_chance": N_(
        "The loss is {loss} at step {step} of {steps}, and guessing among {classes} classes "
        "costs {chance}: every layer moves, and nothing has been learned"
    ),
    "lost_forward": N_(
        "What comes out of {alike} is the same for every example already, and so the units of "
        "{end}, behind it, are off for all: the signal fades on the way forward, as it does where "
        "weights are too small"
    ),
    "same_for_all": N_(
        "What comes out of {alike}, and of all layers behind it, is the same for every example (in "
        "the last ones it differs by {spread} of its size): the network gives one answer whatever "
        "it is shown, and the loss, {loss}, cannot fall below what that costs"
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
    "loss_alone": N_("nothing is known of the layers: loss {began} → {loss}"),
    "nothing_to_train": N_("no layer is trained"),
    "idle_optimizer": N_("{idle} has nothing to do · what does it hold?"),
    "rate_is_zero": N_("the rate is still 0"),
    "steps_skipped": N_("most steps skipped · try a lower loss scale, or bfloat16"),
    "no_gradient": N_("all gradients are 0 · is the loss detached?"),
    "no_weight_moved": N_("no weight moved · look at what the optimizer holds"),
    "dead_layer": N_("dead: {names} · try a lower rate, leaky ReLU"),
    "dead_layer_from": N_("only 0 comes out of {end} · try a lower rate, leaky ReLU"),
    "underflow": N_("float16 loses {count} of {layers} · try a larger loss scale, bfloat16"),
    "rounded_away": N_("steps are rounded off · keep float32 weights"),
    "frozen": N_("{count} of {layers} frozen · try norm, skips, other weights"),
    "lost": N_("Δ ×{ratio} at {first} · try norm, skips, other weights"),
    "step_too_large": N_("one step is ×{longest} of {names} · try a lower rate, clip"),
    "rate_too_large": N_("one step is ×{longest} of {names} · try a lower rate"),
    "overshot": N_("loss {loss}, guessing costs {chance} · try a lower rate"),
    "overwritten": N_("first steps too long: loss {birth} → {loss} · try a lower rate, warm-up"),
    "too_slow": N_("{count} of {layers} hardly move · try a higher rate, more steps"),
    "no_better_than_chance": N_("loss {loss}, guessing costs {chance} · try another rate"),
    "lost_forward": N_("examples alike from {alike} on · try larger weights, norm"),
    "same_for_all": N_("examples alike from {alike} on · try norm, skips"),
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
