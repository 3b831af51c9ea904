"""Measures a network: one row of the trace at a time, on blocks of like layers.

The network is not touched. Norms come from error signals and gradients as they are stored, near 1,
and get their true scale back in float64.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from .arrays import Array, Exact, Integers, flat, roots
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
        measures = {name: table(records, R, len(taps)) for name in MEASURES}
        self.time = TimeProbe(network, records) if is_recurrent(network) else None
        time = self.time and self.time.measures
        sizes = tuple(tap.dense.W[0].size for tap in taps)
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
        self.lengths = Norms(D, [tap.dense.dW for tap in taps], A)
        size = np.array([X[0].size for X in D])
        self.per_sample = (network.batch / np.sqrt(size))[:, None]
        self.A = Averages(A)
        self.S = Slopes([tap.activate for tap in taps if tap.activate], network)
        self.ready = True

    def signals(self, row: int) -> None:
        """What a forward and a backward pass show; call it before the gradients are restored."""
        if not self.ready:
            self.find_signals()
        lengths = self.lengths.measure()
        delta, grad = np.ldexp(lengths[:2], -self.network.power[self.items])
        mean, std = self.A.measure(lengths[2])
        slope_rms, saturated, dead = self.S.measure(len(self.network.taps))
        self.write(
            row,
            delta_rms=delta * self.per_sample,
            grad_norm=grad,
            activation_mean=mean,
            activation_std=std,
            slope_rms=slope_rms,
            saturated=saturated,
            dead=dead,
        )
        if self.time:
            self.time.signals(row, self.trace)

    def update(self, row: int) -> None:
        """The weights, and the step that is about to be subtracted from them."""
        weight, step = self.steps.measure()
        self.write(row, weight_norm=weight, update_ratio=step / weight)

    def write(self, row: int, **measured: Exact) -> None:
        """Put (L, R) values into a row's (R, L)."""
        for name, value in measured.items():
            self.trace.measures[name][row] = value.T


def stacks(arrays: Sequence[Array]) -> Iterator[tuple[slice, Array]]:
    """Like neighbours among arrays (R, …), as (count, R, numbers), with their places."""
    for at, (X,) in runs([(flat(X, X.ndim - 1),) for X in arrays], AT_ONCE):
        yield at, X


class Norms:
    """Norms of the arrays in some columns, which have one for each of L layers; each array
    (R, …) is R vectors."""

    def __init__(self, *columns: Sequence[Array]) -> None:
        first = columns[0]
        self.squares = np.empty((len(columns), len(first), len(first[0])), first[0].dtype)
        self.parts = [
            ((column, at), X) for column, arrays in enumerate(columns) for at, X in stacks(arrays)
        ]

    def measure(self) -> Exact:
        """Right over the whole range, (columns, L, R)."""
        for at, X in self.parts:
            np.vecdot(X, X, out=self.squares[at])
        return roots(self.squares, self.parts)


class Averages:
    """Mean and standard deviation over the entries of L arrays, each R vectors."""

    def __init__(self, arrays: Sequence[Array]) -> None:
        self.arrays, self.parts = arrays, list(stacks(arrays))
        self.size = np.array([[X[0].size] for X in arrays], np.float64)
        self.root_size = np.sqrt(self.size)
        self.sums = np.empty((len(arrays), len(arrays[0])), arrays[0].dtype)
        self.ones = np.ones(max(X[0].size for X in arrays), arrays[0].dtype)

    def measure(self, lengths: Exact) -> tuple[Exact, Exact]:
        """(L, R) each, from the vectors' norms: σ² = E[a²] (1 - E[a]²/E[a²])."""
        for at, X in self.parts:
            np.matmul(X, self.ones[: X.shape[-1]], out=self.sums[at])
        mean, rms = self.sums / self.size, lengths / self.root_size
        tilt = mean / rms
        rest = 1 - tilt * tilt
        std = rms * np.sqrt(np.abs(rest))
        kept = rest > CANCELS
        if not kept.all():
            for layer in np.nonzero(~kept.all(axis=1))[0].tolist():
                mean[layer], std[layer] = careful_mean_and_std(self.arrays[layer])
        return mean, std


class Slopes:
    """The slopes g′(Z) of hidden layers, whose sums of squares the network has taken."""

    def __init__(self, activates: Sequence[Activate], network: Network) -> None:
        self.network, self.activates = network, activates
        self.places = np.array([network.activates.index(layer) for layer in activates])
        S = [layer.S for layer in activates]
        self.parts = list(stacks(S))
        self.size = np.array([[X[0].size] for X in S], np.float64)
        self.root_size = np.sqrt(self.size)
        self.mask = np.empty(max(X.size for _, X in self.parts), np.bool_)

    def measure(self, layers: int) -> tuple[Exact, Exact, Exact]:
        """Root mean square, saturated share and dead share, (layers, R) each.

        The output layer, beyond the hidden ones, has slope 1.
        """
        squares, hidden = self.network.slope_squares[self.places], len(self.activates)
        rms, saturated, dead = result = np.zeros((3, layers, squares.shape[1]))
        rms[-1] = 1
        rms[:hidden] = roots(squares, self.parts) / self.root_size
        counts = self.count_saturated(squares.shape)
        saturated[:hidden] = counts / self.size
        if (counts >= self.network.batch).any():
            self.find_dead(dead)
        return result[0], result[1], result[2]

    def count_saturated(self, shape: tuple[int, ...]) -> Exact:
        """Slopes under the limit, (L, R)."""
        g = self.network.g
        limit = SATURATED * g.steepest
        counts = np.empty(shape)
        for at, X in self.parts:
            mask = self.mask[: X.size].reshape(X.shape)
            np.less(np.abs(X) if g.dips else X, limit, out=mask)
            bits = np.packbits(mask, axis=-1)
            counts[at] = np.add.reduce(np.bitwise_count(bits), axis=-1, dtype=np.int32)
        return counts

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
