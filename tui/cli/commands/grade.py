"""`vglab grade`: scenario files by a rubric, a row of points each."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import StringIO
from pathlib import Path

import click
import msgspec

from ....scenarios.errors import ScenarioError
from ....scenarios.grading.grade import Grade, GradeBook, Rubric, grade_file, read_rubric
from ....scenarios.i18n import N_, _, figure
from ....scenarios.version import VERSION
from ..localized import Command
from ..options import argument, common_options, json_option, option, worker_count, workers_option
from ..output import print_data, print_table
from ..progress import RunProgress
from ..resolve import raise_faults
from . import COMMANDS

STATUSES = {
    "invalid": N_("invalid"),
    "failed": N_("failed"),
    "time": N_("out of time"),
    "memory": N_("out of memory"),
}


@click.command(
    cls=Command,
    help=COMMANDS["grade"],
    examples=(
        ("vglab grade class/*.toml --rubric rubric.toml", N_("a table: files, conditions, points")),
        ("vglab grade class --rubric rubric.toml --csv", N_("a whole folder, for a spreadsheet")),
    ),
)
@argument("files", nargs=-1, required=True, type=click.Path(), metavar=N_("FILE…"))
@option(
    "--rubric",
    required=True,
    type=click.Path(),
    metavar=N_("FILE"),
    help=N_("TOML: what is locked, the limits of a run, and the conditions with their points."),
)
@option("--csv", "as_csv", is_flag=True, help=N_("Print CSV."))
@json_option
@workers_option
@common_options
def grade(
    files: tuple[str, ...], rubric: str, as_csv: bool, as_json: bool, workers: int | None
) -> None:
    if as_csv and as_json:
        raise click.UsageError(_("Use --csv or --json, not both."))
    try:
        wanted, settings = read_rubric(rubric)
    except ScenarioError as error:
        raise_faults(error.faults)
    grades = grade_all(handed_in(files, rubric), wanted, settings, worker_count(workers))
    most = sum(one.points for one in wanted.expect)
    if as_json:
        book = GradeBook("vglab.grade/1", VERSION, wanted.expect, most, tuple(grades))
        print_data(msgspec.json.encode(book))
    elif as_csv:
        print_data(as_sheet(wanted, grades), end=b"")
    else:
        print_grades(wanted, grades, most)


def handed_in(names: Sequence[str], rubric: str) -> list[str]:
    """The files to grade: of a folder, its scenario files, but for the rubric."""
    apart = Path(rubric).resolve()

    def inside(name: str) -> list[str]:
        files = sorted(Path(name).glob("*.toml"))
        return [str(one) for one in files if one.resolve() != apart] or [name]

    return [file for name in names for file in inside(name)]


def grade_all(
    files: Sequence[str], wanted: Rubric, settings: Sequence[str], workers: int
) -> list[Grade]:
    """The grade of each file, so many at a time."""
    with RunProgress(len(files), len(files)) as progress, ThreadPoolExecutor(workers) as pool:
        grades: list[Grade] = []
        for one in pool.map(partial(grade_file, rubric=wanted, settings=settings), files):
            grades.append(one)
            progress.move(1, failed=one.status != "done")
    return grades


def heads(wanted: Rubric) -> list[str]:
    """A name for each condition."""
    return [one.title or one.condition for one in wanted.expect]


def as_sheet(wanted: Rubric, grades: Sequence[Grade]) -> bytes:
    """A row for each file: status, points, and the points of each condition."""
    sheet = StringIO()
    rows = csv.writer(sheet, lineterminator="\n")
    rows.writerow(["file", "status", "points", *map(harmless, heads(wanted)), "remarks"])
    for one in grades:
        each = [a.points if so else 0 for a, so in zip(wanted.expect, one.met, strict=True)]
        remarks = harmless(" | ".join(one.remarks))
        rows.writerow([harmless(one.file), one.status, one.points, *each, remarks])
    return sheet.getvalue().encode()


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def print_grades(wanted: Rubric, grades: Sequence[Grade], most: float) -> None:
    """Print the table, and below it what each student should read."""
    columns = [
        _("points of {most}").format(most=figure(most)),
        *map(str, range(1, len(wanted.expect) + 1)),
    ]
    rows = [[one.file, *cells(one)] for one in grades]
    legend = [f"{i}  {head}" for i, head in enumerate(heads(wanted), start=1)]
    print_table(["", *columns], rows, ["", *legend, *remarks(grades)])


def cells(one: Grade) -> Iterator[str]:
    """The points, and a mark for each condition; or why there is no run."""
    yield figure(one.points) if one.status == "done" else _(STATUSES[one.status])
    yield from ("✔" if so else "·" if one.status == "done" else "–" for so in one.met)


def remarks(grades: Sequence[Grade]) -> Iterator[str]:
    """What there is to say of each file."""
    for one in grades:
        if one.remarks:
            yield f"\n{one.file}"
            yield from (f"  {line}" for line in one.remarks)
