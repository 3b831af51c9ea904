"""`vglab plot`: train scenarios and draw a chart of them as a vector figure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ....scenarios.errors import ScenarioError
from ....scenarios.i18n import N_, _
from ..figure_file import check_file, form_of, write_figure
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
from ..resolve import raise_faults
from . import COMMANDS

if TYPE_CHECKING:
    from ....scenarios.documents.run import RunDocument
    from ....scenarios.schema.spec import Scenario
    from ...figures.kinds import At, Panel

CHARTS = (
    "gradient",
    "error-signal",
    "update",
    "displacement",
    "signals",
    "loss",
    "accuracy",
    "activation-histogram",
    "error-signal-histogram",
)
"""The figures there are; a test holds them against those that can be drawn."""


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
        (
            "vglab plot tanh --chart activation-histogram --at birth -o outputs.svg",
            N_("how each layer's outputs are distributed"),
        ),
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
        "What to draw: gradient, error-signal, update, displacement, signals, loss, accuracy,"
        " activation-histogram or error-signal-histogram."
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
    check_file(out, force)
    ctx.exit(run_plot(scenarios_of(scenarios, settings_of(ctx)), request))


def scenarios_of(names: Sequence[str], settings: Sequence[str]) -> list[Scenario]:
    """The scenarios, of `A:KEY=VALUE` with that setting; raises InputError."""
    from ....scenarios.comparison.compare import load_variant

    try:
        return [load_variant(name, settings) for name in names]
    except ScenarioError as error:
        raise_faults(error.faults)


def run_plot(scenarios: Sequence[Scenario], request: PlotRequest) -> ExitCode:
    """Train each scenario, draw all of them, write the file whole or not at all."""
    from ...figures.drawing import DrawingError, draw_figure, draw_panels, require_matplotlib

    form = form_of(request.out)
    try:
        require_matplotlib()
        if request.chart.endswith("histogram"):
            panels = histograms(scenarios, request)
            data = draw_panels(request.chart, panels, form)
        else:
            runs = [document_of(scenario) for scenario in scenarios]
            data = draw_figure(request.chart, runs, form, request.at)
    except DrawingError as error:
        raise InputError([str(error)]) from error
    write_figure(request.out, data, request.force)
    return ExitCode.DONE


def histograms(scenarios: Sequence[Scenario], request: PlotRequest) -> Sequence[Panel]:
    """The panels of a histogram by layer; raises InputError for a GAN."""
    from ...figures.histograms import histogram_panels

    if any(scenario.kind == "gan" for scenario in scenarios):
        said = _("{chart}: these runs have no such numbers").format(chart=request.chart)
        raise InputError([said])
    at = "birth" if request.at == "birth" else "end"
    return [*histogram_panels(request.chart, scenarios, at)]


def document_of(scenario: Scenario) -> RunDocument:
    """The run document of a scenario, trained to its end."""
    from ....scenarios.documents.run import document
    from ....scenarios.experiment.build import build
    from ....scenarios.experiment.theory import foresee
    from ..headless import train

    experiment = build(scenario)
    ended = train(experiment, Interrupts(), partial(foresee, scenario, experiment))
    return document(scenario, experiment, *ended)
