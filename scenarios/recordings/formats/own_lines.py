"""NDJSON of one's own: an object a line, with a step and numbers, or objects of numbers, in it."""

from __future__ import annotations

import json
import os
from time import monotonic
from typing import Any

from ...errors import printable, shorten
from ...i18n import _
from ..follower import sparse_lines
from ..reading import GLANCE, LONG, TAIL, LineReader
from ..record_lines import LAYERED, LineError
from ..recording import RecordedRun
from .series import PATIENCE, SeriesTable, as_step
from .series_names import STEPS

DEEPEST = 4
"""Objects within objects that are looked into."""


def fits(_path: str, head: bytes) -> bool:
    """Whether the first line is an object."""
    first = head.lstrip().split(b"\n", 1)[0].strip()
    return first.startswith(b"{") and (first.endswith(b"}") or b"\n" not in head)


def add_numbers(found: SeriesTable, step: int, value: Any, name: str = "", depth: int = 0) -> None:
    """Take in a number, or all that are within an object; a list of numbers is of layers."""
    if isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            if depth or key not in STEPS:
                add_numbers(found, step, inner, f"{name}/{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and name in LAYERED:
        for place, inner in enumerate(value[:5000]):
            add_numbers(found, step, inner, f"{name}/{place}", DEEPEST)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found.add(step, name, as_number(value))


def as_number(value: float) -> float:
    """A number as a float; one that is too long for it is infinite."""
    try:
        return float(value)
    except OverflowError:
        return float("inf")


class OwnLines:
    """What is in the lines so far."""

    def __init__(self) -> None:
        self.table = SeriesTable()
        self._next = 0
        """The step of a line that says none: one after that of the line before."""

    def take(self, line: bytes) -> None:
        """Take a line in. Raises LineError."""
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            words = shorten(printable(str(error)))
            raise LineError(_("not JSON: {reason}").format(reason=words)) from error
        if not isinstance(found, dict):
            raise LineError(_("not a JSON object"))
        step = next((as_step(found[name]) for name in STEPS if name in found), None)
        step = self._next if step is None else step
        self._next = step + 1
        add_numbers(self.table, step, found)

    def run(self, version: int) -> RecordedRun:
        """The run that they are of."""
        found = self.table.run()
        found.version += version
        return found


class RebuildPace:
    """When the run is made anew of all that was read: not oftener than it pays, and where a first
    look is shown, only once the file has been read as a whole."""

    def __init__(self) -> None:
        self.changed = False
        self.whole = True
        self._not_before = 0.0

    def is_due(self, behind: bool) -> bool:
        """Whether it is time."""
        self.whole |= not behind
        return self.changed and self.whole and monotonic() >= self._not_before

    def mark(self, began: float) -> None:
        """It was made anew, from then on."""
        self.changed = False
        now = monotonic()
        self._not_before = now + PATIENCE * (now - began)


class OwnLineReader(LineReader):
    """Reads such lines as they come."""

    format = "NDJSON"

    def __init__(self, name: str, source: str | int) -> None:
        super().__init__(name, source)
        self._lines = OwnLines()

        self._pace = RebuildPace()
        if isinstance(source, str) and os.path.getsize(source) > LONG:
            self._look_around(source)

    def _look_around(self, path: str) -> None:
        """Take in a few lines of the whole file, so that there is something to see at once."""
        glance = OwnLines()
        for line in sparse_lines(path, GLANCE, TAIL):
            try:
                glance.take(line)
            except LineError:
                continue  # it is reported when the file is read as a whole
        self.recording = glance.run(1)
        self._pace.whole = False

    def read(self, seconds: float) -> bool:
        self._pace.changed |= super().read(seconds)
        return self._rebuild() if self._pace.is_due(self.behind) else False

    def read_all(self) -> None:
        super().read_all()
        if self._pace.changed:
            self._rebuild()

    def _rebuild(self) -> bool:
        began = monotonic()
        self.recording = self._lines.run(self.recording.version + 1)
        self._pace.mark(began)
        return True

    def take(self, line: bytes, number: int) -> None:
        self._lines.take(line)

    def begin_anew(self) -> None:
        self._lines = OwnLines()
