"""The page on which the factor per layer is guessed: it hides the charts until it is revealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key

from ..revealing import factor, guess_page
from ..runs import Lines
from ..strips import Paint
from .page import Page

_TYPED = "0123456789.,e-+"


class Guess(Page):
    """Takes a number, and shows it against what `known` tells then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("enter", "reveal", show=False),
        Binding("backspace", "erase", show=False),
    ]

    def __init__(self, paint: Paint, known: Callable[[], Mapping[str, float]]) -> None:
        self.typed, self.revealed = "", False
        super().__init__(paint, self._page)
        self._known = known

    def _page(self, columns: int, rows: int) -> Lines:
        return guess_page(self.typed, self.revealed, self._known(), (columns, rows))

    def on_key(self, event: Key) -> None:
        """Once it is revealed, any key goes back."""
        mark = event.character
        if self.revealed and event.key != "L":
            event.stop()
            event.prevent_default()
            self.dismiss()
        elif mark and mark in _TYPED:
            event.stop()
            event.prevent_default()
            self.typed += mark
            self.show()

    def action_erase(self) -> None:
        self.typed = self.typed[:-1]
        self.show()

    def action_reveal(self) -> None:
        self.revealed = factor(self.typed) is not None
        self.show()
