"""The page of what terms mean, each with the sign it is drawn by; it is searched as one types."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key

from ....scenarios.i18n import _
from ....scenarios.loading.glossary import Term, term_chapters, terms, terms_about
from ...render.glossary_text import term_head
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, fit_box, style, wrap_words
from ..drawing import Paint
from .page import Page

_MARGIN, _INDENT, _MEASURE = "  ", "    ", 76
_LONGEST = 40
"""Characters that are typed, at most."""


class Glossary(Page):
    """Shows all terms, or those that are searched for; `typed` is searched for from the start."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "settle", show=False),
    ]

    aloft = True

    def __init__(self, paint: Paint, typed: str = "") -> None:
        super().__init__(paint, self._page)
        self._typed, self._typing = typed, False

    def on_key(self, event: Key) -> None:
        """A slash begins the search; from then on what can be read is typed. Not by a binding, as
        that is done after the keys that came with it."""
        mark = event.character or ""
        if not self._typing and mark != "/":
            return
        if not self._typing:
            self._typing, typed = True, ""
        elif event.key == "backspace":
            typed = self._typed[:-1]
        elif mark and event.is_printable:
            typed = (self._typed + mark)[:_LONGEST]
        else:
            return
        event.stop()
        event.prevent_default()
        self._search(typed)

    def action_settle(self) -> None:
        """Read what is found, with the keys of a page; or close it."""
        if self._typing:
            self._typing = False
            self.show()
        else:
            self.dismiss()

    def action_back(self) -> None:
        """Show all terms again; or close the page."""
        if self._typing or self._typed:
            self._typing = False
            self._search("")
        else:
            self.dismiss()

    def _search(self, typed: str) -> None:
        self._typed, self._first = typed, 0
        self.show()

    def _page(self, columns: int, rows: int) -> Lines:
        room = max(min(columns - 2 * len(_MARGIN), _MEASURE), 8)
        lines: Lines = []
        if self._typed:
            found = terms_about(self._typed)
            lines = [[]] if found else [[], [(_MARGIN + _("nothing has that name"), 0)]]
            lines += [line for term in found for line in _term(term, room)]
        else:
            for chapter in term_chapters():
                title = _MARGIN + chapter.title.in_language()
                lines += [[], [(title, style(Role.STRONG) | BOLD)], []]
                lines += [line for term in chapter.term for line in _term(term, room)]
        return fit_box(lines, columns, max(rows, len(lines)))

    def foot(self, more: bool) -> Line:
        """What is searched for, and the keys."""
        loud, quiet = style(Role.KEY, bold=True), style(Role.MUTED)
        if not self._typing and not self._typed:
            return [(f"{_MARGIN}/ ", loud), (_("search"), quiet), *super().foot(more)]
        count = f"  {len(terms_about(self._typed))}/{len([*terms()])}  "
        line: Line = [(f"{_MARGIN}/ ", loud), (self._typed, style(Role.STRONG) | BOLD)]
        line += [("▏" if self._typing else "", loud), (count, quiet)]
        way = _("enter: read these") if self._typing else _("↑ ↓ read on")
        return [*line, (way + " · " + _("esc: all terms"), quiet)]


def _term(term: Term, room: int) -> Lines:
    head = wrap_words(term_head(term), room, further=_INDENT)
    says = wrap_words(term.says.in_language(), room - len(_INDENT))
    names: Lines = [[(_MARGIN + line, style(Role.KEY, bold=True))] for line in head]
    return [*names, *([(_MARGIN + _INDENT + line, 0)] for line in says)]
