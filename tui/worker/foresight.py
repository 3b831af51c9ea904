"""Theory, asked beside the training: it takes up to a second, in which the lab goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ...scenarios.runs.in_thread import Call

if TYPE_CHECKING:
    from ...scenarios.experiment.theory import Laws
    from .live_run import Subject


class Asked(Protocol):
    """A call that has been begun."""

    def done(self) -> bool: ...

    def result(self) -> Laws: ...


@dataclass
class Foresight:
    """Asks the theory of one subject at a time."""

    ask: Callable[[Callable[[], Laws]], Asked] = Call
    """Makes the long call."""
    asked: tuple[Subject, Asked] | None = None
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
