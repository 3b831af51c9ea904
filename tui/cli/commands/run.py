"""`vglab run`: train a scenario without a screen, and print the report or the document.

Ctrl-C ends the training; what is done by then is printed.
"""

import click

from ....scenarios.i18n import N_
from ..headless import RunRequest, run_headless
from ..localized import Command
from ..options import (
    ScenarioName,
    argument,
    common_options,
    expect_option,
    json_option,
    settings_of,
    settings_options,
    threads_option,
)
from ..process import Interrupts
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["run"],
    examples=(
        ("vglab run relu", N_("a report: the outcome, layer by layer")),
        ("vglab run mine.toml --json", N_("everything that was measured, for a program")),
        ("vglab run - --json", N_("a scenario from standard input")),
    ),
)
@argument("scenario", type=ScenarioName(), metavar="X")
@json_option
@settings_options
@expect_option
@threads_option
@common_options
@click.pass_context
def run(
    ctx: click.Context,
    scenario: str,
    as_json: bool,
    expect: tuple[str, ...],
    threads: int | None,
) -> None:
    request = RunRequest(scenario, tuple(settings_of(ctx)), expect, as_json, threads)
    ctx.exit(run_headless(request, ctx.ensure_object(Interrupts)))
