"""New files: nothing that is there already is ever written over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path


def folder() -> Path:
    """Where we are; a folder that has been removed meanwhile has no name."""
    try:
        return Path.cwd()
    except OSError:
        return Path()


def put(wanted: Path, data: bytes) -> Path:
    """Write a new file of that name, or of the next that is free: `run.json`, `run-2.json`, …

    Raises OSError where none can be written; nothing is left of it then.
    """
    for path in names(wanted):
        try:
            begin(path, data)
        except FileExistsError:
            continue
        return path
    raise AssertionError


def begin(path: Path, data: bytes) -> None:
    """Write a file that was not there; where that cannot be done, nothing is left of it.

    Raises OSError: FileExistsError where there is one already.
    """
    file = path.open("xb")
    try:
        with file:  # a full disk may be told of only when it is closed
            file.write(data)
    except OSError:
        path.unlink()
        raise


def names(wanted: Path) -> Iterator[Path]:
    """The name, and those after it."""
    yield wanted
    yield from (wanted.with_stem(f"{wanted.stem}-{number}") for number in count(2))
