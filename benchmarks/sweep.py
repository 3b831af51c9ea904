"""What a sweep of a million runs would take, from what its parts take: docs/en/million.md.

    python benchmarks/sweep.py [--steps N] [--rounds N] [--json FILE]

Processor time where something is computed, as other work on the machine then counts little; wall
time where somebody is waited for. The least of several rounds.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from msgspec.structs import replace
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.train import measure
from vglab.scenarios.schema.spec import Scenario
from vglab.scenarios.sweep.plan import plan
from vglab.scenarios.sweep.store import Ledger, encode_line, line

REPLICAS = (1, 2, 4, 7, 14, 28)
SIZES = {"8 × 16": (8, 16), "10 × 32": (10, 32), "30 × 64": (30, 64)}
TASKS = 400
ENTERED = 100


def least(what: Callable[[], object], rounds: int, clock: Callable[[], float]) -> float:
    """The least seconds of some rounds."""
    seen: list[float] = []
    for _round in range(rounds):
        began = clock()
        what()
        seen.append(clock() - began)
    return min(seen)


def runs(depth: int, width: int, steps: int, count: int) -> tuple[Scenario, ...]:
    """Runs that differ in their seeds."""
    settings = [f"network.depth={depth}", f"network.width={width}", f"training.steps={steps}"]
    first = load("tanh", settings)
    return tuple(replace(first, run=replace(first.run, seed=seed)) for seed in range(count))


def computing(steps: int, rounds: int) -> dict[str, dict[int, float]]:
    """Processor seconds a run, by size and by how many are trained at once."""
    found: dict[str, dict[int, float]] = {}
    for name, (depth, width) in SIZES.items():
        found[name] = {}
        for count in REPLICAS:
            batch = runs(depth, width, steps, count)
            taken = least(lambda batch=batch: measure(batch), rounds, process_time)
            found[name][count] = taken / count
    return found


def nothing(_runs: tuple[Scenario, ...]) -> list[int]:
    """A task that does nothing."""
    return []


def handing_out(executor: Executor, rounds: int) -> float:
    """Seconds a task takes when there is nothing to do: sent, taken on, answered."""
    sent = runs(10, 32, 100, 7)

    def all_of_them() -> None:
        wait([executor.submit(nothing, sent) for _task in range(TASKS)])

    all_of_them()
    return least(all_of_them, rounds, perf_counter) / TASKS


def starting() -> float:
    """Seconds until a new worker has answered, with the engine loaded."""
    began = perf_counter()
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(measure, runs(1, 2, 1, 1)).result()
    return perf_counter() - began


def through_dask(rounds: int) -> float | None:
    """The same on a Dask cluster of one worker; None where Dask is not installed."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        return None
    with (
        LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            dashboard_address=None,  # pyright: ignore[reportArgumentType]  (None: no dashboard)
        ) as cluster,
        Client(cluster) as client,
    ):
        return handing_out(client.get_executor(pure=False), rounds)


def writing(rounds: int) -> dict[str, float]:
    """Bytes a line, and seconds until it is safe on this disk; seconds to plan a run."""
    whole = plan("tanh", ["network.depth=2:9", "network.gain=0.5:3:20"], ["training.steps=10"])
    (result,) = measure((runs(10, 32, 20, 1)[0],))
    entry = line(whole, whole.runs[0], result, "0.1.0")
    with tempfile.TemporaryDirectory(dir=".") as folder, Ledger(Path(folder) / "it") as ledger:
        enter = lambda: [ledger.enter([entry]) for _i in range(ENTERED)]  # noqa: E731
        safe = least(enter, rounds, perf_counter)
    overs = ["network.depth=2:9", "network.gain=0.5:3:20"]
    planned = least(lambda: plan("tanh", overs, ["training.steps=10"]), rounds, process_time)
    return {
        "bytes": len(encode_line(entry)),
        "safe": safe / ENTERED,
        "planned": planned / len(whole.runs),
    }


def main() -> None:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        local = handing_out(pool, asked.rounds)
    found: dict[str, Any] = {
        "steps": asked.steps,
        "load": os.getloadavg()[0],
        "run": computing(asked.steps, asked.rounds),
        "local": local,
        "dask": through_dask(asked.rounds),
        "start": min(starting() for _round in range(asked.rounds)),
        **writing(asked.rounds),
    }
    json.dump(found, sys.stdout, indent=2)
    if asked.json:
        asked.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
