"""`vglab plot`: train scenarios and draw a chart of them as a vector figure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ....scenarios.errors import VglabError, reason
from ....scenarios.files import write_whole
from ....scenarios.i18n import N_, _
from ..localized import Command, InputError
from ..options import (
    ScenarioName,
    argument,
    common_options,
    option,
    settings_of,
    settings_options,
)
from ..process import ExitCode, Interrupts
from ..resolve import resolve
from . import COMMANDS

if TYPE_CHECKING:
    from ....scenarios.documents.run import RunDocument
    from ....scenarios.schema.spec import Scenario
    from ...figures.kinds import At

CHARTS = (
    "gradient",
    "error-signal",
    "update",
    "displacement",
    "signals",
    "loss",
    "accuracy",
)
"""The figures there are; a test holds them against those that can be drawn."""
FORMATS = (".svg", ".pdf", ".png")


class PlotRequest(NamedTuple):
    """A figure as the command line states it."""

    chart: str
    at: At
    out: Path
    force: bool


@click.command(
    cls=Command,
    help=COMMANDS["plot"],
    examples=(
        ("vglab plot deep-sigmoid relu -o gradient.svg", N_("two runs in one figure")),
        ("vglab plot tanh --replicas 8 --chart loss -o loss.pdf", N_("with a 10–90 % band")),
    ),
)
@argument("scenarios", nargs=-1, required=True, type=ScenarioName(), metavar="A [B…]")
@option(
    "--chart",
    type=click.Choice(CHARTS),
    default=CHARTS[0],
    show_default=True,
    metavar=N_("NAME"),
    help=N_(
        "What to draw: gradient, error-signal, update, displacement, signals, loss or accuracy."
    ),
)
@option(
    "--at",
    type=click.Choice(("birth", "end", "both")),
    default="end",
    show_default=True,
    help=N_("Of charts by layer: at initialization, at the end of the run, or both."),
)
@option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    required=True,
    metavar=N_("FILE"),
    help=N_("The figure's file; its extension selects the format: .svg, .pdf or .png."),
)
@option("--force", is_flag=True, help=N_("Replace the file if it exists."))
@settings_options
@common_options
@click.pass_context
def plot(
    ctx: click.Context,
    scenarios: tuple[str, ...],
    chart: str,
    at: At,
    out: Path,
    force: bool,
) -> None:
    request = PlotRequest(chart, at, out, force)
    check_file(request)
    ctx.exit(run_plot([resolve(name, settings_of(ctx)) for name in scenarios], request))


def check_file(request: PlotRequest) -> None:
    """Raise InputError where the file cannot be one of a figure, or is there already."""
    out = request.out
    if out.suffix.lower() not in FORMATS:
        allowed = _("allowed: {names}").format(names=", ".join(FORMATS))
        raise InputError([f"{out}: " + _("no such figure format") + f"; {allowed}"])
    if out.exists() and not request.force:
        raise InputError([f"{out}: " + _("the file exists already (--force replaces it)")])


def run_plot(scenarios: Sequence[Scenario], request: PlotRequest) -> ExitCode:
    """Train each scenario, draw all of them, write the file whole or not at all."""
    from ...figures.drawing import DrawingError, draw_figure, require_matplotlib

    try:
        require_matplotlib()
        runs = [document_of(scenario) for scenario in scenarios]
        form = request.out.suffix.lower().removeprefix(".")
        data = draw_figure(request.chart, runs, form, request.at)
    except DrawingError as error:
        raise InputError([str(error)]) from error
    try:
        write_whole(request.out, [data], request.force)
    except OSError as error:
        raise VglabError(f"{request.out}: {reason(error)}") from error
    return ExitCode.DONE


def document_of(scenario: Scenario) -> RunDocument:
    """The run document of a scenario, trained to its end."""
    from ....scenarios.documents.run import document
    from ....scenarios.experiment.build import build
    from ....scenarios.experiment.theory import foresee
    from ..headless import train

    experiment = build(scenario)
    ended = train(experiment, Interrupts(), partial(foresee, scenario, experiment))
    return document(scenario, experiment, *ended)
