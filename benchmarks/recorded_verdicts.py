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
import inspect
import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from vglab.engine.data import datasets
from vglab.scenarios.recordings.reading import RecordReader
from vglab.scenarios.recordings.verdict.judgment import judge
from vglab.watch import watch

SAMPLES = 40
"""Samples a run is recorded with."""
STUCK, LEARNED = 0.15, 0.5
"""Of the way from guessing to all right; of a GPT, of the way that a sound one goes."""
SOUND_GPT = 0.75
"""The loss of a sound GPT after so few steps, as a share of the letters' entropy."""
SILENT = ("healthy", "unknown")


class Drawn(NamedTuple):
    """A network that was drawn: what it is, what was done to it, how it is trained."""

    family: str
    trouble: str
    depth: int
    width: int
    activation: str
    optimizer: str
    rate: float
    steps: int
    kind: str = "plain"
    gain: float = 1.0
    dtype: str = "float32"


TROUBLES = ("none", "init", "rate", "precision", "skipped")
SPECIAL = ("rezero", "lora", "backbone", "preln")
RATES = {"sgd": 0.1, "adam": 2e-3}


def draw(seed: int) -> Drawn:
    """A network: every fourth is one of the kinds that look ill and are not."""
    r = random.Random(seed)
    if seed % 4 == 0:
        return draw_special(r)
    family, trouble = r.choice(("mlp", "cnn", "gpt")), r.choice(TROUBLES)
    optimizer = "adam" if family == "gpt" else r.choice(("sgd", "adam"))
    deep = {"mlp": (2, 14), "cnn": (2, 8), "gpt": (1, 5)}[family]
    plain = Drawn(
        family=family,
        trouble=trouble,
        depth=r.randint(*deep),
        width=r.choice((32, 48, 64)) if family != "cnn" else r.choice((8, 16)),
        activation=r.choice(("relu", "gelu", "tanh")),
        optimizer=optimizer,
        rate=RATES[optimizer] * 10 ** r.uniform(-0.5, 0.3) / (1 + (family == "gpt")),
        steps=r.choice((200, 300, 400)),
    )
    return spoil(r, plain)


def spoil(r: random.Random, plain: Drawn) -> Drawn:
    """The network with its trouble."""
    match plain.trouble:
        case "init":
            deep = {"mlp": r.randint(8, 16), "cnn": r.randint(6, 9), "gpt": r.randint(4, 6)}
            small, sigmoid = 10 ** r.uniform(-2, -0.3), r.random() < 0.5 and plain.family != "gpt"
            return plain._replace(
                depth=deep[plain.family],
                kind="postnorm_free" if plain.family == "gpt" else "plain",
                activation="sigmoid" if sigmoid else plain.activation,
                gain=1.0 if sigmoid else r.choice((small, 10 ** r.uniform(0.5, 1.5))),
            )
        case "rate":
            factor = r.choice((10 ** r.uniform(-7, -3), 10 ** r.uniform(1.5, 4)))
            return plain._replace(rate=plain.rate * factor)
        case "precision":
            dtype = r.choice(("float16", "bfloat16"))
            factor = 1e-3 if dtype == "bfloat16" else 1.0
            return plain._replace(dtype=dtype, rate=plain.rate * factor, depth=max(plain.depth, 4))
        case "skipped":
            return plain._replace(kind=r.choice(("wrong_parameters", "always_skips", "detached")))
        case _:
            return plain


def draw_special(r: random.Random) -> Drawn:
    """A sound network whose gradients are 0 where others' are not."""
    kind = r.choice(SPECIAL)
    return Drawn(
        family="gpt" if kind == "preln" else "mlp",
        trouble="none",
        depth=r.randint(2, 4) if kind == "preln" else r.randint(3, 10),
        width=r.choice((32, 48, 64)),
        activation=r.choice(("relu", "gelu")),
        optimizer="adam" if kind != "rezero" else r.choice(("sgd", "adam")),
        rate=3e-3 if kind != "rezero" else 0.02,
        steps=r.choice((300, 400)),
        kind=kind,
    )


ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


class ReZero(nn.Module):
    """x + αf(x), α = 0 at first."""

    def __init__(self, width: int, activation: nn.Module) -> None:
        super().__init__()
        self.fc, self.g = nn.Linear(width, width), activation
        self.alpha = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.alpha * self.g(self.fc(x))


class LoRA(nn.Module):
    """A frozen matrix and, beside it, BA, where B = 0 at first."""

    def __init__(self, width: int, activation: nn.Module, rank: int = 8) -> None:
        super().__init__()
        self.fc, self.g = nn.Linear(width, width).requires_grad_(False), activation
        self.A, self.B = nn.Linear(width, rank, bias=False), nn.Linear(rank, width, bias=False)
        nn.init.zeros_(self.B.weight)

    def forward(self, x: Tensor) -> Tensor:
        return self.g(self.fc(x) + self.B(self.A(x)))


