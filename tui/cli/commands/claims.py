"""`vglab claims`: put the notes' claims to the test, and print what came, a page or a document.

Ctrl-C ends the testing; what has come by then is printed, and the document says
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

from ....scenarios.claims.catalog import Topic, UnknownClaim, chosen
from ....scenarios.claims.rules import MOST
from ....scenarios.claims.testing import Examination, Finding, examination, examined, trials
from ....scenarios.i18n import N_, _
from ....scenarios.runs.executors import CrewError, crew
from ...render.claims_text import MARKS, VERDICTS, entry, folded
from ..localized import Command, Refusal
from ..options import (
    ClaimName,
    argument,
    common_options,
    cores,
    json_option,
    option,
    workers_option,
)
from ..output import Progress, complain, say
from ..process import FAILED, INTERRUPTED
from . import COMMANDS

WIDEST = 100
"""Columns of the page: longer lines are hard to read."""


class Asked(NamedTuple):
    """What the command line asked for."""

    ids: Sequence[str]
    as_json: bool
    seeds: range
    workers: int


def examine(asked: Asked) -> int:
    """Test the claims, print what came; gives the exit status."""
    try:
        topics = chosen(asked.ids)
    except UnknownClaim as error:
        raise Refusal([error]) from error
    began, found = perf_counter(), dict[str, Finding]()
    status = gather(topics, asked, found)
    document = examination(topics, asked.seeds, found, status == 0, perf_counter() - began)
    columns = min(shutil.get_terminal_size().columns, WIDEST)
    say(msgspec.json.encode(document) if asked.as_json else page(document, columns))
    for line in dict.fromkeys(error for one in found.values() for error in one.errors):
        complain(_("Error: {message}").format(message=line))
    return status or (FAILED if any(one.errors for one in found.values()) else 0)


def gather(topics: Sequence[Topic], asked: Asked, found: dict[str, Finding]) -> int:
    """Test them into `found`, by id; gives the exit status, 0 where all were tested."""
    claims = [claim for topic in topics for claim in topic.claim]
    costs = [trial.cost for trial in trials(claims, asked.seeds)]
    workers = crew(min(asked.workers, max(1, len(costs))))
    try:
        with (
            Progress(len(costs), sum(costs)) as progress,
            closing(examined(claims, workers, asked.seeds)) as events,
        ):
            for event in events:
                if isinstance(event, Finding):
                    found[event.id] = event
                else:
                    progress.move(event.cost)
    except KeyboardInterrupt:
        complain(_("Interrupted: this is what had come by then."))
        return INTERRUPTED
    except CrewError as error:
        complain(_("Error: {message}").format(message=error))
        return FAILED
    return 0


def page(document: Examination, columns: int) -> str:
    """The whole page."""
    lines: list[str] = []
    for part in document.topics:
        lines += [part.title, "═" * len(part.title), ""]
        for one in part.claims:
            lines += [*entry(one, columns), ""]
    return "\n".join([*lines, *(folded(line, columns, 0, 0) for line in summary(document))])


def summary(document: Examination) -> Iterator[str]:
    """How many of each, and how they were come by."""
    told = sum(one.verdict is None for part in document.topics for one in part.claims)
    counts = {**document.verdicts, None: told}
    words = {**VERDICTS, None: N_("NOT TESTED")}
    yield "   ".join(f"{MARKS[of]} {_(words[of])}: {count}" for of, count in counts.items())
    if document.replicas == 1 or not any(document.verdicts.values()):
        return
    said = _(
        "Numbers are medians over {replicas} networks, seeds {first} to {last}; a rule counts as"
        " met where {most} percent of them meet it."
    )
    yield said.format(
        replicas=document.replicas,
        first=document.seed,
        last=document.seed + document.replicas - 1,
        most=round(100 * MOST),
    )


@click.command(
    cls=Command,
    help=COMMANDS["claims"],
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
    ctx.exit(examine(Asked(ids, as_json, range(seed, seed + replicas), cores(workers))))
