"""Measures a network: one row of the trace at a time, on blocks of like layers.

The network is not touched. Norms come from error signals and gradients as they are stored, near 1,
and get their true scale back in float64.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from .arrays import CACHED, Array, Exact, Integers, Mask, careful_norms, flat, in_safe_range
from .layers import Activate
from .layout import runs
from .network import Network
from .through_time import TimeProbe, is_recurrent
from .trace import MEASURES, LayerInfo, NetworkTrace, table

SATURATED = 0.05
"""A unit is saturated where |g′| is under this share of its supremum."""
CANCELS = 1e-3
"""A variance under this share of the mean square has lost its digits as E[a²] - E[a]²; it is taken
anew."""


class Probe:
    """Writes a network's measures into its trace."""

    def __init__(self, network: Network, records: Integers) -> None:
        self.network = network
        R, taps, place = len(network.seeds), network.taps, network.place
        measures = {name: table(records, R, len(taps)) for name in MEASURES}
        self.time = TimeProbe(network, records) if is_recurrent(network) else None
        time = self.time and self.time.measures
        self.trace = NetworkTrace(tuple(describe(network)), measures, time=time)
        self.W = Vectors([tap.dense.W for tap in taps])
        self.dW = Vectors([tap.dense.dW for tap in taps])
        self.sW = Vectors([tap.dense.sW for tap in taps])
        self.delta_items = [place[tap.delta] for tap in taps]
        self.dense_items = [place[tap.dense] for tap in taps]
        self.ready = False

    def find_signals(self) -> None:
        """Find the arrays that layers pass on, which are known once a batch has gone through."""
        taps = self.network.taps
        self.D = Vectors([tap.delta.D for tap in taps])
        self.A = Vectors([tap.output.out for tap in taps])
        self.S = Slopes([tap.activate for tap in taps if tap.activate], self.network)
        self.ready = True

    def signals(self, row: int) -> None:
        """What a forward and a backward pass show; call it before the gradients are restored."""
        if not self.ready:
            self.find_signals()
        power = self.network.power
        per_sample = self.network.batch / np.sqrt(self.D.size)
        mean, std = self.A.mean_and_std()
        slope_rms, saturated, dead = self.S.measures(len(self.network.taps))
        self.write(
            row,
            delta_rms=np.ldexp(self.D.norms() * per_sample, -power[self.delta_items]),
            grad_norm=np.ldexp(self.dW.norms(), -power[self.dense_items]),
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
        weight = self.W.norms()
        self.write(row, weight_norm=weight, update_ratio=self.sW.norms() / weight)

    def write(self, row: int, **measured: Exact) -> None:
        """Put (L, R) values into a row's (R, L)."""
        for name, value in measured.items():
            self.trace.measures[name][row] = value.T


class Vectors:
    """One array a layer, (R, …) each, measured as R vectors; like layers by one call."""

    def __init__(self, arrays: Sequence[Array]) -> None:
        self.arrays = [flat(X, X.ndim - 1) for X in arrays]
        self.parts = [(at, X) for at, (X,) in runs([(X,) for X in self.arrays], CACHED)]
        self.size = np.array([[X.shape[-1]] for X in self.arrays], np.float64)
        self.raw = np.empty((len(arrays), len(arrays[0])), arrays[0].dtype)
        self.ones = np.ones(max(X.shape[-1] for X in self.arrays), arrays[0].dtype)

    def squares(self) -> Array:
        """Sums of squares, (L, R), as the number type gives them."""
        for at, X in self.parts:
            np.vecdot(X, X, out=self.raw[at])
        return self.raw

    def norms(self) -> Exact:
        """Norms, (L, R), right over the whole range."""
        squares = self.squares()
        result = np.sqrt(squares, dtype=np.float64)
        lost = ~in_safe_range(squares)
        if lost.any():
            for at, X in self.parts:
                result[at][lost[at]] = careful_norms(X[lost[at]])
        return result

    def sums(self) -> Exact:
        """Sums of entries, (L, R)."""
        for at, X in self.parts:
            np.matmul(X, self.ones[: X.shape[-1]], out=self.raw[at])
        return self.raw.astype(np.float64)

    def mean_and_std(self) -> tuple[Exact, Exact]:
        """Over all entries of a vector, (L, R) each."""
        mean = self.sums() / self.size
        squares = self.squares()
        square = squares / self.size
        variance = square - mean**2
        lost = ~((variance > CANCELS * square) & in_safe_range(squares))
        std = np.sqrt(np.maximum(variance, 0))
        for layer in layers_of(lost):
            mean[layer], std[layer] = careful_mean_and_std(self.arrays[layer])
        return mean, std


class Slopes(Vectors):
    """The slopes g′(Z) of hidden layers."""

    def __init__(self, activates: Sequence[Activate], network: Network) -> None:
        super().__init__([layer.S for layer in activates])
        self.g, self.batch, self.activates = network.g, network.batch, activates
        room = max(X.size for _, X in self.parts)
        self.mask = np.empty(room, np.bool_)

    def measures(self, layers: int) -> tuple[Exact, Exact, Exact]:
        """Root mean square, saturated share and dead share, (layers, R) each.

        The output layer, beyond the hidden ones, has slope 1.
        """
        rms, saturated, dead = np.zeros((3, layers, self.raw.shape[1]))
        rms[-1] = 1
        hidden = len(self.arrays)
        counts = self.count_saturated()
        rms[:hidden] = self.norms() / np.sqrt(self.size)
        saturated[:hidden] = counts / self.size
        for layer in layers_of(counts >= self.batch):
            dead[layer] = dead_share(self.activates[layer])
        return rms, saturated, dead

    def count_saturated(self) -> Exact:
        """Slopes under the limit, (L, R)."""
        limit = SATURATED * self.g.steepest
        counts = np.empty(self.raw.shape)
        for at, X in self.parts:
            mask = self.mask[: X.size].reshape(X.shape)
            np.less(np.abs(X) if self.g.dips else X, limit, out=mask)
            bits = np.packbits(mask, axis=-1)
            counts[at] = np.bitwise_count(bits).sum(axis=-1, dtype=np.int32)
        return counts


def layers_of(mask: Mask) -> list[int]:
    """The layers for which (L, R) is true in some replica."""
    return np.unique(np.nonzero(mask)[0]).tolist()


def careful_mean_and_std(A: Array) -> tuple[Exact, Exact]:
    """Of A's rows, in float64 and in units of the row's largest entry."""
    largest = np.abs(A).max(axis=-1).astype(np.float64)
    unit = A / np.where(largest > 0, largest, 1)[:, None]
    return largest * unit.mean(axis=-1), largest * unit.std(axis=-1)


def dead_share(layer: Activate) -> Exact:
    """The share of units whose slope is 0 for every sample, (R,).

    A tanh that rounds to 1 is not dead, though 1 - a² = 0 says so: its slope is asked for again.
    """
    dead = flat_units(layer.S)
    if dead.any() and layer.g.tail and not layer.saturated:
        A, S = np.empty_like(layer.S), np.empty_like(layer.S)
        layer.g.tail(layer.Z, A, S)
        dead = flat_units(S)
    return dead.mean(axis=(1, 2))


def flat_units(S: Array) -> Mask:
    """Where a unit's slope is 0 for every sample, (R, N, n) -> (R, 1, n)."""
    return np.ones((1, S.shape[1]), S.dtype) @ np.abs(S) == 0


def describe(network: Network) -> Iterator[LayerInfo]:
    """The trainable layers, input side first."""
    last = len(network.taps) - 1
    for i, (tap, count) in enumerate(zip(network.taps, network.parameter_counts(), strict=True)):
        dense = tap.dense
        kind, g = ("output", "linear") if i == last else (dense.kind, network.g.name)
        yield LayerInfo(f"W{i + 1}", kind, g, dense.inputs, dense.outputs, count)
