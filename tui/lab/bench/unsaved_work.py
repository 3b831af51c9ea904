"""What quitting would lose: computing of some length whose result is in no file."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from ....scenarios.i18n import _
from ...protocol import Status, WriteResult
from ..layout import MANY
from ..state import Controls
from .notices import STANDS, Notices
from .rooms import KEEPABLE

_WORTH_ASKING = 10.0
"""Seconds of computing below which it is sooner done again than asked about."""
_BURST = 0.2
"""Seconds within which a second q is of one burst of keys, as of a paste, and no answer."""
_LONGEST = 5.0
"""Seconds between two frames that count at most: what is between them may be a pause."""


class UnsavedWork:
    """Counts the seconds that went into each run and each room of many runs, and asks once before
    they are lost."""

    def __init__(
        self, controls: Controls, notices: Notices, now: Callable[[], float] = monotonic
    ) -> None:
        self._controls, self._notices, self._now = controls, notices, now
        self._seconds: dict[tuple[object, ...], float] = {}
        self._last = now()
        self._asked = -STANDS

    def observe(self, status: Status) -> None:
        """Count the time since the last frame, if there was computing in it."""
        now = self._now()
        since, self._last = min(now - self._last, _LONGEST), now
        if status.going or self._controls.room in MANY:
            subject = self._subject
            self._seconds[subject] = self._seconds.get(subject, 0.0) + since

    def take_note(self, written: WriteResult) -> None:
        """What has been written to a file is not lost."""
        if written.path.endswith(".json"):
            self._seconds.pop(self._subject, None)

    @property
    def _subject(self) -> tuple[object, ...]:
        controls = self._controls
        room = controls.room if controls.room in MANY else ""
        return room, controls.scenario, *controls.all_settings, controls.run

    def _lost(self) -> float:
        """Seconds of computing that are in no file."""
        controls = self._controls
        if controls.watching or controls.kiosk:
            return 0.0
        kept = KEEPABLE if controls.keep else ()
        found = ((subject[0], spent) for subject, spent in self._seconds.items())
        return sum(spent for room, spent in found if room not in kept and spent >= _WORTH_ASKING)

    def may_leave(self) -> bool:
        """Whether nothing would be lost, or that was said a moment ago; else says it."""
        lost, now = self._lost(), self._now()
        if not lost or _BURST <= now - self._asked < STANDS:
            return True
        self._asked = now
        forms = (
            _(
                "{seconds} s of computing would be lost; your progress in the course is kept. "
                "q again: quit; F5: export"
            ),
            _("{seconds} s of computing lost, course kept. q again: quit; F5: export"),
        )
        self._notices.say(*(words.format(seconds=round(lost)) for words in forms))
        return False
