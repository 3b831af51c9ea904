"""Measures a network: one row of the trace at a time, on stacks of like layers.

Signals are measured block by block on the way back, gradients and weights before the update. The
network is not touched. Norms come from error signals and gradients as they are stored, near 1, and
get their true scale back in float64.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from .arrays import Array, Exact, Integers, roots
from .blocks import Block
from .network import Network
from .signals import Signals, stacks
from .through_time import TimeProbe, is_recurrent
from .trace import MEASURES, LayerInfo, NetworkTrace


class Probe:
    """Writes a network's measures into its trace."""

    def __init__(self, network: Network, records: Integers) -> None:
        self.network = network
        R, taps, place = len(network.seeds), network.taps, network.place
        self.table = np.full((len(MEASURES), len(records), R, len(taps)), np.nan)
        self.time = TimeProbe(network, records) if is_recurrent(network) else None
        time = self.time and self.time.measures
        sizes = tuple(tap.dense.W[0].size for tap in taps)
        measures: dict[str, Exact] = dict(zip(MEASURES, self.table, strict=True))
        self.trace = NetworkTrace(tuple(describe(network)), measures, time=time, weights=sizes)
        self.signals = Signals(network)
        weights, gradients = ([getattr(tap.dense, name) for tap in taps] for name in ("W", "dW"))
        self.before = Norms([*weights, *gradients])
        self.steps = Norms([tap.dense.sW for tap in taps])
        self.items = np.array([place[tap.dense] for tap in taps])

    def watch(self, block: Block) -> None:
        """Look at a block of layers on the way back."""
        self.signals.watch(block)

    def backward(self, row: int, Delta: Array) -> None:
        """The network's backward pass, measured."""
        self.network.backward(Delta, watch=self.watch)
        self.gradients(row)

    def gradients(self, row: int) -> None:
        """What has been seen on the way back, gradients and weights; call it before the gradients
        are restored."""
        out: dict[str, Exact] = dict(zip(MEASURES, self.table[:, row].mT, strict=True))
        self.signals.write(out)
        weights, gradients = self.before.measure().reshape(2, len(self.items), -1)
        self.weights = out["weight_norm"][...] = weights
        np.ldexp(gradients, -self.network.power[self.items], out=out["grad_norm"])
        if self.time:
            self.time.signals(row, self.trace)

    def update(self, row: int) -> None:
        """The step that is about to be subtracted from the weights."""
        ratio = self.trace.measures["update_ratio"][row]
        np.divide(self.steps.measure(), self.weights, out=ratio.T)


class Norms:
    """Norms of some arrays, each (R, …) and R vectors."""

    def __init__(self, arrays: Sequence[Array]) -> None:
        self.squares = np.empty((len(arrays), len(arrays[0])), arrays[0].dtype)
        self.parts = list(stacks(arrays))
        self.each = [(X, self.squares[at]) for at, X in self.parts]

    def measure(self) -> Exact:
        """Right over the whole range, (arrays, R)."""
        for X, squares in self.each:
            np.vecdot(X, X, out=squares)
        return roots(self.squares, self.parts)


def describe(network: Network) -> Iterator[LayerInfo]:
    """The trainable layers, input side first."""
    last = len(network.taps) - 1
    for i, (tap, count) in enumerate(zip(network.taps, network.parameter_counts(), strict=True)):
        dense = tap.dense
        kind, g = ("output", "linear") if i == last else (dense.kind, network.g.name)
        yield LayerInfo(f"W{i + 1}", kind, g, dense.inputs, dense.outputs, count)
