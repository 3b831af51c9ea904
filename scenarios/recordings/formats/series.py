"""Numbers by step and name, as other tools write them, and the run that comes of them."""

from __future__ import annotations

import math
import os
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from ...errors import VglabError, printable, why_unreadable
from ..reading import Reader
from ..record_lines import LAYERED, RecordedLayer
from ..recording import RecordedRun
from .series_names import Meaning, in_order, recognize

MOST_NUMBERS = 600_000
"""Numbers that are kept before one of each two steps is left out: more than a screen shows."""
MOST_ROWS = 8192
"""Steps that are kept before the same happens: some times as many as a recording has rows."""
MOST_LEFT = 0.8
"""The share of them that may be left; where hardly two steps have the same series, every second
one goes, whatever it holds."""
MOST_SERIES = 20_000
WAL = "-wal"
"""What SQLite calls the file of what it has not yet put into the database."""
PATIENCE = 10.0
"""A file that changes is read again after this many times what reading it took."""

Floats = NDArray[np.float64]


class SeriesTable:
    """Values by step and name."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, float]] = {}
        self.count = 0
        self.planned: int | None = None
        self.messages: list[str] = []
        self.left_out: Counter[frozenset[str]] = Counter()
        """Steps that were left out, by the series they had."""
        self._names: dict[str, str] = {}
        self._plain: set[str] = set()
        """Names that need no change."""

    def add_row(self, step: int, row: dict[str, float]) -> None:
        """Take in the numbers of a step, by name."""
        new = step not in self.rows and 0 <= step < 2**53 and 0 < len(row) < MOST_SERIES
        if new and self._plain.issuperset(row):
            self.rows[step] = row
            self.count += len(row)
            self._keep_within_bounds()
            return
        for name, value in row.items():
            self.add(step, name, value)

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
        self._keep_within_bounds()

    def _make_printable(self, name: str) -> str:
        """A name as JSON and a terminal can take it: half a character from an escape in JSON or
        from the name of a file would break the document."""
        found = printable(name)
        if len(self._names) < MOST_SERIES:
            self._names[name] = found
            if found == name:
                self._plain.add(name)
        return found

    def _keep_within_bounds(self) -> None:
        if self.count > MOST_NUMBERS or len(self.rows) > MOST_ROWS:
            self._thin_out()

    def _thin_out(self) -> None:
        """Of steps that lie close together and have the same series keep the one that stands out
        most: a peak is kept, what is logged more rarely than the rest as well, and an old stretch
        loses no more than a new one."""
        steps = np.array(sorted(self.rows), np.int64)
        kinds, departures = self._departures(steps)
        sizes = np.array([len(self.rows[step]) for step in steps.tolist()])
        width, kept = 1, np.ones(len(steps), np.bool_)
        while width <= steps[-1] and (
            sizes[kept].sum() > MOST_NUMBERS // 2 or kept.sum() > MOST_ROWS // 2
        ):
            width *= 2
            kept = most_of_each(kinds, steps // width, departures)
        if sizes[kept].sum() > MOST_NUMBERS * MOST_LEFT or kept.sum() > MOST_ROWS * MOST_LEFT:
            kept = np.ones(len(steps), np.bool_)
            kept[1:-1:2] = False
        for step in steps[~kept].tolist():
            self._drop(step)

    def _departures(self, steps: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
        """Of each step which series it has, as a number, and by how many powers of e it departs
        from both its neighbors of the same, where it does most."""
        alike: dict[frozenset[str], list[int]] = {}
        for place, step in enumerate(steps.tolist()):
            alike.setdefault(frozenset(self.rows[step]), []).append(place)
        kinds, found = np.zeros(len(steps), np.int64), np.zeros(len(steps))
        for number, (names, places) in enumerate(alike.items()):
            values = itemgetter(*names)
            table = [values(self.rows[step]) for step in steps[places].tolist()]
            kinds[places] = number
            found[places] = departures(np.array(table, np.float64).reshape(len(places), -1))
        found[[0, -1]] = math.inf
        return kinds, found

    def _drop(self, step: int) -> None:
        row = self.rows.pop(step)
        self.count -= len(row)
        self.left_out[frozenset(row)] += 1

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
        found.samples += sum(
            count
            for kind, count in self.left_out.items()
            if not layers or any(is_of_layers(meanings.get(name)) for name in kind)
        )
        return found


def is_of_layers(known: Meaning | None) -> bool:
    """Whether a series is a measure of a layer that makes a row a sample."""
    return known is not None and bool(known.layer) and known.measure in LAYERED


def departures(table: Floats) -> Floats:
    """|log| of the ratio of each number to that before and after it in its column, the smaller of
    the two, and the largest of each row; what is not finite departs most. (rows, columns) to
    (rows,)."""
    tiny = 1e-300
    with np.errstate(all="ignore"):
        logs = np.log(np.abs(table) + tiny)
        usual = np.log(np.minimum(np.abs(table), 1e300) + tiny)
        steps = np.abs(logs[1:] - usual[:-1]), np.abs(logs[:-1] - usual[1:])
    from_last = np.vstack([np.zeros_like(logs[:1]), steps[0]])
    from_next = np.vstack([steps[1], np.zeros_like(logs[:1])])
    apart = np.nan_to_num(np.fmin(from_last, from_next))
    apart[~np.isfinite(table)] = math.inf
    return apart.max(axis=1)


def most_of_each(
    kinds: NDArray[np.int64], stretches: NDArray[np.int64], departures: Floats
) -> NDArray[np.bool_]:
    """Of each kind in each stretch the one that departs most, the later of equals; the first and
    the last of all stay."""
    order = np.lexsort((departures, stretches, kinds))
    last = np.ones(len(order), np.bool_)
    a, b = order[:-1], order[1:]
    last[:-1] = (kinds[a] != kinds[b]) | (stretches[a] != stretches[b])
    kept = np.zeros(len(order), np.bool_)
    kept[order[last]] = True
    kept[[0, -1]] = True
    return kept


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
