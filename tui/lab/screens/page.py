"""The base of all pages of text: it scrolls, and closes by any of the keys that people try."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen

from ....scenarios.i18n import _
from ...render.palette import Role
from ...render.styled_text import Line, Lines, fit, fit_box, plain, style
from ..drawing import Drawing, Paint

WIDEST = 100
"""Columns a page of text takes, at most."""


_WHOLE = 10_000
"""More lines than any page has."""


def center(text: Lines, columns: int, rows: int, aloft: bool = False) -> Lines:
    """The text in the middle of the screen, a quarter of the spare rows above it; `aloft`: none."""
    left = max(columns - WIDEST, 0) // 2
    while text and not plain(text[-1]).strip():
        text = text[:-1]
    above = 0 if aloft else max(rows - len(text), 0) // 4
    lines = [[(" " * left, 0), *line] for line in text]
    return fit_box([*([[]] * above), *lines], columns, max(rows, above + len(lines)))


class Page(Screen[None]):
    """Shows what `text` makes of its size."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,space,enter,question_mark,f1", "dismiss", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("home", f"scroll({-_WHOLE})", show=False),
        Binding("end", f"scroll({_WHOLE})", show=False),
    ]

    aloft = False
    """Whether a short text begins at the top, as one does that changes while it is read."""

    def __init__(self, paint: Paint, text: Callable[[int, int], Lines]) -> None:
        super().__init__()
        self._drawing, self._text = Drawing(paint, "page"), text
        self._first = 0
        """The line of the page at the top of the screen."""

    def compose(self) -> ComposeResult:
        self._drawing.styles.width = self._drawing.styles.height = "100%"
        yield self._drawing

    def on_resize(self, event: Resize) -> None:
        self.show()

    def on_mouse_scroll_down(self) -> None:
        self.action_scroll(3)

    def on_mouse_scroll_up(self) -> None:
        self.action_scroll(-3)

    def action_scroll(self, by: int) -> None:
        self._first += by
        self.show()

    def action_turn(self, by: int) -> None:
        """Scroll by whole screens but for two rows: the foot, and one that is seen again."""
        self.action_scroll(by * max(self.size.height - 2, 1))

    def show(self) -> None:
        """Draw as much of the page as fits, and say where it goes on."""
        columns, rows = self.size
        lines = center(self._text(min(columns, WIDEST), rows), columns, rows, self.aloft)
        if self.foot(False) and plain(lines[-1]).strip():
            lines = [*lines, []]
        self._first = min(max(self._first, 0), max(len(lines) - rows, 0))
        shown = lines[self._first : self._first + rows]
        if foot := self.foot(self._first + rows < len(lines)):
            shown[-1] = fit(foot, columns)
        self._drawing.draw(shown)

    def foot(self, more: bool) -> Line:
        """What the last row says in the place of the page, where anything; `more`: it goes on."""
        words, key, close = _("more below"), _("space"), _("close")
        return [(f"  {words} (↓, {key}: {close})", style(Role.KEY, bold=True))] if more else []
