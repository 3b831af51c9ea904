"""The door to the lab.

Opened from the command line, inside a function, so that a run without a screen pays for none. The
worker is started first, and told at once what will be wanted: numpy loads, the network is built and
its first charts are drawn on one core while Textual loads on the other.
"""

from __future__ import annotations

import os
import shutil
import signal
import termios
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread
from time import sleep

from ...scenarios.i18n import language
from ..render.glyphs import needed
from .worker_client import Link

_USUAL = 24, 80
"""Rows and columns of a terminal that does not say how large it is."""

_LOOK = 1.0
"""Seconds between two looks at whether a browser's server is still there."""


def open_lab(
    scenario: str, settings: Sequence[str] = (), ascii: bool = False, kiosk: bool = False
) -> None:
    """Open the lab on a preset or a scenario file, and stay until the person leaves."""
    link = Link()
    try:
        ended_by = _run(link, scenario, settings, ascii, kiosk)
    finally:
        link.close()
    if ended_by is not None:
        signal.signal(ended_by, signal.SIG_DFL)
        os.kill(os.getpid(), ended_by)


def _run(
    link: Link, scenario: str, settings: Sequence[str], ascii: bool, kiosk: bool
) -> signal.Signals | None:
    from .scenario_list import catalogue
    from .state import Controls

    listed = catalogue(scenario, settings)
    controls = Controls(listed.ids, language(), [*settings], index=listed.ids.index(scenario))
    controls.ascii = ascii or needed()
    tell_size()
    if "TEXTUAL_DRIVER" in os.environ:
        Thread(target=follow, args=[os.getppid()], daemon=True).start()
    columns, rows = shutil.get_terminal_size()
    controls.size = (columns, rows)
    link.send(*controls.beginning())
    os.environ.setdefault("TEXTUAL_FPS", "120")

    from .app import LabApp

    app = LabApp(link, controls, listed, kiosk)
    app.run()
    return app.ended_by


def tell_size() -> None:
    """Say how large the terminal is where it does not say so itself, as over `ssh -tt` from a
    script; Textual and Rich guess differently, and lay the screen out for ever."""
    with suppress(termios.error):
        if 0 in termios.tcgetwinsize(1):
            termios.tcsetwinsize(1, _USUAL)


def follow(parent: int) -> None:
    """Leave when the server that has started this lab for a browser is gone, however it went."""
    while os.getppid() == parent:
        sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
