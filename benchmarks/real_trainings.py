"""Trainings as people have them, sound and sabotaged, recorded and judged.

    python benchmarks/real_trainings.py FOLDER [--only WORD] [--seed N] [--text]

A GPT of nanoGPT's shape (6 million parameters, tied weights) and an LSTM learn the letters of
Python's own source, a ResNet the digits, a DCGAN to draw them. Each is trained once as it should be
and several times with one thing done to it, with `vglab.watch` recording; what has been trained is
kept in FOLDER, so that the command goes on where it was. Then the verdict at a quarter of the steps
and at the end is held against what was done: it is right where it is silent on a network that
learns as the sound one does, and else where it is one of those the cause allows and names one of
the layers that were touched. `--text` prints the sentences too.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from common_networks import discriminator, generator
from sabotages import CASES, FAMILIES, SILENT, Case, Training, text
from torch import nn
from torch.nn import functional as F
from vglab.scenarios.recordings.reading import RecordReader
from vglab.scenarios.recordings.verdict.finding_sentences import say_finding
from vglab.scenarios.recordings.verdict.judgment import Judgment, judge
from vglab.scenarios.recordings.verdict.sentences import sentence
from vglab.watch import watch

LEARNS = 0.7
"""Of the way that the loss of the sound one falls, from which on a sabotaged one learns too."""
SAMPLES = 40


def train(case: Case, path: Path, seed: int) -> float:
    """Train one, recording it; returns the loss at the end, the mean of the last tenth's."""
    torch.manual_seed(seed)
    run = train_gan if case.family == "DCGAN" else train_one
    losses = [*run(case, FAMILIES[case.family], path, random.Random(seed))]
    late = losses[-len(losses) // 10 :]
    return sum(late) / len(late)


def train_one(case: Case, how: Training, path: Path, r: random.Random) -> Iterator[float]:
    """A network by cross-entropy, its batches drawn by `r`; yields each step's loss."""
    model = (case.build or how.build)()
    if case.spoil:
        case.spoil(model)
    if case.precision not in ("", "autocast"):
        model = model.to(getattr(torch, case.precision))
    optimizer = how.optimizer(model.parameters(), lr=how.rate * case.rate)
    batch = how.batch()
    half = torch.autocast("cpu", torch.float16, enabled=case.precision == "autocast")
    with watch(model, optimizer, path, every=how.steps // SAMPLES, steps=how.steps) as seen:
        for _step in range(how.steps):
            x, y = batch(r)
            x = x.to(next(model.parameters()).dtype) if x.is_floating_point() else x
            optimizer.zero_grad()
            with half:
                logits = model(x)
            loss = F.cross_entropy(logits.float().reshape(-1, logits.shape[-1]), y.flatten())
            (loss * (1e-5 if case.precision == "autocast" else 1)).backward()
            optimizer.step()
            seen.note(loss=loss)
            yield loss.item()


def train_gan(case: Case, how: Training, path: Path, r: random.Random) -> Iterator[float]:
    """A generator and a discriminator in turns; yields how far the mean image that is drawn is from
    the mean digit, as a share of how long that is."""
    G, D = generator(), discriminator()
    rate = how.rate * case.rate
    held = D if case.forgets == "generator" else G
    optimizers = [
        torch.optim.Adam(one.parameters(), lr=rate, betas=(0.5, 0.999)) for one in (held, D)
    ]
    batch = how.batch()
    everything = torch.cat([batch(r)[0] for _ in range(40)])
    low, high = everything.min(), everything.max()
    mean = (everything.mean(0) - low) / (high - low) * 2 - 1
    ones, zeros = torch.ones(64), torch.zeros(64)
    criterion = nn.BCEWithLogitsLoss()
    every = how.steps // SAMPLES
    with watch({"G": G, "D": D}, optimizers, path, every=every, steps=how.steps) as seen:
        for _step in range(how.steps):
            real = ((batch(r)[0] - low) / (high - low) * 2 - 1).view(-1, 1, 8, 8)
            made = G(torch.randn(64, 32))
            optimizers[1].zero_grad()
            lost = criterion(D(real), ones) + criterion(D(made.detach()), zeros)
            lost.backward()
            optimizers[1].step()
            optimizers[0].zero_grad()
            judged = made.detach() if case.forgets == "graph" else made
            missed = criterion(D(judged), ones)
            missed.backward()
            optimizers[0].step()
            seen.note(loss=missed, discriminator=lost)
            with torch.no_grad():
                yield float((made.mean(0).flatten() - mean).norm() / mean.norm())


class Told(NamedTuple):
    """What was said of a case, early and at the end, and whether that is right."""

    case: Case
    loss: float
    learns: bool
    early: Judgment
    late: Judgment
    words: str
    right: bool


def tell(case: Case, folder: Path, sound: Mapping[str, tuple[float, float]]) -> Told:
    """Judge a case that has been trained."""
    path = folder / f"{file_name(case)}.jsonl"
    reader = RecordReader(path.name, str(path))
    reader.read_all()
    run = reader.recording
    quarter = int(np.searchsorted(run.steps[: run.count], FAMILIES[case.family].steps / 4))
    early, late = judge(run, min(quarter, run.count - 1)), judge(run)
    reader.close()
    loss = json.loads(path.with_suffix(".json").read_text())["loss"]
    began, best = sound[case.family]
    learns = (began - loss) / (began - best) >= LEARNS if math.isfinite(loss) else False
    words = sentence(late, run)
    touched = [layer.name for layer in run.layers if re.search(case.layers, layer.name)]
    said = " ".join([words, *(say_finding(one, run) for one in late.findings)])
    named = not case.layers or any(name in said for name in touched)
    silent = late.state in SILENT
    right = silent if learns else late.state in case.says and not silent and named
    return Told(case, loss, learns, early, late, words, right)


def file_name(case: Case) -> str:
    """A name for the file of a case."""
    return re.sub(r"[^\w]+", "-", f"{case.family} {case.name}").strip("-").lower()


def train_all(folder: Path, cases: Sequence[Case], seed: int) -> None:
    """Train those that are not there yet."""
    torch.set_num_threads(1)
    folder.mkdir(exist_ok=True, parents=True)
    for case in cases:
        path = folder / f"{file_name(case)}.jsonl"
        if path.with_suffix(".json").exists():
            continue
        path.unlink(missing_ok=True)
        began = time.monotonic()
        loss = train(case, path, seed)
        path.with_suffix(".json").write_text(json.dumps({"loss": loss}))
        print(
            f"{case.family}, {case.name}: {loss:.3g}, {time.monotonic() - began:.0f} s", flush=True
        )


def beginnings(folder: Path) -> dict[str, tuple[float, float]]:
    """Of the sound one of each family, the loss at first and at the end."""
    found: dict[str, tuple[float, float]] = {}
    for case in CASES:
        done = folder / f"{file_name(case)}.json"
        if case.name == "sound" and done.exists():
            sound = json.loads(done.read_text())["loss"]
            found[case.family] = cost_of_no_skill(case.family), sound
    return found


def cost_of_no_skill(family: str) -> float:
    """The loss of a network that has learned nothing of what it is shown: of letters the entropy of
    how often each comes, which a last bias learns by itself."""
    if family == "DCGAN":
        return 1.0
    if family == "ResNet":
        return math.log(10)
    counts = torch.bincount(text()).double()
    share = counts[counts > 0] / counts.sum()
    return float(-(share * share.log()).sum())


def print_table(told: Sequence[Told], text: bool) -> None:
    """A row a case, in Markdown."""
    print("| network | what was done to it | loss at the end | at a quarter | at the end | right |")
    print("| --- | --- | --- | --- | --- | --- |")
    for one in told:
        right = "yes" if one.right else "no"
        cells = (
            *(one.case.family, one.case.name, f"{one.loss:.2g}"),
            *(f"{found.state}, `{found.rule}`" for found in (one.early, one.late)),
        )
        print(f"| {' | '.join(cells)} | {right} |")
    for one in told if text else ():
        print(f"\n{one.case.family}, {one.case.name}: {one.late.state}: {one.words}")


def main() -> None:
    """Train what is missing, and judge all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="those whose family and name this pattern finds")
    parser.add_argument("--seed", type=int, default=0, help="of weights and batches; 0 unless told")
    parser.add_argument("--text", action="store_true", help="print the sentences too")
    given = parser.parse_args()
    cases = [one for one in CASES if re.search(given.only, f"{one.family} {one.name}")]
    train_all(given.folder, cases, given.seed)
    sound = beginnings(given.folder)
    told = [tell(case, given.folder, sound) for case in cases if case.family in sound]
    print_table(told, given.text)


if __name__ == "__main__":
    main()
