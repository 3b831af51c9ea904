"""The lab through a pseudo-terminal: start, key to reaction, bytes; as a person on a line has them.

    python benchmarks/lab.py [--size 120x40] [--keys N] [--json FILE]

Key to reaction is from writing `?` to the first byte of the help page, while a network is trained
as fast as it goes and four charts are drawn ten times a second; the page is then closed again.
"""

import argparse
import json
import os
import select
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from terminal import Terminal

FIRST_FRAME = ("layer × step".encode(), b"q" + b"uit")
HELP = b"Keys"
FASTER = "+" * 4
NETWORKS = {
    "30 layers of 64, batch 256": ("network.depth=30", "network.width=64", "training.batch=256"),
    "50 layers of 16, batch 16": ("network.depth=50", "network.width=16", "training.batch=16"),
}


class Line(Terminal):
    """A terminal that only counts and looks for words: painting would cost more than the lab."""

    def pump(self, seconds: float) -> int:
        before = len(self.read)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                self.read += os.read(self.fd, 1 << 16)
        return len(self.read) - before

    def wait_for(self, *words: bytes, seconds: float = 20.0) -> float:
        """Seconds until all words have come after what was read before."""
        start, begin = time.monotonic(), len(self.read)
        while not all(word in self.read[begin:] for word in words):
            if time.monotonic() - start > seconds:
                raise TimeoutError(words)
            if select.select([self.fd], [], [], 0.5)[0]:
                self.read += os.read(self.fd, 1 << 16)
        return time.monotonic() - start


def measured(settings: tuple[str, ...], size: tuple[int, int], keys: int) -> dict[str, float]:
    """All figures of one lab."""
    steps = ("training.steps=1000000",)
    words = [word for setting in (*settings, *steps) for word in ("--set", setting)]
    with Line("--scenario", "deep-sigmoid", *words, size=size) as lab:
        figures = {"first frame, ms": 1e3 * lab.wait_for(*FIRST_FRAME)}
        lab.pump(0.5)
        figures["bytes at start, KiB"] = len(lab.read) / 1024
        lab.type(FASTER)
        lab.pump(2)
        figures["bytes a frame, KiB"] = lab.pump(5) / 5 / 10 / 1024
        delays = sorted(1e3 * delay for delay in (asked(lab) for _ in range(keys)))
        figures["key, p50 ms"] = statistics.median(delays)
        figures["key, p95 ms"] = delays[int(0.95 * (keys - 1))]
        lab.type(" ")
        lab.pump(1.5)
        figures["bytes in 3 s, paused"] = float(lab.pump(3))
    return figures


def asked(lab: Line) -> float:
    """Open the help, close it, wait until the charts are back."""
    lab.type("?")
    delay = lab.wait_for(HELP)
    lab.type("\x1b")
    lab.pump(0.35)
    return delay


def main() -> None:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--keys", type=int, default=40)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    results = {}
    for name, settings in NETWORKS.items():
        results[name] = measured(settings, (columns, rows), options.keys)
        print(name)
        for figure, value in results[name].items():
            print(f"  {figure:24}{value:10.2f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
