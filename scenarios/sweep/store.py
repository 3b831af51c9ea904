"""A line of a sweep's file, schema `vglab.sweep/1`: one run, where it stands and what it showed.

Every line says all that is needed to understand it, so files can be cut, joined and filtered with
the tools that people have.
"""

import os
import stat
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Literal, Self

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict

from ..errors import UNREADABLE, USUAL, Reasons, VglabError, reason
from ..files import write_beside
from ..i18n import _
from ..runs.diagnosis_record import DocumentPart, Number
from ..runs.results import NetworkResult, Outcome, Result
from .axes import Value
from .plan import Identity, PlannedRun, SweepPlan, run_identity
from .stated import SweepStatement

SCHEMA = "vglab.sweep/1"


class Line(DocumentPart, frozen=True):
    """One run of a sweep. The figures are those of its last record."""

    schema: Literal["vglab.sweep/1"]
    version: Annotated[str, Meta(description="of vglab")]
    sweep: Annotated[
        str, Meta(description="names the experiment without its axes: the same throughout a file")
    ]
    scenario: Annotated[str, Meta(description="its id")]
    at: Annotated[dict[str, Value], Meta(description="the values of the axes, by dotted path")]
    seed: Annotated[int, Meta(description="of this run")]
    accuracy: Annotated[dict[str, Number], Meta(description="train, test; none for a GAN")]
    loss: Annotated[dict[str, Number], Meta(description="by the run document's names")]
    gan: Annotated[dict[str, Number], Meta(description="the game; none for a classifier")]
    networks: dict[str, NetworkResult]
    diverged_at: Annotated[
        int | None, Meta(description="first step with a loss not finite, or null")
    ]
    seconds: Annotated[float, Meta(description="of training; runs trained at once share them out")]
    r2: Annotated[
        dict[str, Number] | UnsetType,
        Meta(description="R² of train and test, in place of accuracy; only of numbers to learn"),
    ] = UNSET
    preset: Annotated[str | UnsetType, Meta(description="what the scenario extends in the end")] = (
        UNSET
    )
    set: Annotated[
        dict[str, Any] | UnsetType,
        Meta(description="settings that differ from that preset, by dotted path, but for the axes"),
    ] = UNSET
    error: Annotated[
        str | None,
        Meta(description="why the run could not be carried out; then there are no figures"),
    ] = None

    @property
    def identity(self) -> Identity:
        """Its place on the axes and its seed."""
        return run_identity(self.at, self.seed)

    @property
    def statement(self) -> SweepStatement | None:
        """The sweep it belongs to; None of a line that is older than what says so."""
        if self.preset is UNSET or self.set is UNSET:
            return None
        return SweepStatement(self.scenario, (*self.at,), self.preset, self.set)


NOTHING = Result(accuracy={}, loss={}, gan={}, networks={}, diverged_at=None, seconds=0.0)
DECODER = msgspec.json.Decoder(Line)
START = f'{{"schema":"{SCHEMA}",'.encode()
"""What every line begins with."""
OURS = START.index(b"vglab") + 1
"""Bytes of it from which on a file that holds no more is taken for a sweep that was cut short."""


def line(plan: SweepPlan, run: PlannedRun, outcome: Outcome, version: str) -> Line:
    """The line of a run and its outcome."""
    failed = isinstance(outcome, str)
    result = NOTHING if failed else outcome
    return Line(
        schema=SCHEMA,
        version=version,
        sweep=plan.digest,
        scenario=run.scenario.id,
        at=dict(run.at),
        seed=run.scenario.run.seed,
        **asdict(result),
        preset=plan.preset,
        set=dict(plan.stated),
        error=outcome if failed else None,
    )


def encode_line(entry: Line) -> bytes:
    """The line's bytes in the file: JSON and a line break."""
    return msgspec.json.encode(entry) + b"\n"


TAIL = 1 << 20
"""Bytes at the end of a file in which its last line begins."""


class LedgerError(VglabError, OSError):
    """The file cannot be read or written: one line that says why."""


class LedgerMoved(LedgerError):
    """The file was removed, replaced or cut by somebody else: `entries` could not be entered."""

    def __init__(self, path: Path, entries: Iterable[Line]) -> None:
        form = _("{file}: the file was removed, replaced or truncated while the sweep ran")
        super().__init__(form.format(file=path))
        self.entries = [*entries]


class NoSweep(VglabError, ValueError):
    """Something else is in the file: one line that says what."""


