"""Which rule sees that a network will not learn, as its signal vanishes? Ours and published ones.

    python benchmarks/detectors.py train FILE [--networks N] [--seed S] [--workers W]
    python benchmarks/detectors.py judge FILE… [--from N] [--each]

`train` draws random networks and finds by training what becomes of each, a line of JSON in FILE for
every one (see ground_truth); killed at any time, it goes on where it was. `judge` holds every rule
against them, at the first record and at the last, in seconds.

A network that ends near chance is trained again as twins. The cause of its failure is

    diverged   its loss was not finite
    luck       another seed cures it
    rate       a tenth of the rate does, or ten times it, or Adam
    vanishing  other initial weights cure it (where it takes that, with Adam), other rates do not,
               and at initialization its error signal was smaller in the first hidden layer (or time
               step) than in the last
    exploding  the same, and at initialization the signal was larger there
    both       other weights and another rate cure it, each by itself
    other      nothing that was tried does

Rules are taken as published:

    SageMaker   a layer's mean |g| under 1e-7 (Debugger's VanishingGradient)
    AutoTrainer ‖g₁‖/‖g_L‖ < 1e-3 and ‖g₁‖ < 1e-4, or ‖g₁‖/‖g_L‖ > 70 (Zhang et al. 2021)
    train-monitor  a layer's norm under 1e-7 or over 100 (rust-ai's guide)
    budget      a hidden layer would move by less than 1 % of its length over the planned steps

mean |g| is read as rms(g) √(2/π), as of normal entries.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from ground_truth import CURED, LEARNED, STUCK, Line, ground_truth, trace_of
from random_networks import random_network, words
from vglab.engine.diagnosis.diagnosis import Diagnosis, diagnose
from vglab.engine.diagnosis.standing import standing
from vglab.engine.diagnosis.thresholds import FROZEN_BUDGET
from vglab.engine.measure.trace import Trace

RULES = ("verdict", "any alarm", "budget", "SageMaker", "AutoTrainer", "train-monitor")
LUCK, OTHER_RATES = ("again",), ("slower", "faster")
BORN_ANEW = ("critical", "orthogonal", "relu_he", "identity", "open_gates")
WITH_ADAM = tuple(f"{name}+adam" for name in BORN_ANEW)


@dataclass(frozen=True)
class Judged:
    """One network: what became of it and why, and what the rules say."""

    line: Line
    cause: str
    verdicts: tuple[Diagnosis, Diagnosis]
    """At initialization and at the end."""
    fired: tuple[dict[str, bool], dict[str, bool]]


def cause(line: Line) -> str:
    """Why a network did not learn; learned or partly where it did."""
    if line["diverged"]:
        return "diverged"
    if line["skill"] >= STUCK:
        return "learned" if line["skill"] >= LEARNED else "partly"
    twins: dict[str, float] = line["twins"]

    def cured(names: Sequence[str]) -> bool:
        return any(twins.get(name, 0.0) >= CURED for name in names)

    fades = signal_left(line) < 1
    return next(
        name
        for name, holds in (
            ("luck", cured(LUCK)),
            ("both", cured(OTHER_RATES) and cured(BORN_ANEW)),
            ("rate", cured(OTHER_RATES)),
            ("vanishing" if fades else "exploding", cured(BORN_ANEW)),
            ("rate", cured(("adam",))),
            ("vanishing" if fades else "exploding", cured(WITH_ADAM)),
            ("other", True),
        )
        if holds
    )


def signal_left(line: Line) -> float:
    """At initialization, `delta_rms` of the first over that of the last hidden layer, times the
    same of the first layer's first over last time step."""
    delta = np.array(line["measures"]["delta_rms"][0])
    left = ratio(delta[0], delta[len(delta) - 2])
    if line["time"]:
        steps = line["time"]["delta_rms"][0][0]
        left *= ratio(steps[0], steps[-1])
    return left


def ratio(part: float, whole: float) -> float:
    """part/whole; 0 where there is nothing."""
    return part / whole if whole else 0.0


def judged(line: Line) -> Judged:
    """A line with every rule's word on it."""
    trace = trace_of(line)
    verdicts = verdict(trace, 0), verdict(trace, trace.upto - 1)
    fired = tuple(
        rules(trace, row, v) for row, v in zip((0, trace.upto - 1), verdicts, strict=True)
    )
    return Judged(line, cause(line), verdicts, (fired[0], fired[1]))


def verdict(trace: Trace, row: int) -> Diagnosis:
    """Our diagnosis of a record."""
    diverged = row > 0 and trace.diverged_at is not None
    return diagnose(trace.networks["model"], row, trace.steps, diverged, standing(trace, row))


def rules(trace: Trace, row: int, found: Diagnosis) -> dict[str, bool]:
    """Which rules fire at a record."""
    network = trace.networks["model"]
    norm, moves = (network.measures[name][row, 0] for name in ("grad_norm", "update_ratio"))
    first, last = norm[0], norm[-1]
    with np.errstate(all="ignore"):
        return {
            "verdict": found.state == "vanishing",
            "any alarm": found.state != "healthy",
            "budget": bool((trace.steps * moves[:-1] < FROZEN_BUDGET).any()),
            "SageMaker": bool((norm / np.sqrt(network.sizes) * np.sqrt(2 / np.pi) < 1e-7).any()),
            "AutoTrainer": bool((first / last < 1e-3 and first < 1e-4) or first / last > 70),
            "train-monitor": bool((norm < 1e-7).any() or (norm > 100).any()),
        }


