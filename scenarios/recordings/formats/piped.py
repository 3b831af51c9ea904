"""A pipe of lines, of which the first says what they are: a recording, or NDJSON of one's own."""

from __future__ import annotations

from ..reading import LineReader, feed
from ..record_lines import SCHEMA, read_line
from ..recording import RecordedRun
from .own_lines import OwnLines


class PipedReader(LineReader):
    """Reads lines as they come."""

    format = SCHEMA

    def __init__(self, name: str, source: str | int) -> None:
        super().__init__(name, source)
        self._own: OwnLines | None = None
        self._begun = False

    def read(self, seconds: float) -> bool:
        changed = super().read(seconds)
        if changed and self._own is not None:
            self.recording = self._own.run(self.recording.version + 1)
        return changed

    def take(self, line: bytes, number: int) -> None:
        if not self._begun:
            self._begun = True
            if SCHEMA.encode() not in line[:200]:
                self._own, self.format = OwnLines(), "NDJSON"
        if self._own is not None:
            self._own.take(line)
        else:
            feed(self.recording, read_line(line))

    def begin_anew(self) -> None:
        self.recording, self._own, self._begun = RecordedRun(), None, False
