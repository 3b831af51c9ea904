"""Measures a recurrent network step by step: what each use of its shared weights sees.

A layer's own measures are of its W, which serves all steps: `grad_norm` is the norm of the sum of
what the steps contribute, `delta_rms` is taken over all of them. Here each step is seen by itself.
"""

from collections.abc import Iterator

import numpy as np

from .arrays import Array, Exact, Integers, flat, norms
from .network import Network
from .recurrence import Recurrent, Use, by_step
from .trace import NetworkTrace, table

AT_ONCE = 1 << 18
"""Numbers that are computed by one call."""
TIME_MEASURES = ("delta_rms", "grad_norm")
"""Root mean square of Δ_t × N over batch and units; norm of what step t adds to ∂J/∂W."""


def is_recurrent(network: Network) -> bool:
    """Where there are steps to measure."""
    return isinstance(network.taps[0].dense, Recurrent)


class TimeProbe:
    """Writes (R, layers, steps) a row; the output layer, which is used once, stands at the last
    step, with NaN before it."""

    def __init__(self, network: Network, records: Integers) -> None:
        self.network = network
        self.layers = [tap.dense for tap in network.taps if isinstance(tap.dense, Recurrent)]
        shape = len(network.seeds), len(network.taps), network.architecture.length
        self.measures = {name: table(records, *shape) for name in TIME_MEASURES}
        self.spare = np.empty(max(AT_ONCE, *(x.W.size for x in self.layers)), network.dtype)

    def signals(self, row: int, seen: NetworkTrace) -> None:
        """What the last backward pass shows; `seen` has measured it already."""
        for i, layer in enumerate(self.layers):
            power = self.network.power[self.network.place[layer]] - layer.shift + layer.power
            for name, value in zip(TIME_MEASURES, self.of(layer), strict=True):
                self.measures[name][row, :, i] = np.ldexp(value, -power.T)
        for name, column in self.measures.items():
            column[row, :, -1, -1] = seen.measures[name][row, :, -1]

    def of(self, layer: Recurrent) -> tuple[Exact, Exact]:
        """Both measures, (R, T) each, on the scale that each step is held on."""
        units = layer.gates * layer.outputs
        delta = norms(norms(flat(layer.Delta)).swapaxes(1, 2))
        return delta * np.sqrt(self.network.batch / units), each_use(layer, self.spare)


def each_use(layer: Recurrent, spare: Array) -> Exact:
    """‖∂J/∂W‖ as each step alone would have it, (R, T)."""
    each = [
        np.concatenate([norms(flat(some)) for some in products(layer, use, spare)], axis=2)
        for use in layer.uses()
    ]
    return norms(np.concatenate(each, axis=1).swapaxes(1, 2))


def products(layer: Recurrent, use: Use, spare: Array) -> Iterator[Array]:
    """What each step adds to a block of ∂J/∂W: (R, gates, some steps, rows, n) at a time."""
    left, right = by_step(use.left, layer.rows)[:, None].mT, layer.Delta[:, use.gates]
    R, gates, T, _, n = right.shape
    one = R * gates * left.shape[-2] * n
    some = spare.size // one
    for t in range(0, T, some):
        count = min(some, T - t)
        out = spare[: count * one].reshape(R, gates, count, -1, n)
        yield np.matmul(left[:, :, t : t + some], right[:, :, t : t + some], out=out)
