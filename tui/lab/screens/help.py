"""The page of the keys and the marks."""

from __future__ import annotations

from itertools import chain

from ....scenarios.i18n import _
from ...render.glyphs import UNICODE
from ...render.palette import Role
from ...render.styled_text import Line, Lines, fit_box, style, wrap_words
from ..keymap import APP_KEYS, BENCH_KEYS
from ..watch_keys import while_watching

_MARGIN = "  "
_KEYS = 11
"""Columns the names of the keys take."""


def help_page(columns: int, rows: int, watching: bool = False) -> Lines:
    """The page for a terminal of this size; longer than that where it has to be."""
    table = while_watching((*BENCH_KEYS, *APP_KEYS)) if watching else (*BENCH_KEYS, *APP_KEYS)
    named = [(_(key.label), _(key.help)) for key in table if key.help]
    signs = [
        (UNICODE.zero, _("exactly zero")),
        (UNICODE.infinite, _("not a finite number")),
        (UNICODE.eighths[-1], _("a bar's fainter end: where the replicas disagree")),
    ]
    keys, marks = ([*chain(*(_rows(*row, columns) for row in rows))] for rows in (named, signs))
    heading = style(Role.STRONG, bold=True)
    blank: list[Line] = [[]] if rows > len(keys) + len(marks) + 4 else []
    lines = [
        *blank,
        [("  " + _("Keys"), heading)],
        *keys,
        *blank,
        [("  " + _("Marks"), heading)],
        *marks,
    ]
    return fit_box(lines, columns, max(rows, len(lines)))


def _rows(name: str, words: str, columns: int) -> Lines:
    """A key or a mark and what it does, in as many lines as that takes."""
    room = max(columns - _KEYS - 2 * len(_MARGIN), 8)
    first, *more = wrap_words(words, room) or [""]
    head: Line = [(_MARGIN, 0), (f"{name:<{_KEYS}}", style(Role.KEY, bold=True)), (first, 0)]
    return [head, *([(f"{_MARGIN}{'':<{_KEYS}}", 0), (line, 0)] for line in more)]
