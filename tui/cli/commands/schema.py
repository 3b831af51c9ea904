"""`vglab schema`: print the JSON Schema of a document."""

import click

from ....scenarios.documents.schemas import SCHEMAS
from ....scenarios.i18n import N_
from ..localized import Command
from ..options import argument, common_options
from ..output import print_data
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["schema"],
    examples=(("vglab schema run", N_("for what --json prints")),),
)
@argument("document", type=click.Choice([*SCHEMAS]))
@common_options
def schema(document: str) -> None:
    print_data(SCHEMAS[document]())
