"""The page that explains the chart in focus: it goes with the training, the layer and the focus."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from ..bench import Bench
from ..help import help_page
from ..runs import Lines, boxed
from ..strips import Paint
from .page import Page


class Explanation(Page):
    """What the bench knows of its chart, and under it the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "layer(-1)", show=False),
        Binding("right,l", "layer(1)", show=False),
        Binding("tab", "aim(1)", show=False),
        Binding("shift+tab", "aim(-1)", show=False),
    ]

    def __init__(self, paint: Paint, bench: Bench) -> None:
        super().__init__(paint, self._page)
        self._bench = bench

    def _page(self, columns: int, rows: int) -> Lines:
        said = self._bench.explanation
        lines = [[], *said, [], *help_page(columns, 0)] if said else help_page(columns, rows)
        return boxed(lines, columns, max(rows, len(lines)))

    def action_layer(self, by: int) -> None:
        self._bench.action_layer(by)

    def action_aim(self, by: int) -> None:
        self._bench.action_aim(by)
