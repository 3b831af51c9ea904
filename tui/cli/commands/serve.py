"""`vglab serve`: the lab in a browser, one process a visitor, each in kiosk mode.

Visitors share this machine, so what they open can write no file and read none but the presets.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from importlib.resources import files
from pathlib import Path

import click

from ....scenarios.i18n import N_, _
from ..localized import Command, InputError
from ..options import common_options, option
from ..output import print_error
from ..process import Interrupts
from . import COMMANDS

_ENTRY = "from vglab.tui.cli.main import main; main()"

PAGE = Path(__file__).parent.parent / "web"
"""The folder of the page that visitors get."""


def command() -> str:
    """What a visitor's lab is started with."""
    return shlex.join([sys.executable, "-P", "-c", _ENTRY, "--kiosk"])


def blanks(page: str) -> set[str]:
    """What a page leaves to be filled in."""
    return set(re.findall(r"{{\s*([\w.]+)", page))


def page() -> Path:
    """The folder of our page; textual-serve's own where that, as its page tells, would not fill in
    what ours leaves blank."""
    theirs = Path(str(files("textual_serve"))) / "templates"
    ours, own = ((folder / "app_index.html") for folder in (PAGE, theirs))
    filled = blanks(own.read_text("utf-8")) if own.is_file() else set[str]()
    return PAGE if blanks(ours.read_text("utf-8")) <= filled else theirs


def run_server(host: str, port: int) -> None:
    """Serve until interrupted."""
    try:
        from textual_serve.server import Server
    except ImportError as error:
        said = _('This needs textual-serve: pip install "vglab[serve]"')
        raise InputError([said]) from error
    os.environ["PYTHONUTF8"] = "1"
    print_error(
        _("The lab is at http://{host}:{port}; Ctrl-C ends it.").format(host=host, port=port)
    )
    try:
        Server(f"exec {command()}", host, port, title="vglab", templates_path=page()).serve()
    except OSError as error:  # the port is taken or not to be had, or no address is called so
        form = _("nothing can be served at {host}:{port}: try another --port or --host")
        raise click.ClickException(form.format(host=host, port=port)) from error


@click.command(
    cls=Command,
    help=COMMANDS["serve"],
    examples=(("vglab serve --port 8000", N_("on this machine, for its own browser")),),
)
@option("--port", type=click.IntRange(1, 65535), default=8000, metavar="N", help=N_("Port."))
@option("--host", default="127.0.0.1", metavar=N_("ADDRESS"), help=N_("Address to listen at."))
@common_options
@click.pass_context
def serve(ctx: click.Context, port: int, host: str) -> None:
    ctx.ensure_object(Interrupts).release()
    run_server(host, port)
