"""The lab through a pseudo-terminal, as a person on a line has it, held against its goals.

    python benchmarks/lab.py [--size 120x40] [--keys N] [--json FILE]

Reaction is from writing the space bar to the first byte of the word `paused`, while a network is
trained as fast as it goes and four charts are drawn up to ten times a second. Looking back is from
writing a comma to the first byte of the other record's charts. The training beside the screen takes
turns with the same training in a process without one. It takes two minutes on a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import select
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
from terminal import Terminal

FIRST_FRAME = ("layer × step".encode(), b"quit")
FASTEST = "+" * 4
APART = 0.02
"""Seconds without a byte between two frames."""

LONG = ("training.steps=60000", "run.record_every=5")
"""Longer than it is looked at, and something new in every frame."""

NETWORKS = {
    "30 × 64, batch 256": ("network.depth=30", "network.width=64", "training.batch=256", *LONG),
    "50 × 16, batch 16": ("network.depth=50", "network.width=16", "training.batch=16", *LONG),
}
HEADLESS = """
import sys, time
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.inheritance import load
steps = build(load("deep-sigmoid", sys.argv[1:])).steps
for line in sys.stdin:
    start, made = time.perf_counter(), 0
    while time.perf_counter() < start + float(line):
        next(steps)
        made += 1
    print(made / (time.perf_counter() - start), flush=True)
"""


class Goal(NamedTuple):
    """What a figure should be: at most this, or at least."""

    limit: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


GOALS = {
    "first frame, ms": Goal(300),
    "start, KiB": Goal(35),
    "frame, KiB": Goal(2),
    "reaction p95, ms": Goal(15),
    "look back p95, ms": Goal(100),
    "reaction p95 at 30 KB/s, ms": Goal(100),
    "paused, bytes in 3 s": Goal(0),
    "speed beside the screen, %": Goal(85, at_least=True),
    "speed while nothing is read, %": Goal(85, at_least=True),
}


class Line(Terminal):
    """A terminal that only counts and looks for words: painting would cost more than the lab."""

    rate: int | None = None
    """Bytes a second that it takes, where that is not all there are."""

    def __init__(self, settings: Sequence[str], size: tuple[int, int]) -> None:
        words = [word for setting in settings for word in ("--set", setting)]
        super().__init__("--scenario", "deep-sigmoid", *words, size=size)
        self.frames: list[tuple[float, int]] = []
        """When a frame had come, and how much had come by then."""
        self._painted = 0

    def take(self, seconds: float) -> bool:
        """Read what comes within a time; whether anything did."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        data = os.read(self.fd, 1 << 16 if self.rate is None else 256)
        self.output += data
        now = time.monotonic()
        if self.frames and now - self.frames[-1][0] < APART:
            self.frames.pop()
        self.frames.append((now, len(self.output)))
        if self.rate is not None:
            time.sleep(len(data) / self.rate)
        return True

    def pump(self, seconds: float) -> int:
        before, end = len(self.output), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.take(left)
        return len(self.output) - before

    def wait_for(self, *words: bytes, seconds: float = 20.0) -> float:
        """Seconds until all words have come after what was read before."""
        start, begin = time.monotonic(), len(self.output)
        while not all(word in self.output[begin:] for word in words):
            if time.monotonic() - start > seconds:
                raise TimeoutError(words)
            self.take(0.5)
        return time.monotonic() - start

    def step(self, frame: tuple[float, int]) -> int:
        """The step that a frame tells of; frames have to be asked for in their order."""
        self._stream.feed(bytes(self.output[self._painted : frame[1]]))
        self._painted = frame[1]
        found = re.search(r"step +(\d+)/", self.text)
        assert found, self.text
        return int(found[1])

    def speed(self, first: tuple[float, int], last: tuple[float, int]) -> float:
        """Steps a second between two frames."""
        before = self.step(first)
        return (self.step(last) - before) / (last[0] - first[0])


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def starts(settings: Sequence[str], size: tuple[int, int]) -> dict[str, float]:
    """Opening the lab, several times over."""
    times: list[float] = []
    bytes_ = 0
    for _ in range(5):
        with Line(settings, size) as lab:
            times.append(1e3 * lab.wait_for(*FIRST_FRAME))
            while lab.take(APART):
                pass
            bytes_ = len(lab.output)
    return {"first frame, ms": statistics.median(times), "start, KiB": bytes_ / 1024}


def reactions(lab: Line, keys: int) -> list[float]:
    """Milliseconds until the training is seen to be paused; it goes on between."""
    delays: list[float] = []
    for _ in range(keys):
        lab.type(" ")
        delays.append(1e3 * lab.wait_for(b"paused"))
        lab.type(" ")
        lab.pump(0.25)
    return delays


