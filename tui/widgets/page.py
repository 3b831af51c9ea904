"""A page of text over the room, closed by any of the keys that people try."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen

from ..runs import Lines
from ..strips import Paint
from .drawing import Drawing


class Page(Screen[None]):
    """Shows what `text` makes of its size."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,space,enter,question_mark,f1", "dismiss", show=False)
    ]

    def __init__(self, paint: Paint, text: Callable[[int, int], Lines]) -> None:
        super().__init__()
        self._drawing, self._text = Drawing(paint, "page"), text

    def compose(self) -> ComposeResult:
        self._drawing.styles.width = self._drawing.styles.height = "100%"
        yield self._drawing

    def on_resize(self, event: Resize) -> None:
        self._drawing.draw(self._text(event.size.width, event.size.height))
