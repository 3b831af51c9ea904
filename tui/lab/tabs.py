"""The names of the charts that take turns in a panel, on its border: what fits, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..protocol import Picture, Status
from ..render.glyphs import UNICODE, Glyphs
from ..render.palette import Role
from ..render.styled_text import BOLD, GAP, Line, clip, closer, style, width
from .state import Controls

_BETWEEN = " · "
_FRAME = 6, 3
"""Columns of a panel that its names cannot have, with a frame and without one."""
_INDENT = 3, 2
"""Where they begin."""

Span = tuple[int, int, int]
"""The first column and the one after the last, and the number of the tab that a click there is
for."""


class Tabs(NamedTuple):
    """The names of the charts that take turns in a panel."""

    names: Sequence[str]
    at: int
    """The one that is shown."""

    def line(self, room: int, glyphs: Glyphs = UNICODE) -> tuple[Line, list[Span]]:
        """As many names as fit around the one that is shown, with arrows to those that do not."""
        first, last = self._window(room)
        line: Line = []
        spans: list[Span] = []
        if first:
            line, spans = [(f"{glyphs.back} ", style(Role.KEY))], [(0, 1, first - 1)]
        for number in range(first, last + 1):
            name, start = self.names[number], width(line)
            here = number == self.at
            spans.append((start, start + len(name), number))
            line.append((name, style(Role.STRONG) | BOLD if here else style(Role.MUTED)))
            if number < last:
                line.append((_BETWEEN, style(Role.FAINT)))
        if last < len(self.names) - 1:
            end = width(line) + 1
            line.append((f" {glyphs.running}", style(Role.KEY)))
            spans.append((end, end + 1, last + 1))
        return clip(line, room), spans

    @property
    def least(self) -> int:
        """Columns of the name that is shown, and of the arrows to the others."""
        arrows = 2 * (self.at > 0) + 2 * (self.at < len(self.names) - 1)
        return len(self.names[self.at]) + arrows

    def _window(self, room: int) -> tuple[int, int]:
        """The first and the last name that are shown."""
        first = last = self.at
        while True:
            wider = [
                window
                for window in ((first, last + 1), (first - 1, last))
                if self._fits(*window, room)
            ]
            if not wider:
                return first, last
            first, last = wider[0]

    def _fits(self, first: int, last: int, room: int) -> bool:
        if first < 0 or last >= len(self.names):
            return False
        arrows = 2 * (first > 0) + 2 * (last < len(self.names) - 1)
        return len(_BETWEEN.join(self.names[first : last + 1])) + arrows <= room


def tabs_of(controls: Controls, status: Status | None) -> Tabs | None:
    """The tabs of the fourth panel, where the worker has said which there are."""
    if status is None or controls.inner_chart not in controls.charts:
        return None
    at = controls.charts.index(controls.inner_chart)
    return Tabs(status.tabs, at) if at < len(status.tabs) else None


def legend_of(picture: Picture) -> Line:
    """The entries of a picture's legend."""
    title = picture.title
    return title[title.index(GAP) + 1 :] if GAP in title else []


def tab_room(tabs: Tabs, picture: Picture, columns: int, box: bool) -> int:
    """The columns that names of tabs have: without a frame those that the legend leaves, and as
    many as the name of the one that is shown needs."""
    room = columns - _FRAME[not box]
    left = room - width(closer(legend_of(picture))) - len(GAP[0])
    return room if box else min(max(left, tabs.least), room)


def tab_at(tabs: Tabs, picture: Picture, column: int, columns: int, box: bool) -> int | None:
    """The number of the tab in a column of the panel's first row; None where there is none."""
    _line, spans = tabs.line(tab_room(tabs, picture, columns, box))
    x = column - _INDENT[not box]
    return next((number for low, high, number in spans if low <= x < high), None)
