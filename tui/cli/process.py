"""Ctrl-C as a question, not an exception: a run that is asked to stop still says what it knows.

From the first line of the command until it is known what was asked for, a Ctrl-C is only
remembered. A headless run then looks here between two steps; everything else calls `release`, and
Ctrl-C is again what Python makes of it.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Interrupts:
    """How often Ctrl-C was pressed since it was held back."""

    def __init__(self) -> None:
        self.asked = 0
        self.held = False

    def hold(self) -> None:
        """Remember Ctrl-C from now on."""
        self.held = threading.current_thread() is threading.main_thread()
        if self.held:
            signal.signal(signal.SIGINT, self.remember)

    def remember(self, _signal: int, _frame: FrameType | None) -> None:
        """Somebody pressed Ctrl-C."""
        self.asked += 1

    def release(self) -> None:
        """Let Ctrl-C interrupt again, a remembered one at once."""
        if self.held:
            self.held = False
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if self.asked:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """All is said: nothing may cut the process's end in two."""
        if self.held:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


UNMET, INTERRUPTED = 3, 130

WRONG = 2

FAILED = 1
