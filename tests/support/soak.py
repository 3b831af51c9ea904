"""What lasts: the lab, a sweep and an SSH server under minutes of strain.

Each kind of strain is a function of how many seconds it may take; it gives what was tried, what
survived and what was lost. `make soak` runs them for ten minutes and prints a line for each.
"""

import argparse
import fcntl
import json
import os
import random
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil
from openssh import gate, lacking
from shell import result_of, start
from terminal import Terminal

LARGEST = 300e6
"""Bytes that a lab and its worker may hold together, each: more would be a leak."""
SWEEP = ["sweep", "tanh", "--set", "network.width=16", "--steps", "120", "--workers", "2"]
SWEEP += ["--over", "network.depth=2:13:12", "--over", "run.seed=0:3:4"]
BYTES = (
    b"\xff\xfe",
    b"\x1b[M\xa0\xa0\xa0",
    b"\x1b[1114112u",
    b"\x1b[200~never ended",
    b"\x1b[48;9;9;9;9t",
)
KEYS = (
    "j",
    "k",
    "space",
    "\t",
    "c",
    "\x1b",
    "?",
    "m",
    "\x1b",
    "\x1b[A",
    "\x1b[B",
    "5",
    "/",
    "\x1b",
)


class Outcome(NamedTuple):
    """How often something was tried, how often it was survived, and what was lost."""

    trials: int
    survivals: int
    loss: str = ""

    def __str__(self) -> str:
        return f"tried {self.trials}, survived {self.survivals}, lost {self.loss or 'nothing'}"


def resize(terminal: Terminal, columns: int, rows: int) -> None:
    """Give the terminal another size."""
    fcntl.ioctl(terminal.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    terminal.process.send_signal(signal.SIGWINCH)


def worker_of(terminal: Terminal) -> psutil.Process | None:
    """The process that trains for a lab."""
    with suppress(psutil.Error):
        for child in psutil.Process(terminal.process.pid).children():
            if "vglab.tui.worker" in " ".join(child.cmdline()):
                return child
    return None


def strain_of_lab(terminal: Terminal, draw: random.Random) -> None:
    """Do one random thing to a lab: resize it, kill its worker, or type."""
    kind = draw.randrange(5)
    if kind == 0:
        resize(terminal, draw.randrange(1, 400), draw.randrange(1, 150))
    elif kind == 1:
        os.write(terminal.fd, draw.choice(BYTES))
    elif kind == 2 and (worker := worker_of(terminal)) is not None:
        worker.send_signal(draw.choice((signal.SIGKILL, signal.SIGSEGV)))
        terminal.pump(0.3)
        terminal.type("r")
    else:
        for _ in range(draw.randrange(1, 6)):
            terminal.type(draw.choice(KEYS))


def soak_lab(seconds: float) -> Outcome:
    """Scenarios switched, sizes changed, random bytes typed, workers killed."""
    draw, end, tried = random.Random(0), time.monotonic() + seconds, 0
    with Terminal("--steps", "100000") as terminal:
        terminal.until(lambda t: "└input" in t.text, 60)
        while time.monotonic() < end:
            strain_of_lab(terminal, draw)
            tried += 1
            terminal.pump(0.25)
            if terminal.process.poll() is not None:
                return Outcome(tried, tried - 1, f"the lab, status {terminal.process.returncode}")
            processes = [psutil.Process(terminal.process.pid), worker_of(terminal)]
            for process in filter(None, processes):
                with suppress(psutil.Error):
                    if (held := process.memory_info().rss) > LARGEST:
                        return Outcome(tried, tried - 1, f"{held / 1e6:.0f} MB to one process")
        resize(terminal, 120, 40)
        terminal.pump(2.5)  # a paste that never ended is over then
        leave = time.monotonic() + 20
        while terminal.process.poll() is None and time.monotonic() < leave:
            terminal.type("\x1b")
            terminal.pump(0.5)
            terminal.type("q")
            terminal.pump(0.5)
        left = terminal.process.poll() is not None
        return Outcome(tried, tried, "" if left else f"the way out by q:\n{terminal.text}")


def runs(path: Path) -> dict[str, object]:
    """The runs of a sweep's file by place, without what is timed."""
    found: dict[str, object] = {}
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        place = json.dumps([entry["at"], entry["seed"]])
        assert place not in found, f"twice: {place}"
        found[place] = {key: value for key, value in entry.items() if key != "seconds"}
    return found


def soak_sweep(seconds: float) -> Outcome:
    """A sweep that is killed at random moments, beside one that runs undisturbed."""
    draw, end, tried = random.Random(1), time.monotonic() + seconds, 0
    with tempfile.TemporaryDirectory() as folder:
        whole, killed = Path(folder) / "whole.jsonl", Path(folder) / "killed.jsonl"
        assert result_of(start(*SWEEP, "--out", str(whole))).status == 0
        while time.monotonic() < end:
            process = start(*SWEEP, "--out", str(killed))
            time.sleep(draw.uniform(0.2, 4.0))
            process.send_signal(draw.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGINT)))
            process.communicate(timeout=60)
            tried += 1
            if process.returncode == 0:
                killed.unlink()
        assert result_of(start(*SWEEP, "--out", str(killed))).status == 0
        expected, found = runs(whole), runs(killed)
        lost = [place for place, run in expected.items() if found.get(place) != run]
        return Outcome(tried, tried, ", ".join(lost))


def soak_ssh(seconds: float) -> Outcome:
    """Five visitors over SSH, who work and leave in whatever way."""
    if lacking():
        return Outcome(0, 0, f"this part ({lacking()})")
    draw, end, tried = random.Random(2), time.monotonic() + seconds, 0
    with tempfile.TemporaryDirectory() as folder, gate(Path(folder)) as door:
        while time.monotonic() < end:
            visitors = [Terminal(program=door.client("-tt")) for _ in range(5)]
            for one in visitors:
                one.until(lambda t: "└input" in t.text, 90)
                strain_of_lab(one, draw)
                tried += 1
            for number, one in enumerate(visitors):
                one.type("\x1b\x1bq") if number % 2 else one.process.kill()
                one.pump(0.2)
                one.__exit__()
            _gone, there = psutil.wait_procs(door.inside(), timeout=30)
            if there:
                return Outcome(tried, tried - 1, f"{len(there)} processes left behind")
        return Outcome(tried, tried)


STRAINS: Mapping[str, Callable[[float], Outcome]] = {
    "lab": soak_lab,
    "sweep": soak_sweep,
    "ssh": soak_ssh,
}


def soak(seconds: float) -> Iterator[tuple[str, Outcome]]:
    """Every strain, and how it ended."""
    for name, strain in STRAINS.items():
        yield name, strain(seconds / len(STRAINS))


def main() -> None:
    """Strain everything for `--seconds`, and print a line for each kind of strain."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    lost = False
    for name, outcome in soak(parser.parse_args().seconds):
        print(f"{name:<6} {outcome}", flush=True)
        lost |= bool(outcome.loss and outcome.trials)
    sys.exit(int(lost))


if __name__ == "__main__":
    main()
