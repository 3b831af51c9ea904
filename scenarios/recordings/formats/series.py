"""Numbers by step and name, as other tools write them, and the run that comes of them."""

from __future__ import annotations

import math
import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from time import monotonic

from ...errors import VglabError, printable, why_unreadable
from ..reading import Reader
from ..record_lines import LAYERED, RecordedLayer
from ..recording import RecordedRun
from .series_names import in_order, recognize

MOST_NUMBERS = 600_000
"""Numbers that are kept before one of each two steps is left out: more than a screen shows."""
MOST_LEFT = 0.8
"""The share of them that may be left; where hardly two steps have the same series, every second
one goes, whatever it holds."""
MOST_SERIES = 20_000
WAL = "-wal"
"""What SQLite calls the file of what it has not yet put into the database."""
PATIENCE = 10.0
"""A file that changes is read again after this many times what reading it took."""


class SeriesTable:
    """Values by step and name."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, float]] = {}
        self.count = 0
        self.planned: int | None = None
        self.messages: list[str] = []
        self._names: dict[str, str] = {}
        self._width = 1

    def add(self, step: int, name: str, value: float) -> None:
        """Take a number in; the last one of a step and name counts."""
        if not 0 <= step < 2**53 or len(name) > 300:
            return
        name = self._names.get(name) or self._make_printable(name)
        row = self.rows.setdefault(step, {})
        if name not in row and len(row) >= MOST_SERIES:
            return
        self.count += name not in row
        row[name] = value
        if self.count > MOST_NUMBERS:
            self._thin_out()

    def _make_printable(self, name: str) -> str:
        """A name as JSON and a terminal can take it: half a character from an escape in JSON or
        from the name of a file would break the document."""
        found = printable(name)
        if len(self._names) < MOST_SERIES:
            self._names[name] = found
        return found

    def _thin_out(self) -> None:
        """Of steps that lie close together and have the same series keep the one that stands out
        most: a peak is kept, what is logged more rarely than the rest as well, and an old stretch
        loses no more than a new one."""
        last = max(self.rows)
        while self.count > MOST_NUMBERS // 2 and self._width <= last:
            self._keep_one_within(self._width)
            self._width *= 2
        self._width = max(self._width // 2, 1)
        if self.count > MOST_NUMBERS * MOST_LEFT:
            for step in sorted(self.rows)[1:-1:2]:
                self._drop(step)

    def _keep_one_within(self, width: int) -> None:
        """One of the same series in each stretch of so many steps; the first and the last stay."""
        kinds: dict[frozenset[str], list[int]] = {}
        for step in sorted(self.rows):
            kinds.setdefault(frozenset(self.rows[step]), []).append(step)
        kept = {min(self.rows), max(self.rows)}
        for steps in kinds.values():
            best: dict[int, tuple[float, int]] = {}
            for before, step, after in zip(
                [steps[0], *steps], steps, [*steps[1:], steps[-1]], strict=False
            ):
                found = self._departure(step, before, after), step
                best[step // width] = max(best.get(step // width, found), found)
            kept |= {step for _, step in best.values()}
        for step in {*self.rows} - kept:
            self._drop(step)

    def _drop(self, step: int) -> None:
        self.count -= len(self.rows.pop(step))

    def _departure(self, step: int, before: int, after: int) -> float:
        """By how many powers of e a row departs from both its neighbors, where it does most."""
        here, last, following = self.rows[step], self.rows[before], self.rows[after]
        return max(min(apart(x, last[name]), apart(x, following[name])) for name, x in here.items())

    def run(self) -> RecordedRun:
        """The run, its layers in natural order."""
        found = RecordedRun()
        meanings = {name: recognize(name) for row in self.rows.values() for name in row}
        names = {known.layer for known in meanings.values() if known and known.layer}
        layers = in_order([*names])
        found.begin([RecordedLayer(name) for name in layers])
        found.run.steps = self.planned
        found.messages = {words: words for words in self.messages}
        place = {name: at for at, name in enumerate(layers)}
        for step in sorted(self.rows):
            scalars, noted = dict[str, float | None](), dict[str, float | None]()
            tables: dict[str, list[float | None]] = {}
            for name, value in self.rows[step].items():
                known = meanings[name]
                if known is None:
                    noted[name] = value
                elif known.layer:
                    table = tables.setdefault(known.measure, [None] * len(layers))
                    root = known.squared and value >= 0
                    table[place[known.layer]] = math.sqrt(value) if root else value
                else:
                    scalars[known.measure] = value
            add_row(found, step, scalars, tables, noted)
        return found


def apart(value: float, usual: float) -> float:
    """|log| of the ratio of two numbers; what is not finite departs most."""
    if not math.isfinite(value):
        return math.inf
    tiny = 1e-300
    return abs(math.log(abs(value) + tiny) - math.log(min(abs(usual), 1e300) + tiny))


def add_row(
    run: RecordedRun,
    step: int,
    scalars: dict[str, float | None],
    tables: Mapping[str, list[float | None]],
    noted: Mapping[str, float | None],
) -> None:
    """Add what is known of a step: a sample where it is of layers, or there are none."""
    known = {name: table for name, table in tables.items() if name in LAYERED}
    if run.layers and not known:
        if scalars.get("loss") is not None or noted:
            run.add_loss(step, scalars, noted)
        return
    run.add(step, scalars, known, noted)


def as_step(value: object) -> int | None:
    """A step; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if math.isfinite(value) and 0 <= value < 2**53 else None


class WholeReader(Reader):
    """Reads a file or folder anew whenever it has changed."""

    def __init__(self, path: str, format: str, parse: Callable[[str], SeriesTable]) -> None:
        """Raises OSError, VglabError where it cannot be read at all."""
        super().__init__(path)
        self.format, self.path, self._parse = format, path, parse
        self._stamp: object = None
        self._not_before = 0.0
        self._load()

    @abstractmethod
    def files(self) -> Iterable[str]:
        """The files by which a change is seen."""

    def stamp(self) -> object:
        """Changes with the files."""
        found = (os.stat(path) for path in self.files())
        return [(one.st_ino, one.st_size, one.st_mtime_ns) for one in found]

    def read(self, seconds: float) -> bool:
        self.behind = False
        if monotonic() < self._not_before:
            return False
        try:
            return self.stamp() != self._stamp and self._load()
        except FileNotFoundError:
            return False  # it is being replaced
        except OSError as error:
            return self._tell(why_unreadable(error))
        except VglabError as error:
            return self._tell(str(error))

    def _tell(self, words: str) -> bool:
        if words not in {fault.partition(": ")[2] for fault in self.faults}:
            self.add_fault(words)
            return True
        return False

    def _load(self) -> bool:
        began, stamp = monotonic(), self.stamp()
        table = self._parse(self.path)
        version = self.recording.version
        self.recording = table.run()
        self.recording.version += version + 1
        self._stamp = stamp
        self._not_before = monotonic() + PATIENCE * (monotonic() - began)
        return True


class FileReader(WholeReader):
    """Of one file."""

    def files(self) -> Iterable[str]:
        return [self.path, *([self.path + WAL] if os.path.exists(self.path + WAL) else [])]


class FolderReader(WholeReader):
    """Of all files in a folder."""

    def files(self) -> Iterable[str]:
        for folder, folders, names in os.walk(self.path):
            folders.sort()
            yield from (os.path.join(folder, name) for name in sorted(names))
