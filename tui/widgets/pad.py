"""A drawing that takes keys of its own while it is in focus, before the screen gets them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.binding import Binding
from textual.events import Key

from ..keymap import Key as Row
from ..strips import Paint
from .drawing import Drawing


class Pad(Drawing, can_focus=True):
    """Its keys are the screen's actions; characters it may want are offered to `typed`."""

    def __init__(self, paint: Paint, id: str, typed: Callable[[str], bool] | None = None) -> None:
        super().__init__(paint, id)
        self._typed = typed

    def on_key(self, event: Key) -> None:
        """A character that is typed goes no further."""
        if self._typed and event.character and self._typed(event.character):
            event.stop()
            event.prevent_default()


def pad(
    paint: Paint, id: str, keys: Sequence[Row], typed: Callable[[str], bool] | None = None
) -> Pad:
    """A pad with these keys. Textual takes a widget's keys from its class, so it gets its own."""
    bindings = [Binding(row.keys, f"screen.{row.action}", show=False) for row in keys]
    return type("Pad", (Pad,), {"BINDINGS": bindings})(paint, id, typed)
