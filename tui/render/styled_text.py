"""Lines of colored text as data: what charts are made of before any terminal is involved.

A line is a list of runs, a run is a text and a style code, and a style code names *roles* (see
palette.py), never colors. So a drawing is the same on every terminal and in every theme, can be
compared, stored as text and sent between processes. Standard library only.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from .glyphs import UNICODE, Glyphs

TextRun = tuple[str, int]
Line = list[TextRun]
Lines = list[Line]

_BITS = 6
_MASK = (1 << _BITS) - 1
BOLD = 1 << 2 * _BITS


def style(front: int = 0, back: int = 0, bold: bool = False) -> int:
    """The code of a foreground role on a background role; role 0 is the terminal's ground."""
    return front | back << _BITS | (BOLD if bold else 0)


def front(code: int) -> int:
    """The foreground role of a style code."""
    return code & _MASK


def back(code: int) -> int:
    """The background role of a style code."""
    return code >> _BITS & _MASK


def plain(line: Iterable[TextRun]) -> str:
    """The text of a line without its colors."""
    return "".join(text for text, _ in line)


def width(line: Iterable[TextRun]) -> int:
    """How many cells a line takes: every glyph of the lab is one cell wide."""
    return sum(len(text) for text, _ in line)


GAP = ("  ", 0)
"""What stands between the entries of a legend."""


def closer(line: Sequence[TextRun]) -> Line:
    """A legend with its entries closer together."""
    return [(" ", 0) if run == GAP else run for run in line]


def cells(line: Iterable[TextRun]) -> Iterator[tuple[str, int]]:
    """The line one cell at a time."""
    return ((mark, code) for text, code in line for mark in text)


def merge_runs(row: Iterable[tuple[str, int]]) -> Line:
    """Cells or short runs merged into the longest runs of one style."""
    return [
        ("".join(text for text, _ in group), code)
        for code, group in groupby(row, key=lambda run: run[1])
    ]


def clip(line: Iterable[TextRun], limit: int) -> Line:
    """The first `limit` cells of a line."""
    kept: Line = []
    for text, code in line:
        if limit <= 0:
            break
        kept.append((text[:limit], code))
        limit -= len(text)
    return kept


def fit(line: Sequence[TextRun], size: int, fill: int = 0) -> Line:
    """A line of exactly `size` cells: clipped, or filled with blanks of style `fill`."""
    missing = size - width(line)
    return [*line, (" " * missing, fill)] if missing > 0 else clip(line, size)


def fit_box(lines: Sequence[Line], columns: int, rows: int) -> Lines:
    """Lines cut and filled to an exact rectangle."""
    filled = [fit(line, columns) for line in lines[:rows]]
    return filled + [fit([], columns) for _ in range(rows - len(filled))]


def stamp(line: Sequence[TextRun], column: int, mark: Sequence[TextRun]) -> Line:
    """The line with `mark` written over it from `column` on; what would stick out is cut."""
    row = list(cells(line))
    for offset, cell in enumerate(cells(mark), column):
        if 0 <= offset < len(row):
            row[offset] = cell
    return merge_runs(row)


def differing_spans(
    old: Sequence[TextRun], new: Sequence[TextRun], gap: int = 6
) -> list[tuple[int, int]]:
    """The spans [start, end) in which two lines differ; spans nearer than `gap` are one.

    Moving the cursor costs about as many bytes as writing `gap` cells again.
    """
    before, after = list(cells(old)), list(cells(new))
    longer, shorter = max(len(before), len(after)), min(len(before), len(after))
    wrong = [at for at in range(shorter) if before[at] != after[at]]
    spans: list[tuple[int, int]] = []
    for at in [*wrong, *range(shorter, longer)]:
        if spans and at - spans[-1][1] < gap:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def shorten(text: str, columns: int, glyphs: Glyphs = UNICODE) -> str:
    """The text, its end replaced by an ellipsis where it does not fit; the last word goes as a
    whole where no more than half of the room is lost by that."""
    if len(text) <= columns:
        return text
    room = max(columns - 1, 0)
    end = room if text[room].isspace() else text.rfind(" ", 0, room)
    return text[: end if 2 * end > room else room].rstrip() + glyphs.ellipsis


_NO_BREAK = "\u00a0"


def wrap_words(text: str, columns: int, first: str = "", further: str = "") -> list[str]:
    """A paragraph in lines, the first after `first` and the others after `further`; a percent sign
    stays with its number."""
    firm = text.replace(" %", f"{_NO_BREAK}%")
    lines = textwrap.wrap(firm, columns, initial_indent=first, subsequent_indent=further)
    return [line.replace(_NO_BREAK, " ") for line in lines]


def around(lines: Sequence[tuple[bool, Line]], rows: int) -> Lines:
    """So many lines, with the one that is pointed to among them."""
    at = next(number for number, (here, _line) in enumerate(lines) if here)
    first = min(max(at - rows // 2, 0), max(len(lines) - rows, 0))
    return [line for _here, line in lines[first : first + rows]]
