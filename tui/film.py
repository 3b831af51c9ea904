"""A run on film: the parameters of its networks at the records, so that one can look back.

The trace keeps every record's figures; what is drawn from the networks themselves (a boundary,
weights one by one) needs their parameters. Of the first replica, and of as many records as a fixed
amount of memory holds: when it is full, every second still goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..engine.arrays import Array
from ..engine.network import Network

ROOM = 96 << 20
"""Bytes that stills may take."""


class Parameters(NamedTuple):
    """One network, first replica: its weights at a record, and the gradients they got there."""

    network: Network
    """Whose they are: a network that grows is another one afterwards."""
    theta: Array
    statistics: Array
    grad: Array


@dataclass(frozen=True)
class Still:
    """All networks of a run at one record."""

    row: int
    networks: Mapping[str, Parameters]

    @property
    def bytes(self) -> int:
        """What it takes."""
        return sum(each.theta.nbytes + each.grad.nbytes for each in self.networks.values())


@dataclass
class Film:
    """Stills, evenly spaced over the records so far, and always the last one."""

    room: int = ROOM
    stride: int = 1
    stills: dict[int, Still] = field(default_factory=dict[int, Still])
    last: Still | None = None

    def keep(self, still: Still) -> None:
        """Add the still of a later row than any before."""
        self.last = still
        if still.row % self.stride == 0:
            self.stills[still.row] = still
        while len(self.stills) > 1 and still.bytes * len(self.stills) > self.room:
            self.stride *= 2
            self.stills = {row: kept for row, kept in self.stills.items() if row % self.stride == 0}

    def at(self, row: int) -> Still | None:
        """The latest still of this row or an earlier one; the first, where there is none."""
        if self.last is None or row >= self.last.row:
            return self.last
        before = (kept for kept in self.stills.values() if kept.row <= row)
        return max(before, key=lambda kept: kept.row, default=self.last)


def still(row: int, networks: Mapping[str, Network], moved: bool) -> Still:
    """A still of a record that has just been made; the weights have `moved` on by a step since."""
    return Still(row, {name: _parameters(net, moved) for name, net in networks.items()})


def _parameters(net: Network, moved: bool) -> Parameters:
    theta = net.theta[0] + net.step[0] if moved else net.theta[0].copy()
    return Parameters(net, theta, net.statistics[0].copy(), net.grad[0].copy())