def read(file: Path) -> list[Line]:
    """The whole lines of a file, by number; none where it is not there."""
    whole = file.read_text().splitlines(keepends=True) if file.exists() else []
    lines = [json.loads(line) for line in whole if line.endswith("\n")]
    return sorted(lines, key=lambda line: line["number"])


def train(file: Path, networks: int, seed: int, workers: int) -> None:
    """Train the networks that the file lacks of `networks`, and add a line for each."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # for the processes that train
    there = read(file)
    file.write_text("".join(json.dumps(line) + "\n" for line in there))
    missing = sorted({*range(networks)} - {line["number"] for line in there})
    os.nice(5)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool, file.open("a") as f:
        tasks = [pool.submit(ground_truth, n, random_network(seed, n)) for n in missing]
        for done, task in enumerate(as_completed(tasks), start=1):
            line = task.result()
            f.write(json.dumps(line) + "\n")
            f.flush()
            print(f"{done} of {len(tasks)}: network {line['number']} {cause(line)}, "
                  f"skill {line['skill']:.2f}, {line['seconds']:.0f} s", flush=True)  # fmt: skip


def print_table(networks: Sequence[Judged]) -> None:
    """What became of the networks, and each rule's finds and false alarms, as Markdown."""
    causes = Counter(n.cause for n in networks)
    print(f"{len(networks)} networks: " + ", ".join(f"{n} {c}" for c, n in causes.most_common()))
    print(f"\n| rule | found at birth, of {causes['vanishing']} that vanish | found at the end "
          f"| false alarms at birth, of {causes['learned']} that learn | at the end |")  # fmt: skip
    print("| --- | --- | --- | --- | --- |")
    for rule in RULES:
        shares = [share(networks, c, w, rule) for c in ("vanishing", "learned") for w in (0, 1)]
        print(f"| {rule} | " + " | ".join(shares) + " |")


def share(networks: Sequence[Judged], kind: str, when: int, rule: str) -> str:
    """How many networks of a kind a rule fires for."""
    group = [n.fired[when][rule] for n in networks if n.cause == kind]
    return f"{sum(group)} ({100 * sum(group) / max(1, len(group)):.0f} %)"


def print_states(networks: Sequence[Judged]) -> None:
    """How often each verdict is given, by cause."""
    for when, name in enumerate(("at birth", "at the end")):
        print(f"\n{name}")
        for kind in sorted({n.cause for n in networks}):
            seen = Counter(
                f"{n.verdicts[when].state}/{n.verdicts[when].rule}"
                for n in networks
                if n.cause == kind
            )
            print(
                f"  {kind}: " + ", ".join(f"{count} {state}" for state, count in seen.most_common())
            )


def misses(networks: Sequence[Judged]) -> Iterator[str]:
    """Networks that the verdict misjudges, a line each."""
    for n in networks:
        missed = [
            when for when in (0, 1) if n.cause == "vanishing" and not n.fired[when]["verdict"]
        ]
        false = [when for when in (0, 1) if n.cause == "learned" and n.fired[when]["any alarm"]]
        for what, whens in (("missed", missed), ("false alarm", false)):
            for when in whens:
                yield description(n, what, when)


def description(n: Judged, what: str, when: int) -> str:
    """What there is to say of a network that was misjudged."""
    found, line = n.verdicts[when], n.line
    row = (0, -1)[when]
    hidden = [b for b, layer in zip(found.budget, line["layers"], strict=True)
              if layer["kind"] != "output"]  # fmt: skip
    told = [(k, v) for k, v in line["settings"].items() if k != "run.record_every"]
    return (
        f"{what} {('at birth', 'at the end')[when]}: {line['number']} {found.state}/{found.rule}"
        f" ratio {found.ratio:.3g} budget {min(hidden):.3g} to {max(hidden):.3g}"
        f" moved {min(line['measures']['displacement'][-1][:-1]):.3g}"
        f" dead {max(line['measures']['dead'][row]):.2g}"
        f" skill {line['skill']:.2f} loss {line['loss']['train'][row]:.3g}"
        f"\n    {words(told)}\n    twins {line['twins']}"
    )


def main() -> None:
    """Train, or judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=("train", "judge"))
    parser.add_argument("files", type=Path, metavar="FILE", nargs="+")
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2027)
    parser.add_argument("--workers", type=int, default=2)
    fresh = "judge network N and later ones: those that set no threshold"
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="N", help=fresh)
    parser.add_argument("--each", action="store_true", help="name each network that is misjudged")
    options = parser.parse_args()
    if options.task == "train":
        train(options.files[0], options.networks, options.seed, options.workers)
    lines = chain.from_iterable(map(read, options.files))
    networks = [judged(line) for line in lines if line["number"] >= options.first]
    print_table(networks)
    print_states(networks)
    if options.each:
        print(*misses(networks), sep="\n")


if __name__ == "__main__":
    main()
