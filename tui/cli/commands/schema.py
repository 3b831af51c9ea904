"""`vglab schema`: the JSON Schema of each document."""

import click

from ....scenarios.i18n import N_
from ..localized import Command
from ..options import argument, common_options
from ..output import say
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["schema"],
    examples=(("vglab schema run", N_("of what --json prints")),),
)
@argument(
    "document", type=click.Choice(["run", "scenario", "sweep", "compare", "remedies", "claims"])
)
@common_options
def schema(document: str) -> None:
    from ....scenarios.documents.schemas import SCHEMAS

    say(SCHEMAS[document]())
