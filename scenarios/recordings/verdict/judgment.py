"""The verdict on a recording at one of its rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ....engine.diagnosis.decay import decay_law, mean_factor, rates
from ....engine.diagnosis.diagnosis import Diagnosis
from ..recording import RecordedRun
from .evidence import Evidence, collect
from .findings import Finding, find_all
from .rules import RULES, decide, delta_ratio, done_layers, frozen_layers, torn


@dataclass(frozen=True)
class Judgment:
    """A state, the rule that decided, what it looked at, and what is to be said besides."""

    state: str
    rule: str
    seen: Evidence | None
    """None where nothing has been recorded."""
    frozen: tuple[int, ...] = ()
    """Layers, from 0, that cannot get anywhere in the steps that are planned."""
    done: tuple[int, ...] = ()
    """Layers that are still in a network that has learned."""
    torn: tuple[int, ...] = ()
    """Layers whose steps are as long as they are."""
    findings: tuple[Finding, ...] = ()

    @property
    def flat_gradient_hides(self) -> bool:
        """Whether a chart of gradient norms does not show what is wrong."""
        return any(one.code == "flat_gradient_hides" for one in self.findings)


@np.errstate(all="ignore")
def judge(recording: RecordedRun, row: int | None = None, steps: int | None = None) -> Judgment:
    """The verdict at a row, the last one unless told; `steps` are those planned, where the person
    has said so."""
    if not recording.count:
        ended = "no_steps" if recording.finished else "nothing_recorded"
        rule = ended if recording.lost_at is None else "not_finite"
        return Judgment(RULES[rule], rule, None)
    seen = collect(recording, recording.count - 1 if row is None else row, steps)
    rule = decide(seen, recording)
    return Judgment(
        state=RULES[rule],
        rule=rule,
        seen=seen,
        frozen=tuple(frozen_layers(seen)),
        done=tuple(done_layers(seen)),
        torn=tuple(np.flatnonzero(torn(seen)).tolist()),
        findings=tuple(find_all(seen, recording)),
    )


def as_diagnosis(found: Judgment, places: Sequence[int]) -> Diagnosis:
    """The same as the diagnosis that charts read, of the layers at these places, which are counted
    from 1 there. It is a verdict on all layers even so."""
    seen = found.seen
    if seen is None:
        return no_diagnosis(found, len(places))
    delta = seen.delta[seen.hidden]
    delta = delta[np.isfinite(delta) & (delta > 0)]
    enough = len(delta) > 1
    return Diagnosis(
        state=found.state,
        rate=float(rates(delta[None])[0]) if enough else math.nan,
        decay=decay_law(delta[None]) if enough else "undecided",
        ratio=delta_ratio(seen),
        budget=tuple(seen.budget[places].tolist()),
        frozen=tuple(at for at, n in enumerate(places, 1) if n in found.frozen),
        flat_gradient_hides=found.flat_gradient_hides,
        rule=found.rule,
        underflows=any(one.code in ("zero_underflow", "float16_loses") for one in found.findings),
        done=tuple(at for at, n in enumerate(places, 1) if n in found.done),
        displacement=None,
        mean_rate=mean_factor(delta_ratio(seen), len(delta) - 1) if enough else math.nan,
    )


def no_diagnosis(found: Judgment, layers: int) -> Diagnosis:
    """The diagnosis where nothing was measured."""
    return Diagnosis(
        state=found.state,
        rate=math.nan,
        decay="undecided",
        ratio=math.nan,
        budget=(math.nan,) * layers,
        frozen=(),
        flat_gradient_hides=False,
        rule=found.rule,
        underflows=False,
    )
