"""From lines of `vglab.record/1` to a recording, a piece at a time.

A long file is looked at here and there first, so that there is something to see at once; then it is
read as a whole, and the recording that comes of that takes the place of the first.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Mapping
from time import monotonic, time
from typing import NamedTuple

import msgspec

from ..i18n import _, ngettext
from .follower import LineFollower, LineTooLong, sparse_lines
from .record_lines import LAYERED, SCALARS, SCHEMA, LineError, RecordLine, read_line, whole_step
from .recording import MOST_MESSAGES, RecordedRun

LONG = 4_000_000
"""Bytes of a file from which on it is looked at here and there first."""
GLANCE, TAIL = 300, 400_000
"""Lines and bytes that this first look takes in."""
QUIET = 60.0
"""Seconds without a word that are worth one: no sample is that far from the next, as a rule."""
UNITS = (("d", 86400), ("h", 3600), ("min", 60))
MOST_FAULTS = 20
"""Faults that are kept, a line each."""


class FirstLook(NamedTuple):
    """How far a long source has been read while a first look at it is shown."""

    percent: int
    """In tens, so that it does not change all the time."""
    megabytes: int


class Reader:
    """Reads one source into a recording, and goes on where it stopped."""

    format = ""
    """What the source is, in words of the field."""

    def __init__(self, name: str) -> None:
        self.name = name
        """As the person has called the source."""
        self.recording = RecordedRun()
        self.faults: list[str] = []
        """What could not be read, a line each."""
        self.fault_count = 0
        self.behind = True
        """Whether there is more to be read already."""
        self.ended = False
        """Whether nothing can come any more."""

    @property
    def first_look(self) -> FirstLook | None:
        """What the recording rests on; None once it is all that was there."""
        return None

    def glance(self) -> None:
        """Of a long source take in a few lines first, so that there is something to see at once;
        `read` then reads the whole."""

    @property
    def silence(self) -> float | None:
        """Seconds since the source was last written to, where that is known and the run is not
        over."""
        return None

    @abstractmethod
    def read(self, seconds: float) -> bool:
        """Read on for about so long; whether anything has changed."""

    def read_all(self) -> None:
        """Read all that is there."""
        while self.behind:
            self.read(1.0)

    def close(self) -> None:
        """Let the source go."""

    def add_fault(self, words: str, line: int | None = None) -> None:
        """Keep what is wrong, with its place."""
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS:
            place = "" if line is None else _("line {number}").format(number=line) + ": "
            self.faults.append(f"{self.name}: {place}{words}")

    def all_faults(self) -> list[str]:
        """The faults, and how many more there were."""
        more = self.fault_count - len(self.faults)
        if not more:
            return [*self.faults]
        said = ngettext("{name}: and {count} more fault", "{name}: and {count} more faults", more)
        return [*self.faults, said.format(name=self.name, count=more)]


class LineReader(Reader):
    """A reader of lines; what a line means is said by `take`."""

    def __init__(self, name: str, source: str | int) -> None:
        """Opens the source. Raises OSError where that cannot be."""
        super().__init__(name)
        self.follower = LineFollower(source)
        self.size = os.path.getsize(source) if isinstance(source, str) else 0
        """Bytes of the file as it was opened."""

    @abstractmethod
    def take(self, line: bytes, number: int) -> None:
        """Take a line in. Raises LineError."""

    @abstractmethod
    def begin_anew(self) -> None:
        """Forget all that was read."""

    def read(self, seconds: float) -> bool:
        until, changed = monotonic() + seconds, False
        while True:
            try:
                lines, again, self.behind = self.follower.read()
            except (OSError, LineTooLong) as error:
                self._stop(error)
                return True
            if again:
                self.begin_anew()
            first = self.follower.number - len(lines) + 1
            for number, line in enumerate(lines, first):
                self._take_soundly(line, number)
            changed |= again or bool(lines)
            self.ended = self.follower.closed
            if not self.behind or self.ended or monotonic() > until:
                self.behind &= not self.ended
                return changed

    def _take_soundly(self, line: bytes, number: int) -> None:
        if not line.strip():
            return
        try:
            self.take(line, number)
        except LineError as error:
            self.add_fault(str(error), number)

    def _stop(self, error: Exception) -> None:
        self.behind, self.ended = False, True
        if isinstance(error, OSError):
            from ..errors import why_unreadable

            self.add_fault(why_unreadable(error))
        else:
            self.add_fault(_("an unfinished line"))

    def sparse(self) -> list[bytes]:
        """Some lines of the whole of a long file; none of a short one, or once it is being read."""
        source = self.follower.source
        if isinstance(source, int) or self.size <= LONG or self.follower.number:
            return []
        try:
            return [*sparse_lines(source, GLANCE, TAIL)]
        except OSError:
            return []  # what is wrong is found when it is read as a whole

    @property
    def silence(self) -> float | None:
        source = self.follower.source
        if isinstance(source, int) or self.recording.finished:
            return None
        try:
            return max(time() - os.stat(source).st_mtime, 0.0)
        except OSError:
            return None

    @property
    def progress(self) -> FirstLook:
        """How far the file has been read."""
        tenths = min(10 * self.follower.at // max(self.size, 1), 9)
        return FirstLook(10 * tenths, round(self.size / 1e6))

    def close(self) -> None:
        self.follower.close()


class RecordReader(LineReader):
    """Reads `vglab.record/1`."""

    format = SCHEMA

    def __init__(self, name: str, source: str | int) -> None:
        super().__init__(name, source)
        self._whole: RecordedRun | None = None
        """What comes of reading the file from its beginning, while a first look at it is shown."""

    @property
    def first_look(self) -> FirstLook | None:
        return None if self._whole is None else self.progress

    def glance(self) -> None:
        lines = self.sparse()
        if not lines:
            return
        self._whole, glance = self.recording, RecordedRun()
        for line in lines:
            try:
                feed(glance, read_line(line))
            except LineError:
                continue  # it is reported when the file is read as a whole
        self.recording = glance

    def read(self, seconds: float) -> bool:
        changed = super().read(seconds)
        if self._whole is None or self.behind:
            return changed
        self._whole.version = self.recording.version + 1
        self.recording, self._whole = self._whole, None
        return True

    def take(self, line: bytes, number: int) -> None:
        feed(self._whole or self.recording, read_line(line))

    def begin_anew(self) -> None:
        version = self.recording.version + 1
        self.recording, self._whole = RecordedRun(), None
        self.recording.version = version


def feed(recording: RecordedRun, line: RecordLine) -> None:
    """Take in a line. Raises LineError where it does not go with what came before."""
    if line.schema is not None:
        _begin(recording, line)
    elif line.message is not None:
        if len(recording.messages) < MOST_MESSAGES:
            recording.messages[line.code or line.message] = line.message
        recording.version += 1
    elif line.finished is not None:
        recording.finished = line.finished
        recording.last_step = max(recording.last_step, whole_step(line.step or 0))
        recording.version += 1
    else:
        _add_sample(recording, line, whole_step(line.step))


def _begin(recording: RecordedRun, line: RecordLine) -> None:
    if line.schema != SCHEMA:
        said = _("schema {found}; allowed: {schema}")
        raise LineError(said.format(found=str(line.schema)[:60], schema=SCHEMA))
    recording.begin(line.layers)
    run = recording.run
    run.framework, run.version = line.framework or "", line.version or ""
    run.started, run.budget = line.started, line.budget
    run.steps = None if line.steps is None else whole_step(line.steps)
    run.ranks, run.optimizers = line.ranks or 1, tuple(line.optimizers)


def _add_sample(recording: RecordedRun, line: RecordLine, step: int) -> None:
    layered = {name: found for name in LAYERED if (found := getattr(line, name)) is not None}
    count = len(recording.layers)
    for name, values in layered.items():
        if len(values) != count:
            said = _("{name} has {found} numbers; there are {count} layers")
            raise LineError(said.format(name=name, found=len(values), count=count))
    scalars = _scalars_of(line)
    if not layered and count:
        recording.add_loss(step, scalars, line.noted)
        return
    if step <= max(recording.most_steps, recording.losses.most_steps) and recording.losses.count:
        recording.go_back(step)
    recording.add(step, scalars, layered, line.noted)
    recording.causes = _causes(line.cause, count)


def _scalars_of(line: RecordLine) -> dict[str, float | None]:
    found = {name: getattr(line, name) for name in SCALARS}
    return {name: value for name, value in found.items() if value is not msgspec.UNSET}


def _causes(found: Mapping[str, str], layers: int) -> dict[int, str]:
    """Causes by the place of the layer."""
    known = {key: cause for key, cause in found.items() if key.isascii() and key.isdigit()}
    return {int(key): cause for key, cause in known.items() if len(key) < 9 and int(key) < layers}


def say_silence(seconds: float | None) -> str:
    """That nothing has come for so long; empty where it is not worth a word. A training that was
    killed writes no end."""
    if seconds is None or seconds < QUIET:
        return ""
    unit, length = next((unit, length) for unit, length in UNITS if seconds >= length)
    return _("nothing new for {time}").format(time=f"{int(seconds // length)} {unit}")


ReaderOf = Callable[[str, str | int], Reader]
