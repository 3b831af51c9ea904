"""The installed `vglab` command, started as a shell would."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

VGLAB = Path(sys.executable).with_name("vglab")
ROOT = Path(__file__).parent.parent
QUICK = ("--set", "network.depth=3", "--set", "network.width=4", "--steps", "6")
"""What makes any scenario a run of no time at all."""


class Said(NamedTuple):
    """What came of a command line."""

    status: int
    out: str
    err: str


def start(
    *arguments: str, env: Mapping[str, str] | None = None, **how: Any
) -> "subprocess.Popen[bytes]":
    """Start the command; it reads nothing, and both its outputs are piped."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    environ = {**os.environ, "LANGUAGE": "en", **(env or {})}
    return subprocess.Popen([VGLAB, *arguments], env=environ, **{**pipes, **how})


def said(process: "subprocess.Popen[bytes]") -> Said:
    """Wait for it to end."""
    out, err = process.communicate(timeout=60)
    return Said(process.returncode, out.decode(), err.decode())


def python(code: str, *arguments: str) -> str:
    """What a fresh interpreter prints for the code."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
