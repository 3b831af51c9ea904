"""The keys that change what is looked at and not what is done: through time, layers and rooms."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from ..protocol import Picture, Status
from ..render.axes import LIVE, moved, row_of, settled, step_at, tenth
from .state import Controls


class Travel(Screen[None]):
    """A screen whose controls say which record, which layer and which room it shows."""

    controls: Controls
    order: Callable[..., None]
    status: Status | None
    pictures: dict[str, Picture]

    def look(self) -> None:
        """Look at something else, or at the same at another size."""
        raise NotImplementedError

    @property
    def _rows(self) -> int:
        return self.status.rows if self.status else 1

    @property
    def _depth(self) -> int:
        return self.status.depth if self.status else 1

    def action_rewind(self, by: int) -> None:
        self._look_at(moved(self.controls.record, self._rows, by))

    def action_leap(self, by: int) -> None:
        self.action_rewind(by * tenth(self._rows))

    def action_birth(self) -> None:
        self._look_at(settled(0, self._rows))

    def action_live(self) -> None:
        self._look_at(LIVE)

    def _look_at(self, record: int | None) -> None:
        """Look at a row; to look back, the training is held still."""
        if record == self.controls.record:
            return
        held = self.controls.look_at(record)
        self.order(*([self.controls.running_order()] if held else []), self.controls.view())

    def seek(self, panel: str, column: int) -> bool:
        """Look at the step that a column of a panel stands for, if it stands for one."""
        picture, status = self.pictures.get(panel), self.status
        time = picture.time if picture else None
        step = step_at(column, time) if time else None
        if status is None or step is None:
            return False
        self._look_at(row_of(step, status.every, status.rows))
        return True

    def action_layer(self, by: int) -> None:
        self.controls.single_out(by, self._depth)
        self.order(self.controls.view())

    def action_room(self, name: str) -> None:
        self.controls.enter("" if self.controls.room == name else name, self._depth)
        self.look()

    def action_turn_round(self) -> None:
        self.controls.forward = not self.controls.forward
        self.order(self.controls.view())

    def action_inner(self, by: int) -> None:
        self.controls.turn_inner(by)
        self.order(self.controls.view())

    def action_back(self) -> None:
        self.controls.step_back()
        self.look()
