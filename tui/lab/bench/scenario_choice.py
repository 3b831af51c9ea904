"""The keys that open another scenario of the list."""

from __future__ import annotations

from collections.abc import Callable

from ..state import Controls
from .dashboard import Dashboard
from .rooms import Rooms
from .run_control import RunControl


class ScenarioChoice:
    """Opens scenarios of the list, out of whatever room there is."""

    def __init__(
        self,
        controls: Controls,
        dashboard: Dashboard,
        run_control: RunControl,
        rooms: Rooms,
        unfocus: Callable[[], None],
        take_up: Callable[[], None],
    ) -> None:
        self._controls, self._dashboard, self._run_control = controls, dashboard, run_control
        self._rooms, self._unfocus, self._take_up = rooms, unfocus, take_up

    def move(self, by: int) -> None:
        """Open the scenario `by` places below the open one."""
        self.open(self._controls.index + by)

    def open(self, index: int) -> None:
        """Open the scenario in this place of the list, if it is another one."""
        if self._controls.choose(index):
            self._rooms.leave()
            self._take_up()
            self._run_control.open()
            self._unfocus()
            self._dashboard.update()
