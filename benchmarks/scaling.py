"""How the engine's time and memory grow: with layers, with replicas, and with steps taken.

    python benchmarks/scaling.py [--rounds N] [--json FILE]

Everything is measured at every step. Times are the least processor time of several turns, taken in
turns; memory is the peak of a process of its own that trains a few steps, beside the peak of one
that has only loaded the engine.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import process_time

import one_thread  # noqa: F401  # pyright: ignore[reportUnusedImport]  (it works by that)
from side_vglab import build
from workloads import DEEP, TINY, WORKLOADS, Workload

Figures = dict[str, float]

TURN = 0.03
DEPTHS = (10, 30, 100, 200)
REPLICAS = (1, 4, 16, 32)
LATER = 10_000
"""Steps behind a network that is timed again."""
WATCHED = replace(DEEP, depth=6, batch=128, activation="relu", gain=0.5, optimizer="adam")
"""Many of its units die."""
ALONE = "engine alone"
PEAKED: dict[str, Workload] = {
    **{f"{name}": WORKLOADS[name] for name in ("a", "c", "h")},
    **{f"depth {depth}": replace(DEEP, depth=depth) for depth in DEPTHS},
}


def timed(run: Callable[[int], None], steps: int) -> float:
    """Processor seconds of a step."""
    start = process_time()
    run(steps)
    return (process_time() - start) / steps


def in_turns(workloads: dict[str, Workload], rounds: int) -> Figures:
    """The least processor seconds of a step of each."""
    runs = {name: build(w, measured=True) for name, w in workloads.items()}
    for run in runs.values():
        run(2)
    steps = {name: max(1, int(TURN / timed(run, 2))) for name, run in runs.items()}
    best = dict.fromkeys(runs, float("inf"))
    for _round in range(rounds):
        for name, run in runs.items():
            best[name] = min(best[name], timed(run, steps[name]))
    return best


def by_depth(rounds: int) -> Figures:
    """Microseconds a layer; of a network whose gradient vanishes, and of one whose does not."""
    nets = {f"{depth} layers": replace(DEEP, depth=depth) for depth in DEPTHS}
    nets["30 layers, nothing vanishes"] = WORKLOADS["a4"]
    best = in_turns(nets, rounds)
    return {name: 1e6 * best[name] / w.depth for name, w in nets.items()}


def by_replicas(rounds: int) -> Figures:
    """Microseconds a replica."""
    nets = {f"{count} replicas of h": replace(TINY, replicas=count) for count in REPLICAS}
    best = in_turns(nets, rounds)
    return {name: 1e6 * best[name] / w.replicas for name, w in nets.items()}


def by_steps(rounds: int) -> Figures:
    """Microseconds a step of a network with dead units and Adam, young and old, in turns."""
    old, young = build(WATCHED, measured=True), build(WATCHED, measured=True)
    old(LATER)
    ages = {"a step at the start": young, f"a step after {LATER}": old}
    best = dict.fromkeys(ages, float("inf"))
    for _round in range(2 * rounds):
        for name, run in ages.items():
            best[name] = min(best[name], timed(run, 100))
    return {name: 1e6 * seconds for name, seconds in best.items()}


def memory(rounds: int) -> Figures:
    """MiB at the peak; where the system does not say (Linux does), nothing."""
    del rounds
    if not Path("/proc/self/status").exists():
        return {}
    return {name: peak(name) for name in (ALONE, *PEAKED)}


def peak(name: str) -> float:
    """Of a process that trains the named network, as the system counts it."""
    done = subprocess.run(
        [sys.executable, __file__, "--train", name], stdout=subprocess.PIPE, text=True, check=True
    )
    return float(done.stdout) / 1024


def train(name: str) -> None:
    """A few steps, then this process's own peak in KiB."""
    if name in PEAKED:
        build(PEAKED[name], measured=True, planned=200)(3)
    status = Path("/proc/self/status").read_text()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


PARTS = {
    "time a layer, µs": by_depth,
    "time a step and replica, µs": by_replicas,
    "time a step, µs": by_steps,
    "peak memory, MiB": memory,
}


def main() -> None:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--train")
    options = parser.parse_args()
    if options.train:
        return train(options.train)
    results: dict[str, Figures] = {}
    for title, part in PARTS.items():
        results[title] = part(options.rounds)
        print(f"{title:32}{'':>10}{'of the first':>14}")
        first = next(iter(results[title].values()), 1)
        for name, value in results[title].items():
            print(f"  {name:30}{value:10.2f}{value / first:14.2f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
