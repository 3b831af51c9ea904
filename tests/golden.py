"""Drawings kept as text: what a chart looked like when somebody last looked at it.

`GOLDEN=write pytest …` stores what is drawn now; look at the difference before it is committed.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from vglab.tui.runs import Line, plain, width

FOLDER = Path(__file__).parent / "tui" / "golden"


def same(name: str, lines: Sequence[Line]) -> None:
    """Compare with the stored text; trailing blanks are kept visible by a bar."""
    text = "".join(f"{plain(line)}|\n" for line in lines)
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text)
    assert text == path.read_text()


def is_rectangle(lines: Sequence[Line], columns: int, rows: int) -> bool:
    """Whether it fills its place exactly."""
    return len(lines) == rows and all(width(line) == columns for line in lines)
