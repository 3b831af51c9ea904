"""The program as a stranger works it: words of a command line, and bytes of a keyboard."""

import contextlib
import io
import re
import sys
from collections.abc import Callable, Generator
from typing import Any
from unittest.mock import patch

from textual.drivers.linux_driver import XTermParser  # pyright: ignore[reportPrivateImportUsage]
from vglab.tui.cli.group import all_commands
from vglab.tui.cli.main import run
from vglab.tui.lab.terminal_input import KeyReader

TRAINING = ("compare", "remedies", "claims", "sweep", "serve")
"""Commands whose words alone are tried: what they do takes its time."""
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What must not reach a terminal from a stranger's words."""


@contextlib.contextmanager
def words_alone() -> Generator[None]:
    """The commands that train do nothing for as long as this lasts."""
    commands = all_commands()
    kept: dict[str, Callable[..., Any] | None] = {n: commands[n].callback for n in TRAINING}
    for name in TRAINING:
        commands[name].callback = lambda **_: None
    try:
        yield
    finally:
        for name, callback in kept.items():
            commands[name].callback = callback


def command_line(data: bytes) -> bool:
    """Ends with a status that is known, without a traceback or a raw control character; whether
    the words were taken. A run is never one of them."""
    text = data.replace(b"\0", b"").decode("utf-8", "surrogateescape")  # no system hands on a NUL
    words = [word for word in text.split("\x1f") if word]
    if not words or words[0].startswith("-"):
        words = ["show", *words]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape") for _ in range(2))
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        with words_alone():
            status = run(words)
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.stdout, sys.stderr = kept
    assert status in (0, 1, 2), status
    for stream in (out, err):
        stream.flush()
        said = stream.buffer.getvalue().decode("utf-8", "surrogateescape")
        assert not RAW.search(said), (words, said)
        assert "Traceback" not in said
    return status == 0


def keyboard(data: bytes) -> bool:
    """The reader of keys goes on after any bytes, and still knows a `q`."""
    reader = KeyReader(XTermParser)
    for start in range(0, len(data), 7):
        list(reader.feed(data[start : start + 7].decode("utf-8", "ignore")))
    with patch("vglab.tui.lab.terminal_input.monotonic", lambda: 1e12):
        list(reader.tick())
    list(reader.feed("\x1b[201~"))
    for _ in range(40):
        list(reader.tick())
    keys = [getattr(message, "key", "") for message in reader.feed("qq")]
    assert "q" in keys, (data, keys)
    return True
