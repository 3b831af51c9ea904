"""`vglab watch`: follow recordings of real training runs, in the lab or as a report."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ....scenarios.i18n import N_, _
from ..expectations import check_paths, judge, parse_expectations
from ..localized import Command, InputError
from ..options import argument, common_options, expect_option, option
from ..output import print_bytes, print_data
from ..process import ExitCode
from ..screen import is_screen, open_watch_lab
from . import COMMANDS

if TYPE_CHECKING:
    from ....scenarios.recordings.reading import Reader
    from ....scenarios.recordings.selection import LayerChoice
    from ....scenarios.recordings.watch_document import WatchDocument, WatchedRun

PAUSE = 0.5
"""Seconds between two looks at a file that is followed."""


@click.command(
    cls=Command,
    help=COMMANDS["watch"],
    examples=(
        ("vglab watch run.jsonl", N_("follow it in the lab")),
        ("vglab watch run.jsonl --once", N_("print the report and exit")),
        ("vglab watch before.jsonl after.jsonl", N_("two runs side by side")),
        (
            'vglab watch run.jsonl --once --expect "runs.0.diagnosis.state == healthy"',
            N_("exit with status 3 if it does not hold"),
        ),
        ("vglab watch --probe mymodel:build", N_("look at your own model before it is trained")),
    ),
)
@argument("files", nargs=-1, metavar="FILE…", type=click.Path())
@option(
    "--probe",
    metavar="MODULE:FUNCTION",
    help=N_("The model that this function builds, with one batch sent forward and back."),
)
@option("--once", is_flag=True, help=N_("Print a report on what is there, and exit."))
@option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
@option("--follow", is_flag=True, help=N_("Print whenever the verdict changes, until the end."))
@option(
    "--layers",
    "pattern",
    metavar="REGEX",
    help=N_("Only the layers whose names this pattern finds."),
)
@option(
    "--steps",
    type=click.IntRange(min=1),
    metavar="N",
    help=N_("Planned steps, if the file does not say."),
)
@option("--ascii", "ascii", is_flag=True, help=N_("Draw the lab in plain ASCII."))
@expect_option
@common_options
@click.pass_context
def watch(
    ctx: click.Context,
    files: tuple[str, ...],
    probe: str | None,
    once: bool,
    as_json: bool,
    follow: bool,
    pattern: str | None,
    steps: int | None,
    ascii: bool,
    expect: tuple[str, ...],
) -> None:
    if bool(probe) == bool(files):
        raise click.UsageError(_("Name one FILE or several, or use --probe."), ctx)
    if once and follow:
        raise click.UsageError(_("--once and --follow: only one of them."), ctx)
    if files.count("-") > 1:
        raise click.UsageError(_("- is standard input, of which there is one."), ctx)
    if probe:
        ctx.exit(watch_birth(probe, as_json, pattern, expect))
    if as_json or once or follow or expect or not is_screen_for(files):
        ctx.exit(watch_headless(files, (as_json, follow), pattern, steps, expect))
    open_screen(files, pattern, steps, ascii)


def is_screen_for(files: Sequence[str]) -> bool:
    """Whether the lab can be shown, where standard input may be what is watched."""
    if "-" not in files:
        return is_screen()
    shown = sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return shown and os.access("/dev/tty", os.R_OK | os.W_OK)


def open_screen(files: Sequence[str], pattern: str | None, steps: int | None, ascii: bool) -> None:
    """Open the lab on these files. What is wrong with them is said before there is a screen."""
    choice_of(pattern)
    from ....scenarios.recordings.first_lines import is_read_by_lines

    doubtful = [name for name in files if name != "-" and not is_read_by_lines(name)]
    for reader in readers_of(doubtful) if doubtful else ():
        reader.close()
    settings = [f"layers={pattern}"] if pattern else []
    open_watch_lab(files, [*settings, *([f"steps={steps}"] if steps else [])], ascii)


def watch_birth(probe: str, as_json: bool, pattern: str | None, expect: Sequence[str]) -> ExitCode:
    """The report on a model at initialization, and what theory says of it. Raises InputError."""
    from ....scenarios.recordings.probing import ProbingError, probe_model, theory_lines

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{probe.replace(':', '.')}.jsonl"
        try:
            foreseen = probe_model(probe, path)
        except ProbingError as error:
            raise InputError([str(error)]) from error
        status = watch_headless([str(path)], (as_json, False), pattern, None, expect, probe)
        if not as_json:
            print_data("\n" + "\n".join(theory_lines(path, foreseen)))
    return status


def readers_of(files: Sequence[str]) -> list[Reader]:
    """A reader for each source. Raises InputError."""
    from ....scenarios.recordings.opening import WatchError, open_source

    faults: list[str] = []
    found: list[Reader] = []
    for name in files:
        try:
            found.append(open_source(name))
        except WatchError as error:
            faults.append(str(error))
    if faults:
        raise InputError(faults)
    return found


def choice_of(pattern: str | None) -> LayerChoice | None:
    """The pattern of `--layers`. Raises InputError."""
    from ....scenarios.recordings.selection import PatternError, parse_choice

    try:
        return None if pattern is None else parse_choice(pattern)
    except PatternError as error:
        raise InputError([f"--layers: {error}"]) from error


def watch_headless(
    files: Sequence[str],
    how: tuple[bool, bool],
    pattern: str | None,
    steps: int | None,
    expect: Sequence[str],
    title: str = "",
) -> ExitCode:
    """Read the sources and print what is found; `how`: as JSON, and whenever it changes. A `title`
    stands for the name of the only one."""
    as_json, follow = how
    expected, choice = parse_expectations(expect), choice_of(pattern)
    from ....scenarios.recordings.watch_document import WatchDocument, encode, watch_document

    check_paths(expected, WatchDocument, "")
    readers = readers_of(files)
    readers[0].name = title or readers[0].name

    def document() -> WatchDocument:
        return watch_document(readers, steps, choice)

    if follow:
        last = follow_changes(readers, document, as_json)
    else:
        read_everything(readers)
        last = document()
        print_document(last, as_json)
    return judge(expected, encode(last))


def read_everything(readers: Sequence[Reader]) -> None:
    """Read all that is there; of a pipe, until it ends."""
    for reader in readers:
        reader.read_all()
        while reader.name == "-" and not reader.ended:
            time.sleep(PAUSE / 10)
            reader.behind = True
            reader.read_all()


def print_document(found: WatchDocument, as_json: bool) -> None:
    """The document, or its report."""
    from ....scenarios.recordings.watch_document import encode
    from ..watch_report import report

    print_data(encode(found) if as_json else report(found))


def follow_changes(
    readers: Sequence[Reader], document: Callable[[], WatchDocument], as_json: bool
) -> WatchDocument:
    """Print a line whenever a verdict changes, until every run is over, or Ctrl-C."""
    from ....scenarios.recordings.watch_document import encode
    from ..watch_report import change_line

    said: list[object] = [None] * len(readers)
    found = document()
    try:
        while True:
            over = [read_on(reader) for reader in readers]
            found = document()
            for number, run in enumerate(found.runs):
                if signature(run) != said[number]:
                    said[number] = signature(run)
                    if as_json:
                        print_bytes(encode(only(found, number)) + b"\n")
                    else:
                        print_data(change_line(run))
            if all(over):
                return found
            time.sleep(PAUSE)
    except KeyboardInterrupt:
        return found


def read_on(reader: Reader) -> bool:
    """Read what has come; whether nothing more will."""
    reader.behind = not reader.ended
    reader.read_all()
    return reader.ended or reader.recording.finished


def only(document: WatchDocument, number: int) -> WatchDocument:
    """The document with one of its runs alone."""
    from msgspec.structs import replace

    return replace(document, runs=[document.runs[number]])


def signature(run: WatchedRun) -> object:
    """What makes a verdict another one: the rule, the layers that are held back, what was found."""
    found = run.diagnosis
    codes = [(one.code, *one.layers) for one in found.findings]
    return found.state, found.rule, found.frozen, codes, run.finished, len(run.faults)
