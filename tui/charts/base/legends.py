"""Legends: what each sign of a chart means, of the signs that are to be seen in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ....scenarios.i18n import _
from ...render.glyphs import Glyphs
from ...render.palette import Role
from ...render.styled_text import Line, Lines, cells, closer, fit, front, style, width
from ..plotting.canvas import SOFT, Size

_BESIDE_TITLE = 2
"""Columns of a chart's width that its frame takes from the title."""
_ARROWS = 6
"""Columns beside the name of a tab: the arrows to the others, and the gap to the legend."""
_LEAST_ROWS = 5
"""With fewer rows a chart gives none of them to its legend."""


class LegendEntry(NamedTuple):
    """An entry of a legend."""

    mark: str
    role: int
    forms: Sequence[str]
    """Its words, the longest first."""


def key(mark: str, words: str, role: int) -> Line:
    """An entry of a legend."""
    return [("  ", 0), (f"{mark} ", style(role)), (words, style(Role.MUTED))]


def legend(
    heading: str, entries: Sequence[LegendEntry], size: Size, tab: str = ""
) -> tuple[str, Line]:
    """A heading and the entries after it, in the longest words that fit over a chart of this size
    without the heading, or else as many of them in the shortest as do. Beside the name of a `tab`,
    which says what is measured, the first one goes first."""
    room = size.columns - _BESIDE_TITLE - (width([(tab, 0)]) + _ARROWS if tab else 0)
    longest = max((len(entry.forms) for entry in entries), default=1)
    lines = [_entries(entries, form) for form in range(longest)]
    lines += [_entries(entries[1:], longest)] if tab else []
    lines += [_entries(entries[:count], longest) for count in range(len(entries) - 1, 0, -1)]
    return heading, next((line for line in lines if width(closer(line[1:])) <= room), lines[-1])


def with_legend(
    draw: Callable[[Size], tuple[Lines, list[LegendEntry]]], size: Size
) -> tuple[Lines, list[LegendEntry]]:
    """A chart as `draw` draws it, and what the signs in it mean that are named over it. Where there
    is no room for all of them, the chart gives a row to the last ones."""
    lines, entries = draw(size)
    if not _left_over(entries, size):
        return lines, entries
    lines, entries = draw(Size(size.columns, size.rows - 1))
    rest = _left_over(entries, size) or entries[-1:]  # where a sign is hidden now
    return [_row(rest, size.columns), *lines], entries[: len(entries) - len(rest)]


def _left_over(entries: list[LegendEntry], size: Size) -> list[LegendEntry]:
    """The entries for which there is no room over a chart of this size, and which take a row of it:
    none of a chart that is too low for that."""
    named = legend("", entries, size)[1]
    shown = sum(1 for run in named if run == ("  ", 0))
    return entries[shown:] if size.rows >= _LEAST_ROWS else []


def _row(entries: Sequence[LegendEntry], columns: int) -> Line:
    """A row of a chart that holds the entries for which there was no room over it."""
    longest = max(len(entry.forms) for entry in entries)
    said = [closer(_entries(entries, form)) for form in range(longest)]
    return fit(next((line for line in said if width(line) <= columns), said[-1]), columns)


def _entries(entries: Sequence[LegendEntry], form: int) -> Line:
    return [run for entry in entries for run in _say(entry, form)]


def _say(entry: LegendEntry, form: int) -> Line:
    return key(entry.mark, entry.forms[min(form, len(entry.forms) - 1)], entry.role)


def seen(entries: Iterable[LegendEntry], lines: Lines, glyphs: Glyphs) -> list[LegendEntry]:
    """The first entry, which says what is measured, and of the others those that are `visible`."""
    first, *others = entries
    return [first, *visible(others, lines, glyphs)]


def visible(entries: Iterable[LegendEntry], lines: Lines, glyphs: Glyphs) -> list[LegendEntry]:
    """The entries whose sign is to be seen in the lines of a chart, where another may lie over it;
    then those of values that have no place on its axis."""
    signs = {(mark, front(code)) for line in lines for mark, code in cells(line)}
    return [
        *(entry for entry in entries if any(_is_of(entry, *sign, glyphs) for sign in signs)),
        *(entry for entry in _odd(glyphs) if (entry.mark, entry.role) in signs),
    ]


def _odd(glyphs: Glyphs) -> list[LegendEntry]:
    """Signs of values that have no place on an axis."""
    return [
        *(
            LegendEntry(glyphs.zero, role, [_("exactly 0"), "0"])
            for role in (Role.DEAD, Role.FAINT)
        ),
        LegendEntry(glyphs.infinite, Role.DIVERGED, [_("not finite"), "∞"]),
    ]


def _is_of(entry: LegendEntry, mark: str, role: int, glyphs: Glyphs) -> bool:
    """Whether a sign is that of an entry: lines have several heights, and other signs of theirs
    are told by the color."""
    soft = next((soft for plain, soft in SOFT.items() if plain == entry.role), None)
    if mark == " " or role not in (entry.role, soft):
        return False
    heights = glyphs.levels if entry.mark in glyphs.levels else entry.mark
    told = entry.role in (Role.STRONG, Role.THEORY)
    return mark in heights if told else True
