"""The file of a sweep: runs are entered as they finish, and none that is in it is ever lost.

Lines are written by one call and are on the disk before anything else is done. Whoever is killed
leaves whole lines and at most one half; the half is cut off when the file is opened again. Two
sweeps cannot write one file: the operating system knows who holds its lock, and lets go when they
die.
"""

import os
import stat
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from .lines import DECODER, START, Line, encoded
from .locks import Held, Unlockable, lock
from .reasons import UNREADABLE, USUAL, Table, reason
from .words import _

TAIL = 1 << 20
"""Bytes at the end of a file in which its last line begins."""


class LedgerError(OSError):
    """The file cannot be read or written: one line that says why."""


class NoSweep(ValueError):
    """Something else is in the file: one line that says what."""


class Ledger:
    """The open file, locked until it is closed."""

    def __init__(self, path: Path) -> None:
        """Open or begin the file, and repair its end.

        Raises LedgerError where that cannot be done, NoSweep where something else is in the file.
        """
        self.path, self.locked = path, True
        with blaming(path):
            self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | BINARY, 0o666)
        try:
            self.take()
            with blaming(path):
                self.repair()
        except BaseException:
            self.close()
            raise

    def take(self) -> None:
        """Make sure that it is a file, and nobody else's."""
        if not stat.S_ISREG(os.fstat(self.file).st_mode):
            raise NoSweep(f"{self.path}: " + _("no file that can be continued"))
        try:
            lock(self.file)
        except Held as error:
            raise LedgerError(f"{self.path}: " + _("another sweep is writing this file")) from error
        except Unlockable:
            self.locked = False

    def repair(self) -> None:
        """Cut off a line that was half written; give a whole one the end it lacks."""
        size = os.lseek(self.file, 0, os.SEEK_END)
        os.lseek(self.file, max(0, size - TAIL), os.SEEK_SET)
        last = os.read(self.file, TAIL).rpartition(b"\n")[2]
        if is_line(last):
            self.write(b"\n")
        elif START.startswith(last[: len(START)]) or not last.strip(b"\0"):
            os.ftruncate(self.file, size - len(last))
        else:
            raise NoSweep(no_line(self.path, None))

    def enter(self, entries: Iterable[Line]) -> None:
        """Put runs that are finished on the disk. Raises LedgerError; then none of them is there,
        and all before are."""
        with blaming(self.path):
            self.write(b"".join(map(encoded, entries)))

    def write(self, data: bytes) -> None:
        """All of the data or nothing of it."""
        size = os.lseek(self.file, 0, os.SEEK_END)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self.file, rest) :]
        except OSError:
            with suppress(OSError):  # the half is cut off when the file is opened again
                os.ftruncate(self.file, size)
            raise
        os.fsync(self.file)

    def close(self) -> None:
        """Let go of the file and its lock."""
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
    with blaming(path, UNREADABLE), path.open("rb") as file:
        for number, entry in enumerate(file, start=1):
            if entry.endswith(b"\n") and entry.strip():
                yield decoded(path, number, entry)


def decoded(path: Path, number: int, entry: bytes) -> Line:
    """One line's run."""
    try:
        return DECODER.decode(entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoSweep(no_line(path, number)) from error


def is_line(data: bytes) -> bool:
    """Whether a whole run is there."""
    try:
        DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def no_line(path: Path, number: int | None) -> str:
    """The complaint that a file holds something else."""
    where = _("its last line") if number is None else _("line {line}").format(line=number)
    return f"{path}: " + _("{where} is no line of a sweep; nothing was changed").format(where=where)


@contextmanager
def blaming(path: Path, words: Table = USUAL) -> Generator[None]:
    """Whatever the operating system refuses is said of the file, in one line."""
    try:
        yield
    except LedgerError:
        raise
    except OSError as error:
        raise LedgerError(f"{path}: {reason(error, words)}") from error
