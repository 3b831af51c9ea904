"""`vglab hook`: print the recorder for a framework as one file."""

import click

from ....scenarios.i18n import N_
from ....watch.single_file import PARTS, single_file
from ..localized import Command
from ..options import argument, common_options
from ..output import print_data
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["hook"],
    examples=(
        ("vglab hook torch > vglab_watch.py", N_("then: from vglab_watch import watch")),
        ("vglab hook jax > vglab_watch.py", N_("then: from vglab_watch import watch_optax")),
    ),
)
@argument("framework", type=click.Choice(list(PARTS)))
@common_options
def hook(framework: str) -> None:
    print_data(single_file(framework).encode(), end=b"")
