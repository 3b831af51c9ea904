"""When the screen is painted for the first time, and when the worker may send its next frame."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

_CURTAIN = 0.3
"""Seconds the first charts are waited for."""

_SLOW = 0.25
"""Seconds between frames on a line that does not keep up."""

_POLL = 0.02
"""Seconds between two looks at what the terminal has not taken yet."""

_LATE = 3
"""Frames in a row that found the line busy before it counts as slow."""


class Curtain:
    """Keeps an app from painting before its first charts are there, or ought to be."""

    def __init__(self, app: App[None], paint: Callable[[], object]) -> None:
        self._app, self._paint = app, paint
        self._batch, self._raised = ExitStack(), False

    def drop(self) -> None:
        """Paint nothing from now on, for a while."""
        self._batch.enter_context(self._app.batch_update())
        self._app.set_timer(_CURTAIN, self.lift)

    def lift(self) -> None:
        """Paint for the first time; Textual has forgotten what it was not allowed to paint."""
        if not self._raised:
            self._raised = True
            self._batch.close()
            self._paint()


class FramePacing:
    """Asks for the next frame once the terminal has taken the last one, so that none queues."""

    def __init__(
        self,
        backlog: Callable[[], int],
        ask: Callable[[], None],
        set_timer: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self._backlog, self._ask, self._set_timer = backlog, ask, set_timer
        self._late = 0
        """Frames in a row that found the line busy."""

    def settle(self, late: bool = False) -> None:
        """Ask now, or when the terminal is ready; `late` where it was not at first."""
        if self._backlog():
            self._set_timer(_POLL, lambda: self.settle(late=True))
            return
        self._late = self._late + 1 if late else 0
        if self._late >= _LATE:
            self._set_timer(_SLOW, self._ask)
        else:
            self._ask()


def collect_from_now_on() -> None:
    """Turn the garbage collector on, for what is made from now on."""
    gc.freeze()
    gc.enable()