def looks(lab: Line, keys: int) -> list[float]:
    """Milliseconds until another record is seen; the training is held still."""
    lab.type("<<<")
    lab.pump(1)
    delays: list[float] = []
    for at in range(keys):
        start = time.monotonic()
        lab.type("," if at // 8 % 2 else ".")
        lab.take(5)
        delays.append(1e3 * (time.monotonic() - start))
        lab.pump(0.15)
    return delays


def traffic(lab: Line, seconds: float) -> float:
    """KiB a frame."""
    before = len(lab.frames)
    return lab.pump(seconds) / 1024 / max(len(lab.frames) - before, 1)


def beside(lab: Line, settings: Sequence[str], turns: int, seconds: float) -> float:
    """Per cent of the speed of a process without a screen, in turns with it."""
    command = [sys.executable, "-c", HEADLESS, *settings]
    alone, shown = [], []
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        ask = asker(other.stdin, other.stdout)
        ask(0.2)
        for _ in range(turns):
            lab.type(" ")
            lab.pump(0.5)
            alone.append(ask(seconds))
            lab.type(" ")
            lab.pump(0.5)
            first = lab.frames[-1]
            lab.pump(seconds)
            shown.append(lab.speed(first, lab.frames[-1]))
    return 100 * statistics.median(shown) / statistics.median(alone)


def asker(there: IO[str] | None, back: IO[str] | None) -> Callable[[float], float]:
    """A call to a process that trains for a time, and says how fast."""
    assert there
    assert back

    def ask(seconds: float) -> float:
        print(seconds, file=there, flush=True)
        return float(back.readline())

    return ask


def unread(lab: Line, seconds: float) -> float:
    """Per cent of its speed that the training keeps while the terminal takes nothing."""
    lab.pump(0.5)
    first = lab.frames[-1]
    lab.pump(seconds)
    last = lab.frames[-1]
    usual = lab.speed(first, last)
    time.sleep(seconds)
    lab.pump(1)
    return 100 * lab.speed(last, lab.frames[-1]) / usual


def at_work(settings: Sequence[str], size: tuple[int, int], keys: int) -> dict[str, float]:
    """The figures of one lab, as fast as it goes."""
    with Line(settings, size) as lab:
        lab.wait_for(*FIRST_FRAME)
        lab.type(FASTEST)
        lab.pump(1.5)
        delays = reactions(lab, keys)
        figures = {f"reaction p{q}, ms": quantile(delays, q / 100) for q in (50, 95)}
        figures["speed beside the screen, %"] = beside(lab, settings, 3, 2)
        figures["frame, KiB"] = traffic(lab, 4)
        figures["speed while nothing is read, %"] = unread(lab, 3)
        lab.rate = 30_000
        figures["reaction p95 at 30 KB/s, ms"] = quantile(reactions(lab, keys // 2), 0.95)
        lab.rate = None
        lab.type(" ")
        lab.pump(1.5)
        figures["paused, bytes in 3 s"] = float(lab.pump(3))
        delays = looks(lab, keys)
        figures |= {f"look back p{q}, ms": quantile(delays, q / 100) for q in (50, 95)}
        lab.type("q")
    return figures


def told(name: str, value: float) -> str:
    """A line of the report."""
    goal = GOALS.get(name)
    if goal is None:
        return f"  {name:32}{value:9.1f}"
    sign, verdict = "≥" if goal.at_least else "≤", "" if goal.met(value) else "   missed"
    return f"  {name:32}{value:9.1f}   {sign} {goal.limit:g}{verdict}"


def main() -> None:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--keys", type=int, default=40)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    columns, rows = map(int, asked.size.split("x"))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as where vglab is installed, and compiled
    load, results = os.getloadavg()[0], dict[str, dict[str, float]]()
    print(f"{asked.size}, {os.cpu_count()} cores, load {load:.1f} at the start")
    for name, settings in NETWORKS.items():
        size = (columns, rows)
        results[name] = starts(settings, size) | at_work(settings, size, asked.keys)
        print(name, *(told(*each) for each in results[name].items()), sep="\n", flush=True)
    if asked.json:
        machine = {"python": platform.python_version(), "cores": os.cpu_count(), "load": load}
        goals = {name: goal._asdict() for name, goal in GOALS.items()}
        whole = {"size": asked.size, "machine": machine, "figures": results, "goals": goals}
        asked.json.write_text(json.dumps(whole, indent=1) + "\n")


if __name__ == "__main__":
    main()
