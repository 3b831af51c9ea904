"""`vglab check`: print the faults of scenario files, a line each."""

import click

from ....scenarios.i18n import N_, ngettext
from ....scenarios.loading.inheritance import load
from ..localized import Command
from ..options import argument, common_options
from ..output import print_data, print_error, print_notes
from ..process import ExitCode
from ..resolve import file_faults
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
    faults = [fault for file in files for fault in file_faults(file)]
    for fault in faults:
        print_data(str(fault))
    if faults:
        ctx.exit(ExitCode.WRONG)
    for file in files:
        print_notes(load(file), f"{file}: ")
    print_error(
        ngettext("{count} file, no fault", "{count} files, no fault", len(files)).format(
            count=len(files)
        )
    )
