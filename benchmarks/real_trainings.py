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
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from recorded_verdicts import digits
from torch import Tensor, nn
from torch.nn import functional as F
from vglab.scenarios.recordings.reading import RecordReader
from vglab.scenarios.recordings.verdict.finding_sentences import say_finding
from vglab.scenarios.recordings.verdict.judgment import Judgment, judge
from vglab.scenarios.recordings.verdict.sentences import sentence
from vglab.watch import watch

VOCABULARY, CONTEXT = 96, 64
WIDTH, HEADS, BLOCKS = 288, 6, 6
SILENT = ("healthy", "unknown")
LEARNS = 0.7
"""Of the way that the loss of the sound one falls, from which on a sabotaged one learns too."""
SAMPLES = 40


class Attention(nn.Module):
    """Causal, as nanoGPT has it."""

    def __init__(self) -> None:
        super().__init__()
        self.c_attn, self.c_proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        shape = (*x.shape[:2], 3, HEADS, WIDTH // HEADS)
        q, k, v = self.c_attn(x).view(shape).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(mixed.transpose(1, 2).reshape(x.shape))


class Feedforward(nn.Module):
    """Of four times the width."""

    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        self.c_fc, self.act = nn.Linear(WIDTH, 4 * WIDTH), activation
        self.c_proj = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return self.c_proj(self.act(self.c_fc(x)))


class Block(nn.Module):
    """Pre-LN, with or without skip connections."""

    def __init__(self, activation: nn.Module, skips: bool) -> None:
        super().__init__()
        self.skips = skips
        self.ln_1, self.attn = nn.LayerNorm(WIDTH), Attention()
        self.ln_2, self.mlp = nn.LayerNorm(WIDTH), Feedforward(activation)

    def forward(self, x: Tensor) -> Tensor:
        x = self.attn(self.ln_1(x)) + (x if self.skips else 0)
        return self.mlp(self.ln_2(x)) + (x if self.skips else 0)


class GPT(nn.Module):
    """nanoGPT's, initial weights and tied embedding included."""

    def __init__(self, skips: bool = True) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.h = nn.ModuleList(Block(nn.GELU(), skips) for _ in range(BLOCKS))
        self.ln_f = nn.LayerNorm(WIDTH)
        self.lm_head = nn.Linear(WIDTH, VOCABULARY, bias=False)
        self.wte.weight = self.lm_head.weight
        for name, weight in self.named_parameters():
            if weight.dim() > 1:
                shorter = math.sqrt(2 * BLOCKS) if name.endswith("c_proj.weight") else 1
                nn.init.normal_(weight, std=0.02 / shorter)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
        for block in self.h:
            x = block(x)
        return self.lm_head(self.ln_f(x))


class LetterLSTM(nn.Module):
    """Two layers."""

    def __init__(self, width: int = 192) -> None:
        super().__init__()
        self.emb = nn.Embedding(VOCABULARY, 64)
        self.lstm = nn.LSTM(64, width, num_layers=2, batch_first=True)
        self.head = nn.Linear(width, VOCABULARY)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.lstm(self.emb(tokens))[0])


class Residual(nn.Module):
    """Two convolutions and the way around them."""

    def __init__(self, inputs: int, width: int, how: ResNetOptions) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, 2 if inputs != width else 1, 1, bias=not how.norm)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=not how.norm)
        self.bn1 = nn.BatchNorm2d(width) if how.norm else nn.Identity()
        self.bn2 = nn.BatchNorm2d(width) if how.norm else nn.Identity()
        self.g1, self.g2 = how.activation(), how.activation()
        self.down = nn.Conv2d(inputs, width, 1, 2) if inputs != width else nn.Identity()
        self.skips = how.skips

    def forward(self, x: Tensor) -> Tensor:
        inner = self.bn2(self.conv2(self.g1(self.bn1(self.conv1(x)))))
        return self.g2(inner + self.down(x) if self.skips else inner)


class ResNetOptions(NamedTuple):
    """What a ResNet is made of."""

    activation: Callable[[], nn.Module] = nn.ReLU
    norm: bool = True
    skips: bool = True


class ResNet(nn.Module):
    """Of 14 layers, for images of 8 × 8."""

    def __init__(self, how: ResNetOptions | None = None) -> None:
        super().__init__()
        how = how or ResNetOptions()
        self.stem = nn.Conv2d(1, 16, 3, padding=1)
        sizes = ((16, 16), (16, 16), (16, 32), (32, 32), (32, 64), (64, 64))
        self.blocks = nn.Sequential(*(Residual(n, width, how) for n, width in sizes))
        self.fc = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(F.relu(self.stem(x.view(-1, 1, 8, 8))))
        return self.fc(x.mean((2, 3)))


def generator(activation: Callable[[], nn.Module] = nn.ReLU) -> nn.Module:
    """From 32 numbers to an image of 8 × 8."""
    return nn.Sequential(
        nn.Unflatten(1, (32, 1, 1)),
        *(nn.ConvTranspose2d(32, 64, 2, bias=False), nn.BatchNorm2d(64), activation()),
        *(nn.ConvTranspose2d(64, 32, 4, 2, 1, bias=False), nn.BatchNorm2d(32), activation()),
        *(nn.ConvTranspose2d(32, 1, 4, 2, 1), nn.Tanh()),
    )


