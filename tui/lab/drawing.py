"""A place on the screen that shows lines of runs, and repaints only what has changed in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from ...scenarios.control_characters import blot_controls
from ..render.glyphs import to_ascii
from ..render.palette import Depth, Role, palette
from ..render.styled_text import BOLD, Line, Lines, back, differing_spans, front, width
from .keymap import Key


class Drawing(Widget):
    """Shows lines of runs, and repaints what has changed in them."""

    def __init__(self, paint: Paint, id: str) -> None:
        super().__init__(id=id)
        self._paint = paint
        self._lines: Lines = []
        self._strips: list[Strip] = []

    @property
    def lines(self) -> Lines:
        """The lines that are shown."""
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
                regions += [Region(x1, y, x2 - x1, 1) for x1, x2 in differing_spans(before, after)]
        if regions:
            self.refresh(*regions)

    def repaint(self, paint: Paint) -> None:
        """Show the same in other colors."""
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


class Pad(Drawing, can_focus=True):
    """A drawing with keys of its own. A character is offered to `on_character` first, which says
    whether it takes it."""

    def __init__(
        self, paint: Paint, id: str, on_character: Callable[[str], bool] | None = None
    ) -> None:
        super().__init__(paint, id)
        self._on_character = on_character

    def on_key(self, event: events.Key) -> None:
        """A character that is typed goes no further."""
        if self._on_character and event.character and self._on_character(event.character):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is as if it had been typed, but for keys: nothing else is done by it."""
        if self._on_character:
            for character in " ".join(event.text.split()):
                self._on_character(character)
        event.stop()


def pad(
    paint: Paint, id: str, keys: Sequence[Key], on_character: Callable[[str], bool] | None = None
) -> Pad:
    """A pad with these keys. Textual takes a widget's keys from its class, so it gets its own."""
    bindings = [Binding(key.bound, key.action, show=False) for key in keys]
    return type("Pad", (Pad,), {"BINDINGS": bindings})(paint, id, on_character)


_DEPTHS: dict[str | None, Depth] = {"truecolor": "truecolor", "256": "256"}


def merge_runs(line: Line) -> Line:
    """A line that looks the same in fewer runs: of a blank only the ground is seen."""
    merged: Line = []
    for text, code in line:
        if (
            merged
            and (not text.strip() or code == merged[-1][1])
            and back(code) == back(merged[-1][1])
        ):
            merged[-1] = (merged[-1][0] + text, merged[-1][1])
        else:
            merged.append((text, code))
    return merged


class Paint:
    """The styles of one theme on one kind of terminal."""

    def __init__(
        self, dark: bool, colors: str | None, ascii: bool = False, safe: bool = False
    ) -> None:
        self.dark, self._ascii = dark, ascii
        self.depth: Depth = _DEPTHS.get(colors, "standard")
        self.palette = palette(dark, self.depth, safe)
        self.style = cache(self._style)

    def _style(self, code: int) -> Style:
        ground = back(code) or Role.PAPER
        return Style(
            color=self.palette[front(code)], bgcolor=self.palette[ground], bold=bool(code & BOLD)
        )

    def strip(self, line: Line) -> Strip:
        """A line in this paint."""
        merged = merge_runs(line)
        runs = [Segment(self._spell(text), self.style(code)) for text, code in merged]
        return Strip(runs, width(line))

    def _spell(self, text: str) -> str:
        """The text as it is shown, as long as it was."""
        shown = blot_controls(text)
        return to_ascii(shown) if self._ascii else shown

    def blank(self, columns: int) -> Strip:
        """A blank line in this paint."""
        return self.strip([(" " * columns, 0)])
