"""The chain of a network's layers as factors: what W did at each step, and what the activation did.

Backward, Δ⁽ˡ⁾ = Δ⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾ᵀ ∘ g′(Z⁽ˡ⁾); forward, A⁽ˡ⁾ = g(A⁽ˡ⁻¹⁾ W⁽ˡ⁾ + b⁽ˡ⁾). Root mean squares
multiply the same way: the measured step and what the activation did to it leave W's share.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..plotting.series import Floats, medians
from .scene import Scene

if TYPE_CHECKING:
    from ....engine.nn.assembly import Tap

_NONE = float("nan")


@dataclass(frozen=True)
class ChainStep:
    """One factor of the product; layers are counted from 1, and 0 is the input."""

    layer: int
    """The layer the step ends in."""
    other: int
    """The layer the step begins in."""
    before: float
    """Root mean square of the signal before the step."""
    after: float
    bend: float
    """What the activation multiplied by."""
    product: float
    """The signal here over what it was at the first of all steps."""

    @property
    def factor(self) -> float:
        """after / before."""
        return _over(self.after, self.before)

    @property
    def weights(self) -> float:
        """The factor of W: `factor` / `bend`."""
        return _over(self.factor, self.bend)


@dataclass(frozen=True)
class FactorChain:
    """All steps, in the order in which they are walked."""

    links: list[ChainStep]
    signal: Floats
    """Of every layer, input side first; NaN for one that is not there."""
    start: float
    """The signal before the first step."""


def backward(scene: Scene) -> FactorChain:
    """The error signal, from the output layer down to layer 1."""
    delta, slope = (_now(scene, name) for name in ("delta_rms", "slope_rms"))
    there = np.flatnonzero(~np.isnan(delta))[::-1].tolist()
    first = float(delta[there[0]]) if there else _NONE
    links = [
        ChainStep(
            layer=at + 1,
            other=above + 1,
            before=float(delta[above]),
            after=float(delta[at]),
            bend=float(slope[at]),
            product=_over(float(delta[at]), first),
        )
        for above, at in pairwise(there)
    ]
    return FactorChain(links, delta, first)


def forward(scene: Scene) -> FactorChain:
    """The signal, from the input up to the output layer, as one batch of the first replica."""
    taps = _dense(scene)
    signal = np.full(scene.depth, np.nan)
    links: list[ChainStep] = []
    before = first = _NONE
    for at, tap in taps:
        if not links:
            before = first = rms(tap.A)
        Z = rms(tap.Z)
        after = rms(tap.output.out)
        link = ChainStep(
            layer=at + 1,
            other=links[-1].layer if links else 0,
            before=before,
            after=after,
            bend=_over(after, Z),
            product=_over(after, first),
        )
        links.append(link)
        signal[at] = before = after
    return FactorChain(links, signal, first)


def _dense(scene: Scene) -> list[tuple[int, Tap]]:
    """The layers that A goes through as it is written here: not those that run through time."""
    if scene.look is None or scene.tables.time:
        return []
    taps = scene.look.taps(scene.network, scene.depth, fed=True)
    return [(at, tap) for at, tap in enumerate(taps) if tap is not None]


def rms(values: Floats | np.ndarray) -> float:
    """Root mean square, right where squares would leave the number type."""
    exact = np.abs(np.asarray(values, np.float64))
    largest = float(exact.max(initial=0.0))
    if not 0 < largest < np.inf:
        return largest
    return largest * float(np.sqrt(np.mean((exact / largest) ** 2)))


def _now(scene: Scene, measure: str) -> Floats:
    return medians(scene.latest(measure)[None])[0]


def _over(part: float, whole: float) -> float:
    return part / whole if whole else _NONE
