"""Opens the lab, from the command line.

Imported inside a function there, so that a run without a screen loads none of it. The
worker is started first, and told at once what will be wanted: numpy loads, the network is built and
its first charts are drawn on one core while Textual loads on the other.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
import termios
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING

from ...scenarios.i18n import _, language
from ...scenarios.version import versions
from ..render.glyphs import needs_ascii
from .layout import USUAL, usable
from .worker_client import WORKER, Link

if TYPE_CHECKING:
    from ...scenarios.loading.course_folder import Course
    from .scenario_list import ScenarioList
    from .state import Controls

_LOOK = 1.0
"""Seconds between two looks at whether a browser's server is still there."""


class LabError(OSError):
    """The lab has ended by an error: one line that says so."""


def open_lab(
    scenario: str,
    settings: Sequence[str] = (),
    ascii: bool = False,
    kiosk: bool = False,
    course: Course | None = None,
    bare: bool = False,
    link: Link | None = None,
) -> None:
    """Open the lab on a preset, a scenario file or the first lesson of a course, and stay until the
    person leaves. `bare`: the person has not said on which; `link`: to a worker that is on its
    way."""
    _stay(
        link or Link(),
        lambda link: _run(link, scenario, settings, ascii, kiosk, course=course, bare=bare),
    )


def _stay(link: Link, show: Callable[[Link], signal.Signals | None]) -> None:
    """Show something until the person leaves; where a signal ended it, end by that one too."""
    gc.disable()  # until the first frame: of what is made for that, nothing is garbage
    try:
        ended_by = show(link)
    finally:
        link.close()
    if ended_by is not None:
        signal.signal(ended_by, signal.SIG_DFL)
        os.kill(os.getpid(), ended_by)


def _run(
    link: Link,
    scenario: str,
    settings: Sequence[str],
    ascii: bool,
    kiosk: bool,
    *,
    course: Course | None = None,
    bare: bool = False,
) -> signal.Signals | None:
    from .course.progress import load_progress
    from .scenario_list import list_lessons, list_scenarios
    from .state import Controls

    listed = list_lessons(course, settings) if course else list_scenarios(scenario, settings)
    controls = Controls(listed.ids, language(), [*settings], index=listed.ids.index(scenario))
    controls.ascii = ascii or needs_ascii()
    if course is not None:
        controls.begin_course(load_progress())
    elif bare and not kiosk:
        controls.begin_course(load_progress(), bare=True)
    return _show(link, controls, listed, kiosk)


def _show(
    link: Link, controls: Controls, listed: ScenarioList, kiosk: bool
) -> signal.Signals | None:
    """Show what these controls say, until the person leaves or a signal ends it."""
    tell_size()
    if "TEXTUAL_DRIVER" in os.environ:
        Thread(target=follow, args=[os.getppid()], daemon=True).start()
    controls.size = usable(shutil.get_terminal_size())
    link.send(*controls.first_orders())
    os.environ.setdefault("TEXTUAL_FPS", "120")

    from .app import LabApp

    app = LabApp(link, controls, listed, kiosk)
    app.run()
    if app.report:
        raise LabError(_crash_line(app.report, kiosk))
    return app.end_signal


def open_watch(files: Sequence[str], settings: Sequence[str] = (), ascii: bool = False) -> None:
    """Open the lab on recordings, `-` being standard input, and stay until the person leaves."""
    pipe = take_standard_input() if "-" in files else None
    words = ("watch", *([] if pipe is None else [str(pipe)]))
    link = Link((*WORKER, *words), () if pipe is None else (pipe,))
    _stay(link, lambda link: _watch(link, files, settings, ascii))


def _watch(
    link: Link, files: Sequence[str], settings: Sequence[str], ascii: bool
) -> signal.Signals | None:
    from .scenario_list import list_recordings
    from .state import Controls

    controls = Controls([*files], language(), [*settings], watching=True)
    controls.ascii = ascii or needs_ascii()
    return _show(link, controls, list_recordings(files), kiosk=False)


def take_standard_input() -> int:
    """Another descriptor of standard input, which is the terminal's from now on."""
    pipe, terminal = os.dup(0), os.open("/dev/tty", os.O_RDWR)
    os.dup2(terminal, 0)
    os.close(terminal)
    return pipe


def _crash_line(report: str, kiosk: bool) -> str:
    """That the lab has ended by an error, and where the report of it is; visitors write none."""
    whole = "\n".join([*versions(), "", report])
    with suppress(OSError):
        if not kiosk:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", prefix="vglab-", suffix=".txt", delete=False
            ) as file:
                file.write(whole)
            form = _("the lab has crashed; the report is in {file}")
            return form.format(file=file.name)
    last = report.strip().splitlines()[-1]
    return _("the lab has crashed: {error}").format(error=last)


def tell_size() -> None:
    """Say how large the terminal is where it does not say so itself, as over `ssh -tt` from a
    script; Textual and Rich guess differently, and lay the screen out for ever."""
    with suppress(termios.error):
        if 0 in termios.tcgetwinsize(1):
            columns, rows = USUAL
            termios.tcsetwinsize(1, (rows, columns))


def follow(parent: int) -> None:
    """Leave when the server that has started this lab for a browser is gone, however it went."""
    while os.getppid() == parent:
        sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
