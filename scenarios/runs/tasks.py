"""Runs as tasks: those that differ only in what shapes no array are trained at once.

What can differ so *rides* in the replica axis: one task, one pass over the textbook's equations,
for a whole row of a grid.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import ceil

import msgspec

from ..loading.changes import settings
from ..schema.spec import Scenario
from .results import NO_EXTRAS, Extras, Result
from .scheduler import Task
from .sizes import layer_entries, trained_networks

SEED = "run.seed"
RIDES = frozenset(
    {
        SEED,
        "network.init",
        "network.gain",
        "network.bias_std",
        "network.slope",
        "data.noise",
        "training.rate",
        "training.weight_decay",
        "training.clip_norm",
    }
)
"""Keys of a classifier whose values each replica may have for itself."""
ALONE = frozenset({SEED})
"""Keys that ride in a GAN."""
FLAT = frozenset({"network.slope"})
"""Keys that ride only where samples are neither images nor sequences."""
CACHE_ENTRIES = 16_000
"""Replicas × batch × width up to which a layer's array stays in the cache: beyond it, more replicas
at once are no faster."""
CALL = 8000
"""Entries of an array that take as long as calling for it: what small layers cost at least."""

NumberedRun = tuple[int, Scenario]


RunTask = Task[Scenario]


def train(runs: tuple[Scenario, ...], extras: Extras = NO_EXTRAS) -> list[Result]:
    """The results of a task's runs: what a worker does, which loads the engine."""
    from .train import measure

    return measure(runs, extras)


def tasks(runs: Iterable[NumberedRun], workers: int = 1) -> list[RunTask]:
    """The runs as tasks, the longest first; at least one a worker where there are runs enough."""
    groups: dict[bytes, list[NumberedRun]] = {}
    for number, run in runs:
        groups.setdefault(shape_key(run), []).append((number, run))
    found = [task for group in groups.values() for task in chunks(group)]
    while len(found) < workers and any(len(task.runs) > 1 for task in found):
        largest = max(found, key=lambda task: (len(task.runs) > 1, total_cost(task)))
        found.remove(largest)
        found += halves(largest)
    return sorted(found, key=total_cost, reverse=True)


def total_cost(task: RunTask) -> float:
    """How long a task takes, more or less, in the unit of a run's cost."""
    return sum(map(cost, task.runs))


def halves(task: RunTask) -> list[RunTask]:
    """The task cut into two of half as many runs."""
    middle = len(task.runs) // 2
    parts = (slice(middle), slice(middle, None))
    return [Task(task.numbers[part], task.runs[part]) for part in parts]


def chunks(group: Sequence[NumberedRun]) -> Iterator[RunTask]:
    """Runs of one shape in even parts that fit into the cache."""
    _, first = group[0]
    most = max(1, CACHE_ENTRIES // layer_entries(first))
    for row in seed_rows(group) if riding_keys(first) == ALONE else [group]:
        parts = ceil(len(row) / most)
        for part in range(parts):
            span = row[part * len(row) // parts : (part + 1) * len(row) // parts]
            yield Task(tuple(number for number, _ in span), tuple(run for _, run in span))


def seed_rows(group: Iterable[NumberedRun]) -> Iterator[list[NumberedRun]]:
    """Runs whose seeds follow each other."""
    by_seed = enumerate(sorted(group, key=lambda entry: entry[1].run.seed))
    for _, row in groupby(by_seed, key=lambda place: place[1][1].run.seed - place[0]):
        yield [entry for _, entry in row]


def shape_key(run: Scenario) -> bytes:
    """What two runs must have in common to be trained at once."""
    kept = {key: value for key, value in settings(run) if key not in riding_keys(run)}
    return msgspec.json.encode(kept, order="sorted")


def riding_keys(run: Scenario) -> frozenset[str]:
    """The keys that ride: of a GAN only the seed."""
    if run.kind == "gan":
        return ALONE
    return RIDES if run.network.architecture == "mlp" else RIDES - FLAT


def cost(run: Scenario) -> float:
    """How long a run takes alone, more or less, in a unit of its own."""
    batch, steps = run.training.batch, run.training.steps
    return steps * sum(
        net.depth * (CALL + batch * net.width) * (1 + net.width / 32)
        for net in trained_networks(run)
    )
