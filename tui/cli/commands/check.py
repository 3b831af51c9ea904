"""`vglab check`: print the faults of scenario files and of courses, a line each."""

import click

from ....scenarios.i18n import N_, ngettext
from ....scenarios.loading.course import is_folder
from ....scenarios.loading.course_folder import load_course
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
    examples=(
        ("vglab check mine.toml", N_("before handing it to a class")),
        ("vglab check week3/", N_("every file of a course of your own")),
    ),
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
        if not is_folder(file):
            print_notes(load(file), f"{file}: ")
    if alone := sum(not is_folder(file) for file in files):
        said = ngettext("{count} file, no fault", "{count} files, no fault", alone)
        print_error(said.format(count=alone))
    if lessons := sum(len(load_course(file).lessons) for file in files if is_folder(file)):
        said = ngettext("{count} lesson, no fault", "{count} lessons, no fault", lessons)
        print_error(said.format(count=lessons))
