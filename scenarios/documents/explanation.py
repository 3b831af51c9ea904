"""A diagnosis in words: one sentence a student understands, with the numbers and the rule.

Every rule of the diagnosis has a sentence of its own, translated whole, so that another language
can put it in its own order. It opens with what becomes of the error signal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan, nan
from typing import Any

from ...engine.diagnosis.diagnosis import Diagnosis
from ...engine.diagnosis.standing import GUESSING, GUESSING_NUMBERS, LEARNED, skill
from ...engine.diagnosis.thresholds import DEAD_UNITS, FADED, FORGOTTEN, FROZEN_BUDGET
from ...engine.measure.trace import LayerInfo
from ..i18n import _, factor_text, figure, ngettext
from ..runs.diagnosis_record import DiagnosisRecord

Facts = Mapping[str, Any]


def sentence(found: Diagnosis, layers: Sequence[LayerInfo]) -> str:
    """Why the diagnosis is what it is."""
    facts = collect_facts(found, layers)
    clauses = [reason_clause(found, facts).format(signal=signal_clause(found, facts), **facts)]
    if found.flat_gradient_hides:
        clauses.append(_("a chart of gradient norms looks flat and does not show it"))
    if found.rule == "frozen" and len(layers) in (*found.frozen, *found.stopped):
        clauses.append(
            _(
                "the output layer stands still too, because almost nothing, or almost the same "
                "for every example, reaches it"
            )
        )
    if found.rule == "done" and found.frozen:
        clauses.append(untouched_clause(len(found.frozen)).format(**facts))
    if thinned := count_half_dead(found):
        clauses.append(half_dead_clause(thinned).format(half_dead=thinned, **facts))
    if not_learned_yet(found):
        clauses.append(_("nothing is learned yet: {standing}").format(**facts))
    if found.underflows:
        clauses.append(_("some updates are exactly 0, too small for the number type"))
    return "; ".join(clauses) + "."


def not_learned_yet(found: Diagnosis | DiagnosisRecord) -> bool:
    """Whether the signal is sound, training has begun, and the network still guesses."""
    begun = any(moved is not None and moved > 0 for moved in found.displacement or ())
    if found.state != "healthy" or not begun:
        return False
    reached = skill_of(found)
    least = GUESSING_NUMBERS if isinstance(found.r2, float) else GUESSING
    return reached is not None and reached < least


def skill_of(found: Diagnosis | DiagnosisRecord) -> float | None:
    """The share of the way from guessing to all right; None where that is not known."""
    if isinstance(found.r2, float):
        return found.r2
    if found.accuracy is None or found.chance is None or found.chance >= 1:
        return None
    return skill(found.accuracy, found.chance)


def count_half_dead(found: Diagnosis) -> int:
    """How many hidden layers are half dead or more, in a network that has learned all the same."""
    learned = (skill_of(found) or 0.0) >= LEARNED
    return len(found.half_dead) if learned and found.state == "healthy" else 0


def headline_state(found: Diagnosis | DiagnosisRecord) -> str:
    """The state as it is headed: `not_yet` where the signal is sound and nothing is learned."""
    return "not_yet" if not_learned_yet(found) else found.state


def collect_facts(found: Diagnosis, layers: Sequence[LayerInfo]) -> dict[str, Any]:
    """The numbers a sentence may quote, as text; layers are counted from 1."""
    hidden = sum(layer.kind != "output" for layer in layers)
    here = {n: b for n, b in enumerate(found.budget[:hidden], start=1) if not isnan(b)}
    budget = here or dict(enumerate(found.budget[:hidden], start=1))
    last = len(budget)
    stuck = (*found.frozen, *found.stopped)
    still = (*stuck, *found.done)
    trained = {n: b for n, b in budget.items() if b >= FROZEN_BUDGET or n in still} or budget
    slowest, fastest = min(trained, key=trained.__getitem__), max(trained, key=trained.__getitem__)
    return {
        "rate": factor_text(found.mean_rate),
        "ratio": figure(found.ratio),
        "step_rate": factor_text(found.mean_step_rate),
        "step_ratio": figure(nan if found.step_ratio is None else found.step_ratio),
        "last": last,
        "layers": len(layers) - hidden + last,
        "slowest": slowest,
        "least": percent(budget[slowest]),
        "fastest": fastest,
        "most": figure(budget[fastest]),
        "frozen": percent(FROZEN_BUDGET),
        "forgotten": percent(FORGOTTEN),
        "faded": percent(FADED),
        "off": percent(DEAD_UNITS),
        "stopped": sum(b == 0 for b in found.budget),
        "count": len(stuck),
        "hidden": last,
        "held": sum(n <= hidden for n in stuck),
        **learning_facts(found, trained),
    }


def learning_facts(found: Diagnosis, trained: Iterable[int]) -> dict[str, Any]:
    """What has been learned, and how far these layers have gone for it."""
    moved = dict(enumerate(found.displacement or found.budget, start=1))
    farthest = max(trained, key=lambda n: -1.0 if isnan(moved[n]) else moved[n])
    return {
        "done": len(found.done),
        "standing": standing_clause(found),
        "farthest": farthest,
        "moved": percent(moved[farthest]),
        "kept": count_kept(found),
    }


def standing_clause(found: Diagnosis) -> str:
    """What the network gets right, and what it would get right without having learned."""
    if found.r2 is not None:
        return _("R² is {r2}, and predicting the mean gives 0").format(r2=figure(found.r2))
    form = _("the accuracy is {accuracy}, and guessing gives {chance}")
    return form.format(accuracy=percent(found.accuracy), chance=percent(found.chance))


def percent(share: float | None) -> str:
    return f"{figure(nan if share is None else 100 * share)} %"


def signal_clause(found: Diagnosis, facts: Facts) -> str:
    """What becomes of the error signal on its way: the clause that opens a sentence."""
    if found.step_rate is not None:
        said = through_time(found)
    elif facts["last"] == 1:
        said = _("There is only one hidden layer, so the error signal has nowhere to fade")
    elif is_silent(found):
        said = _("The loss puts in no error signal any more")
    elif found.ratio == 0:
        said = _("Nothing of the error signal at layer {last} reaches layer 1")
    elif found.decay != "power" and facts["last"] > 2:
        said = _(
            "On the way to the input each layer multiplies the error signal by {rate} on average "
            "(by {ratio} in all)"
        )
    else:
        said = _("From layer {last} to layer 1 the error signal is multiplied by {ratio}")
    return said.format(**facts)


def is_silent(found: Diagnosis) -> bool:
    """Whether the loss puts in no error signal, as at a loss of 0: nothing moves, and the factor
    of 1 per layer says nothing."""
    return found.ratio == 1 and not any(found.budget)


def through_time(found: Diagnosis) -> str:
    """What becomes of it on its way back through a sequence."""
    if found.step_ratio == 0:
        return _("Nothing of the error signal at the last step of a sequence reaches the first")
    return _(
        "On the way back to the beginning of a sequence each step multiplies the error signal by "
        "{step_rate} on average (by {step_ratio} in all)"
    )


def reason_clause(found: Diagnosis, facts: Facts) -> str:
    """The sentence of the rule that decided, with blanks for the facts."""
    frozen = len(found.frozen) + len(found.stopped)
    clauses = {
        "frozen": frozen_clause(facts["held"], bool(found.stopped)),
        "starved": starved_clause(frozen),
        "few_steps": few_steps_clause(frozen),
        "slow": slow_clause(frozen),
        "too_slow": too_slow_clause(frozen),
        "done": done_clause(len(found.done)),
        "dead_layer": dead_clause(sum(b == 0 for b in found.budget)),
        "lost": _(
            "{signal}, while what goes forward is nearly the same for every example: the "
            "optimizer makes layer {slowest}, the slowest, move by {least} of its norm over the "
            "planned steps, and hardly any of it is what the loss asks for"
        ),
        "faded_at_birth": _(
            "{signal}, and yet nothing is learned: {standing}; before training less than {faded} "
            "of the signal reached layer 1"
        ),
        "forgets": _(
            "{signal}, so what the first step shows cannot be learned: what the gradient has "
            "from it would change the weights by less than {forgotten} of their norm over the "
            "planned steps (what has been learned already is not lost)"
        ),
        "not_finite": _(
            "The loss or the gradients are no longer finite numbers, so nothing more can be "
            "learned: the weights or the steps grew too large"
        ),
    }
    known = clauses.get(found.rule) or rate_clause(found.rule) or resting_clause(found)
    return known or moving_clause(found.rule, count_kept(found))


def frozen_clause(count: int, moved: bool) -> str:
    """Hidden layers cannot get anywhere, for want of signal; some of them have `moved` before."""
    if moved:
        return ngettext(
            "{signal}, so {held} of {hidden} hidden layers can move no further: if all planned "
            "steps were like this one, layer {slowest} would move by {least} of its norm (less "
            "than {frozen} counts as stopped)",
            "{signal}, so {held} of {hidden} hidden layers can move no further: if all planned "
            "steps were like this one, layer {slowest} would move by {least} of its norm (less "
            "than {frozen} counts as stopped)",
            count,
        )
    return ngettext(
        "{signal}, so {held} of {hidden} hidden layers is frozen: if all planned steps were "
        "like this one, layer {slowest} would move by {least} of its norm (less than {frozen} "
        "counts as frozen)",
        "{signal}, so {held} of {hidden} hidden layers are frozen: if all planned steps were "
        "like this one, layer {slowest} would move by {least} of its norm (less than {frozen} "
        "counts as frozen)",
        count,
    )


def starved_clause(count: int) -> str:
    """A generator cannot get anywhere, as no signal comes in."""
    return ngettext(
        "Hardly any error signal comes in: the discriminator is sure of every fake, where the "
        "saturating loss is flat, so {count} of {layers} layers is frozen: over the planned steps "
        "layer {slowest} would move by {least} of its norm (less than {frozen} counts as frozen)",
        "Hardly any error signal comes in: the discriminator is sure of every fake, where the "
        "saturating loss is flat, so {count} of {layers} layers are frozen: over the planned steps "
        "layer {slowest} would move by {least} of its norm (less than {frozen} counts as frozen)",
        count,
    )


def slow_clause(count: int) -> str:
    """Layers cannot get anywhere, and the signal is not to blame."""
    return ngettext(
        "{signal}, and still {count} of {layers} layers would move by less than {frozen} of its "
        "norm over the planned steps: training is over, or the learning rate too small",
        "{signal}, and still {count} of {layers} layers would move by less than {frozen} of "
        "their norm over the planned steps: training is over, or the learning rate too small",
        count,
    )


def few_steps_clause(count: int) -> str:
    """At initialization, layers cannot get anywhere, and the signal is not to blame."""
    return ngettext(
        "{signal}, and still {count} of {layers} layers would move by less than {frozen} of its "
        "norm over the planned steps: these are too few, or the learning rate too small",
        "{signal}, and still {count} of {layers} layers would move by less than {frozen} of "
        "their norm over the planned steps: these are too few, or the learning rate too small",
        count,
    )


def too_slow_clause(count: int) -> str:
    """Nothing is learned, and layers have hardly moved."""
    if not count:
        return _(
            "{signal}, and yet nothing is learned: {standing}; layer {farthest}, which has moved "
            "farthest, has by {moved} of its norm: the learning rate is too small, or the steps "
            "are too few"
        )
    return ngettext(
        "{signal}, and yet nothing is learned: {standing}; {count} of {layers} layers would move "
        "by less than {frozen} of its norm over the planned steps, and layer {farthest}, which "
        "has moved farthest, has by {moved}: the learning rate is too small, or the steps are too "
        "few",
        "{signal}, and yet nothing is learned: {standing}; {count} of {layers} layers would move "
        "by less than {frozen} of their norm over the planned steps, and layer {farthest}, which "
        "has moved farthest, has by {moved}: the learning rate is too small, or the steps are too "
        "few",
        count,
    )


def done_clause(count: int) -> str:
    """Layers rest, as the network has learned."""
    if not count:
        return _("{signal}, and the network has learned: {standing}")
    return ngettext(
        "{signal}, and the network has learned: {standing}; {done} of {layers} layers, which "
        "hardly moves any more, is done",
        "{signal}, and the network has learned: {standing}; {done} of {layers} layers, which "
        "hardly move any more, are done",
        count,
    )


def half_dead_clause(count: int) -> str:
    """Layers that have lost half of their units, in a network that has learned."""
    return ngettext(
        "it has learned, yet {half_dead} of {hidden} hidden layers has lost half of its units or "
        "more: they are dead for this batch",
        "it has learned, yet {half_dead} of {hidden} hidden layers have lost half of their units "
        "or more: they are dead for this batch",
        count,
    )


def untouched_clause(count: int) -> str:
    """Layers that never moved, in a network that has learned."""
    return ngettext(
        "{count} of {layers} layers is as it was drawn, and the network learned without it",
        "{count} of {layers} layers are as they were drawn, and the network learned without them",
        count,
    )


def dead_clause(stopped: int) -> str:
    """A layer is off."""
    if not stopped:
        return _(
            "In some hidden layer at least {off} of the units are off for every example of the "
            "batch, so hardly any error signal gets past it"
        )
    return ngettext(
        "In some hidden layer at least {off} of the units are off for every example of the batch, "
        "so hardly any error signal gets past it: {stopped} of {layers} layers has no update",
        "In some hidden layer at least {off} of the units are off for every example of the batch, "
        "so hardly any error signal gets past it: {stopped} of {layers} layers have no update",
        stopped,
    )


def count_kept(found: Diagnosis) -> int:
    """How many layers a stage of the training keeps as they are."""
    layers = enumerate(found.budget, 1)
    still = (*found.frozen, *found.stopped, *found.done)
    return sum(b < FROZEN_BUDGET and n not in still for n, b in layers)


def resting_clause(found: Diagnosis) -> str:
    """A network that a stage of the training leaves alone, all but the output layer perhaps."""
    *hidden, output = found.budget
    if any(budget > 0 for budget in hidden):
        return ""
    if output > 0:
        return _("{signal}, and at this stage only the output layer is trained")
    return _("{signal}, and at this stage the network is not trained")


def rate_clause(rule: str) -> str:
    """The signal is sound, and something else is wrong; nothing for other rules."""
    return {
        "rate_too_large": _(
            "{signal}, so the signal is not to blame: a single step is as long as a layer "
            "itself, which undoes what was learned; the learning rate is too large; layer "
            "{fastest}, the fastest, would move by {most} times its norm over all the planned steps"
        ),
        "overshot": _(
            "{signal}, and nothing is learned: {standing}; layer {farthest} has moved by {moved} "
            "of its norm since the start, which points to a learning rate that is too large"
        ),
        "no_better_than_chance": _(
            "{signal}, and yet nothing is learned: {standing}; the layers can move, so the cause "
            "is not the signal but the learning rate, the number of steps or units, or the data"
        ),
    }.get(rule, "")


def moving_clause(rule: str, kept: int) -> str:
    """All layers move, perhaps too far; or all that are trained at this stage."""
    if kept and rule in ("moves", "fades_but_moves"):
        return ngettext(
            "{signal}; {kept} of {layers} layers is not trained at this stage, and all others "
            "can move: layer {slowest}, the slowest, would move by {least} of its norm over "
            "the planned steps (less than {frozen} counts as frozen)",
            "{signal}; {kept} of {layers} layers are not trained at this stage, and all others "
            "can move: layer {slowest}, the slowest, would move by {least} of its norm over "
            "the planned steps (less than {frozen} counts as frozen)",
            kept,
        )
    return {
        "step_too_large": _(
            "{signal}, and a single step is as long as a layer itself, which undoes what was "
            "learned: layer {fastest}, the fastest, would move by {most} times its norm over all "
            "the planned steps"
        ),
        "fades_but_moves": _(
            "{signal}, and yet every layer can move: layer {slowest}, the slowest, would move by "
            "{least} of its norm over the planned steps (less than {frozen} counts as frozen)"
        ),
        "grows_but_moves": _(
            "{signal}, and yet no step like this one is as long as a layer itself, which would be "
            "too large: layer {fastest}, the fastest, would move by {most} times its norm over all "
            "the planned steps"
        ),
        "moves": _(
            "{signal}, and every layer can move: layer {slowest}, the slowest, would move by "
            "{least} of its norm over the planned steps (less than {frozen} counts as frozen)"
        ),
    }[rule]
