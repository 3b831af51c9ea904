"""What recording a training costs: bare, with `vglab.watch`, and as `wandb.watch` does it.

    python benchmarks/recorder_cost.py [--json FILE] [--rounds N]

Each way trains a copy of the same network with the same batches, a few steps at a time and in
turns, on one thread; counted is processor time, from outside. `wandb.watch` is not needed: what it
does to a gradient is written out here, in its order.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from time import process_time
from typing import Any

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

try:
    import torch
    import torch.nn.functional as F
    from torch import Tensor, nn
    from vglab.watch import watch
except ImportError:
    print("left out: PyTorch is not installed")
    sys.exit(0)

BINS = 64
AT_ONCE = 5
"""Steps of one way before it is the turn of the next."""


class Block(nn.Module):
    """A pre-LN transformer block with causal attention."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.heads = heads

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, width) to the same."""
        batch, time, width = x.shape
        parts = self.qkv(self.ln1(x)).view(batch, time, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(*parts, is_causal=True)
        x = x + self.proj(seen.transpose(1, 2).reshape(batch, time, width))
        return x + self.down(F.gelu(self.up(self.ln2(x))))


class GPT(nn.Module):
    """nanoGPT's shape, 5.6 million parameters."""

    def __init__(
        self, letters: int = 256, width: int = 256, depth: int = 7, time: int = 64
    ) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(letters, width), nn.Embedding(time, width)
        self.blocks = nn.ModuleList(Block(width, 8) for _ in range(depth))
        self.ln, self.head = nn.LayerNorm(width), nn.Linear(width, letters, bias=False)
        self.head.weight = self.wte.weight

    def forward(self, letters: Tensor) -> Tensor:
        """(batch, time) to the loss of each next letter."""
        x = self.wte(letters[:, :-1]) + self.wpe(torch.arange(letters.shape[1] - 1))
        for block in self.blocks:
            x = block(x)
        return F.cross_entropy(self.head(self.ln(x)).flatten(0, 1), letters[:, 1:].flatten())


class Perceptron(nn.Sequential):
    """Eleven layers, 1.1 million parameters."""

    def __init__(self, width: int = 334, depth: int = 10) -> None:
        layers = [m for _ in range(depth) for m in (nn.Linear(width, width), nn.ReLU())]
        super().__init__(*layers, nn.Linear(width, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, width) to a loss."""
        return super().forward(x).square().mean()


NETWORKS: dict[str, tuple[Callable[[], nn.Module], Callable[[], Tensor], int]] = {
    "MLP": (Perceptron, lambda: torch.randn(256, 334), 80),
    "GPT": (GPT, lambda: torch.randint(256, (8, 65)), 16),
}
"""A network, a batch of it, and how many turns it takes."""


def bare(model: nn.Module, optimizer: Any, folder: Path) -> Callable[[], None]:
    """Nothing is recorded."""
    return lambda: None


def recorded(model: nn.Module, optimizer: Any, folder: Path) -> Callable[[], None]:
    """With its own budget of 2 %."""
    return watch(model, optimizer, folder / f"{id(model)}.jsonl", budget=0.02).close


def histograms(model: nn.Module, optimizer: Any, folder: Path) -> Callable[[], None]:
    """What `wandb.watch` does with each gradient that arrives: four waits and a histogram."""
    found: list[Any] = []

    def see(gradient: Tensor) -> None:
        flat = gradient.reshape(-1)
        if not torch.isfinite(flat).any():
            return
        if not torch.isfinite(flat).all():
            flat = flat[torch.isfinite(flat)]
        low, high = flat.min().item(), flat.max().item()
        counts = torch.histc(flat, bins=BINS, min=low, max=high)
        found[:] = [counts.tolist(), low, high]

    for parameter in model.parameters():
        parameter.register_hook(see)
    return lambda: None


WAYS = {"bare": bare, "vglab.watch": recorded, "wandb.watch's way": histograms}


def train(model: nn.Module, optimizer: Any, batch: Tensor) -> None:
    """One step."""
    optimizer.zero_grad()
    model(batch).backward()
    optimizer.step()


def measure(name: str, rounds: float, folder: Path) -> dict[str, Any]:
    """Seconds of processor time a step, by way."""
    network_of, batch_of, turns = NETWORKS[name]
    torch.manual_seed(0)
    first = network_of()
    networks = {way: deepcopy(first) for way in WAYS}
    optimizers = {w: torch.optim.AdamW(m.parameters(), lr=1e-4) for w, m in networks.items()}
    for way in WAYS:
        for _ in range(2):
            train(networks[way], optimizers[way], batch_of())
    closing = {w: begin(networks[w], optimizers[w], folder) for w, begin in WAYS.items()}
    seconds = dict.fromkeys(WAYS, 0.0)
    count = max(int(turns * rounds), 2)
    for turn in range(count):
        batches = [batch_of() for _ in range(AT_ONCE)]
        for way in [*WAYS][turn % 3 :] + [*WAYS][: turn % 3]:
            began = process_time()
            for batch in batches:
                train(networks[way], optimizers[way], batch)
            seconds[way] += process_time() - began
    for close in closing.values():
        close()
    steps = count * AT_ONCE
    lines = [json.loads(line) for file in folder.iterdir() for line in file.open()]
    costs = [line["cost"] for line in lines if "cost" in line]
    return {
        "parameters": sum(p.numel() for p in first.parameters()),
        "tensors": sum(1 for _ in first.parameters()),
        "steps": steps,
        "samples": len(costs),
        "own_account": costs[-1],
        "seconds_per_step": {way: total / steps for way, total in seconds.items()},
        "overhead": {way: total / seconds["bare"] - 1 for way, total in seconds.items()},
    }


def main() -> None:
    """Measure both networks and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=float, default=1.0, help="times as many turns")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found: dict[str, Any] = {}
    for name in NETWORKS:
        with tempfile.TemporaryDirectory() as folder:
            found[name] = result = measure(name, options.rounds, Path(folder))
        step = 1e3 * result["seconds_per_step"]["bare"]
        print(f"{name}, {result['parameters']:,} parameters, {step:.0f} ms a step bare")
        for way, overhead in result["overhead"].items():
            print(f"  {way:<20}{overhead:+8.1%}")
        print(f"  {result['samples']} samples in {result['steps']} steps", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
