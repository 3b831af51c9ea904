"""Runs every benchmark that takes less than minutes, and keeps what they find.

    python benchmarks/all.py [--into FOLDER] [--python PYTHON]

Each prints its figures and writes them into FOLDER/NAME.json. PyTorch and JAX are left out where
they are not installed, which is said; --python names an interpreter that has them, and vglab.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from time import perf_counter

HERE = Path(__file__).parent
PARTS = {
    "race": "A training step, in times its matrix products, with NumPy's own choice of kernels",
    "scaling": "What grows with layers, replicas and steps",
    "startup": "From the start of the process to the answer",
    "lab": "The lab on a terminal",
    "recorder_cost": "What recording a real training costs",
}
OPTIONS = {"race": ("--unpinned",)}
COMPARE = ("race", "startup", "recorder_cost")
"""Those that PyTorch and JAX take part in."""


def main() -> int:
    """Run them one after another; the count of those that failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=HERE.parent / "build" / "bench")
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    for name, title in PARTS.items():
        print(f"\n{title}\n", flush=True)
        began = perf_counter()
        python = options.python if name in COMPARE else sys.executable
        into = options.into / f"{name}.json"
        command = [python, HERE / f"{name}.py", *OPTIONS.get(name, ()), "--json", into]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
        print(f"({perf_counter() - began:.0f} s)", flush=True)
    print(f"\nwritten into {options.into}")
    print("left out, for they take long: detectors.py, sweep.py")
    if failed:
        print("failed: " + ", ".join(failed))
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
