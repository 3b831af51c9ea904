"""What is said of the network that is looked at: its state, why, and what to try next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...engine.diagnosis.diagnosis import Diagnosis
from ...engine.measure.trace import LayerInfo
from ...scenarios.documents.explanation import (
    collect_facts,
    count_half_dead,
    half_dead_clause,
    headline_state,
    sentence,
    signal_clause,
)
from ...scenarios.documents.verdict_lines import advice, count_frozen, line_forms, result
from ...scenarios.i18n import _
from ..charts.base.scene import Scene
from ..protocol import Verdict

if TYPE_CHECKING:
    from ...scenarios.comparison.remedies import Entrant


def verdict_of(
    scene: Scene, advised: Entrant | None = None, lately: Sequence[Diagnosis] = ()
) -> Verdict:
    """What is the matter with the network that is looked at, by which numbers, and which key tries
    what is `advised`. `lately`: see `Subject.lately`."""
    found, layers = scene.diagnosis, scene.tables.layers
    tip, settings = advice(found, layers), list[str]()
    brief = tip
    if advised is not None:
        remedy, settings = _(advised.remedies[0].title), [*advised.settings]
        tip = _("press y: {remedy}").format(remedy=remedy)
        brief = _("y: {remedy}").format(remedy=remedy)
    first = scene.upto == 1

    def forms(long: str, short: str) -> list[str]:
        return [
            *_long_forms(found, layers, long, first, lately),
            *line_forms(found, layers, short, first, lately),
        ]

    unadvised = forms("", "") if tip else []
    return Verdict(
        headline_state(found), forms(tip, brief), settings, unadvised, bool(found.frozen)
    )


def _long_forms(
    found: Diagnosis,
    layers: Sequence[LayerInfo],
    tip: str,
    first: bool,
    lately: Sequence[Diagnosis],
) -> Iterator[str]:
    """The sentence, and a shorter one, with what to try next: that is kept longer than the numbers
    behind it. A count that changes is not for a sentence."""
    said = sentence(found, layers)
    forms = [said]
    if tip:
        advised = f"{tip[:1].upper()}{tip[1:]}."
        forms = [f"{said} {advised}"]
        if found.rule != "not_finite":
            signal = signal_clause(found, collect_facts(found, layers))
            frozen = count_frozen(found, layers, lately)
            parts = "; ".join(filter(None, [signal, result(found) or frozen]))
            shorter = f"{parts}. {advised}"
            leaps = frozen != count_frozen(found, layers)
            forms = [shorter] if leaps else [*forms, shorter]
    if thinned := count_half_dead(found):
        facts = collect_facts(found, layers) | {"half_dead": thinned}
        left = "; ".join([signal_clause(found, facts), half_dead_clause(thinned)]) + "."
        forms = [*forms, left.format(**facts)]
    begun = _("At initialization: {sentence}")
    for form in forms:
        yield begun.format(sentence=form[:1].lower() + form[1:]) if first else form
