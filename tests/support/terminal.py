"""A terminal for the lab: a pseudo-terminal whose other end a test reads and types at."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import pyte
from shell import VGLAB


class Terminal:
    """A program on a pseudo-terminal, and what it shows."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        program: Sequence[str] = (str(VGLAB),),
        sized: bool = True,
    ) -> None:
        self.screen: Any = pyte.Screen(*size)
        self._stream: Any = pyte.ByteStream(self.screen)
        self.output = bytearray()
        self.fd, there = pty.openpty()
        told = (size[1], size[0], 0, 0) if sized else (0, 0, 0, 0)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", *told))
        self.before = termios.tcgetattr(self.fd)
        usual = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANGUAGE": "en"}
        self.process = subprocess.Popen(
            [*program, *arguments],
            stdin=there,
            stdout=there,
            stderr=there,
            env={**os.environ, **usual, **(env or {})},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0) and None,
        )
        os.close(there)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.fd)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.screen.display)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.fd, keys.encode())

    def pump(self, seconds: float) -> int:
        """Read for a while; how many bytes came."""
        end, count = time.monotonic() + seconds, 0
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                try:
                    data = os.read(self.fd, 1 << 16)
                except OSError:
                    return count
                count += len(data)
                self.output += data
                self._stream.feed(data)
        return count

    def until(self, condition: Callable[["Terminal"], object], seconds: float = 60.0) -> None:
        """Read until something is seen."""
        limit = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < limit, f"not seen:\n{self.text}"
            self.pump(0.05)

    def wait_for_end(self, seconds: float = 10.0) -> int:
        """Read until the program has ended; its status."""
        self.until(lambda terminal: terminal.process.poll() is not None, seconds)
        self.pump(0.1)
        return self.process.returncode
