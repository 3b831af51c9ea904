"""Measures a network: one row of the trace at a time, on blocks of like layers.

The network is not touched. Norms come from error signals and gradients as they are stored, near 1,
and get their true scale back in float64.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from .arrays import Array, Exact, Integers, Place, flat, roots
from .layers import Activate
from .layout import runs
from .network import Network
from .through_time import TimeProbe, is_recurrent
from .trace import MEASURES, LayerInfo, NetworkTrace, table

AT_ONCE = 1 << 20
"""Numbers that are measured by one call."""
SATURATED = 0.05
"""A unit is saturated where |g′| is under this share of its supremum."""
CANCELS = 1e-3
"""A variance that is a smaller share than this of the mean square has lost its digits; it is taken
anew."""
FEW = 16
"""A unit that is dead for all samples is so for the first few: that is asked first."""


class Probe:
    """Writes a network's measures into its trace."""

    def __init__(self, network: Network, records: Integers) -> None:
        self.network = network
        R, taps, place = len(network.seeds), network.taps, network.place
        self.table = np.stack([table(records, R, len(taps)) for _ in MEASURES])
        self.time = TimeProbe(network, records) if is_recurrent(network) else None
        time = self.time and self.time.measures
        sizes = tuple(tap.dense.W[0].size for tap in taps)
        measures: dict[str, Exact] = dict(zip(MEASURES, self.table, strict=True))
        self.trace = NetworkTrace(tuple(describe(network)), measures, time=time, weights=sizes)
        self.steps = Norms([tap.dense.W for tap in taps], [tap.dense.sW for tap in taps])
        self.items = np.array(
            [[place[tap.delta] for tap in taps], [place[tap.dense] for tap in taps]]
        )
        self.ready = False

    def find_signals(self) -> None:
        """Find the arrays that layers pass on, which are known once a batch has gone through."""
        network, taps = self.network, self.network.taps
        D = [tap.delta.D for tap in taps]
        A = [tap.output.out for tap in taps]
        self.S = Slopes([tap.activate for tap in taps if tap.activate], network)
        self.lengths = Norms(D, [tap.dense.dW for tap in taps], A, taken=self.S)
        size = np.array([X[0].size for X in D])
        self.per_sample = (network.batch / np.sqrt(size))[:, None]
        self.A = Averages(A)
        self.ready = True

    def row(self, row: int) -> dict[str, Exact]:
        """Where a row's measures go, (L, R) each."""
        return dict(zip(MEASURES, self.table[:, row].mT, strict=True))

    def signals(self, row: int) -> None:
        """What a forward and a backward pass show; call it before the gradients are restored."""
        if not self.ready:
            self.find_signals()
        out = self.row(row)
        lengths = self.lengths.measure()
        delta, grad = np.ldexp(lengths[:2], -self.network.power[self.items])
        np.multiply(delta, self.per_sample, out=out["delta_rms"])
        out["grad_norm"][...] = grad
        self.A.measure(lengths[2], out["activation_mean"], out["activation_std"])
        self.S.measure(lengths[3], out["slope_rms"], out["saturated"], out["dead"])
        if self.time:
            self.time.signals(row, self.trace)

    def update(self, row: int) -> None:
        """The weights, and the step that is about to be subtracted from them."""
        out = self.row(row)
        weight, step = self.steps.measure()
        out["weight_norm"][...] = weight
        np.divide(step, weight, out=out["update_ratio"])


def stacks(arrays: Sequence[Array]) -> Iterator[tuple[slice, Array]]:
    """Like neighbours among arrays (R, …), as (count, R, numbers), with their places."""
    for at, (X,) in runs([(flat(X, X.ndim - 1),) for X in arrays], AT_ONCE):
        yield at, X


class Norms:
    """Norms of the arrays in some columns, which have one for each of L layers; each array
    (R, …) is R vectors."""

    def __init__(self, *columns: Sequence[Array], taken: "Slopes | None" = None) -> None:
        """`taken` is one more column, whose sums of squares are known."""
        first = columns[0]
        shape = len(columns) + bool(taken), len(first), len(first[0])
        self.squares, self.taken = np.ones(shape, first[0].dtype), taken
        self.parts: list[tuple[Place, Array]] = [
            ((column, at), X) for column, arrays in enumerate(columns) for at, X in stacks(arrays)
        ]
        self.each = [(X, self.squares[at]) for at, X in self.parts]
        self.parts += [((len(columns), at), X) for at, X in taken.parts] if taken else []

    def measure(self) -> Exact:
        """Right over the whole range, (columns, L, R)."""
        for X, squares in self.each:
            np.vecdot(X, X, out=squares)
        if self.taken:
            self.squares[-1, :-1] = self.taken.squares
        return roots(self.squares, self.parts)


