"""What a network has learned by a record, on the way from guessing to all right."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ..measure.trace import Trace
from ..numerics import Exact, Mask

Share = TypeVar("Share", float, Exact)

LEARNED = 0.8
"""Of the way from guessing to all right: of two equal classes, an accuracy of 0.9."""
GUESSING = 0.3
"""Less of the way than this may be luck, or a rule that one look at the data gives: of two equal
classes, an accuracy of 0.65."""
GUESSING_NUMBERS = 0.1
"""The same where numbers are learned, of R², whose 0 is the mean of all targets."""


def skill(accuracy: Share, chance: Share) -> Share:
    """The share of the way from guessing, which has the accuracy `chance`, to all right."""
    return (accuracy - chance) / (1 - chance)


@dataclass(frozen=True)
class Standing:
    """Of every replica."""

    accuracy: Exact
    """(R,) On the test set, or on the batch where there is none; of numbers R²."""
    chance: Exact
    """(R,) The accuracy of naming the commonest class every time; R² of the mean, which is 0."""
    progress: float
    """The share of the planned steps that are made."""
    numbers: bool = False
    """Whether numbers are learned, and not classes."""

    @property
    def skill(self) -> Exact:
        """(R,) The share of the way from guessing to all right; NaN where nothing is known."""
        with np.errstate(all="ignore"):
            return skill(self.accuracy, self.chance)

    @property
    def guessing(self) -> float:
        """The skill under which nothing is learned."""
        return GUESSING_NUMBERS if self.numbers else GUESSING

    def of(self, replicas: Mask | list[int]) -> "Standing":
        """The standing of these replicas alone."""
        return replace(self, accuracy=self.accuracy[replicas], chance=self.chance[replicas])


def standing(trace: Trace, row: int, replicas: list[int] | None = None) -> Standing | None:
    """What was learned by a row, by all replicas or by these; None for a GAN, which has neither
    accuracy nor R²."""
    right = trace.r2 or trace.accuracy
    name = next((name for name in ("test", "train") if name in right), None)
    if name is None:
        return None
    progress = float(trace.records[row]) / max(trace.steps, 1)
    reached = right[name][row]
    chance = np.zeros_like(reached) if trace.r2 else trace.chance[name]
    whole = Standing(reached, chance, progress, numbers=bool(trace.r2))
    return whole if replicas is None else whole.of(replicas)
