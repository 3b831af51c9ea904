"""The lab, opened from the command line: where it can be, and what kiosk mode refuses."""

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from ...scenarios.i18n import _
from ...scenarios.loading.course import is_folder, is_preset_id
from .localized import InputError
from .options import settings_of
from .resolve import first_preset, resolve, resolve_course

if TYPE_CHECKING:
    from ..lab.worker_client import Link


def open_screen(ctx: click.Context, scenario: str | None, ascii: bool, kiosk: bool) -> None:
    """Open the lab on a scenario, by default the first preset, or on a folder with a course. An
    error is told before there is a screen."""
    refuse_system()
    from ..lab.worker_client import Link

    link = Link()
    try:
        open_with(link, ctx, scenario, ascii, kiosk)
    finally:
        link.process.kill()  # where an error has kept the screen from opening, and is told at once
        link.close()


def open_with(
    link: "Link", ctx: click.Context, scenario: str | None, ascii: bool, kiosk: bool
) -> None:
    """The same, with a worker that is on its way."""
    from ..lab.launch import open_lab

    name = first_preset() if scenario is None else scenario
    check_kiosk_file(name, kiosk)
    check_kiosk_data(settings_of(ctx), kiosk)
    limit_room_processes(kiosk)
    course = resolve_course(name) if is_folder(name) else None
    name = course.lessons[0].scenario if course else name
    resolution = resolve(name, settings_of(ctx))
    check_kiosk_file(resolution.data.path or name, kiosk)
    bare = scenario is None and not settings_of(ctx)
    open_lab(name, tuple(settings_of(ctx)), ascii, kiosk, course=course, bare=bare, link=link)


def open_watch_lab(files: Sequence[str], settings: Sequence[str], ascii: bool) -> None:
    """Open the lab on recordings."""
    refuse_system()
    from ..lab.launch import open_watch

    open_watch(files, settings, ascii)


def refuse_system() -> None:
    """Raises ClickException where the system has no terminals as the lab needs them: Windows."""
    try:
        missing = find_spec("termios") is None
    except ValueError:  # it was shut out
        missing = True
    if missing:
        message = _(
            "the lab needs a terminal of Linux, macOS or WSL, and this system has none; all other"
            " commands work here: vglab run X prints a report"
        )
        raise click.ClickException(message)


def is_screen() -> bool:
    """Whether the lab can be shown: in a terminal with keys, or by textual-serve in a browser."""
    if "TEXTUAL_DRIVER" in os.environ:
        return True
    return not is_stderr_away() and has_keys()


def has_keys() -> bool:
    """Whether stdin and stdout are a terminal that can do more than print lines."""
    streams = (sys.stdin, sys.stdout)
    at_hand = all(stream is not None and stream.isatty() for stream in streams)
    return at_hand and os.environ.get("TERM") != "dumb"


def is_stderr_away() -> bool:
    """Whether nothing but stderr, on which the lab is drawn, keeps it from being shown."""
    return sys.stderr is None or not sys.stderr.isatty()


def tell_about_stderr() -> None:
    """Say, where it is seen, why there comes a report and not the lab."""
    from .output import print_data

    if "TEXTUAL_DRIVER" not in os.environ and has_keys() and is_stderr_away():
        print_data(
            _("The lab is drawn on stderr, which goes elsewhere; here is the report instead.")
        )


def limit_room_processes(kiosk: bool) -> None:
    """Refuse a VGLAB_PROCESSES that is no number, and set it in kiosk mode where it is not set."""
    from ...scenarios.runs.cores import (
        KIOSK_PROCESSES,
        PROCESSES,
        ProcessesError,
        requested_processes,
    )

    try:
        if requested_processes() is None and kiosk:
            os.environ[PROCESSES] = str(KIOSK_PROCESSES)
    except ProcessesError as error:
        raise InputError([str(error)]) from error


def check_kiosk_file(name: str, kiosk: bool) -> None:
    """Refuse, in kiosk mode, whatever is not a preset."""
    if kiosk and not is_preset_id(name):
        message = _("{name} is not a preset, and --kiosk opens nothing else.")
        raise click.UsageError(message.format(name=name))


def check_kiosk_data(settings: Sequence[str], kiosk: bool) -> None:
    """Refuse, in kiosk mode, a setting of `data.path`, before that file is opened."""
    from ...scenarios.loading.toml_reader import setting_tree

    for setting in settings if kiosk else ():
        match setting_tree(setting):
            case {"data": {"path": path}}:
                check_kiosk_file(str(path), kiosk)
            case _:
                pass


def check_kiosk_terminal(kiosk: bool) -> None:
    """Refuse kiosk mode without a terminal, where only a run without a screen is possible."""
    if kiosk and sys.stdin is not None and sys.stdin.isatty() and os.environ.get("TERM") == "dumb":
        message = _(
            "--kiosk opens the lab, which TERM=dumb cannot show: set TERM, as in TERM=xterm."
        )
        raise click.UsageError(message)
    if kiosk:
        message = _(
            "--kiosk opens the lab, and that needs a terminal: over SSH, request one with ssh -t."
        )
        raise click.UsageError(message)
