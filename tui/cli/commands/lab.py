"""`vglab lab`: open the lab on a scenario."""

import click

from ....scenarios.i18n import N_, _
from ..localized import Command
from ..options import ScenarioName, argument, common_options, option, settings_options
from ..screen import check_kiosk_terminal, is_screen, open_screen, refuse_system
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["lab"],
    examples=(
        ("vglab lab", N_("open the lab on the first preset")),
        ("vglab lab relu --set network.depth=50", N_("on a preset, deeper")),
        ("vglab lab week3/", N_("on a course of your own: a folder with course.toml")),
    ),
)
@argument("scenario", required=False, type=ScenarioName(), metavar="[X]")
@option("--ascii", "ascii", is_flag=True, help=N_("Draw the lab in plain ASCII."))
@option("--kiosk", is_flag=True, help=N_("Presets only, and no file is written or read."))
@settings_options
@common_options
@click.pass_context
def lab(ctx: click.Context, scenario: str | None, ascii: bool, kiosk: bool) -> None:
    refuse_system()
    if not is_screen():
        check_kiosk_terminal(kiosk)
        message = _(
            "the lab needs a terminal on stdin, stdout and stderr: over SSH, request one with "
            "ssh -t; vglab run prints a report without one"
        )
        raise click.UsageError(message)
    open_screen(ctx, scenario, ascii, kiosk)
