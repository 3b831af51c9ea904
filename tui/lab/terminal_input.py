"""What a terminal sends, made keys and the like: any byte may come, at any length.

Textual's parser of keys stops for good at a sequence that it cannot make sense of, and takes a
paste that never ends for what is typed ever after; `KeyReader` goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from time import monotonic
from typing import Protocol

from textual.events import Key, Paste
from textual.message import Message

from ...scenarios.errors import is_text

_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"
_LONGEST_PASTE = 4096
"""Characters of a paste that are kept; the longest thing to be typed here is a file's name."""

_SILENCE = 2.0
"""Seconds without a character after which a paste is over, although its end has not come."""

_TERMINAL_STATE = ("mouse_pixels", "terminal_size", "terminal_pixel_size")
"""What a parser has learned of the terminal, by Textual's names."""


class Parser(Protocol):
    """Makes keys and the like of characters."""

    def feed(self, data: str) -> Iterable[Message]: ...
    def tick(self) -> Iterable[Message]: ...


class KeyReader:
    """A parser that no character ends. It begins anew after a sequence that cannot be parsed, and
    gathers pastes itself: the excess of a long one is dropped, and one whose end never comes is
    over when nothing more comes."""

    def __init__(self, make: Callable[[], Parser]) -> None:
        self._make, self._parser = make, make()
        self._tail = ""
        """The last characters, in which a paste may begin."""
        self._paste: str | None = None
        self._last_input = 0.0

    def feed(self, data: str) -> Iterator[Message]:
        """What these characters mean; no characters are the end."""
        if not data:
            yield from self._messages(partial(self._parser.feed, data))
            self._begin_anew()
        while data:
            if self._paste is not None:
                data = yield from self._gather(data)
            else:
                data = yield from self._parse(data)

    def tick(self) -> Iterator[Message]:
        """What it means that nothing came for a moment."""
        if self._paste is None:
            yield from self._messages(self._parser.tick)
        elif monotonic() - self._last_input > _SILENCE:
            yield self._end(self._paste)

    def _parse(self, data: str) -> Generator[Message, None, str]:
        """Read up to where a paste begins; what is left."""
        for at, character in enumerate(data, 1):
            self._tail = (self._tail + character)[-len(_PASTE) :]
            if self._tail == _PASTE:
                self._begin_anew()
                self._paste, self._last_input = "", monotonic()
                return data[at:]
            yield from self._messages(partial(self._parser.feed, character))
        return ""

    def _gather(self, data: str) -> Generator[Message, None, str]:
        """Read up to where the paste ends; what is left."""
        before, self._last_input = self._paste or "", monotonic()
        text = before + data
        overlap = len(_PASTED) - 1
        end = text.find(_PASTED, max(0, len(before) - overlap))
        if end < 0:
            self._paste = text[:_LONGEST_PASTE] + text[_LONGEST_PASTE:][-overlap:]
            return ""
        yield self._end(text[:end])
        return text[end + len(_PASTED) :]

    def _end(self, text: str) -> Paste:
        self._tail, self._paste = "", None
        kept = text[:_LONGEST_PASTE]
        return Paste("".join(c for c in kept if c.isprintable() or c in "\r\n\t"))

    def _messages(self, read: Callable[[], Iterable[Message]]) -> Iterator[Message]:
        try:
            for message in read():
                if not isinstance(message, Key) or is_text(message.character or ""):
                    yield message
        except Exception:  # noqa: BLE001 - whatever the parser has stumbled over
            self._begin_anew()

    def _begin_anew(self) -> None:
        old, self._parser = self._parser, self._make()
        for name in _TERMINAL_STATE:
            if hasattr(old, name):
                setattr(self._parser, name, getattr(old, name))
