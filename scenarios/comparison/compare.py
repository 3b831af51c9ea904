"""Scenarios held against each other, on the same data and seeds.

Both rooms of the lab and both commands (`vglab compare`, `vglab remedies`) use these functions:
`race` yields what each replica showed as it comes, and an entry can be made of whatever has come
so far.
"""

import os
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from ..errors import Fault, ScenarioError
from ..i18n import _
from ..loading.changes import differences, shared_settings
from ..loading.inheritance import load
from ..runs.diagnosis_record import DocumentPart
from ..runs.executors import Crew, crew
from ..runs.results import NO_EXTRAS, Extras, Outcome
from ..runs.scheduler import schedule
from ..runs.summary import ScenarioSummary, summarize
from ..runs.tasks import NumberedRun, tasks, train
from ..schema.spec import DType, Scenario, Text
from ..version import VERSION

VARIANT = re.compile(r"(?P<name>.+?):(?P<settings>[a-z_]+(\.[a-z0-9_]+)*=.+)")
"""A scenario, and settings of its own."""
NEXT = re.compile(r",(?=[a-z_]+(?:\.[a-z0-9_]+)*=)")
"""What stands between two of them; a value may have commas too."""


class Arrival(Struct, frozen=True):
    """A replica's outcome, as it comes."""

    scenario: int
    """Which of the scenarios, counted from 0."""
    replica: int
    outcome: Outcome


class Comparison(DocumentPart, frozen=True):
    """What `vglab compare --json` prints."""

    schema: Literal["vglab.compare/1"]
    version: Annotated[str, Meta(description="of vglab")]
    seed: Annotated[int, Meta(description="of replica 0; replica i has seed + i")]
    replicas: int
    dtype: DType
    finished: Annotated[bool, Meta(description="false when it was interrupted")]
    runs: Annotated[
        list[ScenarioSummary], Meta(description="as they were asked for; the first is the base")
    ]


def compare(
    names: Sequence[str],
    settings: Sequence[str] = (),
    workers: int = 1,
    extras: Extras = NO_EXTRAS,
) -> Comparison:
    """Train scenarios on the same data and seeds, and hold them against the first.

    names: presets or files, each perhaps with settings of its own behind a colon, as in
    relu:network.init=xavier; settings: what is stated over each, as --set takes it; workers:
    processes to train in (more than one: only under `if __name__ == "__main__":`); extras: what
    each result holds besides.
    Raises ScenarioError where one of them cannot be had, or not on the data of the first.
    """
    scenarios = align(names, settings)
    outcomes: list[list[Outcome]] = [[] for _one in scenarios]
    for arrival in race(scenarios, crew(workers), extras):
        outcomes[arrival.scenario].append(arrival.outcome)
    return comparison(scenarios, outcomes)


def align(names: Sequence[str], settings: Sequence[str] = ()) -> list[Scenario]:
    """The scenarios, with what is stated over each, and the first one's data and seeds.

    Raises ScenarioError where one of them cannot be had, or not on that data.
    """
    first, *others = (load_variant(name, settings) for name in names)
    what = _("a {kind} cannot be compared with a {other} ({first})")
    if strangers := [one for one in others if one.kind != first.kind]:
        raise ScenarioError(
            Fault(one.id, "kind", what.format(kind=one.kind, other=first.kind, first=first.id))
            for one in strangers
        )
    shared = [*settings, *shared_settings(first)]
    return [first, *(load_variant(name, shared) for name in names[1:])]


def load_variant(text: str, settings: Sequence[str]) -> Scenario:
    """A scenario by its name, or as NAME:KEY=VALUE,KEY=VALUE with settings of its own, which count
    over the others and stand in its title. Raises ScenarioError."""
    match = VARIANT.fullmatch(text)
    if match is None or os.path.exists(text):
        return load(text, settings)
    own = NEXT.split(match["settings"])
    scenario = load(match["name"], [*settings, *own])
    said, title = ", ".join(own), scenario.title
    return replace(scenario, title=Text(f"{title.en} · {said}", f"{title.es} · {said}"))


def race(
    scenarios: Sequence[Scenario], crew: Crew, extras: Extras = NO_EXTRAS
) -> Generator[Arrival]:
    """Train every replica of every scenario; closes the crew at the end."""
    places = [(i, r) for i, one in enumerate(scenarios) for r in range(one.run.replicas)]
    runs: Iterator[NumberedRun] = enumerate(single_replica(scenarios[i], r) for i, r in places)
    work = partial(train, extras=extras)
    with closing(schedule(tasks(runs, crew.room), crew, work)) as outcomes:
        for number, outcome in outcomes:
            yield Arrival(*places[number], outcome)


def single_replica(scenario: Scenario, r: int) -> Scenario:
    """One replica as a scenario of its own."""
    return replace(scenario, run=replace(scenario.run, seed=scenario.run.seed + r, replicas=1))


def summarize_against(
    first: Scenario, scenario: Scenario, outcomes: Sequence[Outcome]
) -> ScenarioSummary:
    """What a scenario has shown so far, and how it differs from the first."""
    changes = differences(first, scenario)
    return summarize(scenario.id, scenario.title.in_language(), changes, outcomes)


def comparison(scenarios: Sequence[Scenario], outcomes: Sequence[Sequence[Outcome]]) -> Comparison:
    """The document of the outcomes so far."""
    first = scenarios[0]
    shown = [summarize_against(first, *both) for both in zip(scenarios, outcomes, strict=True)]
    return Comparison(
        schema="vglab.compare/1",
        version=VERSION,
        seed=first.run.seed,
        replicas=first.run.replicas,
        dtype=first.run.dtype,
        finished=sum(map(len, outcomes)) == len(scenarios) * first.run.replicas,
        runs=shown,
    )
