"""A file that another program writes: its lines as they come, and what becomes of the file.

A half-written last line is waited for. A file that was rotated (another one has its name), cut
short or replaced by another is begun anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import VglabError

PIECE = 1 << 20
"""Bytes that are read at once."""
LONGEST_LINE = 1 << 26
"""A line of more bytes is none of ours."""
HEAD = 512
"""Bytes at the beginning by which a file is known again."""


class LineTooLong(VglabError, ValueError):
    """A line has no end."""


class Lines(NamedTuple):
    """What has been read at once."""

    lines: list[bytes]
    """Whole lines, without their ends."""
    again: bool
    """Whether they are the first of another file than before."""
    more: bool
    """Whether there is more to be read already."""


class LineFollower:
    """Reads a file by its name, or a pipe by its descriptor, piece by piece."""

    def __init__(self, source: str | int) -> None:
        """Opens it. Raises OSError where that cannot be."""
        self.source = source
        self.number = 0
        """Lines that have been read."""
        self.closed = False
        """Whether a pipe has come to its end."""
        self._half = b""
        self._file = -1
        self._begin()

    def _begin(self) -> None:
        if isinstance(self.source, int):
            self._file = self.source
            os.set_blocking(self._file, False)
        else:
            fresh = os.open(self.source, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            self.close()
            self._file = fresh
        self._at, self._head, self._half, self.number = 0, b"", b"", 0

    def close(self) -> None:
        """Let the file go."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    @property
    def at(self) -> int:
        """Bytes of the file that have been read."""
        return self._at

    @property
    def pending(self) -> bytes:
        """The line that has no end yet."""
        return self._half

    def read(self) -> Lines:
        """The next piece. Raises OSError where it cannot be read, LineTooLong."""
        if isinstance(self.source, int):
            return self._take(self._from_pipe(), again=False)
        if self._cut_or_overwritten():
            self._restart_in_place()
            return self._take(os.pread(self._file, PIECE, 0), again=True)
        data = os.pread(self._file, PIECE, self._at)
        if not data and self._renamed():
            self._begin()
            return self._take(os.pread(self._file, PIECE, 0), again=True)
        return self._take(data, again=False)

    def _from_pipe(self) -> bytes:
        try:
            data = os.read(self._file, PIECE)
        except BlockingIOError:
            return b""
        self.closed = not data
        return data

    def _take(self, data: bytes, again: bool) -> Lines:
        if len(self._head) < HEAD and data:
            self._head += data[: HEAD - len(self._head)]
        self._at += len(data)
        *whole, half = (self._half + data).split(b"\n")
        if len(half) > LONGEST_LINE:
            raise LineTooLong
        self._half = half
        self.number += len(whole)
        return Lines(whole, again, len(data) == PIECE)

    def _restart_in_place(self) -> None:
        self._at, self._head, self._half, self.number = 0, b"", b"", 0

    def _cut_or_overwritten(self) -> bool:
        """Whether what was read is no longer what stands there."""
        if os.fstat(self._file).st_size < self._at:
            return True
        return os.pread(self._file, len(self._head), 0) != self._head

    def _renamed(self) -> bool:
        """Whether the name stands for another file now; where it stands for none, one is waited
        for."""
        try:
            there = os.stat(self.source)
        except OSError:
            return False
        here = os.fstat(self._file)
        return (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino)


def sparse_lines(path: str, count: int, tail: int) -> Iterator[bytes]:
    """The first line, some `count` whole lines at even distances, and those of the last `tail`
    bytes: what a long file looks like before all of it has been read. Raises OSError."""
    with open(path, "rb") as file:
        first = file.readline(LONGEST_LINE)
        size = os.fstat(file.fileno()).st_size
        yield first.rstrip(b"\n")
        start = file.tell()
        stride = max((size - tail - start) // max(count, 1), 1)
        for place in range(start, max(size - tail, start), stride):
            file.seek(max(place, file.tell() if place == start else place))
            if place > start:
                file.readline(LONGEST_LINE)
            line = file.readline(LONGEST_LINE)
            if line.endswith(b"\n") and file.tell() <= size - tail:
                yield line.rstrip(b"\n")
        file.seek(max(size - tail, start))
        if size - tail > start:
            file.readline(LONGEST_LINE)
        yield from (line.rstrip(b"\n") for line in file if line.endswith(b"\n"))
