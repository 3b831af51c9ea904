"""When a session of the worker may send its next frame, for training and watching alike; and how
fast it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class AnswerPace:
    """What there is to show, and whether the screen can take it."""

    shortest: float
    """Seconds between two frames, at least, where nobody waits for the next."""
    rest: float
    """As a multiple of what the last one took to draw."""
    ready: bool = True
    """Whether the screen has shown the last frame."""
    stale: bool = False
    """Whether anything has changed since."""
    hurry: bool = False
    """Whether a person is waiting for the change."""
    next_frame: float = 0.0

    def ask(self) -> None:
        """Something has changed that a person waits for."""
        self.stale = self.hurry = True

    def is_due(self, now: float) -> bool:
        """Whether a frame may be sent."""
        return self.ready and self.stale and (self.hurry or now >= self.next_frame)

    def due(self, now: float) -> list[float]:
        """When the next one may be; nothing where there is none to send."""
        if not (self.stale and self.ready):
            return []
        return [now if self.hurry else self.next_frame]

    def mark_sent(self, now: float, spent: float) -> None:
        """A frame has been sent that took `spent` seconds."""
        self.next_frame = now + max(self.shortest, self.rest * spent)
        self.stale = self.hurry = self.ready = False


def speed(marks: Sequence[tuple[float, int]]) -> float:
    """Steps a second, from the first to the last of these times and counts of steps."""
    (then, before), (now, after) = marks[0], marks[-1]
    return (after - before) / (now - then) if now > then else 0.0
