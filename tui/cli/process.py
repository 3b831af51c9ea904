"""The exit statuses of `vglab`, and Ctrl-C held back while a run must not be cut short."""

from __future__ import annotations

import signal
import threading
from enum import IntEnum
from types import FrameType


class ExitCode(IntEnum):
    """How a command ended, for a script to read."""

    DONE = 0
    """Done; a run that diverged is a result, not a failure."""
    FAILED = 1
    """A run could not be carried out."""
    WRONG = 2
    """The command line, a scenario or a file was wrong."""
    UNMET = 3
    """An expectation was not met."""
    INTERRUPTED = 130
    """Ctrl-C."""


class Interrupts:
    """Counts Ctrl-C instead of raising KeyboardInterrupt, until it is released.

    A run without a screen looks at `count` between two steps, so that it can still print what it
    has; every other command calls `release`, and Ctrl-C raises KeyboardInterrupt again.
    """

    def __init__(self) -> None:
        self.count = 0
        self.held = False

    def hold(self) -> None:
        """Count Ctrl-C from now on; outside the main thread nothing changes."""
        self.held = threading.current_thread() is threading.main_thread()
        if self.held:
            signal.signal(signal.SIGINT, self.increment)

    def increment(self, _signal: int, _frame: FrameType | None) -> None:
        """Handle SIGINT."""
        self.count += 1

    def release(self) -> None:
        """Let Ctrl-C raise KeyboardInterrupt again, at once if it was pressed before."""
        if self.held:
            self.held = False
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if self.count:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """Ignore Ctrl-C: all is printed, and the process only has to end."""
        if self.held:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
