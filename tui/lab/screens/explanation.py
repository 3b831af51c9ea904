"""The page that explains the chart in focus: it goes with the training, the layer and the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from ...render.styled_text import Lines, fit_box
from ..drawing import Paint
from .page import Page


class ExplanationPage(Page):
    """What there is to say of the chart in focus, and under it the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "navigation.layer(-1)", show=False),
        Binding("right,l", "navigation.layer(1)", show=False),
        Binding("tab", "navigation.focus(1)", show=False),
        Binding("shift+tab", "navigation.focus(-1)", show=False),
    ]

    def __init__(
        self,
        paint: Paint,
        explanation: Callable[[], Lines],
        keys: Callable[[int, int], Lines],
    ) -> None:
        """`keys` is the page of keys for so many columns and rows."""
        super().__init__(paint, self._page)
        self._explanation, self._keys = explanation, keys

    def _page(self, columns: int, rows: int) -> Lines:
        words = self._explanation()
        lines = [[], *words, [], *self._keys(columns, 0)] if words else self._keys(columns, rows)
        return fit_box(lines, columns, max(rows, len(lines)))
