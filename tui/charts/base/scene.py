"""What there is to draw from, and how much of it may be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ....engine.diagnosis.diagnosis import Diagnosis
from ....engine.measure.trace import NetworkTrace, Trace
from ...render.axes import horizon
from ...render.glyphs import UNICODE, Glyphs
from ..plotting.series import Floats, every_nth, extent, logarithm, mark_divergence, medians

if TYPE_CHECKING:
    from ....engine.theory.predictions import Theory
    from .snapshots import SnapshotView


_RANGE_ROWS = 400
"""Rows that a range is taken from: enough for an axis, cheap for a long run."""

_FEWEST_DECADES = 4.0
"""An axis is never narrower, so that a healthy network looks as flat as it is."""


OWN = "own."
"""Before the name of a person's own measure, where it stands among ours."""

_SHARED = {"grad_norm", "delta_rms"}
"""Measures whose axis is the chapter's."""


@dataclass(frozen=True)
class Scene:
    """The first `upto` rows of a trace, and what is known of the network that is looked at."""

    trace: Trace
    upto: int
    diagnosis: Diagnosis
    network: str = "model"
    measures: tuple[str, ...] = ("grad_norm", "delta_rms")
    """What the per-layer chart shows, bars first; the heat map shows the first."""
    inner: str = "update_ratio"
    """What the fourth panel shows; nothing: the story."""
    story: str = ""
    """The chart that tells the scenario's story."""
    span: tuple[float, float] | None = None
    """Decades that the axes of gradients and error signals show at least, as the other scenarios of
    the chapter do."""
    called: Sequence[str] = ()
    """What the run is called where it is another one's ghost, the longest name first."""
    theory: Mapping[str, Floats] = field(default_factory=dict[str, Floats])
    """What mean-field theory expects of a measure, layer by layer, where a law is known."""
    law: Theory | None = None
    """The theory these come from."""
    law_missing: str = ""
    """Why there is none: see `missing_theory`."""
    asked: bool = True
    """Whether theory has been asked yet: before that, no law does not mean that none is known."""
    glyphs: Glyphs = UNICODE
    shades: bool = False
    record_count: int = 0
    """Rows that have been recorded, where that is more than may be looked at."""
    layer: int | None = None
    """The layer that is singled out, from 1."""
    forward: bool = False
    """Whether the walk follows the signal, or the error signal."""
    look: SnapshotView | None = None
    """The networks as they were at the last of the rows."""
    ghost: Scene | None = None
    """The run that this one is held against, at the same step."""

    @property
    def tables(self) -> NetworkTrace:
        """The measures of the network that is looked at."""
        return self.trace.networks[self.network]

    @property
    def depth(self) -> int:
        """How many layers it has."""
        return len(self.tables.layers)

    @property
    def row_count(self) -> int:
        """Rows that there are: pictures of the past show them all, and mark the one looked at."""
        return max(self.record_count, self.upto)

    @property
    def back(self) -> bool:
        """Whether an earlier row than the last is looked at."""
        return self.upto < self.row_count

    @property
    def now(self) -> int:
        """The step of the last row."""
        return int(self.trace.records[self.upto - 1])

    @property
    def end(self) -> int:
        """The last step that pictures of the past have room for."""
        return horizon(int(self.trace.records[self.row_count - 1]), self.trace.steps)

    def has(self, measure: str) -> bool:
        """Whether a measure was taken."""
        tables = self.tables
        return measure in tables.measures or measure.removeprefix(OWN) in tables.own

    def rows(self, measure: str, which: slice) -> Floats:
        """Rows of a measure, (T, R, L): NaN where nothing is there, infinite where it is lost."""
        trace = self.trace
        own, name = self.tables.own, measure.removeprefix(OWN)
        table = (own[name] if measure.startswith(OWN) else self.tables.measures[measure])[which]
        return mark_divergence(table, trace.records[which], trace.diverged_at)

    def latest(self, measure: str) -> Floats:
        """The last row of a measure, (R, L)."""
        return self.rows(measure, slice(self.upto - 1, self.upto))[0]

    def past(self, measure: str) -> Floats:
        """The rows of a measure that ranges are taken from, (T, L): medians over the replicas."""
        return medians(self.rows(measure, every_nth(self.row_count, _RANGE_ROWS)))

    def decades(self, measures: tuple[str, ...], floor: float = np.inf) -> tuple[float, float]:
        """The decades (exponents) in which these measures have stayed so far."""
        seen = [extent(logarithm(self.past(measure))) for measure in measures]
        if self.span is not None and {*measures} <= _SHARED:
            seen.append(self.span)
        lows = [low for low, _ in filter(None, seen)]
        highs = [high for _, high in filter(None, seen)]
        high = max(highs, default=0.0)
        return min([*lows, high - _FEWEST_DECADES, floor]), high
