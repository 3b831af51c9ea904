"""Trainings on two processes, as a script: `sharded_trainings.py RANK PORT FOLDER`.

Each kind of sharding has a folder in FOLDER, with the recording and the truth.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from frameworks.watching import Truth
from torch import Tensor, nn
from vglab.watch.pytorch import watch as pytorch

SIZE, STEPS = 8, 4
RUNS = [
    *((kind, dtype) for kind in ("ddp", "fsdp2") for dtype in (torch.float32, torch.float64)),
    ("fsdp1", torch.float64),
]


def mlp(dtype: torch.dtype) -> nn.Sequential:
    """The same on all processes."""
    torch.manual_seed(0)
    layers = (nn.Linear(6, 17), nn.Tanh(), nn.Linear(17, 16), nn.Tanh(), nn.Linear(16, 1))
    return nn.Sequential(*layers).to(dtype)


def loss_of(net: nn.Module, x: Tensor) -> Tensor:
    """The squared error over a batch."""
    return (net(x) - x.sum(1, keepdim=True)).square().mean()


def matrices(net: nn.Module) -> list[Tensor]:
    """The weights of the layers."""
    return [p for p in net.parameters() if p.dim() > 1]


def sharded(model: nn.Module, kind: str) -> nn.Module:
    """The model as each kind of training has it."""
    if kind == "ddp":
        return nn.parallel.DistributedDataParallel(model)
    if kind == "fsdp1":
        from torch.distributed.fsdp import FullyShardedDataParallel

        return FullyShardedDataParallel(model, device_id=torch.device("cpu"))
    from torch.distributed.fsdp import fully_shard

    for layer in model:
        if isinstance(layer, nn.Linear):
            fully_shard(layer)
    return fully_shard(model)


def hook_all(model: nn.Module) -> list[list[float]]:
    """For each weight, the norms that a hook on it is handed."""
    seen: list[list[float]] = []
    for p in matrices(model):
        seen.append([])
        p.register_hook(lambda g, own=seen[-1]: own.append(local_norm(g)))
    return seen


def local_norm(gradient: Any) -> float:
    """The norm of what lies here."""
    here = gradient.to_local() if hasattr(gradient, "to_local") else gradient
    return float(here.norm())


def train(kind: str, rank: int, folder: Path, dtype: torch.dtype) -> None:
    """A few steps, watched at each second one, with clipping."""
    twin = mlp(dtype)
    model = sharded(mlp(dtype), kind)
    hooked = hook_all(model) if kind != "fsdp1" else []
    optimizers = [torch.optim.SGD(m.parameters(), lr=0.05) for m in (model, twin)]
    found: dict[str, list[Any]] = {"grad": [], "update": [], "delta": []}
    original = pytorch.record

    def record(reading: Any, *rest: Any) -> dict[str, Any]:
        found["grad"].append(reading.gradients()[:3])
        found["update"].append(reading.rows["update"][:3])
        found["delta"].append([reading.error(layer)[0] for layer in range(3)])
        return original(reading, *rest)

    pytorch.record = record
    true: dict[str, list[Any]] = {"grad": [], "update": [], "delta": []}
    with pytorch.watch(model, optimizers[0], folder / "run.jsonl", every=2) as watch:
        for k in range(STEPS):
            torch.manual_seed(10 + k)
            batches = [torch.randn(SIZE, 6).to(dtype) for _ in range(2)]
            for net, x in ((model, batches[rank]), (twin, torch.cat(batches))):
                net.zero_grad()
                loss_of(net, x).backward()
            whole, own = (
                Truth(twin, lambda net, x=x: loss_of(net, x.double()), SIZE)
                for x in (torch.cat(batches), batches[rank])
            )
            before = [p.detach().clone() for p in matrices(twin)]
            for net, optimizer in zip((model, twin), optimizers, strict=True):
                if kind != "fsdp1":
                    nn.utils.clip_grad_norm_(net.parameters(), 0.1)
                optimizer.step()
            moved = [a.detach() - b for a, b in zip(matrices(twin), before, strict=True)]
            true["grad"].append(whole.grad_norms)
            true["update"].append([float(m.norm()) for m in moved])
            true["delta"].append(own.errors)
            watch.note(loss=1.0)
    pytorch.record = original
    sampled = {name: values[::2] for name, values in true.items()}
    truth = {"true": sampled, "found": found, "hooked": [calls[::2] for calls in hooked]}
    (folder / f"truth-{rank}.json").write_text(json.dumps(truth))


def main() -> None:
    """One of the two processes."""
    rank, port, folder = sys.argv[1:]
    torch.set_num_threads(1)
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    address = f"tcp://127.0.0.1:{port}"
    dist.init_process_group("gloo", init_method=address, rank=int(rank), world_size=2)
    try:
        for kind, dtype in RUNS:
            own = Path(folder) / f"{kind}-{str(dtype).removeprefix('torch.')}"
            own.mkdir(exist_ok=True)
            train(kind, int(rank), own, dtype)
            dist.barrier()
    finally:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
