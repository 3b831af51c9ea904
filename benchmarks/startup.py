"""From the start of the process to the answer, imports included.

    python benchmarks/startup.py [--rounds N] [--json FILE]

Rows in turns, least and median wall time of N runs each: what `--help` costs over importing click,
and a headless run of 200 steps over the same in PyTorch and JAX, where they are installed. These
know no test set, so vglab's is as good as none.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
STEPS = 200
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
"""As where vglab is installed: the first round, which does not count, compiles what has changed."""
SCENARIO = """
title = {{ en = "race", es = "carrera" }}
[network]
activation = "{activation}"
init = "lecun"
depth = {depth}
width = {width}
[data]
name = "moons"
train = {train}
test = 16
[training]
optimizer = "sgd"
rate = 0.01
batch = {batch}
steps = 200
[run]
record_every = 1
"""
SIZES = {
    "a": {"activation": "sigmoid", "depth": 30, "width": 64, "batch": 256, "train": 2048},
    "h": {"activation": "tanh", "depth": 10, "width": 16, "batch": 64, "train": 512},
}


def commands(folder: Path) -> dict[str, list[str]]:
    """What is timed, by name."""
    python, vglab = sys.executable, [sys.executable, "-m", "vglab"]
    rows = {
        "import click": [python, "-c", "import click"],
        "vglab --help": [*vglab, "--help"],
        "vglab --version": [*vglab, "--version"],
        "vglab scenarios": [*vglab, "scenarios"],
    }
    for name, size in SIZES.items():
        file = folder / f"{name}.toml"
        file.write_text(SCENARIO.format(**size))
        rows[f"{name}: vglab"] = [*vglab, "--scenario", str(file), "--json"]
        for side in ("torch", "jax"):
            if find_spec(side):
                code = (
                    f"import json, side_{side} as s; from workloads import WORKLOADS as w; "
                    f"s.build(w[{name!r}], True)({STEPS}); print(json.dumps('done'))"
                )
                rows[f"{name}: {side}"] = [python, "-c", code]
    return rows


def once(command: list[str]) -> float:
    """Wall seconds of one run."""
    start = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=HERE,
        env=os.environ | ONE_THREAD | COMPILED,
    )  # fmt: skip
    return time.perf_counter() - start


def summary(times: dict[str, list[float]]) -> Iterator[str]:
    """What the sides are to each other."""
    for name in SIZES:
        ours = min(times[f"{name}: vglab"][1:])
        for side in ("torch", "jax"):
            if theirs := times.get(f"{name}: {side}"):
                yield f"{name}: {side} takes {min(theirs[1:]) / ours:.1f} times as long"


def main() -> None:
    """Time, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = commands(Path(folder))
        times: dict[str, list[float]] = {name: [] for name in rows}
        for _ in range(options.rounds + 1):
            for name, command in rows.items():
                times[name].append(once(command))
    print(f"{'':22}{'least, s':>10}{'median, s':>11}")
    for name, (_, *counted) in times.items():
        print(f"{name:22}{min(counted):10.3f}{statistics.median(counted):11.3f}")
    for line in summary(times):
        print(line)
    missing = [side for side in ("torch", "jax") if not find_spec(side)]
    if missing:
        print("not installed, left out: " + ", ".join(missing))
    if options.json:
        options.json.write_text(json.dumps(times, indent=1) + "\n")


if __name__ == "__main__":
    main()
