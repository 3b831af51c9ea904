"""Races a sweep against a JAX program that trains all runs of one depth in one compiled call.

    python benchmarks/sweep_race.py [--runs 100,1000,10000] [--json FILE]

Runs differ in depth, gain and seed; each is 200 steps of a tanh network, 16 units wide. vglab
trains them as `vglab sweep` does in one process. The JAX program is lean: for each depth it is
compiled once, `vmap` goes over gains and seeds and `scan` over steps, and it keeps what a sweep's
line holds: losses, accuracy and the error signal of each layer, at initialization and at the end.
Each side runs in a process of its own; the figure is its processor time, imports and compilation
included.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from time import process_time

from sweep_sizes import BATCH, RATE, STEPS, TEST, TRAIN, WIDTH

DEPTHS = (4, 6, 8, 10, 12)
GAINS = tuple(0.5 + 0.25 * i for i in range(10))
SIDES = ("vglab", "jax")


def by_vglab(seeds: int) -> None:
    """Train the runs in tasks, one after another."""
    from vglab.scenarios.loading.inheritance import load
    from vglab.scenarios.runs.tasks import tasks, train

    fixed = [
        "network.activation=tanh", f"network.width={WIDTH}", f"training.batch={BATCH}",
        f"training.steps={STEPS}", f"training.rate={RATE}", f"data.train={TRAIN}",
        f"data.test={TEST}", "network.init=lecun",
    ]  # fmt: skip
    grid = (
        (f"network.depth={depth}", f"network.gain={gain}", f"run.seed={seed}")
        for depth in DEPTHS
        for gain in GAINS
        for seed in range(seeds)
    )
    found = enumerate(load("tanh", [*fixed, *point]) for point in grid)
    for task in tasks(found):
        train(task.runs)


def by_jax(seeds: int) -> None:
    """Compile and run one program a depth."""
    from sweep_jax import train_all

    for depth in DEPTHS:
        train_all(depth, GAINS, seeds)


def seconds(side: str, runs: int) -> float:
    """Processor seconds of a process that trains that many runs."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, __file__, "--side", side, "--runs", str(runs)]
    return float(subprocess.run(command, env=os.environ | one, check=True, stdout=-1).stdout)


def table(counts: list[int], sides: list[str]) -> Iterator[tuple[int, dict[str, float]]]:
    """Seconds a side, for each number of runs."""
    for runs in counts:
        yield runs, {side: seconds(side, runs) for side in sides}


def main() -> None:
    """Race, or be one side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", default="100,1000,10000")
    parser.add_argument("--side", choices=SIDES)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    counts = [int(count) for count in options.runs.split(",")]
    if options.side:
        {"vglab": by_vglab, "jax": by_jax}[options.side](counts[0] // len(DEPTHS) // len(GAINS))
        print(process_time())
        return
    sides = [side for side in SIDES if side == "vglab" or find_spec(side)]
    found: dict[int, dict[str, float]] = {}
    for runs, taken in table(counts, sides):
        found[runs] = taken
        each = ", ".join(f"{side} {taken[side]:.1f} s" for side in sides)
        print(f"{runs} runs: {each}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
