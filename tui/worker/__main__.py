"""The process behind the lab's screen: it trains and draws, so that the screen never waits.

Run as `python -m vglab.tui.worker`; orders come in on standard input, answers go out on standard
output (see protocol.py). It leaves Ctrl-C to the screen, and ends when the screen's end of the pipe
closes, however that came about: no process is left behind.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

from ..protocol import commands, pack

if TYPE_CHECKING:
    from .session import Session
    from .watch_session import WatchSession

_PIECE = 1 << 16


def serve(source: int, sink: int) -> None:
    """Obey what comes in on one descriptor, answer on the other, until the first one closes."""
    inbox, session = commands(), new_session(sys.argv[1:])
    while True:
        waiting, _, _ = select.select([source], [], [], session.patience(monotonic()))
        if waiting:
            data = os.read(source, _PIECE)
            if not data:
                session.close()
                return
            for order in inbox.feed(data):
                session.obey(order)
        session.work(monotonic())
        answer = session.answer(monotonic(), monotonic)
        if answer is not None:
            send(sink, pack(answer))
            gc.enable()


def new_session(words: Sequence[str]) -> Session | WatchSession:
    """A session that trains; or with `watch`, and the descriptor of a pipe where there is one, a
    session that reads recordings."""
    if words[:1] == ["watch"]:
        from .watch_session import WatchSession

        return WatchSession(int(words[1]) if words[1:] else None)
    from .session import Session

    return Session()


def send(sink: int, data: bytes) -> None:
    """Write all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(sink, view) :]


def main() -> None:
    """Keep the pipe to ourselves: whatever else prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # until the first frame: of what is made for that, nothing is garbage
    sink = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(sys.stdin.fileno(), sink)
    except BrokenPipeError:
        return


if __name__ == "__main__":
    main()
