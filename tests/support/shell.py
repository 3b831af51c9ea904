"""The installed `vglab` command, started as a shell would."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple

VGLAB = Path(sys.executable).with_name("vglab")
ROOT = Path(__file__).parents[2]
Stream = int | IO[bytes] | None
QUICK = ("--set", "network.depth=3", "--set", "network.width=4", "--steps", "6")
"""What makes any scenario a run of no time at all."""


class CommandResult(NamedTuple):
    """A finished command: its exit status and what it printed."""

    status: int
    out: str
    err: str


def start(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = subprocess.PIPE,
    stderr: Stream = subprocess.PIPE,
    start_new_session: bool = False,
) -> "subprocess.Popen[bytes]":
    """Start the command, its outputs unbuffered on our side."""
    environ = {**os.environ, "LANGUAGE": "en", **(env or {})}
    return subprocess.Popen(
        [VGLAB, *arguments],
        0,
        env=environ,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=start_new_session,
    )


def result_of(process: "subprocess.Popen[bytes]") -> CommandResult:
    """Wait for a process to end; its result. Raises TimeoutExpired after a minute."""
    out, err = process.communicate(timeout=60)
    return CommandResult(process.returncode, out.decode(), err.decode())


def python(code: str, *arguments: str) -> str:
    """What a fresh interpreter prints for the code. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
