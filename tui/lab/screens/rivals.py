"""The list of runs from which is chosen what is compared with the open one: type, tick, compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Click, Key, Resize
from textual.screen import Screen

from ....scenarios.i18n import _
from ...protocol import Rival
from ...render.glyphs import UNICODE
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, fit, fit_box, shorten, style
from ..drawing import Drawing, Paint
from .search import titles

_ABOVE = 4
"""Rows over the list."""


class Rivals(Screen[list[Rival]]):
    """Answers with what is ticked, or with what is pointed to where nothing is; none by escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("up,shift+tab", "move(-1)", show=False),
        Binding("down,tab", "move(1)", show=False),
        Binding("pageup", "move(-8)", show=False),
        Binding("pagedown", "move(8)", show=False),
        Binding("space", "tick", show=False),
        Binding("backspace", "erase", show=False),
        Binding("enter", "compare", show=False),
    ]

    def __init__(
        self,
        paint: Paint,
        runs: Sequence[Rival],
        ticked: Sequence[Rival],
        *,
        most: int,
        shared: int = 0,
    ) -> None:
        super().__init__()
        self._drawing = Drawing(paint, "page")
        self._runs, self._ticked, self._most = runs, [*ticked], most
        self._shared = shared
        """How many settings all of them begin with."""
        self._typed, self._at, self._full = "", 0, False

    def compose(self) -> ComposeResult:
        self._drawing.styles.width = self._drawing.styles.height = "100%"
        yield self._drawing

    def on_resize(self, _event: Resize) -> None:
        self.show()

    def on_key(self, event: Key) -> None:
        """What can be read is typed; it narrows the list."""
        mark = event.character
        if mark and mark.isprintable() and mark not in " /":
            event.stop()
            event.prevent_default()
            self._narrow(self._typed + mark)

    def on_click(self, event: Click) -> None:
        """Tick the row that is clicked on."""
        rows = self._rows(self.size.height)
        at = event.y - _ABOVE
        if 0 <= at < len(rows):
            self._at = rows[at]
            self.action_tick()

    def on_mouse_scroll_down(self) -> None:
        self.action_move(1)

    def on_mouse_scroll_up(self) -> None:
        self.action_move(-1)

    @property
    def found(self) -> list[Rival]:
        """The runs in whose name, id or settings all that is typed stands."""
        return [run for run in self._runs if self._typed.casefold() in _names(run)]

    def action_move(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), max(len(self.found) - 1, 0))
        self.show()

    def action_erase(self) -> None:
        self._narrow(self._typed[:-1])

    def action_tick(self) -> None:
        """Choose the run that is pointed to, or no more."""
        for run in self.found[self._at : self._at + 1]:
            self._full = run not in self._ticked and len(self._ticked) >= self._most
            if run in self._ticked:
                self._ticked.remove(run)
            elif not self._full:
                self._ticked.append(run)
        self.show()

    def action_compare(self) -> None:
        """Answer with what is ticked; what was typed for is ticked first."""
        pointed = self.found[self._at : self._at + 1] if self._typed or not self._ticked else []
        new = [run for run in pointed if run not in self._ticked]
        self.dismiss([*self._ticked, *new][-self._most :])

    def show(self) -> None:
        """Draw the list."""
        columns, rows = self.size
        self._drawing.draw(fit_box([*self._head(columns), *self._list(rows)], columns, rows))

    def _narrow(self, typed: str) -> None:
        self._typed, self._at, self._full = typed, 0, False
        self.show()

    def _head(self, columns: int) -> Lines:
        loud = style(Role.STRONG) | BOLD
        hint = _("type to search · space: tick · enter: compare · esc: back")
        said = _("no more than {most} beside the open run").format(most=self._most)
        answer: Line = [("  " + said, style(Role.FAULT, bold=True))] if self._full else []
        return [
            [("  " + _("Compare the open run with"), loud), *(answer and [("  ", 0), *answer])],
            fit([("  / ", style(Role.KEY) | BOLD), (self._typed + "▏", loud)], columns),
            [("  " + hint, style(Role.MUTED))],
            [],
        ]

    def _rows(self, height: int) -> list[int]:
        """Which runs stand in the rows of the list."""
        count, room = len(self.found), max(height - _ABOVE, 1)
        first = max(0, min(self._at - room // 2, count - room))
        return [*range(first, min(first + room, count))]

    def _list(self, height: int) -> Lines:
        found = self.found
        if not found:
            return [[("    " + _("nothing has that name"), style(Role.MUTED))]]
        return [self._row(found[at], at == self._at) for at in self._rows(height)]

    def _row(self, run: Rival, here: bool) -> Line:
        tick = UNICODE.badges["healthy"] if run in self._ticked else " "
        code = style(Role.ON_CHOSEN, Role.CHOSEN, bold=True) if here else 0
        title, room = _title(run), self.size.width
        own = run.settings[self._shared :]
        about = "  " + " ".join([run.scenario, *own])
        return fit(
            [
                (f" {UNICODE.pointer if here else ' '}", style(Role.KEY, bold=True)),
                (f" {tick} ", style(Role.HEALTHY, bold=True)),
                (shorten(title, room - 6), code),
                (about, style(Role.MUTED)),
            ],
            room,
        )


def _title(run: Rival) -> str:
    found = titles().get(run.scenario)
    return (found.in_language() if found else "") or run.scenario


def _names(run: Rival) -> str:
    """All that a run is found by."""
    found = titles().get(run.scenario)
    words = (found.en, found.es) if found else ()
    return " ".join((run.scenario, *words, *run.settings)).casefold()
