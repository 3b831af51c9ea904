"""`vglab claims`: put the notes' claims to the test, and print what came, a page or a document.

Ctrl-C ends the testing; what has come by then is printed, and the document says
`"finished": false`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from time import perf_counter
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from ..scenarios.claims import Topic, UnknownClaim, chosen
from ..scenarios.crews import CrewError, crew
from ..scenarios.examining import Finding, examined, trials
from ..scenarios.results import Known
from ..scenarios.verdicts import MOST
from ..scenarios.words import N_, _
from .findings import MARKS, VERDICTS, entry, folded
from .headless import INTERRUPTED
from .output import complain, say
from .progress import Progress
from .speech import Refusal
from .version import VERSION

FAILED = 1
WIDEST = 100
"""Columns of the page: longer lines are hard to read."""


class Part(Known, frozen=True):
    """The claims of one topic."""

    title: str
    claims: tuple[Finding, ...]


class Examination(Known, frozen=True):
    """What `vglab claims --json` prints."""

    schema: Literal["vglab.claims/1"]
    version: Annotated[str, Meta(description="of vglab")]
    seed: Annotated[int, Meta(description="of replica 0; replica i has seed + i")]
    replicas: Annotated[int, Meta(description="networks each claim was tried on")]
    finished: Annotated[bool, Meta(description="false when it was interrupted")]
    verdicts: Annotated[dict[str, int], Meta(description="how many claims have each verdict")]
    topics: Annotated[tuple[Part, ...], Meta(description="in teaching order")]
    seconds: float


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


def examination(
    topics: Sequence[Topic],
    seeds: range,
    found: Mapping[str, Finding],
    finished: bool,
    seconds: float,
) -> Examination:
    """The document, in teaching order."""
    parts = [
        Part(t.title.chosen(), tuple(found[c.id] for c in t.claim if c.id in found)) for t in topics
    ]
    said = [one.verdict for one in found.values()]
    return Examination(
        schema="vglab.claims/1",
        version=VERSION,
        seed=seeds.start,
        replicas=len(seeds),
        finished=finished,
        verdicts={name: said.count(name) for name in ("holds", "holds when", "fails")},
        topics=tuple(part for part in parts if part.claims),
        seconds=seconds,
    )


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
