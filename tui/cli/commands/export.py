"""`vglab export`: a sweep's file as CSV or Parquet, printed or written to a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ....scenarios.i18n import N_, _
from ....scenarios.sweep.export import as_csv, as_parquet, put
from ....scenarios.sweep.store import NoSweep
from ..localized import Command, InputError
from ..options import argument, common_options, option
from ..output import print_data
from . import COMMANDS


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


def write_export(file: Path, kind: str, out: Path | None) -> None:
    """Print the table, or write a file, whole or not at all; raises InputError."""
    if kind == "parquet" and out is None and sys.stdout.isatty():
        raise InputError([_("Parquet is not for reading: say --out FILE, or send it into a pipe.")])
    try:
        if out is not None:
            put(out, encode(file, kind))
        else:
            for part in encode(file, kind):
                print_data(part, end=b"")
    except NoSweep as error:
        raise InputError([str(error)]) from error


def encode(file: Path, kind: str) -> Iterator[bytes]:
    """The bytes of the table, part by part."""
    if kind == "parquet":
        yield as_parquet(file)
    else:
        yield from (part.encode() for part in as_csv(file))
