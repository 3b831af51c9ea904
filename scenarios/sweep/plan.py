"""A sweep before it begins: every run of it, as a scenario of its own.

Each point of the grid is read as a file with `--set` would be, so what a scenario may not say, a
sweep may not either; faults are raised before anything is trained.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product, starmap
from math import prod
from operator import attrgetter
from random import Random

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ..errors import Fault, ScenarioError
from ..i18n import _
from ..loading.changes import settings
from ..loading.inheritance import load
from ..loading.toml_reader import as_setting
from ..runs.tasks import SEED
from ..schema.spec import Scenario, is_own
from ..userdata.loader import table
from .axes import SOURCE, SweepAxis, Value, parse_axes
from .stated import APART, Stated, preset_of, stated_settings

MOST = 100_000
"""Runs a sweep may have: each is read and checked before the first begins."""
YOUNGER: Mapping[str, object] = {
    "run.measures": (),
    "data.targets": "classes",
    "data.drop": (),
    "data.missing": "refuse",
    "data.categories": "refuse",
}
"""Keys that are younger than digests, and their defaults, with which files of before are gone on
with."""

Point = tuple[tuple[str, Value], ...]
Identity = tuple[Point, int]


class PlannedRun(Struct, frozen=True):
    """One network of the sweep."""

    at: Mapping[str, Value]
    """The values of the axes, the seed aside."""
    scenario: Scenario

    @property
    def identity(self) -> Identity:
        """Its place on the axes and its seed."""
        return run_identity(self.at, self.scenario.run.seed)


class SweepPlan(Struct, frozen=True):
    """A whole sweep."""

    scenario: Scenario
    """What the axes do not state; of the first point, where they do."""
    keys: tuple[str, ...]
    """What is varied, in the order stated."""
    runs: tuple[PlannedRun, ...]
    digest: str
    """Names the experiment without its axes and seeds; one file holds runs of one digest."""
    preset: str
    """The preset that the scenario extends in the end."""
    stated: Stated
    """What differs from that preset, but for axes and seeds."""


def run_identity(at: Mapping[str, Value], seed: int) -> Identity:
    """A run's place on the axes, sorted by key, and its seed."""
    return tuple(sorted(at.items())), seed


def plan(
    name: str, overs: Sequence[str], base_settings: Sequence[str] = (), random: int | None = None
) -> SweepPlan:
    """Every run of `--over`, on the scenario with what `--set` states; of a random sweep so many
    points. Raises ScenarioError with every fault of the first point that has one."""
    found = parse_axes(overs, random is not None)
    base = load(name, base_settings)
    points = [*islice(sweep_points(found, random, base.run.seed), MOST + 1)]
    refuse_too_many(found, len(points), base.run.replicas)
    resolved = [
        load(name, [*base_settings, *starmap(as_setting, point.items())]) for point in points
    ]
    keys = tuple(axis.key for axis in found)
    varied = [key for key in keys if key != SEED]
    runs = {run.identity: run for scenario in resolved for run in replicas(scenario, varied)}
    preset = preset_of(name, base)
    return SweepPlan(
        resolved[0],
        keys,
        tuple(runs.values()),
        digest=digest(resolved[0], varied),
        preset=preset,
        stated=stated_settings(preset, resolved[0], varied),
    )


def sweep_points(
    axes: Sequence[SweepAxis], random: int | None, seed: int
) -> Iterator[dict[str, Value]]:
    """The points of the grid, or so many drawn at random; point i is the same however many."""
    keys = [axis.key for axis in axes]
    if random is None:
        for values in product(*(axis.values for axis in axes)):
            yield dict(zip(keys, values, strict=True))
    else:
        for i in range(random):
            rng = Random(f"{seed} {i}")
            yield {axis.key: axis.draw(rng) for axis in axes}


def refuse_too_many(axes: Sequence[SweepAxis], points: int, replicas: int) -> None:
    """Raises ScenarioError where the grid has more than MOST runs."""
    if points * replicas > MOST:
        count = max(points, prod(len(axis.values) for axis in axes)) * replicas
        form = _("{count} runs are more than {most}; --random N samples some of them")
        raise ScenarioError([Fault(SOURCE, "", form.format(count=count, most=MOST))])


def replicas(scenario: Scenario, keys: Sequence[str]) -> Iterator[PlannedRun]:
    """The runs of a point, one for each seed."""
    at = {key: attrgetter(key)(scenario) for key in keys}
    for i in range(scenario.run.replicas):
        own = replace(scenario.run, seed=scenario.run.seed + i, replicas=1)
        yield PlannedRun(at, replace(scenario, run=own))


def digest(scenario: Scenario, keys: Sequence[str]) -> str:
    """A short name for the experiment without its axes and seeds."""
    apart = {*keys, *APART}
    rest = {
        key: None if key in apart else value
        for key, value in settings(scenario)
        if not (key in YOUNGER and value == YOUNGER[key])
    }
    if is_own(scenario):
        rest["data.path"] = table(scenario).digest
    return hashlib.sha256(msgspec.json.encode(rest, order="sorted")).hexdigest()[:12]
