"""Training in stages: which part learns, for how many steps.

A classifier's stage says which layers learn, and how many hidden layers the network has so far (it
may grow); the others get a step of zero, while their gradients are still measured. A GAN's stage
says which of the two networks learns.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Protocol, TypeVar

import numpy as np

from ..measure.trace import NetworkTrace
from ..numerics import Mask


class HasSteps(Protocol):
    """A stage of either kind."""

    @property
    def steps(self) -> int: ...


SomeStage = TypeVar("SomeStage", bound=HasSteps)


@dataclass(frozen=True)
class Stage:
    """A stage of a classifier."""

    steps: int
    layers: tuple[int, int] | str = "all"
    """The first and the last layer that learn, counted from 1 at the input, the output layer last;
    or all, or last: the output layer alone."""
    depth: int | None = None
    """Hidden layers the network has so far; None for all it will ever have."""

    def span(self, depth: int) -> tuple[int, int]:
        """The first and the last layer that learn in a network with `depth` hidden layers."""
        if isinstance(self.layers, tuple):
            return self.layers
        return (1, depth + 1) if self.layers == "all" else (depth + 1, depth + 1)


@dataclass(frozen=True)
class GanStage:
    """A stage of a GAN."""

    steps: int
    network: str = "alternate"
    """discriminator, generator, or alternate: both, one after the other."""


def stage_at(stages: Sequence[SomeStage], k: int) -> int:
    """The number of the stage that step k belongs to; the last one lasts to the end."""
    ends = list(accumulate(stage.steps for stage in stages))
    return min(bisect_right(ends, k), len(stages) - 1)


def with_stages(trace: NetworkTrace) -> NetworkTrace:
    """A network's trace with room for which layers learn, (T, L)."""
    rows = len(trace.measures["grad_norm"])
    return replace(trace, trained=np.zeros((rows, len(trace.layers)), np.bool_))


def record_learning(trace: NetworkTrace, row: int, layers: Mask | bool) -> None:
    """Note which layers the step of a row may move."""
    if trace.trained is not None:
        trace.trained[row] = layers
