"""How far the recorder's figures are from float64, and those of a hook on each weight, by loop."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from frameworks.regimes import REGIMES, SGD, SIZE, Loop
from frameworks.watching import Exact, Truth, batch, mlp, squared, watched
from torch import nn
from vglab.watch.pytorch import watch as pytorch

WIDTHS = (5, 160, 160, 160, 1)
"""Wide enough that norms are summed row by row."""
SAMPLES = 3
Norms = Sequence[float | None]


class Hooked(NamedTuple):
    """What `register_hook` on a weight is handed, as `wandb.watch` sets it."""

    calls: float
    """How often it is called a step."""
    error: float
    """Of the norm at the last of them."""


class Errors(NamedTuple):
    """Relative errors, the largest of all layers and samples; None: there is no such figure."""

    gradient: float
    delta: float | None
    hooked: Hooked


def largest(found: Sequence[Norms], true: Sequence[Norms]) -> float | None:
    """The largest relative error of any number; None if one is missing."""
    pairs = [pair for f, t in zip(found, true, strict=True) for pair in zip(f, t, strict=True)]
    if any(f is None or t is None for f, t in pairs):
        return None
    return max(abs(f - t) / t for f, t in pairs if f is not None and t)


def errors_of(
    found: Sequence[Norms],
    deltas: tuple[Sequence[Norms], Sequence[Norms]],
    true: Sequence[Norms],
    hooked: Sequence[Sequence[Sequence[float]]],
) -> Errors:
    """The errors of gradients and of `deltas` (found and true); `hooked` has, for each layer and
    sample, the norms that a hook was handed."""
    gradient = largest(found, true)
    assert gradient is not None, "each layer has a gradient"
    calls = [len(sample) for layer in hooked for sample in layer]
    last = [[layer[k][-1] if layer[k] else None for layer in hooked] for k in range(len(true))]
    wrong = largest(last, true)
    return Errors(
        gradient,
        largest(*deltas),
        Hooked(sum(calls) / max(len(calls), 1), float("nan") if wrong is None else wrong),
    )


@contextmanager
def exact_readings() -> Generator[Exact]:
    """What the recorder reads, before it rounds it."""
    found, original = Exact(), pytorch.record

    def record(reading: Any, *rest: Any) -> dict[str, Any]:
        found.readings.append(reading)
        return original(reading, *rest)

    pytorch.record = record
    try:
        yield found
    finally:
        pytorch.record = original


class HookedNorms:
    """Hooks on the weights of a model, and what they have been handed."""

    def __init__(self, model: nn.Module) -> None:
        self.now: list[list[float]] = []
        self.layers: list[list[list[float]]] = []
        for p in model.parameters():
            if p.dim() > 1:
                self.now.append([])
                self.layers.append([])
                p.register_hook(lambda g, own=self.now[-1]: own.append(float(g.norm())))

    def end_step(self) -> None:
        """Keeps what came in a step."""
        for layer, own in zip(self.layers, self.now, strict=True):
            layer.append(own[:])
            own.clear()


def train(
    loop: Loop,
    folder: Path,
    dtype: torch.dtype,
    optimizer_of: Callable[..., Any] = SGD,
    inplace: bool = False,
    shared: bool = False,
    compiled: str = "",
) -> Errors:
    """A few steps of a loop; `compiled` before or after its first step, or not at all."""
    torch.compiler.reset()
    model = mlp(*WIDTHS, inplace=inplace, dtype=dtype)
    if shared:
        model[4].weight = model[2].weight
    optimizer = optimizer_of(model.parameters())
    hooked = HookedNorms(model)
    net: Any = torch.compile(model, backend="aot_eager") if compiled else model
    if compiled == "after":
        loop(net, optimizer, *batch(SIZE, WIDTHS[0], dtype))
        for own in hooked.now:
            own.clear()
    truths: list[Truth] = []
    with exact_readings() as exact, watched(model, optimizer, folder / "run.jsonl"):
        for _ in range(SAMPLES):
            x, t = batch(SIZE, WIDTHS[0], dtype)
            truths.append(Truth(model, lambda net, x=x, t=t: squared(net(x.double()), t), SIZE))
            loop(net, optimizer, x, t)
            hooked.end_step()
    found = [exact.grad_norms(k) for k in range(SAMPLES)]
    deltas = [exact.errors(k) for k in range(SAMPLES)], [truth.errors for truth in truths]
    return errors_of(found, deltas, [truth.grad_norms for truth in truths], hooked.layers)


def train_short(folder: Path, dtype: torch.dtype) -> Errors:
    """Weights in two bytes: norms against those, in float64, of the gradients that they get."""
    model = mlp(*WIDTHS, dtype=dtype)
    optimizer = SGD(model.parameters())
    hooked = HookedNorms(model)
    true: list[list[float]] = []
    with exact_readings() as exact, watched(model, optimizer, folder / "run.jsonl", delta=False):
        for _ in range(SAMPLES):
            optimizer.zero_grad()
            x, t = batch(SIZE, WIDTHS[0], dtype)
            squared(model(x), t).backward()
            gradients = [p.grad for p in model.parameters() if p.dim() > 1]
            true.append([float(g.double().norm()) for g in gradients if g is not None])
            optimizer.step()
            hooked.end_step()
    found = [exact.grad_norms(k) for k in range(SAMPLES)]
    return errors_of(found, ([[None]], [[None]]), true, hooked.layers)


def of_two_processes(folder: Path, kind: str, dtype: torch.dtype) -> Errors:
    """What the two processes have left."""
    name = f"{kind}-{str(dtype).removeprefix('torch.')}"
    left = json.loads((folder / name / "truth-0.json").read_text())
    found, true = left["found"], left["true"]
    hooked = [[[norm] for norm in layer] or [[]] * len(true["grad"]) for layer in left["hooked"]]
    return errors_of(found["grad"], (found["delta"], true["delta"]), true["grad"], hooked)


def of_regime(name: str, **more: Any) -> Callable[[Path, torch.dtype], Errors]:
    """One of the loops of regimes.py."""
    loop, optimizer_of, inplace = REGIMES[name]
    return lambda folder, dtype: train(loop, folder, dtype, optimizer_of, inplace, **more)


Measure = Callable[[Path, torch.dtype], Errors]
SINGLE: dict[str, Measure] = {
    **{name: of_regime(name) for name in REGIMES},
    "shared": of_regime("plain", shared=True),
    "compile before": of_regime("plain", compiled="before"),
    "compile after": of_regime("plain", compiled="after"),
}
"""The loops of one process, in float32 or float64."""
SHORT = {"bfloat16": torch.bfloat16, "float16": torch.float16}
"""Types of weights in two bytes."""
SHARDED = {"DistributedDataParallel": "ddp", "FSDP2": "fsdp2"}
"""The trainings on two processes, as their script names them."""
LONG = (torch.float32, torch.float64)
Measured = dict[str, tuple[Errors, ...]]


def measure_all(folder: Path, of_two: Path) -> Measured:
    """Every loop: one in two bytes once, each other in float32 and in float64."""
    found: Measured = {}
    for name, measure in SINGLE.items():
        found[name] = tuple(measure(fresh(folder), dtype) for dtype in LONG)
    for name, dtype in SHORT.items():
        found[name] = (train_short(fresh(folder), dtype),)
    for name, kind in SHARDED.items():
        found[name] = tuple(of_two_processes(of_two, kind, dtype) for dtype in LONG)
    return found


def fresh(folder: Path) -> Path:
    """A folder of its own within one."""
    own = folder / str(len([*folder.iterdir()]))
    own.mkdir()
    return own
