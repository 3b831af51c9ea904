"""`vglab show`: print a resolved scenario as TOML."""

import click

from ....scenarios.i18n import N_
from ....scenarios.loading.toml_writer import scenario_toml
from ..localized import Command
from ..options import ScenarioName, argument, common_options, settings_of, settings_options
from ..output import print_data
from ..resolve import resolve
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
    print_data(scenario_toml(resolve(scenario, settings_of(ctx))))
