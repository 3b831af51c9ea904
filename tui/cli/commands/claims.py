"""`vglab claims`: test the claims of course notes, and print a page or a document.

Ctrl-C ends the testing; what is done by then is printed, and the document says
`"finished": false`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from time import perf_counter
from typing import NamedTuple

import click
import msgspec

from ....scenarios.claims.catalog import Topic, UnknownClaim, select
from ....scenarios.claims.rules import MOST
from ....scenarios.claims.testing import ClaimResult, ClaimsReport, claims_report, examine, trials
from ....scenarios.i18n import N_, _
from ....scenarios.runs.executors import CrewError, crew
from ...render.claims_text import MARKS, VERDICTS, entry, fold
from ..localized import Command, InputError
from ..options import (
    ClaimName,
    argument,
    common_options,
    json_option,
    option,
    worker_count,
    workers_option,
)
from ..output import print_data, print_error
from ..process import ExitCode
from ..progress import RunProgress
from . import COMMANDS

WIDEST = 100
"""Columns of the page: longer lines are hard to read."""


@click.command(
    cls=Command,
    help=COMMANDS["claims"],
    examples=(
        ("vglab claims relu-keeps-gradients", N_("one claim, its figures and its verdict")),
        ("vglab claims", N_("all of them, in a few minutes")),
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
    request = ClaimsRequest(ids, as_json, range(seed, seed + replicas), worker_count(workers))
    ctx.exit(run_claims(request))


class ClaimsRequest(NamedTuple):
    """The command's options."""

    ids: Sequence[str]
    as_json: bool
    seeds: range
    workers: int


def run_claims(request: ClaimsRequest) -> ExitCode:
    """Test the claims and print the document or the page."""
    try:
        topics = select(request.ids)
    except UnknownClaim as error:
        raise InputError([error]) from error
    start, findings = perf_counter(), dict[str, ClaimResult]()
    status = test(topics, request, findings)
    finished = status is ExitCode.DONE
    document = claims_report(topics, request.seeds, findings, finished, perf_counter() - start)
    columns = min(shutil.get_terminal_size().columns, WIDEST)
    print_data(msgspec.json.encode(document) if request.as_json else page(document, columns))
    errors = dict.fromkeys(error for one in findings.values() for error in one.errors)
    for line in errors:
        print_error(_("Error: {message}").format(message=line))
    return status or (ExitCode.FAILED if errors else ExitCode.DONE)


def test(
    topics: Sequence[Topic], request: ClaimsRequest, findings: dict[str, ClaimResult]
) -> ExitCode:
    """Test the claims and add what is found, by id; DONE where all are tested."""
    claims = [claim for topic in topics for claim in topic.claim]
    costs = [trial.cost for trial in trials(claims, request.seeds)]
    workers = crew(min(request.workers, max(1, len(costs))))
    try:
        with (
            RunProgress(len(costs), sum(costs)) as progress,
            closing(examine(claims, workers, request.seeds)) as events,
        ):
            for event in events:
                if isinstance(event, ClaimResult):
                    findings[event.id] = event
                else:
                    progress.move(event.cost)
    except KeyboardInterrupt:
        print_error(_("Interrupted: these are the results so far."))
        return ExitCode.INTERRUPTED
    except CrewError as error:
        print_error(_("Error: {message}").format(message=error))
        return ExitCode.FAILED
    return ExitCode.DONE


def page(document: ClaimsReport, columns: int) -> str:
    """The claims in words, under their topics, and the summary."""
    lines: list[str] = []
    for part in document.topics:
        lines += [part.title, "═" * len(part.title), ""]
        for one in part.claims:
            lines += [*entry(one, columns), ""]
    return "\n".join([*lines, *(fold(line, columns, 0, 0) for line in summary(document))])


def summary(document: ClaimsReport) -> Iterator[str]:
    """How many claims have each verdict, and how the numbers are taken."""
    untested = sum(one.verdict is None for part in document.topics for one in part.claims)
    counts = {**document.verdicts, None: untested}
    words = {**VERDICTS, None: N_("NOT TESTED")}
    yield "   ".join(f"{MARKS[of]} {_(words[of])}: {count}" for of, count in counts.items())
    if document.replicas == 1 or not any(document.verdicts.values()):
        return
    note = _(
        "Numbers are medians over {replicas} networks, seeds {first} to {last}; a rule counts as "
        "met if {most} percent of them meet it."
    )
    yield note.format(
        replicas=document.replicas,
        first=document.seed,
        last=document.seed + document.replicas - 1,
        most=round(100 * MOST),
    )
