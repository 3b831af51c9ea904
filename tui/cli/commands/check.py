"""`vglab check`: what is wrong with scenario files, a line for each fault."""

import click

from ....scenarios.i18n import N_, ngettext
from ..localized import Command
from ..options import argument, common_options
from ..output import complain, say
from ..process import WRONG
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["check"],
    examples=(("vglab check mine.toml", N_("before handing it to a class")),),
)
@argument("files", nargs=-1, required=True, type=click.Path(), metavar=N_("FILE…"))
@common_options
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...]) -> None:
    from ..resolve import faults_of

    found = [fault for file in files for fault in faults_of(file)]
    for fault in found:
        say(str(fault))
    if found:
        ctx.exit(WRONG)
    complain(
        ngettext("{count} file, no fault", "{count} files, no fault", len(files)).format(
            count=len(files)
        )
    )