class Averages:
    """Mean and standard deviation over the entries of L arrays, each R vectors."""

    def __init__(self, arrays: Sequence[Array]) -> None:
        self.arrays, parts = arrays, list(stacks(arrays))
        self.size = np.array([[X[0].size] for X in arrays], np.float64)
        self.root_size = np.sqrt(self.size)
        self.sums = np.empty((len(arrays), len(arrays[0])), arrays[0].dtype)
        ones = np.ones(max(X[0].size for X in arrays), arrays[0].dtype)
        self.each = [(X, ones[: X.shape[-1]], self.sums[at]) for at, X in parts]

    def measure(self, lengths: Exact, mean: Exact, std: Exact) -> None:
        """Write both, (L, R), from the vectors' norms: σ² = E[a²] (1 - E[a]²/E[a²])."""
        for X, ones, sums in self.each:
            np.matmul(X, ones, out=sums)
        np.divide(self.sums, self.size, out=mean)
        rms = lengths / self.root_size
        tilt = mean / rms
        rest = 1 - tilt * tilt
        np.multiply(rms, np.sqrt(np.abs(rest)), out=std)
        kept = rest > CANCELS
        if not kept.all():
            for layer in np.flatnonzero(~kept.all(axis=1)).tolist():
                mean[layer], std[layer] = careful_mean_and_std(self.arrays[layer])


class Slopes:
    """The slopes g′(Z) of hidden layers, whose sums of squares the network has taken; the output
    layer, beyond the hidden ones, has slope 1."""

    def __init__(self, activates: Sequence[Activate], network: Network) -> None:
        self.network, self.activates = network, activates
        self.places = np.array([network.activates.index(layer) for layer in activates])
        S = [layer.S for layer in activates]
        self.parts = list(stacks(S))
        self.size = np.array([[X[0].size] for X in S] + [[1.0]])
        self.root_size = np.sqrt(self.size)
        self.counts = np.zeros((len(S) + 1, len(network.seeds)))
        self.mask = np.empty(max(X.size for _, X in self.parts), np.bool_)

    @property
    def squares(self) -> Array:
        """Sums of squares, (L - 1, R)."""
        return self.network.slope_squares[self.places]

    def measure(self, lengths: Exact, rms: Exact, saturated: Exact, dead: Exact) -> None:
        """Write the root mean square and the shares of the saturated and the dead, (L, R) each."""
        np.divide(lengths, self.root_size, out=rms)
        self.count_saturated()
        np.divide(self.counts, self.size, out=saturated)
        dead.fill(0)
        if (self.counts >= self.network.batch).any():
            self.find_dead(dead)

    def count_saturated(self) -> None:
        """Slopes under the limit."""
        g = self.network.g
        limit = SATURATED * g.steepest
        for at, X in self.parts:
            mask = self.mask[: X.size].reshape(X.shape)
            np.less(np.abs(X) if g.dips else X, limit, out=mask)
            bits = np.packbits(mask, axis=-1)
            self.counts[at] = np.add.reduce(np.bitwise_count(bits), axis=-1, dtype=np.int32)

    def find_dead(self, dead: Exact) -> None:
        """Write the shares of units that are dead for the whole batch."""
        width = self.activates[0].width
        for at, X in self.parts:
            S = X.reshape(*X.shape[:2], -1, width)
            if (S[:, :, :FEW].sum(axis=2) == 0).any():
                dead[at] = dead_share(np.abs(S) if self.network.g.dips else S)
        if self.network.g.tail:
            for i in np.nonzero(dead.any(axis=1))[0].tolist():
                dead[i] = careful_dead_share(self.activates[i])


def careful_mean_and_std(A: Array) -> tuple[Exact, Exact]:
    """Of each of A's R vectors, in float64 and in units of its largest entry."""
    A = flat(A, A.ndim - 1)
    largest = np.abs(A).max(axis=-1).astype(np.float64)
    unit = A / np.where(largest > 0, largest, 1)[:, None]
    return largest * unit.mean(axis=-1), largest * unit.std(axis=-1)


def dead_share(S: Array) -> Exact:
    """The share of units whose slope is 0 for every sample, (…, N, n) -> (…)."""
    ones = np.ones((1, S.shape[-2]), S.dtype)
    return np.equal(ones @ S, 0).mean(axis=(-2, -1))


def careful_dead_share(layer: Activate) -> Exact:
    """The same of a layer that seems to have dead units: a tanh that rounds to 1 is not dead,
    though 1 - a² = 0 says so."""
    S = layer.S
    if not layer.saturated and layer.g.tail:
        S = np.empty_like(S)
        layer.g.tail(layer.Z, np.empty_like(S), S)
    return dead_share(np.abs(S))


def describe(network: Network) -> Iterator[LayerInfo]:
    """The trainable layers, input side first."""
    last = len(network.taps) - 1
    for i, (tap, count) in enumerate(zip(network.taps, network.parameter_counts(), strict=True)):
        dense = tap.dense
        kind, g = ("output", "linear") if i == last else (dense.kind, network.g.name)
        yield LayerInfo(f"W{i + 1}", kind, g, dense.inputs, dense.outputs, count)
