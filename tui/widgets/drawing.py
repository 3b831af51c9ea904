"""A place on the screen that shows lines of runs, and repaints only what has changed in them."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from ..runs import Lines, changed
from ..strips import Paint


class Drawing(Widget):
    """Shows finished lines; it does not know what they mean."""

    def __init__(self, paint: Paint, id: str) -> None:
        super().__init__(id=id)
        self._paint = paint
        self._lines: Lines = []
        self._strips: list[Strip] = []

    @property
    def lines(self) -> Lines:
        """What is shown."""
        return self._lines

    def draw(self, lines: Lines) -> None:
        """Show these lines from now on."""
        old, self._lines = self._lines, lines
        if len(old) != len(lines):
            self._repaint()
            return
        regions: list[Region] = []
        for y, (before, after) in enumerate(zip(old, lines, strict=True)):
            if before != after:
                self._strips[y] = self._paint.strip(after)
                regions += [Region(x1, y, x2 - x1, 1) for x1, x2 in changed(before, after)]
        if regions:
            self.refresh(*regions)

    def repaint(self, paint: Paint) -> None:
        """Show the same in other colours."""
        self._paint = paint
        self._repaint()

    def _repaint(self) -> None:
        self._strips = [self._paint.strip(line) for line in self._lines]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        columns = self.size.width
        if y >= len(self._strips):
            return self._paint.blank(columns)
        return self._strips[y].adjust_cell_length(columns, self._paint.style(0))
