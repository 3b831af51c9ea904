"""Trainings on two processes, as a script: `sharded_trainings.py RANK PORT FOLDER`.

Each kind of sharding has a folder in FOLDER, with the recording and the truth.
"""

from __future__ import annotations

import json
import os
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from vglab.watch.pytorch import watch as pytorch

SIZE, STEPS = 8, 4


def mlp() -> nn.Sequential:
    """The same on all processes."""
    torch.manual_seed(0)
    return nn.Sequential(
        *(nn.Linear(6, 17), nn.Tanh(), nn.Linear(17, 16), nn.Tanh(), nn.Linear(16, 1))
    ).double()


def whole_gradient(model: nn.Module, batches: list[Tensor]) -> list[float]:
    """Norms of the gradient of the mean over both processes' batches."""
    copy = deepcopy(model)
    copy.zero_grad()
    x = torch.cat(batches)
    (copy(x) - x.sum(1, keepdim=True)).square().mean().backward()
    return [float(p.grad.norm()) for p in copy.parameters() if p.dim() > 1]


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


def train(kind: str, rank: int, folder: Path) -> None:
    """A few steps, watched at each second one, with clipping."""
    twin = mlp()
    model = sharded(mlp(), kind)
    optimizers = [torch.optim.SGD(m.parameters(), lr=0.05) for m in (model, twin)]
    exact: list[list[float]] = []
    original = pytorch.record

    def record(reading: Any, *rest: Any) -> dict[str, Any]:
        exact.append(reading.gradients()[:3] + reading.rows["update"][:3])
        return original(reading, *rest)

    pytorch.record = record
    true: list[list[float]] = []
    with pytorch.watch(model, optimizers[0], folder / "run.jsonl", every=2) as watch:
        for k in range(STEPS):
            torch.manual_seed(10 + k)
            batches = [torch.randn(SIZE, 6).double() for _ in range(2)]
            for net, x in ((model, batches[rank]), (twin, torch.cat(batches))):
                net.zero_grad()
                (net(x) - x.sum(1, keepdim=True)).square().mean().backward()
            norms = whole_gradient(twin, batches)
            before = [p.detach().clone() for p in twin.parameters() if p.dim() > 1]
            for net, optimizer in zip((model, twin), optimizers, strict=True):
                if kind != "fsdp1":
                    nn.utils.clip_grad_norm_(net.parameters(), 0.1)
                optimizer.step()
            after = [p.detach() for p in twin.parameters() if p.dim() > 1]
            true.append(norms + [float((a - b).norm()) for a, b in zip(after, before, strict=True)])
            watch.note(loss=1.0)
    pytorch.record = original
    truth = {"true": true[::2], "found": exact}
    (folder / f"truth-{rank}.json").write_text(json.dumps(truth))


def main() -> None:
    """One of the two processes."""
    rank, port, folder = sys.argv[1:]
    torch.set_num_threads(1)
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    address = f"tcp://127.0.0.1:{port}"
    dist.init_process_group("gloo", init_method=address, rank=int(rank), world_size=2)
    try:
        for kind in ("ddp", "fsdp2", "fsdp1"):
            (Path(folder) / kind).mkdir(exist_ok=True)
            train(kind, int(rank), Path(folder) / kind)
            dist.barrier()
    finally:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
