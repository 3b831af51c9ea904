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
    TERMINATED = 143
    """SIGTERM, as batch systems send it."""
    HUNG_UP = 129
    """SIGHUP: the terminal was closed."""


ENDS = {signal.SIGTERM: ExitCode.TERMINATED, signal.SIGHUP: ExitCode.HUNG_UP}
"""Signals that end a command as Ctrl-C does: what is done is kept, and said."""


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP has come."""

    def __init__(self, status: ExitCode) -> None:
        super().__init__(status)
        self.status = status


def status_of(interrupt: BaseException) -> ExitCode:
    """The exit status of a command that was interrupted."""
    return interrupt.status if isinstance(interrupt, Terminated) else ExitCode.INTERRUPTED


def terminate(number: int, _frame: FrameType | None) -> None:
    """Handle SIGTERM or SIGHUP: raise Terminated; the second one ends the process at once."""
    signal.signal(number, signal.SIG_DFL)
    raise Terminated(ENDS[signal.Signals(number)])


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
        """Let Ctrl-C raise KeyboardInterrupt again, at once if it was pressed before; SIGTERM and
        SIGHUP raise Terminated."""
        if self.held:
            self.held = False
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for number in ENDS:
                if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` ignores SIGHUP
                    signal.signal(number, terminate)
        if self.count:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """Ignore Ctrl-C: all is printed, and the process only has to end."""
        if self.held:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
