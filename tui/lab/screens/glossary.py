"""The page of what terms mean, each with the sign it is drawn by."""

from __future__ import annotations

import textwrap

from ....scenarios.loading.glossary import Term, term_chapters
from ...render.glossary_text import term_head
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, fit_box, style

_MARGIN, _INDENT, _MEASURE = "  ", "    ", 76


def glossary_page(columns: int, rows: int) -> Lines:
    """The page for a terminal of this size; longer than that where it has to be."""
    room = max(min(columns - 2 * len(_MARGIN), _MEASURE), 8)
    lines: Lines = []
    for chapter in term_chapters():
        title: Line = [(_MARGIN + chapter.title.in_language(), style(Role.STRONG) | BOLD)]
        lines += [[], title, []]
        for term in chapter.term:
            lines += _term(term, room)
    return fit_box(lines, columns, max(rows, len(lines)))


def _term(term: Term, room: int) -> Lines:
    head = textwrap.wrap(term_head(term), room, subsequent_indent=_INDENT)
    says = textwrap.wrap(term.says.in_language(), room - len(_INDENT))
    names: Lines = [[(_MARGIN + line, style(Role.KEY, bold=True))] for line in head]
    return [*names, *([(_MARGIN + _INDENT + line, 0)] for line in says)]
