"""What a pass forward and back shows: measured segment by segment, while slopes and error signals
are at hand, and put together for all layers at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..numerics import Array, Exact, Integers, Place, flatten, norms, norms_from_squares

if TYPE_CHECKING:
    from ..nn.backward import Segment
    from ..nn.layers import Activate
    from ..nn.network import Network

SATURATED = 0.05
"""A unit is saturated where |g′| is under this share of its supremum."""
CANCELS = 1e-3
"""A variance that is a smaller share than this of the mean square has lost its digits; it is taken
anew."""
FEW = 16
"""A unit that is dead for all samples is so for the first few: that is asked first."""
DELTA, OUT, SLOPE = range(3)
"""The rows of norms."""


class Signals:
    """The measures of all L layers, in arrays (L, R) that segments write into."""

    def __init__(self, network: Network) -> None:
        self.network, self.taps = network, network.taps
        shape = len(self.taps), len(network.seeds)
        self.segments: dict[Segment, SegmentSignals] = {}
        self.squares = np.ones((3, *shape), network.dtype)
        self.norms = np.ones((3, *shape))
        self.sums = np.zeros(shape, network.dtype)
        self.saturated, self.dead = np.zeros((2, *shape))
        self.mask = np.empty(0, np.bool_)
        self.items = np.array([network.place[tap.delta] for tap in self.taps])
        self.ready = False

    def watch(self, segment: Segment) -> None:
        """Measure a segment's layers."""
        if segment not in self.segments:
            self.segments[segment] = SegmentSignals(self, segment)
        self.segments[segment].measure()

    def write(self, out: dict[str, Exact]) -> None:
        """Write the measures of all layers, (L, R) each, from what the segments have left."""
        if not self.ready:
            self.find_sizes()
        delta = np.ldexp(self.norms[DELTA], -self.network.power[self.items])
        np.multiply(delta, self.per_sample, out=out["delta_rms"])
        rms, slope_rms = self.norms[OUT:] / self.root_sizes
        out["slope_rms"][...] = slope_rms
        np.divide(self.saturated, self.sizes[SLOPE], out=out["saturated"])
        out["dead"][...] = self.dead
        self.dead.fill(0)
        self.average(rms, out["activation_mean"], out["activation_std"])

    def find_sizes(self) -> None:
        """Count the numbers in each layer's arrays; the output layer's slope is 1."""
        A = [tap.output.out[0].size for tap in self.taps]
        S = [tap.activate.S[0].size if tap.activate else 1 for tap in self.taps]
        Delta = [tap.Delta[0].size for tap in self.taps]
        self.sizes = np.array([Delta, A, S], np.float64)[..., None]
        self.root_sizes = np.sqrt(self.sizes[OUT:])
        self.per_sample = self.network.batch / np.sqrt(self.sizes[DELTA])
        self.ready = True

    def average(self, rms: Exact, mean: Exact, std: Exact) -> None:
        """Mean and standard deviation of outputs: σ² = E[a²] (1 - E[a]²/E[a²])."""
        np.divide(self.sums, self.sizes[OUT], out=mean)
        tilt = mean / rms
        rest = 1 - tilt * tilt
        np.multiply(rms, np.sqrt(np.abs(rest)), out=std)
        kept = rest > CANCELS
        if not kept.all():
            for i in np.flatnonzero(~kept.all(axis=1)).tolist():
                lost = ~kept[i]
                careful = careful_mean_and_std(self.taps[i].output.out[lost])
                mean[i, lost], std[i, lost] = careful


