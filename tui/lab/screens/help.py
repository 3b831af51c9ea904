"""The page of the keys and the marks."""

from __future__ import annotations

from ....scenarios.i18n import _
from ...render.glyphs import UNICODE
from ...render.palette import Role
from ...render.styled_text import Line, Lines, fit_box, style
from ..keymap import APP_KEYS, BENCH_KEYS
from ..watch_keys import while_watching

_KEYS = 11
"""Columns the names of the keys take."""


def help_page(columns: int, rows: int, watching: bool = False) -> Lines:
    """The page for a terminal of this size; longer than that where it has to be."""
    table = while_watching((*BENCH_KEYS, *APP_KEYS)) if watching else (*BENCH_KEYS, *APP_KEYS)
    keys = [_row(_(key.label), _(key.help)) for key in table if key.help]
    marks = [
        _row(UNICODE.zero, _("exactly zero")),
        _row(UNICODE.infinite, _("not a finite number")),
        _row(UNICODE.eighths[-1], _("a bar's fainter end: where the replicas disagree")),
    ]
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


def _row(name: str, words: str) -> Line:
    return [("  ", 0), (f"{name:<{_KEYS}}", style(Role.KEY, bold=True)), (words, 0)]
