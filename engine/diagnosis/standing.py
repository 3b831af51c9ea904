"""What a classifier has learned by a record, on the way from guessing to all right."""

from dataclasses import dataclass

import numpy as np

from ..measure.trace import Trace
from ..numerics import Exact, Mask

LEARNED = 0.8
"""Of the way from guessing to all right: of two equal classes, an accuracy of 0.9."""
GUESSING = 0.3
"""Less of the way than this may be luck, or a rule that one look at the data gives: of two equal
classes, an accuracy of 0.65."""


@dataclass(frozen=True)
class Standing:
    """Of every replica."""

    accuracy: Exact
    """(R,) On the test set, or on the batch where there is none."""
    chance: Exact
    """(R,) The accuracy of naming the commonest class every time."""
    progress: float
    """The share of the planned steps that are made."""

    @property
    def skill(self) -> Exact:
        """(R,) The share of the way from guessing to all right; NaN where nothing is known."""
        with np.errstate(all="ignore"):
            return (self.accuracy - self.chance) / (1 - self.chance)

    def of(self, replicas: Mask | list[int]) -> "Standing":
        """The standing of these replicas alone."""
        return Standing(self.accuracy[replicas], self.chance[replicas], self.progress)


def standing(trace: Trace, row: int, replicas: list[int] | None = None) -> Standing | None:
    """What was learned by a row, by all replicas or by these; None for a GAN, which has no
    accuracy."""
    name = next((name for name in ("test", "train") if name in trace.chance), None)
    if name is None:
        return None
    progress = float(trace.records[row]) / max(trace.steps, 1)
    whole = Standing(trace.accuracy[name][row], trace.chance[name], progress)
    return whole if replicas is None else whole.of(replicas)
