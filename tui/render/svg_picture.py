"""Lines of runs as an SVG picture that every viewer draws alike.

Blocks, lines and dots are shapes, not letters of a typeface; every letter has a place of its own,
so that no viewer's spacing and no missing typeface can move it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from typing import NamedTuple

from ...scenarios.control_characters import blot_controls
from .palette import Role
from .styled_text import BOLD, Line, Lines, back, cells, front

WIDE, HIGH = 12, 24
"""A cell. Eighths of its height are whole units, so that no edge is blurred."""
_SIZE, _BASE = 20, 18
"""Of letters: their size, and where their foot is in a cell."""
_EIGHTH, _THIN = HIGH // 8, 2
_MARGIN, _HEAD = 12, 36
_TYPEFACES = "DejaVu Sans Mono, Menlo, Consolas, monospace"


class Box(NamedTuple):
    """A part of a cell that is filled, from its upper left corner."""

    x: int
    y: int
    wide: int
    high: int


_HALF = WIDE // 2, HIGH // 2
_LOW, _MID = HIGH - _THIN, (HIGH - _THIN) // 2
_ACROSS, _LEFT, _RIGHT = (Box(x, _MID, w, _THIN) for x, w in ((0, WIDE), (0, 7), (5, 7)))
_DOWN, _UPPER, _LOWER = (Box(5, y, _THIN, h) for y, h in ((0, HIGH), (0, 13), (11, 13)))
_SIDES = _RIGHT, _RIGHT, _LEFT, _LEFT
_BOXES: Mapping[str, tuple[Box, ...]] = {
    **{
        mark: (Box(0, HIGH - eighths * _EIGHTH, WIDE, eighths * _EIGHTH),)
        for eighths, mark in enumerate("▁▂▃▄▅▆▇█", 1)
    },
    "▀": (Box(0, 0, WIDE, _HALF[1]),),
    "▔": (Box(0, 0, WIDE, _EIGHTH),),
    "━": (Box(0, _MID - 1, WIDE, _THIN + 2),),
    "▗": (Box(_HALF[0], _HALF[1], *_HALF),),
    "▚": (Box(0, 0, *_HALF), Box(_HALF[0], _HALF[1], *_HALF)),
    "═": (Box(0, _MID - 3, WIDE, _THIN), Box(0, _MID + 3, WIDE, _THIN)),
    "╌": (Box(1, _MID, 4, _THIN), Box(7, _MID, 4, _THIN)),
    "─": (_ACROSS,),
    "│": (_DOWN,),
    "├": (_DOWN, _RIGHT),
    "┤": (_DOWN, _LEFT),
    "┬": (_ACROSS, _LOWER),
    "┴": (_ACROSS, _UPPER),
    "┼": (_ACROSS, _DOWN),
    **{mark: (_LOWER, side) for mark, side in zip("┌╭┐╮", _SIDES, strict=True)},
    **{mark: (_UPPER, side) for mark, side in zip("└╰┘╯", _SIDES, strict=True)},
}
_SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
_DISCS = {"•": 2.6, "●": 4.6, "◦": 2.2}
_BRAILLE = 0x2800
_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of the dots of a braille cell, by their bits."""


def svg_picture(lines: Lines, colors: Mapping[int, str], title: str) -> str:
    """Lines as a picture, in the colors of the roles, under a title."""
    title = blot_controls(title)
    columns = max((sum(len(text) for text, _ in line) for line in lines), default=0)
    wide, high = columns * WIDE + 2 * _MARGIN, len(lines) * HIGH + _HEAD + _MARGIN
    ground, muted = colors[Role.PAPER], colors[Role.MUTED]
    shapes = "\n".join(part for y, line in enumerate(lines) for part in _row(line, y, colors))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="{wide}"'
        f' height="{high}" viewBox="0 0 {wide} {high}" font-family="{_TYPEFACES}"'
        f' font-size="{_SIZE}">\n<title>{escape(title)}</title>\n'
        f'<rect width="{wide}" height="{high}" fill="{ground}"/>\n'
        f"{_text(title, _MARGIN, _HEAD - 12, muted, False)}\n"
        f'<g transform="translate({_MARGIN} {_HEAD})">\n{shapes}\n</g>\n</svg>\n'
    )


def _row(line: Line, y: int, colors: Mapping[int, str]) -> Iterator[str]:
    """A row: first its grounds, then what stands on them."""
    row = [*enumerate(cells(line))]
    for ground, group in groupby(row, key=lambda cell: back(cell[1][1])):
        places = [column for column, _ in group]
        if ground:
            yield _rect(Box(places[0] * WIDE, y * HIGH, len(places) * WIDE, HIGH), colors[ground])
    for (mark, code), group in groupby(row, key=lambda cell: (_kind(cell[1][0]), cell[1][1])):
        found = [*group]
        hue = colors[front(code)]
        x, text = found[0][0] * WIDE, "".join(letter for _, (letter, _code) in found)
        if mark:
            yield from _shapes(mark, x, y * HIGH, len(found), hue)
        elif text.strip():
            yield _text(text, x, y * HIGH + _BASE, hue, bool(code & BOLD))


def _kind(mark: str) -> str:
    """The mark where it is drawn as a shape; nothing where it is a letter."""
    shape = mark in _BOXES or mark in _SHADES or mark in _DISCS
    return mark if shape or _BRAILLE < ord(mark) < _BRAILLE + 256 else ""


def _shapes(mark: str, x: int, y: int, count: int, hue: str) -> Iterator[str]:
    """So many of one mark side by side; what fills cells from side to side is one piece."""
    if mark in _SHADES:
        yield _rect(Box(x, y, count * WIDE, HIGH), hue, f' opacity="{_SHADES[mark]}"')
        return
    for box in _BOXES.get(mark, ()):
        whole = box.wide == WIDE
        for at in (0,) if whole else range(count):
            wide = count * WIDE if whole else box.wide
            yield _rect(Box(x + at * WIDE + box.x, y + box.y, wide, box.high), hue)
    if mark not in _BOXES:
        for at in range(count):
            yield from _discs(mark, x + at * WIDE, y, hue)


def _discs(mark: str, x: int, y: int, hue: str) -> Iterator[str]:
    if mark in _DISCS:
        hollow = f'fill="none" stroke="{hue}" stroke-width="1.5"'
        look = hollow if mark == "◦" else f'fill="{hue}"'
        yield f'<circle cx="{x + WIDE / 2:g}" cy="{y + HIGH / 2:g}" r="{_DISCS[mark]}" {look}/>'
        return
    bits = ord(mark) - _BRAILLE
    for bit, (column, row) in enumerate(_DOTS):
        if bits >> bit & 1:
            yield f'<circle cx="{x + 3 + 6 * column}" cy="{y + 3 + 6 * row}" r="1.9" fill="{hue}"/>'


def _rect(box: Box, hue: str, more: str = "") -> str:
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.wide}" height="{box.high}" fill="{hue}"'
        f' shape-rendering="crispEdges"{more}/>'
    )


def _text(text: str, x: int, y: int, hue: str, bold: bool) -> str:
    """Letters, each at its own place; blanks are left out."""
    there = [(x + at * WIDE, letter) for at, letter in enumerate(text) if not letter.isspace()]
    places = " ".join(str(place) for place, _ in there)
    weight = ' font-weight="bold"' if bold else ""
    letters = escape(blot_controls("".join(letter for _, letter in there)))
    return f'<text x="{places}" y="{y}" fill="{hue}"{weight}>{letters}</text>'
