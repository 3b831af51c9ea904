"""The one file that uses what Textual keeps to itself; nothing breaks where a release has moved it.

Textual repaints from the left edge of a widget up to a changed span; `exact_spans` makes it write
the span alone, which is a quarter of the bytes, and no color twice. It paints a screen up to three
times when it opens; `skip_superseded` drops those that are not the last. And it blocks the lab when
a slow line cannot take what is written; `backlog` tells how much is waiting, so that frames are
dropped instead. `read_any_input` has it go on after bytes that it would end by, and leave where the
terminal is gone, `believe_the_last_size` has it lay out a screen for one size where two have come,
and `end_quietly` keeps its report of an error of ours off the screen. `keep_one_screen` lets no
burst of keys close what is beneath a page. Each is looked at before it is used; where it
is not as expected, Textual does as it always does.
"""

from __future__ import annotations

import os
import signal
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from rich.control import Control
from rich.style import Style
from textual.await_complete import AwaitComplete
from textual.geometry import Region, Size
from textual.screen import Screen

from ...scenarios.control_characters import blot_controls
from .terminal_input import KeyReader

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.segment import Segment
    from textual._compositor import ChopsUpdate, LayoutUpdate
    from textual.app import App


def exact_spans() -> bool:
    """Install the exact repaint, if this Textual is the one it was made for; say whether it is."""
    try:
        inner = import_module("textual._compositor")
        spans, whole = inner.ChopsUpdate, inner.LayoutUpdate
    except (ImportError, AttributeError):
        return False
    if spans.render_segments is _render_spans:
        return True
    known = _has_parts(spans, chops=[], spans=[], chop_ends=[]) and _has_parts(
        whole, strips=[], region=Region()
    )
    if known:
        spans.render_segments, whole.render_segments = _render_spans, _render_whole
    return known


def _has_parts(update: type[Any], **parts: object) -> bool:
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
                written += _write(pen, strip.crop(start - x, stop - x))
    return "".join([*written, pen.rest()])


def _render_whole(update: LayoutUpdate, console: Console) -> str:
    """What to write for all of the screen."""
    pen, written = _pen(console), list[str]()
    for y, line in enumerate(update.strips, update.region.y):
        written.append(Control.move_to(update.region.x, y).segment.text)
        written += (run for strip in line for run in _write(pen, strip))
    return "".join([*written, pen.rest()])


def _pen(console: Console) -> Pen:
    return Pen(COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR))


def _write(pen: Pen, strip: Iterable[Segment]) -> Iterator[str]:
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


def read_any_input(app: App[Any]) -> bool:
    """Have what an app's terminal sends read by a decoder and a parser that no byte ends, and that
    end with the terminal; say whether it can be had."""
    driver = sys.modules.get(app.driver_class.__module__)
    parser: Any = getattr(driver, "XTermParser", None)
    if getattr(parser, "func", None) is _key_reader:
        return True
    known = hasattr(driver, "getincrementaldecoder") and {"feed", "tick"} <= {*dir(parser)}
    if known:
        setattr(driver, "XTermParser", partial(_key_reader, parser))  # noqa: B010
        setattr(driver, "getincrementaldecoder", _lenient)  # noqa: B010
    return known


def keep_one_screen(app: App[Any]) -> None:
    """Have a page that a burst of keys closes twice closed once: its second key reaches it before
    it is gone, and Textual ends by an error where the last screen is to be taken away."""
    pop = app.pop_screen

    def pop_screen() -> AwaitComplete:
        return pop() if len(app.screen_stack) > 1 else AwaitComplete.nothing()

    setattr(app, "pop_screen", pop_screen)  # noqa: B010


def _key_reader(parser: type[Any], *arguments: object, **settings: object) -> KeyReader:
    return KeyReader(partial(parser, *arguments, **settings))


def _lenient(encoding: str) -> partial[TerminalDecoder]:
    return partial(TerminalDecoder, encoding)


class TerminalDecoder:
    """Decodes what a terminal sends, whatever it is. One that can be read and sends nothing is
    gone: Textual would go on reading it for ever, where no SIGHUP comes, as below a `make` that
    leads the session."""

    def __init__(self, encoding: str) -> None:
        self._decoder, self._gone = getincrementaldecoder(encoding)(errors="replace"), False

    def decode(self, data: bytes, final: bool = False) -> str:
        """The text of some more bytes."""
        if not data and not self._gone:
            self._gone = True
            os.kill(os.getpid(), signal.SIGHUP)
        return self._decoder.decode(data, final)


_SCREEN_RESIZED = getattr(Screen, "_screen_resized", None)


def believe_the_last_size() -> bool:
    """Have screens laid out for no size but the app's own; say whether it can be had.

    A screen that is laid out tells itself its new size by a message. Where another new size was
    waiting behind the first, the two are answered in turn for ever.
    """
    if not callable(_SCREEN_RESIZED) or [*signature(_SCREEN_RESIZED).parameters] != [
        "self",
        "size",
    ]:
        return False
    setattr(Screen, "_screen_resized", _lay_out)  # noqa: B010
    return True


def _lay_out(screen: Screen[Any], size: Size, lay_out: Any = _SCREEN_RESIZED) -> None:
    if size == screen.app.size:
        lay_out(screen, size)


def end_quietly(app: App[Any]) -> bool:
    """Have an error that nobody has caught end an app by its `panic`, without Textual's own pages
    about it; say whether it can be had."""
    known = hasattr(app, "_fatal_error")
    if known:
        setattr(app, "_fatal_error", app.panic)  # noqa: B010
    return known


REST = "\x1b[0m"


class TextLook(NamedTuple):
    """How a terminal is to draw a run: its color, its background, its weight."""

    front: str = "39"
    ground: str = "49"
    weight: str = "22"


PLAIN = TextLook()
"""How a terminal writes before any style is set."""


class Pen:
    """The style a terminal writes in now."""

    def __init__(self, system: ColorSystem) -> None:
        self._system, self._current = system, PLAIN

    def write(self, text: str, style: Style | None) -> str:
        """A run, and before it what is new about it; nothing in the run itself steers the
        terminal."""
        text = blot_controls(text)
        look = PLAIN if style is None else look_of(style, self._system)
        if look is None or style is None:
            return self.rest() + (style.render(text, color_system=self._system) if style else text)
        if not text.strip(" "):
            look = TextLook(self._current.front, look.ground, self._current.weight)
        new = [said for said, held in zip(look, self._current, strict=True) if said != held]
        self._current = look
        return f"\x1b[{';'.join(new)}m{text}" if new else text

    def rest(self) -> str:
        """Take everything back."""
        held, self._current = self._current, PLAIN
        return "" if held == PLAIN else REST


@lru_cache(4096)
def look_of(style: Style, system: ColorSystem) -> TextLook | None:
    """The escape sequence of a style; None where a pen cannot write it."""
    more = (style.italic, style.underline, style.reverse, style.strike, style.dim, style.blink)
    if any(more) or style.link:
        return None
    front, ground = style.color, style.bgcolor
    return TextLook(
        ";".join(front.downgrade(system).get_ansi_codes()) if front else PLAIN.front,
        ";".join(ground.downgrade(system).get_ansi_codes(False)) if ground else PLAIN.ground,
        "1" if style.bold else PLAIN.weight,
    )
