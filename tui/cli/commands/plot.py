"""`vglab plot`: train scenarios and draw a chart of them as a figure, or draw a sweep's file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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
from ..output import print_error
from ..process import ExitCode, Interrupts
from ..resolve import raise_faults, resolve
from . import COMMANDS

if TYPE_CHECKING:
    from ....scenarios.documents.run import RunDocument
    from ....scenarios.schema.spec import Scenario
    from ....scenarios.sweep.store import Line
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
"""The figures of runs; a test holds them against those that can be drawn."""
PHASE = "phase"
"""That of a sweep's file."""


class PlotRequest(NamedTuple):
    """A figure as the command line states it."""

    chart: str
    at: At
    out: Path
    force: bool
    figure: str | None
    """Of a sweep: the path of the number that its map shows."""


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
        (
            "vglab plot phase.jsonl --chart phase -o phase.svg",
            N_("the map of a sweep, from its file"),
        ),
    ),
)
@argument("scenarios", nargs=-1, required=True, type=ScenarioName(), metavar="A [B…]")
@option(
    "--chart",
    type=click.Choice((*CHARTS, PHASE)),
    default=CHARTS[0],
    show_default=True,
    metavar=N_("NAME"),
    help=N_(
        "What to draw: gradient, error-signal, update, displacement, signals, loss, accuracy,"
        " activation-histogram or error-signal-histogram; of a sweep's file phase, its map."
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
@option(
    "--figure",
    metavar=N_("PATH"),
    help=N_("What the map shows, as in --figure networks.model.diagnosis.rate."),
)
@option("--force", is_flag=True, help=N_("Replace the file if it exists."))
@settings_options
@common_options
@click.pass_context
def plot(
    ctx: click.Context,
    scenarios: tuple[str, ...],
    **options: Any,
) -> None:
    request = PlotRequest(**options)
    check_file(request.out, request.force)
    if len(scenarios) == 1 and is_sweep(scenarios[0]):
        plot_sweep(Path(scenarios[0]), settings_of(ctx), request)
    elif request.chart == PHASE:
        said = _(
            "--chart phase: a map of many runs, from a sweep's file: vglab sweep tanh --over "
            "network.depth=5:50:10 --over network.gain=0.5:3:11 --out phase.jsonl writes one"
        )
        raise InputError([said])
    else:
        ctx.exit(run_plot(scenarios_of(scenarios, settings_of(ctx)), request))


def is_sweep(name: str) -> bool:
    """Whether it is the file of a sweep that has begun."""
    from ....scenarios.sweep.store import START

    try:
        with open(name, "rb") as file:
            return file.read(len(START)) == START
    except OSError:
        return False


def plot_sweep(file: Path, settings: Sequence[str], request: PlotRequest) -> None:
    """Draw the map of a sweep's file, with theory over it where its scenario is still to be had.
    Raises InputError where the file holds several sweeps, or another than is stated."""
    from ....scenarios.sweep.store import NoSweep, lines
    from ..sweep_plot import draw_sweep, write_sweep

    try:
        entries = [*lines(file)]
    except NoSweep as error:
        raise InputError([str(error)]) from error
    if not entries:
        raise InputError([f"{file}: " + _("no run of it has ended yet")])
    first = entries[0]
    if other := next((entry for entry in entries if entry.sweep != first.sweep), None):
        raise InputError([f"{file}: {several_sweeps(first, other)}"])
    scenario = scenario_of(first, settings)
    if scenario is None:
        said = _(
            "{file}: drawn without theory, which needs what the sweep stated (--set, --steps, …)"
        )
        print_error(said.format(file=file))
    write_sweep(
        draw_sweep([*first.at], entries, request.figure, scenario), request.out, request.force
    )


def several_sweeps(first: Line, other: Line) -> str:
    """The error message for a file that was joined from two sweeps: what tells them apart."""
    from ....scenarios.sweep.stated import differences_text

    here, there = first.statement, other.statement
    said = differences_text(there, here) if here and there else ""
    form = _("runs of two sweeps are in it ({differences}); keep those of one, as with grep {name}")
    return form.format(differences=said or f"{other.sweep}, {first.sweep}", name=first.sweep)


def scenario_of(entry: Line, settings: Sequence[str]) -> Scenario | None:
    """The scenario of a sweep at a run's point, with these settings for what a file of before does
    not say; None where it is no longer to be had. Raises InputError where they are not the sweep's.
    """
    from ....scenarios.loading.toml_reader import parse_value, split_setting
    from ....scenarios.sweep.plan import digest
    from ....scenarios.sweep.stated import differing_settings, restore

    own = {key: parse_value(value) for key, value in map(split_setting, settings)}
    sweep = entry.statement
    if sweep is None:
        resolve(entry.scenario, settings)
        found = restore(entry.scenario, own, entry.at)
    else:
        resolve(sweep.preset, settings)
        asked = sweep._replace(stated={**sweep.stated, **own})
        if others := [*differing_settings(sweep, asked)]:
            raise InputError([_("the sweep has {settings}").format(settings="; ".join(others))])
        found = restore(sweep.preset, sweep.stated, entry.at)
    return found if found and digest(found, [*entry.at]) == entry.sweep else None


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
