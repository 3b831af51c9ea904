"""What the person at the lab has chosen, and which orders to the worker follow from it.

Plain values and small methods, without a screen and without numpy: a key of the lab is one call
here. Nothing of a run is kept: that is the worker's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .layout import PANELS, Plan, plan
from .wire import Command, Open, Pace, Run, View

PACES: tuple[float | None, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, None)
"""Steps a second; None: as fast as it goes."""

USUAL_PACE = 8
"""Slow enough to watch the map fill, fast enough not to wait for it."""

MEASURES = (["grad_norm", "delta_rms"], ["delta_rms"], ["grad_norm"])
"""What the gradient charts can show, bars first."""

INNER = ("update_ratio", "activations", "saturation")
"""What the fourth chart can show."""


@dataclass
class Controls:
    """The lab's knobs."""

    scenarios: list[str]
    """What can be opened, in the order of the list: ids of presets, or a path."""
    lang: str = "en"
    settings: list[str] = field(default_factory=list[str])
    index: int = 0
    ticket: int = 0
    running: bool = True
    pace: int = USUAL_PACE
    measures: int = 0
    inner: int = 0
    network: int = 0
    panel: int = 0
    zoomed: bool = False
    listing: bool = False
    shades: bool = False
    size: tuple[int, int] = (80, 24)

    @property
    def scenario(self) -> str:
        """The one that is open."""
        return self.scenarios[self.index]

    @property
    def plan(self) -> Plan:
        """Where everything stands."""
        return plan(*self.size, PANELS[self.panel], self.zoomed, self.listing)

    def choose(self, index: int) -> bool:
        """Go to a scenario of the list; False if there is none, or it is open already."""
        if not 0 <= index < len(self.scenarios) or index == self.index:
            return False
        self.index = index
        return True

    def turn(self, knob: str, by: int = 1) -> None:
        """Turn one of the knobs that go round."""
        positions = {"measures": len(MEASURES), "inner": len(INNER), "panel": len(PANELS)}
        setattr(self, knob, (getattr(self, knob) + by) % positions[knob])

    def faster(self, by: int) -> bool:
        """Change the pace; False at either end."""
        before, self.pace = self.pace, min(max(self.pace + by, 0), len(PACES) - 1)
        return self.pace != before

    def opening(self) -> Open:
        """The order to open what is chosen, under a new ticket."""
        self.ticket += 1
        return Open(self.ticket, self.scenario, self.settings, self.lang)

    def running_order(self) -> Run:
        """The order to train, or to hold still."""
        return Run(self.running)

    def pace_order(self) -> Pace:
        """The order to keep this pace."""
        return Pace(PACES[self.pace])

    def beginning(self) -> tuple[Command, ...]:
        """All that a new worker has to be told."""
        return self.opening(), self.pace_order(), self.running_order(), self.view()

    def view(self) -> View:
        """The order to draw what is in sight."""
        return View(
            self.plan.wants(), MEASURES[self.measures], INNER[self.inner], self.network, self.shades
        )
