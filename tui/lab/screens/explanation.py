"""The page that explains the chart in focus: it goes with the training, the layer and the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from ...render.styled_text import Lines, fit_box
from ..bench.navigation import Navigation
from ..drawing import Paint
from .help import help_page
from .page import Page


class ExplanationPage(Page):
    """What there is to say of the chart in focus, and under it the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "layer(-1)", show=False),
        Binding("right,l", "layer(1)", show=False),
        Binding("tab", "aim(1)", show=False),
        Binding("shift+tab", "aim(-1)", show=False),
    ]

    def __init__(
        self, paint: Paint, explanation: Callable[[], Lines], navigation: Navigation
    ) -> None:
        super().__init__(paint, self._page)
        self._explanation, self._navigation = explanation, navigation

    def _page(self, columns: int, rows: int) -> Lines:
        words = self._explanation()
        lines = [[], *words, [], *help_page(columns, 0)] if words else help_page(columns, rows)
        return fit_box(lines, columns, max(rows, len(lines)))

    def action_layer(self, by: int) -> None:
        self._navigation.layer(by)

    def action_aim(self, by: int) -> None:
        self._navigation.focus(by)
