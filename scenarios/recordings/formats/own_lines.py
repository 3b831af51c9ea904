"""NDJSON of one's own: an object a line, with a step and numbers, or objects of numbers, in it."""

from __future__ import annotations

import json
from functools import lru_cache
from time import monotonic
from typing import Any

import msgspec

from ...errors import printable, shorten
from ...i18n import _
from ..first_lines import is_object
from ..reading import FirstLook, LineReader
from ..record_lines import LAYERED, LineError
from ..recording import RecordedRun
from .series import PATIENCE, SeriesTable, as_step
from .series_names import STEPS

DEEPEST = 4
"""Objects within objects that are looked into."""
_decoder = msgspec.json.Decoder()


def fits(_path: str, head: bytes) -> bool:
    """Whether the first line is an object."""
    return is_object(head)


def numbers_of(value: dict[str, Any]) -> dict[str, float]:
    """All numbers within an object of a step, by name; a list of numbers is of layers."""
    found: dict[str, float] = {}
    for key, inner in value.items():
        if key not in STEPS:
            _collect(found, inner, key, 1)
    return found


def _collect(found: dict[str, float], value: Any, name: str, depth: int) -> None:
    if type(value) is float:
        found[name] = value
    elif isinstance(value, dict):
        if depth < DEEPEST:
            _collect_object(found, value, name, depth + 1)
    elif isinstance(value, list):
        if name in LAYERED:
            for place, inner in enumerate(value[:5000]):
                _collect(found, inner, f"{name}/{place}", DEEPEST)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found[name] = as_number(value)


def _collect_object(found: dict[str, float], value: dict[str, Any], name: str, depth: int) -> None:
    names = joined(name, tuple(value))
    if set(map(type, value.values())) == {float}:  # nearly always, and then nothing else is asked
        found.update(zip(names, value.values(), strict=True))
        return
    for inner_name, inner in zip(names, value.values(), strict=True):
        _collect(found, inner, inner_name, depth)


@lru_cache(maxsize=64)
def joined(name: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The names of what an object holds."""
    return tuple(f"{name}/{key}" if name else key for key in keys)


def as_number(value: float) -> float:
    """A number as a float; one that is too long for it is infinite."""
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def decode(line: bytes | str) -> Any:
    """What a line says. Raises LineError where it is no JSON: by the standard library's notion,
    which takes NaN and half a character in an escape."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        words = shorten(printable(str(error)))
        raise LineError(_("not JSON: {reason}").format(reason=words)) from error


class OwnLines:
    """What is in the lines so far."""

    def __init__(self) -> None:
        self.table = SeriesTable()
        self._next = 0
        """The step of a line that says none: one after that of the line before."""

    def take(self, line: bytes) -> None:
        """Take a line in. Raises LineError."""
        found = decode(line)
        if not isinstance(found, dict):
            raise LineError(_("not a JSON object"))
        step = next((as_step(found[name]) for name in STEPS if name in found), None)
        step = self._next if step is None else step
        self._next = step + 1
        self.table.add_row(step, numbers_of(found))

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

    @property
    def first_look(self) -> FirstLook | None:
        return None if self._pace.whole else self.progress

    def glance(self) -> None:
        lines, glance = self.sparse(), OwnLines()
        if not lines:
            return
        for line in lines:
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
