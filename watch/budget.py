"""How often to sample: as often as a share of the run's time pays for.

A sample costs what the recorder spends in it by its own clock, and what the step feels besides, as
its caches are cold afterwards: sampled steps are held against bare ones, in turns, at the start.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import median
from time import perf_counter

CALIBRATION = (0, 2, 4)
"""The first steps that are sampled; those between them are bare. Later one is sampled at least
whenever the steps have doubled, which in the long run costs nothing."""
DENSEST = 1000
"""Samples while the steps grow e-fold, at most, so that a long run makes no endless file."""


class Budget:
    """Decides which step is sampled next, from what samples and bare steps have cost."""

    def __init__(self, share: float, every: int | None = None) -> None:
        """`share` of the run's time may be spent; `every` samples at each so many steps instead."""
        self.share, self.every = share, every
        self.bare: deque[float] = deque(maxlen=31)
        self.costs: deque[float] = deque(maxlen=7)
        self.own = self.total = 0.0
        self.samples = 0
        self.began = self.last = perf_counter()

    def spend(self, seconds: float) -> None:
        """Counts time of the recorder's own."""
        self.own += seconds

    def end_step(self, sampled: bool) -> None:
        """Counts a step that has ended now."""
        now = perf_counter()
        seconds, self.last = now - self.last, now
        if not sampled:
            self.bare.append(seconds - self.own)
            if self.costs:
                self.costs[-1] += self.own
            self.total, self.own = self.total + self.own, 0.0
            return
        felt = seconds - median(self.bare) - self.own if self.bare else 0.0
        cost = self.own + min(max(felt, 0.0), self.own)
        self.costs.append(cost)
        self.total, self.own = self.total + cost, 0.0
        self.samples += 1

    def next_sample(self, step: int) -> int:
        """The step to sample after the one that was sampled now."""
        if self.every:
            return step + self.every
        if step < CALIBRATION[-1]:
            return next(k for k in CALIBRATION if k > step)
        if not self.costs or not self.bare:
            return step + 2
        bare = max(median(self.bare), 1e-9)
        # Those that were taken, this one and the next have to be paid for by then.
        paid = (self.samples + 2) * median(self.costs) / (max(self.share, 1e-9) * bare)
        return max(step + 1, min(math.ceil(paid), 2 * step), step + step // DENSEST)

    def cost(self) -> float:
        """The share of the run's time that went into recording."""
        return (self.total + self.own) / max(perf_counter() - self.began, 1e-9)
