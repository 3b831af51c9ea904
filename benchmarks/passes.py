"""Counts the passes over arrays in a training step: each line of the engine that makes one, how
often a layer, and the bytes it reads and writes for each number of a layer's output.

    python benchmarks/passes.py [WORKLOAD] [--json FILE]

The network's arrays are given a class that counts what NumPy's functions do with them, so the table
is of the code as it is. A pass reads or writes 4 bytes for each array it goes over; what is smaller
than a layer's output (weights, sums) takes the less.
"""

import argparse
import json
import linecache
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from inspect import currentframe
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import numpy as np
import one_thread  # noqa: F401  # pyright: ignore[reportUnusedImport]  (it works by that)
import vglab.engine.nn.network as network_module
from side_vglab import build
from vglab.engine.measure.probe import Norms
from vglab.engine.measure.signals import Signals
from vglab.engine.nn.backward import Segment
from vglab.engine.nn.network import Network
from vglab.engine.training.supervised import Supervised
from workloads import WORKLOADS

ENGINE = str(Path(str(network_module.__file__)).parent.parent)
PHASES: dict[str, tuple[tuple[type, str], ...]] = {
    "forward": ((Network, "forward"),),
    "back": ((Segment, "find_slopes"), (Segment, "error_signals"), (Segment, "weight_gradients")),
    "measure": ((Signals, "watch"), (Signals, "write"), (Norms, "measure")),
    "update": ((Supervised, "find_step"),),
}
"""What a step consists of, and the calls that begin each part."""


class Line(NamedTuple):
    """A line of the engine."""

    phase: str
    file: str
    function: str
    code: str
    operation: str


class Ledger:
    """What has been done, by line."""

    def __init__(self) -> None:
        self.calls: defaultdict[Line, int] = defaultdict(int)
        self.bytes: defaultdict[Line, int] = defaultdict(int)
        self.phases = ["update"]
        self.open = False

    def note(self, operation: str, arrays: list[np.ndarray]) -> None:
        """An operation, and all that it reads and writes."""
        if self.open and (line := self.line(currentframe(), operation)):
            self.calls[line] += 1
            self.bytes[line] += sum({id(array): array.nbytes for array in arrays}.values())

    def line(self, frame: FrameType | None, operation: str) -> Line | None:
        """The line of the engine that an operation stands in."""
        while frame and not frame.f_code.co_filename.startswith(ENGINE):
            frame = frame.f_back
        if frame is None:
            return None
        path = Path(frame.f_code.co_filename)
        code = linecache.getline(str(path), frame.f_lineno).strip()
        return Line(self.phases[-1], path.stem, frame.f_code.co_name, code, operation)

    def during(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with all that it does noted as of this part of the step."""

        @wraps(function)
        def within(*arguments: Any, **named: Any) -> Any:
            self.phases.append(phase)
            try:
                return function(*arguments, **named)
            finally:
                self.phases.pop()

        return within


LEDGER = Ledger()


class Counted(np.ndarray):
    """An array that notes what is done with it."""

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = (), **named: Any
    ) -> Any:
        """The operation on plain arrays, noted."""
        views = {id(x): plain_array(x) for x in (*inputs, *out)}
        plain, into = ([views[id(x)] for x in some] for some in (inputs, out))
        if into:
            named["out"] = tuple(into)
        result = getattr(ufunc, method)(*plain, **named)
        touched = [x for x in (*plain, *into) if isinstance(x, np.ndarray)]
        LEDGER.note(ufunc.__name__, touched or [np.asarray(result)])
        return out[0] if out else result


def plain_array(x: Any) -> Any:
    """The array without its class."""
    return x.view(np.ndarray) if isinstance(x, Counted) else x


def count(workload: str) -> tuple[list[tuple[Line, float, float]], int]:
    """Every line, its calls a layer, and its bytes for each number of a layer's output; and the
    layers."""
    w = WORKLOADS[workload]
    zeros = network_module.aligned_zeros
    setattr(network_module, zeros.__name__, lambda *shape: zeros(*shape).view(Counted))
    for phase, calls in PHASES.items():
        for owner, name in calls:
            setattr(owner, name, LEDGER.during(phase, getattr(owner, name)))
    run = build(w, measured=True)
    run(3)
    LEDGER.open = True
    run(1)
    LEDGER.open = False
    numbers = w.batch * w.width
    rows = [
        (line, calls / w.depth, LEDGER.bytes[line] / w.depth / numbers)
        for line, calls in LEDGER.calls.items()
    ]
    order = list(PHASES)
    return sorted(rows, key=lambda row: order.index(row[0].phase)), w.depth


def main() -> None:
    """Print the table, and write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload", nargs="?", default="a", choices=list(WORKLOADS))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows, _layers = count(options.workload)
    shown = [row for row in rows if row[2] >= 0.5]
    print("| part | line of the engine | calls a layer | bytes a number |")
    print("| --- | --- | --- | --- |")
    for line, calls, size in shown:
        where = f"{line.file}: `{line.code}`"
        print(f"| {line.phase} | {where} | {calls:.2f} | {size:.1f} |")
    for phase in PHASES:
        total = sum(size for line, _, size in rows if line.phase == phase)
        print(f"{phase}: {total:.0f} bytes a number")
    if options.json:
        found = [[*line, calls, size] for line, calls, size in rows]
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
