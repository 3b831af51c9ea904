"""Measures a network: one row of the trace at a time, on blocks of like layers.

The network is not touched. Norms come from error signals and gradients as they are stored, near 1,
and get their true scale back in float64.
"""

from collections.abc import Iterator

import numpy as np

from .arrays import Array, Exact, Integers, flat, norms
from .layout import runs
from .network import Network
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
        shape = len(network.seeds), len(network.taps)
        measures = {name: table(records, *shape) for name in MEASURES}
        self.trace = NetworkTrace(tuple(describe(network)), measures)
        self.find_weights()

    def find_weights(self) -> None:
        taps, place = self.network.taps, self.network.place
        self.weights = list(runs([(t.dense.W, t.dense.dW, t.dense.sW) for t in taps]))
        self.delta_items = np.array([place[t.delta] for t in taps])
        self.dense_items = np.array([place[t.dense] for t in taps])
        self.ones = np.ones((1, self.network.batch), self.network.dtype)
        self.ready = False

    def find_signals(self) -> None:
        """Group the arrays that layers pass on, which are known once a batch has gone through."""
        taps = self.network.taps
        self.deltas = list(runs([(t.delta.D,) for t in taps]))
        self.outputs = list(runs([(t.output.out,) for t in taps]))
        self.slopes = list(runs([(t.activate.S,) for t in taps if t.activate]))
        self.ready = True

    def signals(self, row: int) -> None:
        """What a forward and a backward pass show; call it before the gradients are restored."""
        if not self.ready:
            self.find_signals()
        N, power = self.network.batch, self.network.power
        for layers, (D,) in self.deltas:
            size = np.ldexp(norms(flat(D)), -power[self.delta_items[layers]])
            self.write(row, layers, delta_rms=size * np.sqrt(N / D.shape[-1]))
        for layers, (_, dW, _) in self.weights:
            size = np.ldexp(norms(flat(dW)), -power[self.dense_items[layers]])
            self.write(row, layers, grad_norm=size)
        for layers, (A,) in self.outputs:
            mean, std = mean_and_std(flat(A))
            self.write(row, layers, activation_mean=mean, activation_std=std)
        self.write(row, slice(-1, None), **LINEAR)
        for layers, (S,) in self.slopes:
            self.write(row, layers, **self.slope_measures(S))

    def slope_measures(self, S: Array) -> dict[str, Exact]:
        """Of the slopes g′(Z), (G, R, N, n) -> (G, R) each."""
        N, n = S.shape[-2:]
        g = self.network.g
        low = np.abs(S) if g.dips else S
        counts = self.ones @ np.less(low, SATURATED * g.steepest).astype(S.dtype)
        flat_units = counts == N
        if flat_units.any():
            flat_units &= self.ones @ np.abs(S) == 0
        return {
            "slope_rms": norms(flat(S)) / np.sqrt(N * n),
            "saturated": counts.sum(axis=(-2, -1), dtype=np.float64) / (N * n),
            "dead": flat_units.mean(axis=(-2, -1)),
        }

    def update(self, row: int) -> None:
        """The weights, and the step that is about to be subtracted from them."""
        for layers, (W, _, sW) in self.weights:
            weight = norms(flat(W))
            self.write(row, layers, weight_norm=weight, update_ratio=norms(flat(sW)) / weight)

    def write(self, row: int, layers: slice, **measured: Exact) -> None:
        """Put (G, R) values into a row's (R, G)."""
        for name, value in measured.items():
            self.trace.measures[name][row, :, layers] = value.T


LINEAR = {"slope_rms": np.ones((1, 1)), "saturated": np.zeros((1, 1)), "dead": np.zeros((1, 1))}
"""What the output layer's slopes, all 1, measure."""


def mean_and_std(A: Array) -> tuple[Exact, Exact]:
    """Over the last axis, (..., n) -> (...) each."""
    n = A.shape[-1]
    mean = (A @ np.full(n, 1 / n, A.dtype)).astype(np.float64)
    square = (np.vecdot(A, A) / A.dtype.type(n)).astype(np.float64)
    variance = square - mean**2
    lost = ~(variance > CANCELS * square)
    if lost.any():
        exact = A[lost].astype(np.float64)
        mean[lost], variance[lost] = exact.mean(axis=-1), exact.var(axis=-1)
    return mean, np.sqrt(variance)


def describe(network: Network) -> Iterator[LayerInfo]:
    """The trainable layers, input side first."""
    last = len(network.taps) - 1
    for i, (tap, count) in enumerate(zip(network.taps, network.parameter_counts(), strict=True)):
        kind, g = ("output", "linear") if i == last else ("dense", network.g.name)
        yield LayerInfo(f"W{i + 1}", kind, g, tap.dense.inputs, tap.dense.outputs, count)
