"""The one file that uses what Textual keeps to itself; nothing breaks where a release has moved it.

Textual repaints from the left edge of a widget up to a changed span; `exact_spans` makes it write
the span alone, which is a quarter of the bytes, and no colour twice. It paints a screen up to three
times when it opens; `skip_superseded` drops those that are not the last. And it blocks the lab when
a slow line cannot take what is written; `backlog` tells how much is waiting, so that frames are
dropped instead. Each is looked at before it is used; where it is not as expected, Textual does as
it always does, in more bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from rich.control import Control
from textual.geometry import Region

from .pen import Pen

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.segment import Segment
    from textual._compositor import ChopsUpdate, LayoutUpdate
    from textual.app import App
    from textual.screen import Screen


def exact_spans() -> bool:
    """Install the exact repaint, if this Textual is the one it was made for; say whether it is."""
    try:
        inner = import_module("textual._compositor")
        spans, whole = inner.ChopsUpdate, inner.LayoutUpdate
    except (ImportError, AttributeError):
        return False
    if spans.render_segments is _render_spans:
        return True
    known = _made_of(spans, chops=[], spans=[], chop_ends=[]) and _made_of(
        whole, strips=[], region=Region()
    )
    if known:
        spans.render_segments, whole.render_segments = _render_spans, _render_whole
    return known


def _made_of(update: type[Any], **parts: object) -> bool:
    """Whether an update keeps these parts by these names, and is written for a console."""
    try:
        kept = vars(update(**parts))
        parameters = [*signature(update.render_segments).parameters]
    except (AttributeError, TypeError):
        return False
    return parts.items() <= kept.items() and parameters == ["self", "console"]


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
    return Pen(COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR))


def _written(pen: Pen, strip: Iterable[Segment]) -> Iterator[str]:
    return (pen.write(text, style) for text, style, _control in strip)


def skip_superseded(app: App[Any]) -> bool:
    """Have an app write no change where all of the screen is about to be written; say whether it
    can be had.

    Textual first paints what a new layout has touched, and then, where that was asked for, the
    whole; at the start each of them is a full screen.
    """
    display = getattr(app, "_display", None)
    if display is None or [*signature(display).parameters] != ["screen", "renderable"]:
        return False

    def last(screen: Screen[Any], renderable: RenderableType | None) -> None:
        if not getattr(screen, "_repaint_required", False):
            display(screen, renderable)

    setattr(app, "_display", last)  # noqa: B010
    return True


def backlog(app: App[Any]) -> int:
    """How many writes the terminal has not taken yet; 0 where that cannot be known."""
    writer = getattr(getattr(app, "_driver", None), "_writer_thread", None)
    waiting = getattr(getattr(writer, "_queue", None), "qsize", None)
    return waiting() if waiting else 0