class Ledger:
    """The open file, locked until it is closed."""

    def __init__(self, path: Path) -> None:
        """Open or begin the file, and repair its end.

        Raises LedgerError where that cannot be done, NoSweep where something else is in the file.
        """
        self.path, self.locked = path, True
        with ledger_errors(path):
            self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | BINARY, 0o666)
        try:
            self.take()
            with ledger_errors(path):
                self.repair()
        except BaseException:
            self.close()
            raise

    def take(self) -> None:
        """Lock the file. Raises NoSweep unless it is a regular file, LedgerError where another
        process has the lock."""
        if not stat.S_ISREG(os.fstat(self.file).st_mode):
            raise NoSweep(f"{self.path}: " + _("not a file that can be continued"))
        try:
            lock(self.file)
        except LockTaken as error:
            raise LedgerError(f"{self.path}: " + _("another sweep is writing this file")) from error
        except Unlockable:
            self.locked = False

    def repair(self) -> None:
        """Cut off a line that was half written; give a whole one the end it lacks.

        Raises NoSweep, and changes nothing, unless the file begins as a sweep does.
        """
        self.size = os.lseek(self.file, 0, os.SEEK_END)
        if not begins_sweep(self.read(0)):
            raise NoSweep(no_line(self.path, 1))
        last = self.read(max(0, self.size - TAIL)).rpartition(b"\n")[2]
        if is_line(last):
            self.write(b"\n")
        elif START.startswith(last[: len(START)]) or not last.strip(b"\0"):
            self.size -= len(last)
            os.ftruncate(self.file, self.size)
        else:
            raise NoSweep(no_line(self.path, None))

    def read(self, start: int) -> bytes:
        """The bytes from a place on, as many as a line may have."""
        os.lseek(self.file, start, os.SEEK_SET)
        return os.read(self.file, TAIL)

    def enter(self, entries: Sequence[Line]) -> None:
        """Put runs that are finished on the disk. Raises LedgerError; then none of them is there,
        and all before are; LedgerMoved where the file is not the one that was opened."""
        if not self.is_in_place():
            raise LedgerMoved(self.path, entries)
        with ledger_errors(self.path):
            self.write(b"".join(map(encode_line, entries)))

    def is_in_place(self) -> bool:
        """Whether the path still leads to this file, and all that was entered is in it."""
        try:
            there = os.stat(self.path)
        except OSError:
            return False
        here = os.fstat(self.file)
        return os.path.samestat(there, here) and here.st_size == self.size

    def keep_elsewhere(self, missing: Sequence[Line], entries: Iterable[Line]) -> Path:
        """Begin a file of the next free name with all that was entered and the `lost` entries;
        where the file itself was cut, with the `known` ones. Raises LedgerError."""
        if os.fstat(self.file).st_size >= self.size:
            os.lseek(self.file, 0, os.SEEK_SET)
            with os.fdopen(os.dup(self.file), "rb") as moved:
                data = moved.read(self.size) + b"".join(map(encode_line, missing))
        else:
            data = b"".join(map(encode_line, entries))
        with ledger_errors(self.path):
            return write_beside(self.path, data)

    def write(self, data: bytes) -> None:
        """Append all of the data or, where that raises OSError, nothing of it."""
        size = os.lseek(self.file, 0, os.SEEK_END)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self.file, rest) :]
        except OSError:
            with suppress(OSError):  # the half is cut off when the file is opened again
                os.ftruncate(self.file, size)
            raise
        self.size = size + len(data)
        os.fsync(self.file)

    def close(self) -> None:
        """Close the file, which releases its lock."""
        os.close(self.file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self.close()


BINARY: int = getattr(os, "O_BINARY", 0)
"""Windows would end lines in its own way."""


def lines(path: Path) -> Iterator[Line]:
    """The runs in a file, in the order in which they finished; a half line at its end is passed
    over. Raises LedgerError, or NoSweep at the first line that is none."""
    with ledger_errors(path, UNREADABLE):
        if path.exists() and not path.is_file() and not path.is_dir():
            raise NoSweep(f"{path}: " + _("not a regular file"))
    with ledger_errors(path, UNREADABLE), path.open("rb") as file:
        for number, entry in enumerate(file, start=1):
            if entry.endswith(b"\n") and entry.strip():
                yield decode_line(path, number, entry)


def decode_line(path: Path, number: int, entry: bytes) -> Line:
    """The run in a line. Raises NoSweep where the line holds something else."""
    try:
        return DECODER.decode(entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoSweep(no_line(path, number)) from error


def begins_sweep(head: bytes) -> bool:
    """Whether a file that begins so is a sweep, an empty one, or one that was cut in its first
    line."""
    first = head.lstrip(b"\r\n ")[: len(START)]
    return not head or first == START or (len(first) >= OURS and START.startswith(first))


def is_line(data: bytes) -> bool:
    """Whether a whole run is there."""
    try:
        DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def no_line(path: Path, number: int | None) -> str:
    """The error message for a file with something else in it."""
    where = _("its last line") if number is None else _("line {line}").format(line=number)
    return f"{path}: " + _("{where} is not a line of a sweep; nothing was changed").format(
        where=where
    )


@contextmanager
def ledger_errors(path: Path, words: Reasons = USUAL) -> Generator[None]:
    """Raise each OSError of the block as a LedgerError: the file and the reason, in one line."""
    try:
        yield
    except LedgerError:
        raise
    except OSError as error:
        raise LedgerError(f"{path}: {reason(error, words)}") from error


class LockTaken(VglabError):
    """Another process has the lock."""


class Unlockable(VglabError):
    """The file system knows no locks."""


if sys.platform == "win32":
    import msvcrt
    import os

    BEYOND = 0x7FFF0000
    """A byte that no sweep reaches: Windows keeps readers away from what is locked."""

    def lock(file: int) -> None:
        """Take the lock, or raise Held."""
        os.lseek(file, BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise LockTaken from error
        finally:
            os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def lock(file: int) -> None:
        """Take the lock, or raise Held or Unlockable."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockTaken from error
        except OSError as error:
            raise Unlockable from error
