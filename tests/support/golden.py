"""Stored drawings, as text, that charts are compared with.

`GOLDEN=write pytest …` stores the present ones; look at the difference before you commit it.
plotext may draw its lines otherwise in any release: with the one that is locked they are compared
cell for cell, with another word for word.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from lock import is_locked
from vglab.tui.render.styled_text import Line, plain, width

FOLDER = Path(__file__).parents[1] / "tui" / "golden"


def same(name: str, lines: Sequence[Line]) -> None:
    """Compare with the stored text; trailing blanks are kept visible by a bar."""
    text = "".join(f"{plain(line)}|\n" for line in lines)
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text)
    stored = path.read_text()
    assert text == stored if is_locked("plotext") else words(text) == words(stored)


def words(text: str) -> list[list[str]]:
    """What is written in each row, without what is drawn."""
    return [re.findall(r"[^\W_](?:[\w.+-]*[^\W_])?", row) for row in text.splitlines()]


def is_rectangle(lines: Sequence[Line], columns: int, rows: int) -> bool:
    """Whether it fills its place exactly."""
    return len(lines) == rows and all(width(line) == columns for line in lines)
