"""Replicas spread over threads: each thread trains some of them, and the trace has them all.

NumPy lets go of the interpreter in its products and passes, so threads fill as many cores.
Replicas know nothing of each other: the trace is byte for byte that of one thread.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from itertools import islice
from time import perf_counter
from typing import Any

import numpy as np

from ..measure.trace import NetworkTrace, Trace
from ..numerics import Exact
from .supervised import Experiment

ROUND = 0.05
"""Seconds that the threads train before what they have recorded is put together."""

Columns = dict[str, Exact]
Copy = tuple[Exact, Exact, slice]
"""A column of all replicas, a part's column, and the replicas that this one has."""


def spread(parts: Sequence[Experiment], whole: Callable[[], Experiment]) -> Experiment:
    """One experiment of all replicas of `parts`, in their order, trained in a thread a part.

    Its `steps` take several training steps at a time; its networks are those of the first part.
    A part whose replicas have all diverged ends before the others: `whole`, all of them in one
    experiment, is trained in their place then.
    """
    joint = Joint([part.trace for part in parts])
    return Experiment(joint.trace, train(parts, joint, whole), parts[0].networks)


def train(
    parts: Sequence[Experiment], joint: "Joint", whole: Callable[[], Experiment]
) -> Iterator[int]:
    """Train all parts at once, a round at a time; yields the rows that all have written."""
    trace, count = joint.trace, 1
    with ThreadPoolExecutor(len(parts)) as threads:
        while not trace.finished:
            began = perf_counter()
            list(threads.map(advance, parts, [count] * len(parts)))
            if any(ended_early(part.trace) for part in parts):
                yield from follow(whole(), trace)
                return
            joint.update()
            yield trace.upto
            count *= 2 if perf_counter() - began < ROUND else 1


def advance(part: Experiment, count: int) -> None:
    """Take that many steps, or what is left."""
    for _upto in islice(part.steps, count):
        pass


def ended_early(trace: Trace) -> bool:
    """Whether all replicas diverged before the last step."""
    return trace.finished and trace.done < trace.steps


def follow(run: Experiment, trace: Trace) -> Iterator[int]:
    """Train a run to its end, from where a trace is on as if it were this run's own."""
    done = trace.done
    for upto in run.steps:
        if run.trace.done > done or run.trace.finished:
            vars(trace).update(vars(run.trace))
            yield upto


WITHOUT_RECORDS = ("chance",)
"""Fields of columns that have one number a replica, whatever the record."""


def column_fields(kind: type[Trace | NetworkTrace]) -> list[str]:
    """The fields of a class that hold columns (T, R, …) by name."""
    types = Columns, Columns | None
    return [x.name for x in fields(kind) if x.type in types and x.name not in WITHOUT_RECORDS]


class Joint:
    """The trace of all replicas, and the parts it is copied from."""

    def __init__(self, parts: Sequence[Trace]) -> None:
        self.parts, first = parts, parts[0]
        ends = np.cumsum([part.lost_at.size for part in parts]).tolist()
        self.places = [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]
        self.copies: list[Copy] = []
        chances = [part.chance for part in parts]
        self.trace = replace(
            first,
            networks={
                name: self.join_network([p.networks[name] for p in parts])
                for name in first.networks
            },
            chance={name: np.concatenate([own[name] for own in chances]) for name in first.chance},
            **self.join_all(Trace, parts),
        )

    def join_all(
        self, kind: type[Trace | NetworkTrace], parts: Sequence[Trace | NetworkTrace]
    ) -> dict[str, Any]:
        """All fields of a class that are columns by name; None where the parts have none."""
        columns = {name: [getattr(part, name) for part in parts] for name in column_fields(kind)}
        return {name: each[0] and self.join(each) for name, each in columns.items()}

    def join(self, parts: Sequence[Columns]) -> Columns:
        """Columns (T, R, …) of all replicas, which `update` fills."""
        joined = {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}
        for name, column in joined.items():
            for part, place in zip(parts, self.places, strict=True):
                self.copies.append((column, part[name], place))
        return joined

    def join_network(self, parts: Sequence[NetworkTrace]) -> NetworkTrace:
        """A network's measures of all replicas; what has no replica axis is the first part's."""
        shares = [{} if part.share is None else {"share": part.share} for part in parts]
        share = self.join(shares).get("share")
        return replace(parts[0], share=share, **self.join_all(NetworkTrace, parts))

    def update(self) -> None:
        """Copy the rows that the parts have written since."""
        trace, first = self.trace, self.parts[0]
        rows = slice(trace.upto, first.upto)
        for column, part, place in self.copies:
            column[rows, place] = part[rows]
        trace.lost_at = np.concatenate([part.lost_at for part in self.parts])
        trace.upto, trace.done, trace.finished = first.upto, first.done, first.finished