class SegmentSignals:
    """Measures the layers of one segment."""

    def __init__(self, whole: Signals, segment: Segment) -> None:
        self.whole, self.segment, self.g = whole, segment, segment.g
        taps, here = whole.taps, set(segment.leaves)
        deltas = true_range(tap.delta in here for tap in taps)
        outputs = true_range(tap.output in here for tap in taps)
        hidden = true_range(tap.activate in here for tap in taps)
        self.own = (DELTA, deltas), (OUT, outputs), (SLOPE, hidden)
        self.activates = [tap.activate for tap in taps[hidden] if tap.activate]
        self.places = np.array(
            [segment.activates.index(layer) for layer in self.activates], np.intp
        )
        Delta = list(stacks(whole.network, [tap.Delta for tap in taps[deltas]]))
        A = list(stacks(whole.network, [tap.output.out for tap in taps[outputs]]))
        self.slopes = list(stacks(whole.network, [layer.S for layer in self.activates]))
        self.parts: list[tuple[Place, Array]] = [
            ((row, slice(where.start + at.start, where.start + at.stop)), X)
            for (row, where), each in zip(self.own, (Delta, A, self.slopes), strict=True)
            for at, X in each
        ]
        self.squared = [(X, whole.squares[at]) for at, X in self.parts[: len(Delta) + len(A)]]
        ones = np.ones(max((X.shape[-1] for _, X in A), default=0), whole.squares.dtype)
        self.summed = [(X, ones[: X.shape[-1]], whole.sums[outputs][at]) for at, X in A]
        self.saturated, self.dead = whole.saturated[hidden], whole.dead[hidden]
        most = max((X.size for _, X in self.slopes), default=0)
        whole.mask = max(whole.mask, np.empty(most, np.bool_), key=len)

    def measure(self) -> None:
        """Write norms, sums and counts into the whole."""
        whole = self.whole
        for X, squares in self.squared:
            np.vecdot(X, X, out=squares)
        for X, ones, sums in self.summed:
            np.vecdot(X, ones, out=sums)
        whole.squares[self.own[SLOPE]] = self.segment.slope_squares[self.places]
        norms = norms_from_squares(whole.squares, self.parts)
        for at in self.own:
            whole.norms[at] = norms[at]
        for at, X in self.slopes:
            self.saturated[at] = counts = self.count_saturated(X)
            if counts.max() >= whole.network.batch:
                self.count_dead(at, X)

    def count_saturated(self, X: Array) -> Integers:
        """Slopes under the limit, (layers, R), among X (layers, R, numbers)."""
        mask = self.whole.mask[: X.size].reshape(X.shape)
        np.less(np.abs(X) if self.g.dips else X, SATURATED * self.g.steepest, out=mask)
        if not mask.any():
            return np.zeros(X.shape[:2], np.int64)
        bits = np.packbits(mask, axis=-1)
        return np.add.reduce(np.bitwise_count(bits), axis=-1, dtype=np.int64)

    def count_dead(self, at: slice, X: Array) -> None:
        """Write the shares of units that are dead for the whole batch."""
        S, layers = X.reshape(*X.shape[:2], -1, self.activates[0].width), self.activates[at]
        if (S[:, :, 0] == 0).any() and (S[:, :, :FEW].sum(axis=2) == 0).any():
            dead = dead_share(np.abs(S) if self.g.dips else S)
            for i in np.flatnonzero(dead.any(axis=1)).tolist() if self.g.tail else ():
                dead[i] = careful_dead_share(layers[i])
            self.dead[at] = dead


def true_range(here: Iterable[bool]) -> slice:
    """The slice from the first true place to the last; empty where none is true."""
    at = [i for i, each in enumerate(here) if each]
    return slice(at[0], at[-1] + 1) if at else slice(0, 0)


def stacks(network: Network, arrays: Sequence[Array]) -> Iterator[tuple[slice, Array]]:
    """Neighbors among arrays (R, …) of the network's layers, as (layers, R, numbers), with their
    places in the sequence."""
    for at, (stack,) in network.layout.stacks([(array,) for array in arrays]):
        yield at, flatten(stack, stack.ndim - 2)


def careful_mean_and_std(A: Array) -> tuple[Exact, Exact]:
    """Of each of A's R vectors, in float64: both from how far entries are from the first one, which
    is exactly 0 where all are alike."""
    wide = flatten(A, A.ndim - 1).astype(np.float64)
    first = wide[:, :1].copy()
    wide -= first
    mean = np.add.reduce(wide, axis=-1, keepdims=True) / wide.shape[-1]
    return (first + mean)[:, 0], norms(wide - mean) / np.sqrt(wide.shape[-1])


def dead_share(S: Array) -> Exact:
    """The share of units whose slope is 0 for every sample, (…, N, n) -> (…)."""
    ones = np.ones((1, S.shape[-2]), S.dtype)
    return np.equal(ones @ S, 0).mean(axis=(-2, -1))


def careful_dead_share(layer: Activate) -> Exact:
    """The same of a layer that seems to have dead units: a tanh that rounds to 1 is not dead,
    though 1 - a² = 0 says so."""
    S = layer.S
    if layer.g.tail:
        S = np.empty_like(S)
        layer.g.tail(layer.Z, np.empty_like(S), S)
    return dead_share(np.abs(S))
