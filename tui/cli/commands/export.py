"""`vglab export`: a sweep's file as a table, printed or written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ....scenarios.i18n import N_, _
from ....scenarios.sweep.export import as_csv, as_parquet, put
from ....scenarios.sweep.store import NoSweep
from ..localized import Command, Refusal
from ..options import argument, common_options, option
from ..output import say
from . import COMMANDS


def write_export(file: Path, kind: str, out: Path | None) -> None:
    """Write the table; a file is written whole or not at all."""
    if kind == "parquet" and out is None and sys.stdout.isatty():
        raise Refusal([_("Parquet is not for reading: say --out FILE, or send it into a pipe.")])
    try:
        if out is not None:
            put(out, encoded(file, kind))
        else:
            for part in encoded(file, kind):
                say(part, end=b"")
    except NoSweep as error:
        raise Refusal([str(error)]) from error


def encoded(file: Path, kind: str) -> Iterator[bytes]:
    """The table's bytes, some at a time."""
    if kind == "parquet":
        yield as_parquet(file)
    else:
        yield from (part.encode() for part in as_csv(file))


@click.command(
    cls=Command,
    help=COMMANDS["export"],
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
    write_export(file, kind, out)
