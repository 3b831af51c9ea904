"""Runs of roles become Textual's strips: the last step, and the only one that knows colours."""

from __future__ import annotations

from functools import cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from .plainly import plainly
from .roles import Depth, Role, palette
from .runs import BOLD, Line, back, front, width

_DEPTHS: dict[str | None, Depth] = {"truecolor": "truecolor", "256": "256"}


def sparing(line: Line) -> Line:
    """The same to the eye in fewer runs: a blank has no colour but its ground's."""
    merged: Line = []
    for text, code in line:
        if (
            merged
            and (not text.strip() or code == merged[-1][1])
            and back(code) == back(merged[-1][1])
        ):
            merged[-1] = (merged[-1][0] + text, merged[-1][1])
        else:
            merged.append((text, code))
    return merged


class Paint:
    """The styles of one theme on one kind of terminal."""

    def __init__(
        self, dark: bool, colours: str | None, ascii: bool = False, safe: bool = False
    ) -> None:
        self.dark, self._spell = dark, plainly if ascii else str
        self.depth: Depth = _DEPTHS.get(colours, "standard")
        self.palette = palette(dark, self.depth, safe)
        self.style = cache(self._style)

    def _style(self, code: int) -> Style:
        ground = back(code) or Role.PAPER
        return Style(
            color=self.palette[front(code)], bgcolor=self.palette[ground], bold=bool(code & BOLD)
        )

    def strip(self, line: Line) -> Strip:
        """A line, painted."""
        merged = sparing(line)
        spell, paint = self._spell, self.style
        return Strip([Segment(spell(text), paint(code)) for text, code in merged], width(line))

    def blank(self, columns: int) -> Strip:
        """Nothing, painted."""
        return self.strip([(" " * columns, 0)])