def discriminator() -> nn.Module:
    """From an image to a number."""
    return nn.Sequential(
        *(nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(32, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(64, 1, 2), nn.Flatten(0)),
    )


Batch = Callable[[random.Random], tuple[Tensor, Tensor]]


@cache
def text() -> Tensor:
    """Letters of the standard library's modules."""
    files = sorted(Path(random.__file__).parent.glob("*.py"))
    joined = "".join(file.read_text("utf-8", "replace") for file in files)[:3_000_000]
    codes = [0 if c == "\n" else min(max(ord(c) - 31, 1), VOCABULARY - 1) for c in joined]
    return torch.tensor(codes)


def letters(count: int) -> Batch:
    """Batches of so many rows of text, and what follows each letter."""

    def batch(r: random.Random) -> tuple[Tensor, Tensor]:
        starts = [r.randrange(len(text()) - CONTEXT - 1) for _ in range(count)]
        rows = torch.stack([text()[s : s + CONTEXT + 1] for s in starts])
        return rows[:, :-1], rows[:, 1:]

    return batch


class Training(NamedTuple):
    """How one of these networks is built and trained."""

    build: Callable[[], nn.Module]
    batch: Callable[[], Batch]
    steps: int
    rate: float
    optimizer: type[torch.optim.Optimizer] = torch.optim.AdamW


FAMILIES: Mapping[str, Training] = {
    "GPT": Training(GPT, lambda: letters(6), 120, 1e-3),
    "LSTM": Training(LetterLSTM, lambda: letters(16), 240, 3e-3),
    "ResNet": Training(ResNet, lambda: digits().batch, 240, 2e-3),
    "DCGAN": Training(generator, lambda: digits().batch, 240, 1e-3),
}


class Case(NamedTuple):
    """A network and what is done to it; what may be said of it, and of which layers."""

    family: str
    name: str
    says: Sequence[str] = SILENT
    layers: str = ""
    """A pattern of the layers that have to be named; any, if empty."""
    build: Callable[[], nn.Module] | None = None
    spoil: Callable[[nn.Module], object] | None = None
    rate: float = 1.0
    """Of the sound one's."""
    precision: str = ""
    """`autocast`: float16 in the layers, no loss scaler; `scaler`: with one; a type: of all
    weights."""
    forgets: str = ""
    """Of the GAN: what its loop does wrong."""


def scale(factor: float, pattern: str = "") -> Callable[[nn.Module], None]:
    """Multiplies the matrices whose names the pattern finds."""

    def apply(model: nn.Module) -> None:
        for name, weight in model.named_parameters():
            if weight.dim() > 1 and re.search(pattern, name):
                weight.data *= factor

    return apply


def kill(pattern: str) -> Callable[[nn.Module], None]:
    """Biases so low that no unit of these layers is ever on."""

    def apply(model: nn.Module) -> None:
        for name, layer in model.named_modules():
            if re.search(pattern, name) and getattr(layer, "bias", None) is not None:
                layer.bias.data.fill_(-30.0)

    return apply


def shut_forget_gates(model: nn.Module) -> None:
    """A forget gate near 0: nothing is remembered from one letter to the next."""
    for name, bias in model.named_parameters():
        if "bias_ih" in name:
            quarter = len(bias) // 4
            bias.data[quarter : 2 * quarter] = -12


def plain(**options: object) -> Callable[[], nn.Module]:
    """A ResNet without some of what makes it one."""
    return lambda: ResNet(ResNetOptions()._replace(**options))


STUCK = ("vanishing", "not_learning")
CASES: Sequence[Case] = (
    Case("GPT", "sound"),
    Case("GPT", "learning rate × 300", ("unstable", "exploding", "diverged"), rate=300),
    Case("GPT", "no skip connections", STUCK, build=lambda: GPT(skips=False)),
    Case("GPT", "weights × 0.01", STUCK, spoil=scale(0.01)),
    Case("GPT", "learning rate × 1e-6", ("not_learning",), rate=1e-6),
    Case("LSTM", "sound"),
    Case("LSTM", "learning rate × 300", ("unstable", "exploding", "diverged"), rate=300),
    Case("LSTM", "weights × 1e-3", STUCK, spoil=scale(1e-3)),
    Case("LSTM", "forget gates shut", SILENT, spoil=shut_forget_gates),
    Case("ResNet", "sound"),
    Case(
        "ResNet",
        "sigmoid, no skips, no norm",
        STUCK,
        r"^stem|blocks\.[01]",
        build=plain(activation=nn.Sigmoid, skips=False, norm=False),
    ),
    Case(
        "ResNet",
        "no skips, no norm, weights × 0.1",
        STUCK,
        r"^stem|blocks\.[01]",
        build=plain(skips=False, norm=False),
        spoil=scale(0.1),
    ),
    Case(
        "ResNet",
        "dead ReLUs in block 2",
        ("dead",),
        r"blocks\.[012]",
        spoil=kill(r"2\.bn[12]"),
        build=plain(skips=False),
    ),
    Case("ResNet", "learning rate × 1000", ("unstable", "exploding", "diverged"), rate=1000),
    Case(
        "ResNet",
        "float16, loss × 1e-5",
        ("vanishing", "dead"),
        precision="autocast",
        build=plain(norm=False),
    ),
    Case("ResNet", "bfloat16 weights, rate × 1e-3", STUCK, rate=1e-3, precision="bfloat16"),
    Case("DCGAN", "sound"),
    Case("DCGAN", "optimizer of G holds D", ("not_learning",), "^G", forgets="generator"),
    Case("DCGAN", "images detached for G", ("not_learning", "dead"), "^G", forgets="graph"),
    Case("DCGAN", "learning rate × 300", ("unstable", "exploding", "diverged"), rate=300),
)


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
