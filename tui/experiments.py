"""The commands that carry out many runs: compare, remedies, claims, sweep; and export, what came of
them.

Each turns words into one call. Like the others (see commands.py) they load what they need when
they are asked.
"""

from pathlib import Path
from typing import Any

import click

from ..scenarios.words import N_, _
from .options import (
    ClaimName,
    ScenarioName,
    argument,
    common_options,
    option,
    settings_options,
    stated,
)
from .speech import Command

expect_option = option(
    "--expect",
    multiple=True,
    metavar=N_("EXPECTATION"),
    help=N_("What must be so, or the exit status is 3."),
)
workers_option = option(
    "--workers",
    type=click.IntRange(min=1, max=1024),
    metavar="N",
    help=N_("Processes to train in; by default one a core."),
)
json_option = option("--json", "as_json", is_flag=True, help=N_("Print JSON."))


def cores(workers: int | None) -> int:
    """As many workers as were asked for, or as there are cores."""
    from ..scenarios.crews import cores

    return workers or cores()


@click.command(
    cls=Command,
    help=N_(
        "Hold scenarios against each other. Each trains on the same data and seeds, those of the"
        " first."
    ),
    examples=(
        ("vglab compare deep-sigmoid relu", N_("side by side")),
        ("vglab compare tanh relu --replicas 8 --json", N_("with their spread, for a program")),
    ),
)
@argument("scenarios", nargs=-1, required=True, type=ScenarioName(), metavar="A B [C…]")
@json_option
@settings_options
@expect_option
@workers_option
@common_options
@click.pass_context
def compare(
    ctx: click.Context,
    scenarios: tuple[str, ...],
    as_json: bool,
    expect: tuple[str, ...],
    workers: int | None,
) -> None:
    if len(scenarios) < 2:
        raise click.UsageError(_("Name two scenarios or more."), ctx)
    from .comparisons import Asked, compare

    ctx.exit(compare(scenarios, Asked(stated(ctx), expect, as_json, cores(workers))))


@click.command(
    cls=Command,
    help=N_(
        "Hold a tournament of remedies. The scenario as it is, each remedy alone and the promising"
        " pairs, on the same data and seeds, ranked by what was measured."
    ),
    examples=(
        ("vglab remedies deep-sigmoid", N_("what helps, and by which settings")),
        ("vglab remedies mine.toml --replicas 4 --json", N_("the same for a program")),
    ),
)
@argument("scenario", type=ScenarioName(), metavar="X")
@json_option
@settings_options
@expect_option
@workers_option
@common_options
@click.pass_context
def remedies(
    ctx: click.Context,
    scenario: str,
    as_json: bool,
    expect: tuple[str, ...],
    workers: int | None,
) -> None:
    from .comparisons import Asked, remedies

    ctx.exit(remedies(scenario, Asked(stated(ctx), expect, as_json, cores(workers))))


@click.command(
    cls=Command,
    help=N_(
        "Put textbook claims to the test. Each is an experiment over several networks, and the rule"
        " that decides stands beside it: the claim holds, holds when …, or fails. Without ID all of"
        " them are tested."
    ),
    examples=(
        ("vglab claims relu-keeps-gradients", N_("one claim, its figures and its verdict")),
        ("vglab claims", N_("all of them, in a minute or two")),
        ("vglab claims --json > claims.json", N_("the same for a program")),
    ),
)
@argument("ids", nargs=-1, type=ClaimName(), metavar="[ID…]")
@json_option
@option(
    "--replicas",
    type=click.IntRange(1, 1000),
    default=5,
    metavar="R",
    help=N_("Networks to try each claim on, seeds N … N+R-1; 5 by default."),
)
@option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1001),
    default=0,
    metavar="N",
    help=N_("Seed of the first replica."),
)
@workers_option
@common_options
@click.pass_context
def claims(
    ctx: click.Context,
    ids: tuple[str, ...],
    as_json: bool,
    replicas: int,
    seed: int,
    workers: int | None,
) -> None:
    from .examination import Asked, examine

    ctx.exit(examine(Asked(ids, as_json, range(seed, seed + replicas), cores(workers))))


@click.command(
    cls=Command,
    help=N_(
        "Carry out a grid of runs. Each is a line of the file once it is finished; the same command"
        " goes on where it was stopped."
    ),
    examples=(
        (
            "vglab sweep tanh --over network.gain=0.5:3:11 --over network.depth=5:50:10"
            " --out phase.jsonl --plot",
            N_("the phase diagram"),
        ),
        (
            "vglab sweep relu --over training.rate=1e-4:1:log --over network.depth=3:30 --random 50"
            " --out random.jsonl",
            N_("points at random"),
        ),
    ),
)
@argument("scenario", type=ScenarioName(), metavar="X")
@option(
    "--over",
    multiple=True,
    metavar=N_("KEY=VALUES"),
    help=N_("A key and its values: a list V,W,… or a range LOW:HIGH:COUNT, with :log by factors."),
)
@option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar=N_("FILE"),
    help=N_("The file of the sweep, a line a run."),
)
@option(
    "--random",
    type=click.IntRange(min=1, max=100_000),
    metavar="N",
    help=N_("So many points at random, in place of all."),
)
@option("--retry", is_flag=True, help=N_("Try runs again that failed."))
@option("--plot", is_flag=True, help=N_("Draw the first two axes as a heat map."))
@option(
    "--figure",
    metavar=N_("PATH"),
    help=N_("What the map shows, as in --figure networks.model.diagnosis.rate."),
)
@option("--dask", metavar=N_("ADDRESS"), help=N_("Train on a Dask cluster."))
@workers_option
@settings_options
@expect_option
@common_options
@click.pass_context
def sweep(
    ctx: click.Context,
    plot: bool,
    figure: str | None,
    workers: int | None,
    **asked: Any,
) -> None:
    from .sweeps import Asked, sweep

    status, plan, done = sweep(Asked(settings=stated(ctx), workers=cores(workers), **asked))
    if plot and done:
        from .plots import plot as draw

        draw(plan, [*done.values()], figure)
    ctx.exit(status)


@click.command(
    cls=Command,
    help=N_("Turn a sweep's file into a table. A row a run, a column a figure."),
    examples=(
        ("vglab export phase.jsonl --csv > phase.csv", N_("for a spreadsheet")),
        ("vglab export phase.jsonl --parquet --out phase.parquet", N_("for a data frame")),
    ),
)
@argument("file", type=click.Path(path_type=Path), metavar=N_("FILE"))
@option("--csv", "kind", flag_value="csv", help=N_("As CSV."))
@option("--parquet", "kind", flag_value="parquet", help=N_("As Parquet; needs pyarrow."))
@option(
    "--out",
    type=click.Path(path_type=Path),
    metavar=N_("FILE"),
    help=N_("The table's file; by default it is printed."),
)
@common_options
@click.pass_context
def export(ctx: click.Context, file: Path, kind: str | None, out: Path | None) -> None:
    if kind is None:
        raise click.UsageError(_("Say --csv or --parquet."), ctx)
    from .exports import export

    export(file, kind, out)


COMMANDS = (compare, remedies, claims, sweep, export)
