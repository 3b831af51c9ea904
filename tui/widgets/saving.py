"""The page on which a changed scenario is saved: it shows the file, and takes a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key, Resize
from textual.screen import Screen

from ..keeping import as_file, page, saved
from ..strips import Paint
from .drawing import Drawing
from .page import WIDEST, centred


class Saving(Screen[None]):
    """Asks for a name until it has been saved, or is not wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("enter", "save", show=False),
        Binding("backspace", "erase", show=False),
    ]

    def __init__(self, paint: Paint, name: str, stated: Sequence[str]) -> None:
        super().__init__()
        self._drawing = Drawing(paint, "page")
        self._asked, self._typed, self._said = (name, stated), "", (True, "")

    def compose(self) -> ComposeResult:
        self._drawing.styles.width = self._drawing.styles.height = "100%"
        yield self._drawing

    def on_resize(self, event: Resize) -> None:
        self._show()

    def on_key(self, event: Key) -> None:
        """What can be read is typed, q and ? too."""
        if event.character and event.character.isprintable():
            self._typed += event.character
            event.stop()
            event.prevent_default()
            self._show()

    def action_erase(self) -> None:
        self._typed = self._typed[:-1]
        self._show()

    def action_save(self) -> None:
        self._said = saved(self._typed, as_file(*self._asked))
        self._show()

    def _show(self) -> None:
        columns, rows = self.size
        lines = page(self._asked, self._typed, self._said, (min(columns, WIDEST), rows))
        self._drawing.draw(centred(lines, columns, rows))
