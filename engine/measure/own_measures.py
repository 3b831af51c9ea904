"""Measures that a person has registered: functions of one layer's arrays, in a table by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..numerics import Array, Exact, Integers
from .trace import empty_column

if TYPE_CHECKING:
    from ..nn.backward import Segment
    from ..nn.network import Network


@dataclass(frozen=True)
class LayerState:
    """A layer at one record, before its update: copies in float64, with a leading replica axis."""

    W: Exact
    """The weights, (R, inputs, outputs); of a recurrent layer (R, gates, inputs, outputs)."""
    gradient: Exact
    """∂J/∂W, in the same shape."""
    A: Exact
    """What the layer puts out, (R, rows, units): a row a sample, a place or a step."""
    Delta: Exact
    """The error signal ∂J/∂Z × batch size, (R, rows, units)."""


Measure = Callable[[LayerState], Exact]
"""Gives a number a replica, (R,)."""

OWN_MEASURES: dict[str, Measure] = {}


class OwnProbe:
    """Takes registered measures of a network's layers."""

    def __init__(self, network: Network, records: Integers, names: Sequence[str]) -> None:
        """Raises KeyError for a name that is not in OWN_MEASURES."""
        self.network, self.measures = network, {name: OWN_MEASURES[name] for name in names}
        shape = len(network.seeds), len(network.taps)
        self.columns = {name: empty_column(records, *shape) for name in names}
        self.signals: dict[int, Exact] = {}

    def watch(self, segment: Segment) -> None:
        """Copy the error signals of a segment's layers: the next one writes over them."""
        here, network = set(segment.leaves), self.network
        for i, tap in enumerate(network.taps):
            if tap.delta in here:
                Delta = self.unscaled(tap.Delta, network.place[tap.delta])
                self.signals[i] = in_rows(Delta) * network.batch

    def write(self, row: int) -> None:
        """Write every measure of every layer into a row, after the way back."""
        for i, state in enumerate(self.states()):
            for name, measure in self.measures.items():
                self.columns[name][row, :, i] = measure(state)

    def states(self) -> Iterator[LayerState]:
        """Every layer, from the input on, after the way back."""
        network = self.network
        for i, tap in enumerate(network.taps):
            yield LayerState(
                W=tap.W.astype(np.float64),
                gradient=self.unscaled(tap.dW, network.place[tap.layer]),
                A=in_rows(tap.output.out.astype(np.float64)),
                Delta=self.signals[i],
            )

    def unscaled(self, array: Array, item: int) -> Exact:
        """An array (R, …) of that item without the exponent it is stored with."""
        power = self.network.power[item].reshape(-1, *[1] * (array.ndim - 1))
        return np.ldexp(array.astype(np.float64), -power)


def in_rows(array: Exact) -> Exact:
    """(R, …, units) as (R, rows, units)."""
    return array.reshape(len(array), -1, array.shape[-1])
