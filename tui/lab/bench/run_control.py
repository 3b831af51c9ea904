"""The keys that drive the training: open, run, hold still, step, faster, slower."""

from __future__ import annotations

from collections.abc import Callable

from ....scenarios.i18n import _
from ...protocol import Step, Verdict
from ..state import Controls
from .dashboard import Dashboard
from .navigation import Navigation
from .readings import Readings

_PATIENCE = 0.3
"""Seconds before a scenario that is being built is said to be."""


class RunControl:
    """Opens runs, starts and stops them, and sets their pace."""

    def __init__(
        self,
        controls: Controls,
        readings: Readings,
        dashboard: Dashboard,
        navigation: Navigation,
        order: Callable[..., None],
        set_timer: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self._controls, self._readings, self._dashboard = controls, readings, dashboard
        self._navigation, self._order, self._set_timer = navigation, order, set_timer

    def toggle(self) -> None:
        """Run or hold still; at the end begin again, and from a look back go on from now."""
        controls, status = self._controls, self._readings.status
        back = controls.record is not None
        done = status is not None and status.finished and not back
        controls.running = done or back or not controls.running
        self._order(controls.run_order())
        if done:
            self.restart()
        elif back:
            self._navigation.live()
        self._dashboard.draw("header", "keys")

    def step(self) -> None:
        """Make one training step, and hold still."""
        self._controls.running = False
        self._navigation.live()
        self._order(Step())

    def pace(self, by: int) -> None:
        """Train faster or slower."""
        if self._controls.change_pace(by):
            self._order(self._controls.pace_order())
            self._dashboard.draw("header")

    def restart(self) -> None:
        """Begin anew from the same seed; the run that is left can be taken back."""
        self._controls.restart()
        self.open()

    def open(self, changed: bool = False) -> None:
        """Open what is chosen, where it stood or from its first step; `changed` where it is a
        change of what was open. What is on the screen stays until the new pictures come."""
        opening = self._controls.open_order(changed)
        self._order(opening, self._controls.view())
        self._dashboard.draw("header", "scenarios")
        self._set_timer(_PATIENCE, lambda: self._report_building(opening.ticket))

    def _report_building(self, ticket: int) -> None:
        """Say that a scenario is still being built, when it is."""
        if self._controls.ticket == ticket != self._readings.ticket:
            self._dashboard.show_verdict(Verdict("busy", [_("the network is being built")]))
