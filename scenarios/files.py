"""Files are written whole or not at all, and replace nothing unless asked to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from secrets import token_hex

NEW = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
"""How a file is begun that must not be there yet, not even as a link to another place."""


def write_whole(path: Path, data: Iterable[bytes], force: bool = False) -> None:
    """Write a file once all of its data are there; `force` puts it in the place of another.

    Raises OSError, and leaves what was there: FileExistsError where there is a file already.
    """
    half = path.with_name(f".{path.name}.{token_hex(8)}")
    file = os.open(half, NEW, 0o666)
    try:
        with os.fdopen(file, "wb") as part:
            part.writelines(data)
        if force:
            os.replace(half, path)
        else:
            publish(half, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(half)


def publish(half: Path, path: Path) -> None:
    """Give a file its name. Raises FileExistsError where the name is taken."""
    try:
        os.link(half, path)
    except FileExistsError:
        raise
    except OSError:  # the disk knows no links
        os.close(os.open(path, NEW, 0o666))
        os.replace(half, path)


def write_beside(wanted: Path, data: bytes) -> Path:
    """Write a new file of that name or of the next that is free: `run.json`, `run-2.json`, …

    Raises OSError; nothing is left of it then.
    """
    for path in names(wanted):
        try:
            write_whole(path, [data])
        except FileExistsError:
            continue
        return path
    raise AssertionError


def names(wanted: Path) -> Iterator[Path]:
    """The name, and those after it."""
    yield wanted
    yield from (wanted.with_stem(f"{wanted.stem}-{number}") for number in count(2))


def current_folder() -> Path:
    """Where we are; a folder that has been removed meanwhile has no name."""
    try:
        return Path.cwd()
    except OSError:
        return Path()
