"""Is the verdict on a recording right? Small PyTorch networks that learn, and that are stuck.

    python benchmarks/recorded_verdicts.py train FOLDER [--networks N] [--seed S]
    python benchmarks/recorded_verdicts.py judge FOLDER [--each]

`train` draws networks (MLP and CNN on the digits, GPT on Python's own source), trains each with
`vglab.watch` recording, and finds by its own test what became of it; killed at any time, it goes
on where it was. `judge` holds the verdict at a quarter of the planned steps and at the end against
that.

    stuck    the network is hardly better than guessing at the end (accuracy, or of a GPT its loss
             against that of the letters' frequencies)
    learned  it is much better
    between  neither: it counts for nothing

A stuck network is found where the state is neither healthy nor unknown; a network that has learned
and is called anything else is a false alarm. Thresholds were set on networks of vglab's own engine
(see docs/en/detectors.md) and none of them on networks of the seeds that the table is of.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from drawn_networks import SPECIAL, Drawn, build, draw
from drawn_tasks import Task, digits, letters
from torch import nn
from torch.nn import functional as F
from vglab.scenarios.recordings.reading import RecordReader
from vglab.scenarios.recordings.verdict.judgment import judge
from vglab.watch import watch

SAMPLES = 40
"""Samples a run is recorded with."""
STUCK, LEARNED = 0.15, 0.5
"""Of the way from guessing to all right; of a GPT, of the way that a sound one goes."""
SILENT = ("healthy", "unknown")


def optimizer_of(drawn: Drawn, model: nn.Module) -> torch.optim.Optimizer:
    """SGD or Adam over what is trained; over others' weights, where that is the trouble."""
    held = copy.deepcopy(model) if drawn.kind == "wrong_parameters" else model
    weights = [p for p in held.parameters() if p.requires_grad]
    if drawn.optimizer == "sgd":
        return torch.optim.SGD(weights, lr=drawn.rate, momentum=0.9 if drawn.depth % 2 else 0.0)
    return torch.optim.Adam(weights, lr=drawn.rate)


def train(drawn: Drawn, seed: int, task: Task, path: Path) -> float:
    """Train one network, recording it; returns its skill."""
    torch.manual_seed(seed)
    r = random.Random(seed)
    model = build(drawn)
    optimizer = optimizer_of(drawn, model)
    every = max(drawn.steps // SAMPLES, 1)
    with watch(model, optimizer, path, every=every, steps=drawn.steps) as seen:
        for _step in range(drawn.steps):
            x, y = task.batch(r)
            x = x.to(getattr(torch, drawn.dtype)) if x.is_floating_point() else x
            optimizer.zero_grad()
            logits = model(x).float()
            loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), y.flatten())
            if drawn.kind == "detached":
                loss = loss.detach() + sum(0 * p.sum().float() for p in model.parameters())
            seen.note(loss=loss.item())
            loss.backward()
            if drawn.kind != "always_skips":
                optimizer.step()
    with torch.no_grad():
        model.eval()
        found = task.skill(model)
    return found if math.isfinite(found) else -1.0


def truth(skill: float) -> str:
    """What became of a network."""
    return "learned" if skill >= LEARNED else "stuck" if skill < STUCK else "between"


def train_all(folder: Path, count: int, first: int) -> None:
    """Train those that are not there yet."""
    torch.set_num_threads(1)
    tasks = {"mlp": digits(), "gpt": letters()}
    tasks["cnn"] = tasks["mlp"]
    folder.mkdir(exist_ok=True)
    for seed in range(first, first + count):
        done = folder / f"{seed}.json"
        if done.exists():
            continue
        drawn, path = draw(seed), folder / f"{seed}.jsonl"
        path.unlink(missing_ok=True)
        skill = train(drawn, seed, tasks[drawn.family], path)
        done.write_text(json.dumps({"drawn": drawn._asdict(), "skill": skill}))
        print(seed, drawn.family, drawn.trouble, drawn.kind, f"{skill:.2f}", flush=True)


class Judged(NamedTuple):
    """One network: what it was, what became of it, and what was said of it early and at the end."""

    seed: int
    drawn: Mapping[str, Any]
    skill: float
    early: str
    late: str
    rule: str


def judge_all(folder: Path) -> Iterator[Judged]:
    """Each network of a folder."""
    for done in sorted(folder.glob("*.json"), key=lambda path: int(path.stem)):
        told = json.loads(done.read_text())
        reader = RecordReader(done.stem, str(done.with_suffix(".jsonl")))
        reader.read_all()
        run = reader.recording
        steps = run.steps[: run.count]
        row = int(np.searchsorted(steps, told["drawn"]["steps"] / 4))
        early = judge(run, min(row, run.count - 1)) if run.count else judge(run)
        late = judge(run)
        yield Judged(
            int(done.stem), told["drawn"], told["skill"], early.state, late.state, late.rule
        )
        reader.close()


def print_table(found: list[Judged]) -> None:
    """Found and false alarms, by family and by trouble."""
    print("networks       stuck  found  early  |  learned  false alarms  early  |  between")
    groups: dict[str, list[Judged]] = {"all": found}
    for one in found:
        groups.setdefault(one.drawn["family"], []).append(one)
        groups.setdefault(f"trouble: {one.drawn['trouble']}", []).append(one)
        if one.drawn["kind"] in SPECIAL:
            groups.setdefault(one.drawn["kind"], []).append(one)
    for name, group in groups.items():
        stuck = [one for one in group if truth(one.skill) == "stuck"]
        learned = [one for one in group if truth(one.skill) == "learned"]
        alarms = [
            Counter(at not in SILENT for at in times)[True]
            for times in (
                [one.late for one in stuck],
                [one.early for one in stuck],
                [one.late for one in learned],
                [one.early for one in learned],
            )
        ]
        rest = len(group) - len(stuck) - len(learned)
        print(
            f"{name:<18} {len(stuck):>4} {alarms[0]:>5} {alarms[1]:>6}   | {len(learned):>6}"
            f" {alarms[2]:>9} {alarms[3]:>10}   | {rest:>6}"
        )


def main() -> None:
    """Train or judge, as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["train", "judge"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--each", action="store_true", help="tell of each that is judged wrongly")
    given = parser.parse_args()
    if given.what == "train":
        train_all(given.folder, given.networks, given.seed)
        return
    found = [*judge_all(given.folder)]
    for one in found if given.each else ():
        became = truth(one.skill)
        if (became == "stuck") == (one.late in SILENT) and became != "between":
            print(one.seed, became, f"{one.skill:.2f}", one.late, one.rule, dict(one.drawn))
    print_table(found)


if __name__ == "__main__":
    main()
