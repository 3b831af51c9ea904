"""Three places where Textual is reached into, each guarded so that nothing breaks without it.

Textual repaints from the left edge of a widget up to a changed span; `exact_spans` makes it write
the span alone, which is a quarter of the bytes. And it blocks the lab when a slow line cannot take
what is written; `backlog` tells how much is waiting, so that frames are dropped instead.
And it paints a screen up to three times when it opens; `superseded` tells which of them is not the
last.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from rich.control import Control
from textual._compositor import ChopsUpdate

if TYPE_CHECKING:
    from rich.console import Console
    from textual.app import App
    from textual.screen import Screen

_EXPECTED = {
    "__init__": ["self", "chops", "spans", "chop_ends"],
    "render_segments": ["self", "console"],
}


def exact_spans() -> bool:
    """Install the exact repaint, if this Textual is the one it was made for; say whether it is."""
    if ChopsUpdate.render_segments is _render_spans:
        return True
    found = {
        name: [*inspect.signature(getattr(ChopsUpdate, name)).parameters]
        for name in _EXPECTED
        if hasattr(ChopsUpdate, name)
    }
    if found != _EXPECTED:
        return False
    ChopsUpdate.render_segments = _render_spans  # pyright: ignore[reportAttributeAccessIssue]
    return True


def _render_spans(update: ChopsUpdate, console: Console) -> str:
    """What to write for the changed spans, and for nothing beside them."""
    written: list[str] = []
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            start, stop = max(x, x1), min(end, x2)
            if strip is not None and start < stop:
                written.append(Control.move_to(start, y).segment.text)
                written.append(strip.crop(start - x, stop - x).render(console))
    return "".join(written)


def superseded(screen: Screen[Any]) -> bool:
    """Whether all of a screen is about to be painted: what is written before that is written twice.

    Textual first paints what a new layout has touched, and then, where that was asked for, the
    whole; at the start each of them is a full screen.
    """
    return bool(getattr(screen, "_repaint_required", False))


def backlog(app: App[Any]) -> int:
    """How many writes the terminal has not taken yet; 0 where that cannot be known."""
    writer = getattr(getattr(app, "_driver", None), "_writer_thread", None)
    queue = getattr(writer, "_queue", None)
    return queue.qsize() if queue is not None else 0
