"""A diagnosis in a line: the factor of the error signal, why that is judged so, what to try next.

There is a form for each width; the longest one that fits is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...engine.diagnosis.diagnosis import Diagnosis
from ...engine.diagnosis.thresholds import FAR, FROZEN_BUDGET
from ...engine.measure.trace import LayerInfo
from ..i18n import N_, _, figure, ngettext
from ..runs.diagnosis_record import FADING
from .explanation import (
    collect_facts,
    count_half_dead,
    count_kept,
    is_silent,
    not_learned_yet,
    percent,
)

JUDGED_BY_ACCURACY = ("done", "faded_at_birth", "overshot", "too_slow", "no_better_than_chance")
"""Rules that look at what was learned."""
REASONS: Mapping[str, str] = {
    "moves": N_("every layer can move ≥{least}"),
    "fades_but_moves": N_("fades, yet all can move ≥{least}"),
    "grows_but_moves": N_("grows, but no step too long now"),
    "step_too_large": N_("a step as long as a layer"),
    "rate_too_large": N_("a step as long as a layer"),
    "dead_layer": N_("a layer is dead"),
    "not_finite": N_("loss or gradients are not finite"),
    "forgets": N_("first step hardly counts"),
    "lost": N_("moved by noise, not signal"),
}
"""Why a rule holds, where neither frozen layers nor the accuracy say so."""


def line_forms(
    found: Diagnosis,
    layers: Sequence[LayerInfo],
    tip: str | None = None,
    first: bool = False,
    lately: Sequence[Diagnosis] = (),
) -> list[str]:
    """The verdict for one line, the longest form first: the factor, why it is judged so, and what
    to try next: the `tip`, or else what the diagnosis advises. The reason is kept longer than
    that; the factor alone is what is left. `first`: no step has been taken. `lately`: see
    `count_frozen`."""
    tip = advice(found, layers) if tip is None else tip
    judged = found.rule in JUDGED_BY_ACCURACY
    said, frozen = (judged and result(found)) or pace(found), count_frozen(found, layers, lately)
    least = percent(FROZEN_BUDGET)
    why = _(REASONS.get(found.rule, "")).format(least=least) or frozen
    if found.rule in ("moves", "fades_but_moves"):
        why = at_this_stage(found) or why
    why = thinned(found, layers) or why
    leaps = frozen != count_frozen(found, layers)
    dated = _("{frozen} of late").format(frozen=frozen) if leaps else frozen
    why = dated if why == frozen else why
    helped = [(dated, tip), (frozen, tip)] if frozen and tip and not first else []
    wanted = [(said, why, tip), (said, why), *helped, (said,)]
    if frozen and why in (frozen, dated):
        marked = _("{frozen} (<{least})").format(frozen=why, least=least)
        full = _("{frozen}: would move by less than {least}").format(frozen=why, least=least)
        wanted = [(said, marked, tip), (said, why, tip), *helped, (said, full)]
        wanted += [(said, marked), (said, why), (said,)]
    if first and found.rule in REASONS:
        wanted.insert(-1, (why,))
    if not_learned_yet(found):
        wanted = [(said, why, tip, result(found)), (said, why, result(found)), (why, result(found))]
    forms = [" · ".join(filter(None, parts)) for parts in wanted]
    return [*(named for form in forms for named in _dated(form, first)), pace(found)]


def _dated(form: str, first: bool) -> list[str]:
    """A form with when it holds, in two lengths, where no step has been taken."""
    dates = (_("at initialization: {verdict}"), _("at init.: {verdict}"))
    return [date.format(verdict=form) for date in dates] if first else [form]


def thinned(found: Diagnosis, layers: Sequence[LayerInfo]) -> str:
    """How many hidden layers are half dead, in a network that has learned; nothing elsewhere."""
    count = count_half_dead(found)
    form = _("learned, yet {half_dead}/{hidden} hidden half dead") if count else ""
    return form.format(half_dead=count, hidden=collect_facts(found, layers)["hidden"])


def at_this_stage(found: Diagnosis) -> str:
    """What a stage of the training leaves alone; nothing where all layers are trained."""
    *hidden, output = found.budget
    if not any(budget > 0 for budget in hidden):
        return _("only the output layer is trained") if output else _("not trained at this stage")
    return _("every trained layer can move") if count_kept(found) else ""


def count_frozen(
    found: Diagnosis, layers: Sequence[LayerInfo], lately: Sequence[Diagnosis] = ()
) -> str:
    """How many layers are frozen, of as many as the sentence counts: of the hidden ones, where it
    is the signal that holds them back. Nothing where there are none. A budget is one batch's, so
    the count leaps from record to record: of those seen `lately` it tells the least and most."""
    facts = collect_facts(found, layers)
    hidden = found.rule == "frozen"
    whole = facts["hidden" if hidden else "layers"]
    frozen, stopped = (
        ([sum(not hidden or n <= facts["hidden"] for n in numbers) for numbers in counted])
        for counted in zip(*((one.frozen, one.stopped) for one in (*lately, found)), strict=True)
    )
    form = _count_form(hidden, max(frozen) > 0, stopped)
    return form.format(frozen=_span(frozen), stopped=_span(stopped), layers=whole)


def _count_form(hidden: bool, frozen: bool, stopped: Sequence[int]) -> str:
    """How layers are counted that are frozen and stopped, only frozen, or only stopped: of the
    hidden ones, or of all of them."""
    if not any(stopped):
        both = _("{frozen}/{layers} hidden frozen") if hidden else _("{frozen}/{layers} frozen")
        return both if frozen else ""
    many = max(stopped) if len({*stopped}) == 1 else 2  # a span is of several
    if not frozen:
        return _("{stopped}/{layers} hidden stopped") if hidden else _("{stopped}/{layers} stopped")
    if hidden:
        return ngettext(
            "{frozen}/{layers} hidden frozen, {stopped} stopped",
            "{frozen}/{layers} hidden frozen, {stopped} stopped",
            many,
        )
    return ngettext(
        "{frozen}/{layers} frozen, {stopped} stopped",
        "{frozen}/{layers} frozen, {stopped} stopped",
        many,
    )


def _span(counts: Sequence[int]) -> str:
    """The least and the most of some counts; nothing where all are 0."""
    low, high = min(counts), max(counts)
    return "" if not high else str(high) if low == high else f"{low}–{high}"


def pace(found: Diagnosis) -> str:
    """By what factor the error signal fades or grows; nothing where there is none left."""
    if found.rule == "not_finite":
        return ""
    if is_silent(found):
        return _("no error signal left")
    if found.mean_step_rate is not None:
        return _("×{rate} per step").format(rate=figure(found.mean_step_rate))
    return _("×{rate} per layer").format(rate=figure(found.mean_rate))


def result(found: Diagnosis) -> str:
    """What was learned, where that decided, or nothing is learned yet."""
    judged = found.rule in JUDGED_BY_ACCURACY or not_learned_yet(found)
    if judged and found.r2 is not None:
        return f"R² {figure(found.r2)}"
    if found.accuracy is None or not judged:
        return ""
    return _("accuracy {accuracy}").format(accuracy=percent(found.accuracy))


def advice(found: Diagnosis, layers: Sequence[LayerInfo]) -> str:
    """What to try next, where the diagnosis is reason enough; else nothing."""
    if found.rule in FADING:
        return suggest_remedy(layers[0].activation)
    if found.rule in LINEAR_RULES and layers[0].activation == "linear":
        return _("try relu + he: without an activation, all is linear")
    return {
        "dead_layer": _("try leaky_relu, lower rate"),
        "starved": _("try non_saturating"),
        "forgets": _("not learned yet? lstm, a larger forget_bias"),
        "step_too_large": _("try a lower rate or clip_norm"),
        "rate_too_large": _("try a lower rate"),
        "overshot": _("try a lower rate"),
        "too_slow": _("try a higher rate"),
        "no_better_than_chance": _("try another rate"),
        "few_steps": _("try more steps"),
        "not_finite": _("try a lower rate or gain"),
        "slow": "" if moved_far(found) else _("over, or try a higher rate"),
    }.get(found.rule, "")


LINEAR_RULES = ("no_better_than_chance", "too_slow", "slow", "overshot")
"""Rules by which nothing is learned, for which a network without an activation is reason enough."""


def moved_far(found: Diagnosis) -> bool:
    """Whether a layer is its own length from where it began, so that no longer steps are wanted."""
    return any(moved >= FAR for moved in found.displacement or ())


def suggest_remedy(activation: str) -> str:
    """Against vanishing: batch norm, and what stops this activation's signal from fading. Of 11
    random networks stuck so, the first cured 10 and other initial weights 9."""
    both, he = _("try norm=batch, relu + he"), _("try he or norm=batch")
    known = {"sigmoid": both, "tanh": both, "relu": he, "leaky_relu": he}
    known["linear"] = _("try relu + he")
    return known.get(activation, _("try norm=batch, more gain"))
