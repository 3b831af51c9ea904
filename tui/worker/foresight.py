"""Theory, asked beside the training: it takes up to a second, in which the lab goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ...engine.theory.predictions import Theory
    from .live_run import Subject

    Laws = dict[str, Theory | None]

T = TypeVar("T")


def in_a_thread(function: Callable[[], T]) -> Future[T]:
    """Make the call in a thread that does not keep the process from ending."""
    from concurrent.futures import Future

    future: Future[T] = Future()

    def call() -> None:
        try:
            future.set_result(function())
        except Exception as error:  # noqa: BLE001 - handed on to whoever asks for the result
            future.set_exception(error)

    Thread(target=call, daemon=True).start()
    return future


@dataclass
class Foresight:
    """Asks the theory of one subject at a time."""

    ask: Callable[[Callable[[], Laws]], Future[Laws]] = in_a_thread
    """Makes the long call."""
    asked: tuple[Subject, Future[Laws]] | None = None
    """Of whom theory is being asked."""

    def is_due(self, subject: Subject | None) -> bool:
        """Whether there is a subject to ask of, or an answer."""
        if self.asked is not None:
            return self.asked[1].done()
        return subject is not None and subject.theory is None

    def look_up(self, subject: Subject) -> bool:
        """Ask, or take the answer; whether there was one."""
        asked, laws = self.asked or (subject, self.ask(subject.foresee))
        self.asked = None if laws.done() else (asked, laws)
        if self.asked is None:
            asked.compare_with(laws.result())
        return self.asked is None
