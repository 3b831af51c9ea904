"""The formats that can be watched, a module each. A further one is a module and a row here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..reading import Reader, RecordReader
from ..record_lines import SCHEMA


@dataclass(frozen=True)
class SourceKind:
    """A format: how it is recognised, and what reads it."""

    name: str
    fits: Callable[[str, bytes], bool]
    """Whether a path with this beginning, none of a folder, is of it."""
    open: Callable[[str], Reader]
    """Raises OSError, VglabError."""


def is_record(_path: str, head: bytes) -> bool:
    """Whether the first line says so, or nothing has been written yet."""
    return not head.strip() or b'"' + SCHEMA.encode() + b'"' in head.split(b"\n", 1)[0][:200]


KINDS: Sequence[SourceKind] = (
    SourceKind(SCHEMA, is_record, lambda path: RecordReader(path, path)),
)
"""In the order in which they are tried."""
PIPED = RecordReader
"""What reads a pipe."""
