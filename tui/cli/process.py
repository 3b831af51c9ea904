"""The exit statuses of `vglab`, and signals held back while a run must not be cut short."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
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


ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Ctrl-C, what a batch system sends before it kills, and a terminal that is closed."""


class Interrupts:
    """Counts Ctrl-C, SIGTERM and SIGHUP instead of ending by them, until it is released.

    A run without a screen looks at `count` between two steps, so that it can still print what it
    has; every other command calls `release`, and they raise KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.count = 0
        self.counting = False
        self.last = signal.SIGINT
        """The signal that came last."""

    def hold(self) -> None:
        """Count them from now on; outside the main thread nothing changes."""
        self.counting = threading.current_thread() is threading.main_thread()
        self.handle(self.increment)

    def handle(self, handler: Callable[[int, FrameType | None], None]) -> None:
        """Let them be handled so; one that `nohup` or the like has shut out stays out."""
        for number in ENDING if self.counting else ():
            if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, handler)

    def increment(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal by remembering it."""
        self.count += 1
        self.last = signal.Signals(number)

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal by KeyboardInterrupt."""
        self.increment(number, frame)
        raise KeyboardInterrupt

    def release(self) -> None:
        """Let them raise KeyboardInterrupt, at once if one came before."""
        self.handle(self.interrupt)
        self.counting = False
        if self.count:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """Ignore Ctrl-C: all is printed, and the process only has to end."""
        if self.counting:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def status(self, status: int) -> int:
        """The exit status: an interrupted command's says by which signal."""
        return 128 + self.last if status == ExitCode.INTERRUPTED else status
