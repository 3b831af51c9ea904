"""Norms of PyTorch's tensors that neither underflow nor overflow, and stay on the device.

Squares are summed in float32 by rows of 4096, and the rows in float64, which is right to some 1e-7
at any length. Outside of what float32 can square, the entries themselves go to float64 first;
float64 ones, and those of a device without float64, are divided by their largest.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

ROW, CHUNK = 4096, 1 << 22
FEW = 4 * ROW
"""Entries that are summed in float64 at once."""
SAFE = (1e-15, 1e15)
"""Norms whose squares float32 sums without loss."""
SHORT = (torch.float16, torch.bfloat16, torch.float32)


def entries(tensor: Tensor) -> Tensor:
    """The entries of this process's part of a tensor, real, in one dimension."""
    tensor = tensor.detach()
    if hasattr(tensor, "to_local"):
        tensor = tensor.to_local()
    if tensor.layout != torch.strided:
        tensor = tensor.coalesce().values()
    return (torch.view_as_real(tensor) if tensor.is_complex() else tensor).reshape(-1)


def wide(tensor: Tensor) -> torch.dtype:
    """The widest type of a tensor's device."""
    return torch.float32 if tensor.device.type == "mps" else torch.float64


def by_rows(x: Tensor) -> tuple[Tensor, Tensor]:
    """Whole rows of a flat tensor, and what is left."""
    whole = x.numel() // ROW * ROW
    return x[:whole].view(-1, ROW), x[whole:]


def fast_norm(x: Tensor) -> Tensor:
    """‖x‖ by rows in float32: right where no square leaves its range."""
    parts = [torch.linalg.vector_norm(r, dim=-1, dtype=torch.float32) for r in by_rows(x)]
    return torch.linalg.vector_norm(torch.cat([p.reshape(-1) for p in parts]).to(wide(x)))


def safe_norm(x: Tensor) -> Tensor:
    """‖x‖ at any size of its entries."""
    parts: list[Tensor] = []
    for chunk in x.split(CHUNK):
        chunk = chunk.to(wide(x))
        if x.dtype == wide(x):
            largest = chunk.abs().max()
            unit = torch.where(largest > 0, largest, torch.ones_like(largest))
            parts.append(torch.linalg.vector_norm(chunk / unit) * unit)
        else:
            parts.append(torch.linalg.vector_norm(chunk))
    total = parts[0]
    for part in parts[1:]:
        total = torch.hypot(total, part)
    return total


def norm(tensor: Tensor) -> Tensor:
    """‖tensor‖, Frobenius, as a scalar on its device."""
    x = entries(tensor)
    count, kind = x.numel(), x.dtype
    if not count:
        return torch.zeros((), dtype=wide(x), device=x.device)
    if count <= FEW and kind != wide(x):
        return torch.linalg.vector_norm(x, dtype=wide(x))
    if kind == torch.float16 or (x.device.type == "cpu" and kind in SHORT):
        value = fast_norm(x)
        # Only on the processor may one ask: elsewhere it would wait for the device.
        if kind == torch.float16 or SAFE[0] < float(value) < SAFE[1]:
            return value
    return safe_norm(x)


def total(tensor: Tensor) -> Tensor:
    """The sum of the entries, as a scalar on the device."""
    x = entries(tensor)
    if x.numel() <= FEW:
        return x.sum(dtype=wide(x))
    kind = torch.float32 if x.dtype in SHORT else x.dtype
    rows, rest = by_rows(x)
    return rows.sum(-1, dtype=kind).sum(dtype=wide(x)) + rest.sum(dtype=kind)


def nonzero(tensor: Tensor) -> Tensor:
    """How many entries are not exactly 0."""
    x = entries(tensor)
    return torch.count_nonzero(x).to(wide(x))


def difference(tensor: Tensor, before: Tensor) -> Tensor:
    """‖tensor - before‖, in float32 or wider; `before` are the entries, and may be overwritten."""
    x = entries(tensor)
    kind = torch.float32 if x.dtype in SHORT else x.dtype
    return norm(before.sub_(x)) if kind == x.dtype else norm(x.to(kind) - before.to(kind))


def replicas(tensor: Any) -> int | str:
    """On how many processes each entry of a sharded tensor lies; a sentence's noun if unknown."""
    kinds = [type(placement).__name__ for placement in tensor.placements]
    if not set(kinds) <= {"Shard", "_StridedShard", "Replicate"}:
        return f"DTensor with placements {', '.join(kinds)}"
    if tensor.device_mesh.size() != torch.distributed.get_world_size():
        return "a DTensor on a part of the processes"
    sizes = tensor.device_mesh.shape
    copies = 1
    for kind, size in zip(kinds, sizes, strict=True):
        copies *= size if kind == "Replicate" else 1
    return copies
