"""`vglab export`: a sweep's file as a table, printed or written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ....scenarios.files import write_whole
from ....scenarios.i18n import N_, _
from ....scenarios.sweep.export import as_csv, as_parquet
from ....scenarios.sweep.store import NoSweep, blaming
from ..localized import Command, Refusal
from ..options import argument, common_options, option
from ..output import say
from . import COMMANDS


def write_export(file: Path, kind: str, out: Path | None, force: bool = False) -> None:
    """Write the table; a file is written whole or not at all, and over another only if told to.

    Raises Refusal where `out` is there and not to be replaced, or is the sweep itself.
    """
    if kind == "parquet" and out is None and sys.stdout.isatty():
        raise Refusal([_("Parquet is not for reading: say --out FILE, or send it into a pipe.")])
    if out is not None and out.exists():
        refuse_to_replace(file, out, force)
    try:
        if out is not None:
            with blaming(out):
                write_whole(out, encoded(file, kind), force)
        else:
            for part in encoded(file, kind):
                say(part, end=b"")
    except NoSweep as error:
        raise Refusal([str(error)]) from error


def refuse_to_replace(file: Path, out: Path, force: bool) -> None:
    """Raises Refusal for the sweep's own file, and for any other unless `force` is given."""
    if file.exists() and out.samefile(file):
        raise Refusal([f"{out}: " + _("this is the sweep itself; give --out another file")])
    if not force:
        raise Refusal([f"{out}: " + _("there is such a file already (--force replaces it)")])


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
@option("--force", is_flag=True, help=N_("Replace the table's file if there is one."))
@common_options
@click.pass_context
def export(ctx: click.Context, file: Path, kind: str | None, out: Path | None, force: bool) -> None:
    if kind is None:
        raise click.UsageError(_("Say --csv or --parquet."), ctx)
    write_export(file, kind, out, force)
