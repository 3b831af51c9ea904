"""Three places where Textual is reached into, each guarded so that nothing breaks without it.

Textual repaints from the left edge of a widget up to a changed span; `exact_spans` makes it write
the span alone, which is a quarter of the bytes, and no colour twice. It blocks the lab when a slow
line cannot take what is written; `backlog` tells how much is waiting, so that frames are dropped
instead. And it paints a screen up to three times when it opens; `superseded` tells which of them is
not the last.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from rich.control import Control
from textual._compositor import ChopsUpdate, LayoutUpdate

from .pen import Pen

if TYPE_CHECKING:
    from rich.console import Console
    from rich.segment import Segment
    from textual.app import App
    from textual.screen import Screen

_RENDER = ["self", "console"]
_EXPECTED: dict[type, dict[str, list[str]]] = {
    ChopsUpdate: {
        "__init__": ["self", "chops", "spans", "chop_ends"],
        "render_segments": _RENDER,
    },
    LayoutUpdate: {"__init__": ["self", "strips", "region"], "render_segments": _RENDER},
}


def exact_spans() -> bool:
    """Install the exact repaint, if this Textual is the one it was made for; say whether it is."""
    if ChopsUpdate.render_segments is _render_spans:
        return True
    found = {
        kind: {name: [*inspect.signature(getattr(kind, name)).parameters] for name in names}
        for kind, names in _EXPECTED.items()
        if all(hasattr(kind, name) for name in names)
    }
    if found != _EXPECTED:
        return False
    ChopsUpdate.render_segments = _render_spans  # pyright: ignore[reportAttributeAccessIssue]
    LayoutUpdate.render_segments = _render_whole  # pyright: ignore[reportAttributeAccessIssue]
    return True


def _render_spans(update: ChopsUpdate, console: Console) -> str:
    """What to write for the changed spans, and for nothing beside them."""
    pen, written = _pen(console), list[str]()
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            start, stop = max(x, x1), min(end, x2)
            if strip is not None and start < stop:
                written.append(Control.move_to(start, y).segment.text)
                written += _written(pen, strip.crop(start - x, stop - x))
    return "".join([*written, pen.rest()])


def _render_whole(update: LayoutUpdate, console: Console) -> str:
    """What to write for all of the screen."""
    pen, written = _pen(console), list[str]()
    for y, line in enumerate(update.strips, update.region.y):
        written.append(Control.move_to(update.region.x, y).segment.text)
        written += (run for strip in line for run in _written(pen, strip))
    return "".join([*written, pen.rest()])


def _pen(console: Console) -> Pen:
    return Pen(getattr(console, "_color_system", None) or ColorSystem.TRUECOLOR)


def _written(pen: Pen, strip: Iterable[Segment]) -> Iterator[str]:
    return (pen.write(text, style) for text, style, _control in strip)


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
