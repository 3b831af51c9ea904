"""`vglab export`: a sweep's file as CSV or Parquet, printed or written to a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ....scenarios.files import write_whole
from ....scenarios.i18n import N_, _
from ....scenarios.sweep.export import as_csv, as_parquet
from ....scenarios.sweep.store import NoSweep, ledger_errors
from ..localized import Command, InputError
from ..options import argument, common_options, option
from ..output import print_data
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["export"],
    examples=(
        ("vglab export phase.jsonl --csv > phase.csv", N_("for a spreadsheet")),
        ("vglab export phase.jsonl --out phase.parquet", N_("for a data frame")),
    ),
)
@argument("file", type=click.Path(path_type=Path), metavar=N_("FILE"))
@option("--csv", "kind", flag_value="csv", help=N_("Write CSV."))
@option("--parquet", "kind", flag_value="parquet", help=N_("Write Parquet; needs pyarrow."))
@option(
    "--out",
    type=click.Path(path_type=Path),
    metavar=N_("FILE"),
    help=N_("The table's file; by default the table is printed."),
)
@option("--force", is_flag=True, help=N_("Replace the table's file if it exists."))
@common_options
@click.pass_context
def export(ctx: click.Context, file: Path, kind: str | None, out: Path | None, force: bool) -> None:
    kind = kind or KINDS.get(out.suffix.lower() if out else "")
    if kind is None:
        raise click.UsageError(_("Use --csv or --parquet."), ctx)
    write_export(file, kind, out, force)


KINDS = {".csv": "csv", ".parquet": "parquet"}
"""By the ending of the table's file."""


def write_export(file: Path, kind: str, out: Path | None, force: bool) -> None:
    """Print the table, or write a file, whole or not at all.

    Raises InputError where `out` is there and `force` is not given, or is the sweep itself.
    """
    if kind == "parquet" and out is None and sys.stdout.isatty():
        raise InputError([_("Parquet is not readable text: use --out FILE or a pipe.")])
    if out is not None and out.exists():
        check_replacement(file, out, force)
    try:
        if out is not None:
            with ledger_errors(out):
                write_whole(out, encode(file, kind), force)
        else:
            for part in encode(file, kind):
                print_data(part, end=b"")
    except NoSweep as error:
        raise InputError([str(error)]) from error


def check_replacement(file: Path, out: Path, force: bool) -> None:
    """Raise InputError for the sweep's own file, and for any other unless `force` is given."""
    if file.exists() and out.samefile(file):
        raise InputError([f"{out}: " + _("this is the sweep itself; give --out another file")])
    if not force:
        raise InputError([f"{out}: " + _("the file exists already (--force replaces it)")])


def encode(file: Path, kind: str) -> Iterator[bytes]:
    """The bytes of the table, part by part."""
    if kind == "parquet":
        yield as_parquet(file)
    else:
        yield from (part.encode() for part in as_csv(file))
