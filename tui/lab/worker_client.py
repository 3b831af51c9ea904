"""The screen's end of the pipe to the worker: starts it, speaks to it, notices when it is gone.

Started before anything else is imported, so that numpy loads on one core while Textual loads on
the other. Writing never waits: what the pipe does not take at once goes out when it can.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from ..protocol import Answer, Command


WORKER = (sys.executable, "-P", "-m", "vglab.tui.worker")
"""With -P nothing is imported from the folder the lab was started in: no random.py of a student."""
_PIECE = 1 << 18
_GOODBYE = 0.5
"""Seconds a worker gets to end by itself when its pipe closes."""

THREADS = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
"""More threads gain nothing on these layers, and take the screen's core."""


def _error_file() -> tuple[IO[bytes], int | IO[bytes]]:
    """A file that takes what the worker says of its end, and the same for subprocess; where nothing
    can be written for a while, its words are lost and it works all the same."""
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115
    except OSError:
        return BytesIO(), subprocess.DEVNULL
    return file, file


class Link:
    """One worker process at a time."""

    def __init__(self, command: Sequence[str] = WORKER, descriptors: Sequence[int] = ()) -> None:
        """Starts the worker; it inherits these descriptors."""
        self._command, self._descriptors = command, descriptors
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_answer: Callable[[Answer], None] = lambda answer: None
        self._on_lost: Callable[[str], None] = lambda reason: None
        self.start()

    def start(self) -> None:
        """Start a worker, in place of one that is gone."""
        self._errors, stderr = _error_file()  # closed with the link, or by the next start
        self.process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=os.environ | THREADS,
            pass_fds=self._descriptors,
        )
        from ..protocol import answers

        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._to, self._from = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self._to, False)
        self._inbox, self._unsent, self.alive = answers(), bytearray(), True
        if self._loop is not None:
            self._loop.add_reader(self._from, self._read)

    def attach(
        self,
        loop: asyncio.AbstractEventLoop,
        on_answer: Callable[[Answer], None],
        on_lost: Callable[[str], None],
    ) -> None:
        """Hand answers to `on_answer` from now on, and the reason to `on_lost` when it dies."""
        self._loop, self._on_answer, self._on_lost = loop, on_answer, on_lost
        loop.add_reader(self._from, self._read)

    def send(self, *orders: Command) -> None:
        """Give orders; to a worker that is gone they are lost, as `on_lost` has reported."""
        from ..protocol import pack

        if self.alive:
            self._unsent += b"".join(map(pack, orders))
            self._write()

    def close(self) -> None:
        """End the worker and leave nothing behind."""
        self._detach()
        self._release()
        self._wait()

    def _read(self) -> None:
        data = os.read(self._from, _PIECE)
        if not data:
            self._report_end()
            return
        for answer in self._inbox.feed(data):
            self._on_answer(answer)

    def _write(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: os.write(self._to, self._unsent)]
        except BlockingIOError:
            if self._loop is not None:
                self._loop.add_writer(self._to, self._write)
            return
        except BrokenPipeError:
            self._unsent.clear()
        if self._loop is not None:
            self._loop.remove_writer(self._to)

    def _report_end(self) -> None:
        """The worker has closed its end: it is dead, or dying."""
        self._detach()
        code = self._wait()
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace").strip().splitlines()
        self._release()
        self._on_lost(words[-1] if words and code > 0 else _exit_reason(code))

    def _wait(self) -> int:
        """Wait for the process and kill it if it takes too long; its exit code."""
        try:
            return self.process.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _release(self) -> None:
        for file in (self.process.stdin, self.process.stdout, self._errors):
            if file is not None:
                with suppress(OSError):
                    file.close()

    def _detach(self) -> None:
        self.alive = False
        if self._loop is not None:
            self._loop.remove_reader(self._from)
            self._loop.remove_writer(self._to)


def _exit_reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
