"""Many runs at once behind a room of the lab: in processes of their own, fed by a thread.

The worker goes on drawing and listening; what comes is kept by whoever made the generator.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from threading import Lock, Thread
from typing import Any

from ...scenarios.runs.cores import room_processes
from ...scenarios.runs.executors import CrewError, Processes


class RoomProcesses(Processes):
    """Processes that raise CrewError instead of starting again once `dismissed` is set."""

    dismissed = False

    def __init__(self, workers: int) -> None:
        self._closing = Lock()
        super().__init__(workers)

    def close(self) -> None:
        """End the processes; calling it twice, or from two threads, is allowed."""
        with self._closing:
            super().close()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if self.dismissed:
            raise CrewError
        return super().submit(function, *arguments)

    def renew(self) -> None:
        if self.dismissed:
            raise CrewError
        super().renew()


class BackgroundRun:
    """A generator that a thread drains; `close` ends it and its processes at once. One that goes on
    with another's work begins when that one's thread has ended.

    `version` grows with each event, `finished` is set at the end, `complete` where the generator
    came to its end; `error` is the line that says why no process could take a task.
    """

    def __init__(
        self,
        work: Callable[[Callable[[], RoomProcesses]], Iterator[object]],
        before: BackgroundRun | None = None,
    ) -> None:
        self.version, self.finished, self.complete, self.error = 0, False, False, ""
        self._work, self._crew, self._closed = work, None, False
        self._before = before and before._thread
        self._thread = Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _hire(self) -> RoomProcesses:
        if self._closed:
            raise CrewError
        self._crew: RoomProcesses | None = RoomProcesses(room_processes())
        if self._closed:  # while they were being hired
            self._crew.dismissed = True
            self._crew.close()
            raise CrewError
        return self._crew

    def _drain(self) -> None:
        try:
            if self._before is not None:
                self._before.join()
            for _event in self._work(self._hire):
                self.version += 1
                if self._closed:
                    return
            self.complete = True
        except CrewError as error:
            self.error = str(error)
        finally:
            self.finished = True
            self.version += 1

    def close(self) -> None:
        """End the processes; the thread ends with the event it waits for."""
        self._closed = True
        if self._crew is not None:
            self._crew.dismissed = True
            self._crew.close()


class BackgroundRoom:
    """A room whose work is done by a BackgroundRun, which it starts as `background`."""

    background: BackgroundRun

    @abstractmethod
    def _events(self, hire: Callable[[], RoomProcesses]) -> Iterator[object]:
        """Do what is still to be done, and say each time when there is more to see."""

    @property
    def version(self) -> int:
        """Changes with what there is to see."""
        return self.background.version

    @property
    def finished(self) -> bool:
        """Whether nothing more comes."""
        return self.background.finished

    def work(self) -> None:
        """Nothing to do here: a thread does the work."""

    def close(self) -> None:
        """End it, and keep what has come."""
        self.background.close()

    def reopen(self) -> None:
        """Go on with what was still to be done when it was closed."""
        if not self.background.complete:
            self.background = BackgroundRun(self._events, self.background)
