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
    """Processes that take nothing more once they are dismissed."""

    dismissed = False

    def __init__(self, workers: int) -> None:
        self._closing = Lock()
        super().__init__(workers)

    def close(self) -> None:
        """Let all go; whoever dismisses them and whoever is done with them may both say so."""
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


class Backstage:
    """A generator that is drained in a thread; closing it lets its processes go at once. One that
    goes on with another's work begins when that one's thread has ended."""

    def __init__(
        self,
        work: Callable[[Callable[[], RoomProcesses]], Iterator[object]],
        before: Backstage | None = None,
    ) -> None:
        self.version, self.finished, self.complete, self.said = 0, False, False, ""
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
            self.said = str(error)
        finally:
            self.finished = True
            self.version += 1

    def close(self) -> None:
        """Let everybody go."""
        self._closed = True
        if self._crew is not None:
            self._crew.dismissed = True
            self._crew.close()


class BackgroundRoom:
    """A room whose work is done backstage: how it stands, and its end."""

    stage: Backstage

    @abstractmethod
    def _events(self, hire: Callable[[], RoomProcesses]) -> Iterator[object]:
        """Do what is still to be done, and say each time when there is more to see."""

    @property
    def version(self) -> int:
        """Changes with what there is to see."""
        return self.stage.version

    @property
    def finished(self) -> bool:
        """Whether nothing more comes."""
        return self.stage.finished

    def work(self) -> None:
        """The work is done backstage."""

    def close(self) -> None:
        """End it, and keep what has come."""
        self.stage.close()

    def reopen(self) -> None:
        """Go on with what was still to be done when it was closed."""
        if not self.stage.complete:
            self.stage = Backstage(self._events, self.stage)
