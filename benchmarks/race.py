"""Races the engine against the floor and against what else is installed, in turns, step by step.

    python benchmarks/race.py [--workloads a,b,…] [--rounds N] [--unpinned] [--json FILE]

Each side runs in a process of its own and waits while another has its turn, so that all meet the
same noise. The figure is the least processor time of a turn, divided by the steps in it; waiting
for a core that somebody else has is not in it. Sides that are not installed, and workloads that a
side does not have, are named at the end. OPENBLAS_CORETYPE, where it is set, holds NumPy to older
kernels than PyTorch and JAX use; --unpinned lifts it.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import geometric_mean

from workloads import WORKLOADS

Figures = dict[str, float]

PIN = "OPENBLAS_CORETYPE"
BARE = "vglab, nothing measured"
SIDES = {
    "floor": ("floor", False),
    "vglab": ("vglab", True),
    BARE: ("vglab", False),
    "torch": ("torch", True),
    "jax": ("jax", True),
}
NEEDS = {"torch": "torch", "jax": "jax"}
TURN = 0.03
"""Seconds of one turn."""


class Side:
    """A process that runs steps on request."""

    def __init__(self, name: str, unpinned: bool) -> None:
        module, measured = SIDES[name]
        command = [sys.executable, __file__, "--serve", module, str(int(measured))]
        one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        env = {key: value for key, value in os.environ.items() if not unpinned or key != PIN}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env | one
        )

    def ask(self, workload: str, steps: int) -> float | None:
        """Processor seconds of that many steps; None where the side lacks the workload."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{workload} {steps}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        return None if answer == "none" else float(answer)

    def stop(self) -> None:
        """End the process."""
        self.process.communicate()


def serve(module: str, measured: bool) -> None:
    """Answer `ask` over the standard streams."""
    if hasattr(os, "sched_setaffinity"):  # XLA takes as many threads as it sees cores
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    build = importlib.import_module(f"side_{module}").build
    runs = {}
    for line in sys.stdin:
        name, steps = line.split()
        try:
            run = (
                runs[name]
                if name in runs
                else runs.setdefault(name, build(WORKLOADS[name], measured))
            )
        except NotImplementedError:
            print("none", flush=True)
            continue
        start = time.process_time()
        run(int(steps))
        print(time.process_time() - start, flush=True)


def race(workload: str, sides: dict[str, Side], rounds: int) -> Figures:
    """The least processor time of a step, in seconds, a side."""
    steps: dict[str, int] = {}
    for name, side in sides.items():
        if side.ask(workload, 2) is not None:
            one = (side.ask(workload, 3) or TURN) / 3
            steps[name] = max(1, int(TURN / one))
    best = dict.fromkeys(steps, float("inf"))
    for _ in range(rounds):
        for name, count in steps.items():
            best[name] = min(best[name], (sides[name].ask(workload, count) or 0) / count)
    return best


def summary(results: dict[str, Figures]) -> Iterator[str]:
    """What the sides are to each other, over all workloads that both have."""
    for other in NEEDS:
        ratios = {
            name: best[other] / best["vglab"] for name, best in results.items() if other in best
        }
        if ratios:
            each = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
            yield f"{other} takes {geometric_mean(ratios.values()):.2f} times vglab's time: {each}"
    costs = {name: best["vglab"] / best[BARE] - 1 for name, best in results.items()}
    yield "measuring costs " + ", ".join(f"{name} {cost:.0%}" for name, cost in costs.items())


def asked() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workloads", default=",".join(WORKLOADS))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--unpinned", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--serve", nargs=2)
    return parser.parse_args()


def main() -> None:
    """Race, print the table, and write it as JSON where asked."""
    options = asked()
    if options.serve:
        return serve(options.serve[0], options.serve[1] == "1")
    missing = [name for name, package in NEEDS.items() if not find_spec(package)]
    sides = {name: Side(name, options.unpinned) for name in SIDES if name not in missing}
    print("| workload | floor | " + " | ".join(list(sides)[1:]) + " |")
    print("| --- " * (len(sides) + 1) + "|")
    results: dict[str, Figures] = {}
    for workload in options.workloads.split(","):
        results[workload] = best = race(workload, sides, options.rounds)
        cells = [f"{best[n] / best['floor']:.2f}" if n in best else "–" for n in list(sides)[1:]]
        row = [f"{workload}: {WORKLOADS[workload].says}", f"{best['floor'] * 1e3:.3g} ms", *cells]
        print(f"| {' | '.join(row)} |", flush=True)
    for side in sides.values():
        side.stop()
    print(*summary(results), sep="\n")
    if PIN in os.environ and not options.unpinned:
        print(f"NumPy's products are held to {PIN}={os.environ[PIN]}")
    if missing:
        print("not installed, left out: " + ", ".join(missing))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
