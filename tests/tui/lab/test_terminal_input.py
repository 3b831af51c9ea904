"""No character that a terminal can send stops the parser of keys, and no paste goes on for ever."""

import codecs
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual.drivers.linux_driver import XTermParser  # pyright: ignore[reportPrivateImportUsage]
from textual.events import Key, Paste, Resize
from textual.message import Message
from vglab.tui.lab import terminal_input
from vglab.tui.lab.layout import usable
from vglab.tui.lab.terminal_input import KeyReader

START, END = "\x1b[200~", "\x1b[201~"


def read(*pieces: str) -> list[Message]:
    reader = KeyReader(XTermParser)
    return [message for piece in pieces for message in reader.feed(piece)]


def shown(messages: list[Message]) -> Iterator[object]:
    for message in messages:
        match message:
            case Key():
                yield message.key
            case Paste():
                yield (message.text,)
            case Resize():
                yield message.size
            case _:
                yield type(message).__name__


HOSTILE = [
    "\x1b[1114112u",
    "\x1b[27;5;99999999~",
    "\x1b[99999999999999u",
    "\x1b[48;0;0;0;0t\x1b[<0;5;5M",
    "\x1b[48;99999;99999;1;1t",
    "\x1b[55296u",
    "\x1b[97;1;55296u",
    "\x1b[M\ufffd\ufffd\ufffd",
    "\x1b[<99999999999999999999;5;5M",
]


@pytest.mark.parametrize("sequence", HOSTILE, ids=ascii)
def test_a_key_after_any_sequence_is_read(sequence: str) -> None:
    keys = [message for message in read(sequence, "j") if isinstance(message, Key)]
    assert keys[-1].key == "j"
    assert all((key.character or "").isprintable() for key in keys)


CHARACTERS = st.text(st.one_of(st.sampled_from("\x1b[]<>;:0123456789MmutAR~?$yO"), st.characters()))


@given(CHARACTERS)
@example("\x1b[1114112u")
def test_whatever_comes_a_paste_and_a_key_after_it_are_read(text: str) -> None:
    messages = read(text, f"{END}{START}hello{END}", "j")
    assert [*shown(messages)][-2:] == [("hello",), "j"]


@given(st.binary())
def test_whatever_bytes_come_they_are_characters(data: bytes) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    read(decoder.decode(data), "j")


@given(st.text(st.sampled_from("\x1b[201~0a\r"), max_size=30), st.data())
def test_a_paste_is_one_however_it_comes(text: str, data: Any) -> None:
    text = text.replace(END, "")
    whole = f"x{START}{text}{END}y"
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1))))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    before = text.partition(END)[0].replace("\x1b", "")
    assert [*shown(read(*pieces))] == ["x", (before,), "y"]


@pytest.mark.parametrize("size", [100, 4096, 5000, 1 << 20])
@pytest.mark.parametrize("step", [4096, 7])
def test_the_excess_of_a_paste_is_dropped(size: int, step: int) -> None:
    whole = START + "a" * min(size, 10_000 if step < 100 else size) + END + "q"
    messages = read(*(whole[at : at + step] for at in range(0, len(whole), step)))
    (text,), key = shown(messages)  # type: ignore[misc]
    assert (text, key) == ("a" * min(size, 4096), "q")


def test_a_paste_without_an_end_is_over_when_nothing_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(terminal_input, "monotonic", lambda: now[0])
    reader = KeyReader(XTermParser)
    assert [*reader.feed(START + "abc")] == []
    now[0] = 1.9
    assert [*reader.tick()] == []
    assert [*reader.feed("d\x9b\x00")] == []
    now[0] = 3.8
    assert [*reader.tick()] == []
    now[0] = 4.0
    assert [*shown([*reader.tick()])] == [("abcd",)]
    assert [*shown([*reader.feed("q")])] == ["q"]


def test_no_characters_between_others_end_nothing() -> None:
    assert [*shown(read("", "\x1b[200~", "", "a\x1b[201~", "", "q"))] == [("a",), "q"]


def test_escape_alone_is_a_key_when_nothing_comes() -> None:
    class Silent(XTermParser):
        """For which an age has passed."""

        def tick(self):  # noqa: ANN202
            self._timeout_time = 0.0
            return super().tick()

    reader = KeyReader(Silent)
    assert [*reader.feed("\x1b")] == []
    assert [*shown([*reader.tick()])] == ["escape"]


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ((120, 40), (120, 40)),
        ((0, 0), (0, 0)),
        ((-5, 24), (0, 24)),
        ((65535, 65535), (500, 200)),
        ((float("inf"), 1e300), (500, 200)),
        (("120", None), (80, 24)),
        ((float("nan"), 40), (500, 40)),
    ],
    ids=str,
)
def test_a_terminal_is_as_large_as_can_be_drawn(said: tuple[Any, Any], drawn: object) -> None:
    assert usable(said) == drawn
