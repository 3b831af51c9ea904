"""`vglab serve`: the lab in a browser, one process a visitor, each in kiosk mode.

Visitors share this machine, so what they open can write no file and read none but the presets, and
how many there are and what each may take is limited.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import sys

import click

from ....scenarios.i18n import N_, _
from ....scenarios.runs.cores import PROCESSES, ProcessesError, cores, requested_processes
from ..localized import Command, InputError
from ..options import common_options, option
from ..output import print_error
from ..process import Interrupts
from ..screen import refuse_system
from ..web.address import WebAddress, parse_public_url
from . import COMMANDS

ENTRY = "from vglab.tui.cli.main import main; main()"
LAB = (sys.executable, "-P", "-c", ENTRY, "--kiosk")
"""A visitor's lab; with -P nothing is imported from the folder the server was started in."""


def command(memory: int) -> str:
    """What a visitor's lab is started with: a line for the shell, which sets its limit in MiB."""
    return f"ulimit -v {memory * 1024}; exec {shlex.join(LAB)}"


def run_server(address: WebAddress, visitors: int, memory: int) -> int:
    """Serve until a signal comes; returns the exit status that stands for it."""
    try:
        from ..web.server import LabServer
    except ImportError as error:
        message = _('This needs textual-serve: pip install "vglab[serve]"')
        raise InputError([message]) from error
    os.environ["PYTHONUTF8"] = "1"

    def announce() -> None:
        print_error(_("The lab is at {url}; Ctrl-C stops it.").format(url=address.url))

    try:
        by = asyncio.run(LabServer(address, command(memory), visitors).run(announce))
    except (OSError, UnicodeError) as error:  # the port is taken, or no address is called so
        form = _("cannot serve at {host}:{port}: try another --port or --host")
        said = form.format(host=ascii(address.host).strip("'"), port=address.port)
        raise click.ClickException(said) from error
    return 128 + by


@click.command(
    cls=Command,
    help=COMMANDS["serve"],
    examples=(
        ("vglab serve --port 8000", N_("on this machine, for its own browser")),
        (
            "vglab serve --public-url https://lab.example.org/vglab",
            N_("behind a web server that has that address"),
        ),
    ),
)
@option("--port", type=click.IntRange(1, 65535), default=8000, metavar="N", help=N_("Port."))
@option("--host", default="127.0.0.1", metavar=N_("ADDRESS"), help=N_("Address to listen on."))
@option("--public-url", metavar="URL", help=N_("Address that browsers use, behind a web server."))
@option(
    "--visitors",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help=N_("Labs at the same time; by default four per core."),
)
@option(
    "--memory",
    type=click.IntRange(512, 1_000_000),
    default=2048,
    metavar="MIB",
    help=N_("Memory that each process of a lab may use; by default 2048 MiB."),
)
@option(
    "--processes",
    type=click.IntRange(1, 1024),
    metavar="N",
    help=N_("Processes that a room of a lab may start; by default two."),
)
@common_options
@click.pass_context
def serve(
    ctx: click.Context,
    port: int,
    host: str,
    public_url: str | None,
    visitors: int | None,
    memory: int,
    processes: int | None,
) -> None:
    refuse_system()
    ctx.ensure_object(Interrupts).release()
    if not host.strip():
        message = _("--host is empty: allowed is an address or a name, such as 127.0.0.1")
        raise InputError([message])
    public = None if public_url is None else parse_public_url(public_url)
    if processes is not None:
        os.environ[PROCESSES] = str(processes)
    try:
        requested_processes()
    except ProcessesError as error:
        raise InputError([str(error)]) from error
    address = WebAddress(host, port, public)
    ctx.exit(run_server(address, visitors or 4 * cores(), memory))
