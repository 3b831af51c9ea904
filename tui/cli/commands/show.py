"""`vglab show`: a resolved scenario as TOML."""

import click

from ....scenarios.i18n import N_
from ..localized import Command
from ..options import ScenarioName, argument, common_options, settings_options, stated
from ..output import say
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["show"],
    examples=(
        ("vglab show relu", N_("what the preset states, and over what")),
        ("vglab show relu --set network.depth=50", N_("with a change")),
    ),
)
@argument("scenario", type=ScenarioName(), metavar="X")
@settings_options
@common_options
@click.pass_context
def show(ctx: click.Context, scenario: str) -> None:
    from ....scenarios.loading.toml_writer import shown
    from ..resolve import resolved

    say(shown(resolved(scenario, stated(ctx))))