class Attention(nn.Module):
    """Causal, of four heads."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        shape = (*x.shape[:2], 3, 4, x.shape[2] // 4)
        q, k, v = self.qkv(x).view(shape).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(mixed.transpose(1, 2).reshape(x.shape))


class Block(nn.Module):
    """Attention and an MLP: pre-LN with skip connections, or neither."""

    def __init__(self, width: int, activation: nn.Module, plain: bool) -> None:
        super().__init__()
        self.plain = plain
        self.ln1 = nn.Identity() if plain else nn.LayerNorm(width)
        self.ln2 = nn.Identity() if plain else nn.LayerNorm(width)
        self.attn = Attention(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), activation, nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        if self.plain:
            return self.mlp(self.attn(x))
        x = x + self.attn(self.ln1(x))
        return x + self.mlp(self.ln2(x))


CONTEXT, LETTERS = 32, 96


class GPT(nn.Module):
    """Of letters."""

    def __init__(self, drawn: Drawn) -> None:
        super().__init__()
        plain = drawn.kind == "postnorm_free"
        self.wte, self.wpe = nn.Embedding(LETTERS, drawn.width), nn.Embedding(CONTEXT, drawn.width)
        g = ACTIVATIONS[drawn.activation]
        self.blocks = nn.ModuleList(Block(drawn.width, g(), plain) for _ in range(drawn.depth))
        self.ln = nn.Identity() if plain else nn.LayerNorm(drawn.width)
        self.head = nn.Linear(drawn.width, LETTERS)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln(x))


def build(drawn: Drawn) -> nn.Module:
    """The network."""
    model = FAMILIES[drawn.family](drawn)
    if drawn.gain != 1:
        for module in model.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                module.weight.data *= drawn.gain
    if drawn.kind == "backbone":
        for layer in [*model][1:-2]:
            layer.requires_grad_(False)
    return model.to(getattr(torch, drawn.dtype))


def build_mlp(drawn: Drawn) -> nn.Module:
    width, g = drawn.width, ACTIVATIONS[drawn.activation]
    first, last = nn.Linear(64, width), nn.Linear(width, 10)
    if drawn.kind in ("rezero", "lora"):
        part = ReZero if drawn.kind == "rezero" else LoRA
        return nn.Sequential(first, *(part(width, g()) for _ in range(drawn.depth)), last)
    hidden = [
        layer for _ in range(drawn.depth) for layer in (init(nn.Linear(width, width), drawn), g())
    ]
    return nn.Sequential(init(first, drawn), g(), *hidden, last)


def init(layer: nn.Module, drawn: Drawn) -> nn.Module:
    """He's weights for what is kinked, Xavier's for what is not."""
    if drawn.activation in ("relu", "gelu"):
        nn.init.kaiming_normal_(layer.weight)
    else:
        nn.init.xavier_normal_(layer.weight)
    return layer


def build_cnn(drawn: Drawn) -> nn.Module:
    width, g = drawn.width, ACTIVATIONS[drawn.activation]
    norm = drawn.trouble != "init"
    layers: list[nn.Module] = [nn.Unflatten(1, (1, 8, 8))]
    for number in range(drawn.depth):
        conv = nn.Conv2d(1 if number == 0 else width, width, 3, padding=1)
        layers += [init(conv, drawn), *([nn.BatchNorm2d(width)] if norm else []), g()]
    return nn.Sequential(*layers, nn.AvgPool2d(2), nn.Flatten(), nn.Linear(16 * width, 10))


FAMILIES: Mapping[str, Callable[[Drawn], nn.Module]] = {
    "mlp": build_mlp,
    "cnn": build_cnn,
    "gpt": GPT,
}


class Task(NamedTuple):
    """Batches to learn from, and what a network of no skill and of all skill would show."""

    batch: Callable[[random.Random], tuple[Tensor, Tensor]]
    skill: Callable[[nn.Module], float]


def digits() -> Task:
    """Images of 8 × 8."""
    with np.load(Path(datasets.__file__).parent / "digits.npz") as file:
        names = sorted(file.files)
        arrays = {name: file[name] for name in names}
    X = torch.tensor(next(a for a in arrays.values() if a.size >= 64 * 1797).reshape(1797, 64))
    y = torch.tensor(next(a for a in arrays.values() if a.size == 1797)).long()
    X = (X.float() - X.float().mean()) / X.float().std()
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
    X, y = X[order], y[order]

    def batch(r: random.Random) -> tuple[Tensor, Tensor]:
        rows = torch.tensor([r.randrange(1400) for _ in range(64)])
        return X[rows], y[rows]

    def skill(model: nn.Module) -> float:
        dtype = next(model.parameters()).dtype
        right = (model(X[1400:].to(dtype)).argmax(1) == y[1400:]).float().mean().item()
        return (right - 0.1) / 0.9

    return Task(batch, skill)


def letters() -> Task:
    """The source of some modules of Python's own."""
    text = "".join(inspect.getsource(module) for module in (argparse, inspect, random, copy))
    codes = [min(max(ord(c) - 32, 0), 94) + 1 if c != "\n" else 0 for c in text]
    stream = torch.tensor(codes)
    cut = len(stream) * 9 // 10
    counts = torch.bincount(stream, minlength=LETTERS).float()
    share = counts[counts > 0] / counts.sum()
    entropy = float(-(share * share.log()).sum())

    def take(r: random.Random, low: int, high: int, count: int) -> tuple[Tensor, Tensor]:
        starts = [r.randrange(low, high - CONTEXT - 1) for _ in range(count)]
        rows = torch.stack([stream[s : s + CONTEXT + 1] for s in starts])
        return rows[:, :-1], rows[:, 1:]

    def skill(model: nn.Module) -> float:
        x, y = take(random.Random(0), cut, len(stream), 64)
        loss = F.cross_entropy(model(x).float().flatten(0, 1), y.flatten()).item()
        return (entropy - loss) / (entropy * (1 - SOUND_GPT)) if math.isfinite(loss) else -1.0

    return Task(lambda r: take(r, 0, cut, 16), skill)


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
