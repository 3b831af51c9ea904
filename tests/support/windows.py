"""`python windows.py`: commands as on a system without POSIX, one a line of JSON on stdin; of each
its status, output and errors as a line of JSON.

What Windows lacks is taken away: modules, functions of `os`, signals. What the standard library and
others decide by the system when they are loaded is loaded before. Paths stay those of this system.
"""

import asyncio
import concurrent.futures.process as _process
import contextlib
import io
import json
import logging.handlers as _logging
import multiprocessing.popen_spawn_posix as _spawn
import multiprocessing.shared_memory as _shared
import multiprocessing.synchronize as _synchronize
import os
import shlex
import signal
import subprocess
import sys
import types
import warnings

import click
import matplotlib.backends.backend_agg as _agg
import matplotlib.backends.backend_svg as _svg
import matplotlib.figure as _figure
import numpy as np
import platformdirs
import psutil
import rich.console as _rich

LOADED = (
    asyncio,
    _process,
    _logging,
    _spawn,
    _shared,
    _synchronize,
    subprocess,
    click,
    np,
    platformdirs,
)
LOADED += (psutil, _rich, _agg, _svg, _figure)
MODULES = ("fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "syslog", "curses")
SYSTEM = """fork forkpty getuid geteuid getgid getegid setsid setpgid getpgid killpg mkfifo openpty
    sched_getaffinity statvfs getloadavg ctermid uname wait3 wait4 O_NOFOLLOW O_DIRECTORY"""
SIGNALS = "HUP KILL XCPU ALRM USR1 USR2 PIPE QUIT TSTP WINCH"
FUNCTIONS = ["pthread_sigmask", "setitimer", "alarm", "sigwait", "pause"]


def take_away() -> None:
    """Leave what there is on Windows too."""
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    signals = [*(f"SIG{name}" for name in SIGNALS.split()), *FUNCTIONS]
    for owner, names in ((os, SYSTEM.split()), (signal, signals)):
        for name in names:
            if hasattr(owner, name):
                delattr(owner, name)
    locks = types.ModuleType("msvcrt")
    locks.LK_NBLCK, locks.locking = 2, lambda *_: None  # type: ignore[attr-defined]
    sys.modules["msvcrt"] = locks
    sys.platform = "win32"
    warnings.filterwarnings("error", category=EncodingWarning, module=r"vglab\.")


def carry_out(arguments: list[str]) -> dict[str, object]:
    """A command's status and what it printed, in an encoding as Windows' pipes have."""
    from vglab.tui.cli.main import run

    streams = [io.TextIOWrapper(io.BytesIO(), encoding="cp1252") for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        try:
            status = run(arguments)
        except SystemExit as ended:
            status = ended.code
    said = []
    for stream in streams:
        stream.flush()
        said.append(stream.buffer.getvalue().decode("latin-1"))
    return {"status": status, "out": said[0], "err": said[1]}


if __name__ == "__main__":
    take_away()
    for line in sys.stdin:
        print(json.dumps(carry_out(shlex.split(line))), flush=True)
