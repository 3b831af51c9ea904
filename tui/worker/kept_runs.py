"""The runs of the scenarios that have been visited: each is found again where it stood.

They take a fixed amount of memory. When it is full, the runs that were left longest ago keep fewer
snapshots to look back with, and then go; a run that has gone begins anew, from the same seed.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from msgspec.json import encode

from ...scenarios.schema.spec import Scenario
from ..protocol import Open
from .live_run import Subject, open_subject, wanted_scenario

ROOM = 384 << 20
"""Bytes that all of them may take."""

_FEW = 4 << 20
"""Bytes of snapshots that are left to a run from which memory is taken back."""


@dataclass
class KeptRuns:
    """Runs by what they run; the one that was left last is the last."""

    room: int = ROOM
    runs: OrderedDict[bytes, Subject] = field(default_factory=OrderedDict[bytes, Subject])

    def open(self, order: Open) -> Subject:
        """The run that is asked for as it was left, or a new one.

        Raises ScenarioError or TooLarge where it cannot be run.
        """
        found = self.find(order)
        if found is None:
            return open_subject(order)
        found.ticket = order.ticket
        return found

    def find(self, order: Open) -> Subject | None:
        """The run that is asked for, where it is there. Raises ScenarioError where its scenario
        cannot be read."""
        return self.runs.get(_key(order.run, wanted_scenario(order)))

    def keep(self, left: Subject) -> None:
        """Keep a run as it is left."""
        key = _key(left.run, left.scenario)
        self.runs[key] = left
        self.runs.move_to_end(key)
        sizes = {key: run.bytes for key, run in self.runs.items()}
        for key, run in [*self.runs.items()][:-1]:
            if sum(sizes.values()) > self.room:
                run.history.thin(_FEW)
                sizes[key] = run.bytes
        for key in [*self.runs][:-1]:
            if sum(sizes.values()) > self.room:
                del self.runs[key], sizes[key]


def _key(run: int, scenario: Scenario) -> bytes:
    return encode([run, scenario])
