"""Files that are asked for in the lab: written as new ones, beside what is there."""

from __future__ import annotations

from pathlib import Path

from ...scenarios.errors import reason
from ...scenarios.files import write_beside
from ..protocol import WriteResult


def write(path: Path, data: bytes) -> WriteResult:
    """Write a new file, and say where it is or why there is none."""
    try:
        return WriteResult(str(write_beside(path, data)))
    except OSError as error:
        return WriteResult(reason=reason(error))
