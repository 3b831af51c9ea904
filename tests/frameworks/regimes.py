"""The training loops that people write, a step each, as the recorder has to bear them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from frameworks.watching import squared
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

SIZE = 12
"""Samples of a batch."""


def plain(model: nn.Module, optimizer: Any, x: Tensor, t: Tensor) -> None:
    """A step as everybody writes it."""
    optimizer.zero_grad()
    squared(model(x), t).backward()
    optimizer.step()


def accumulated(model: nn.Module, optimizer: Any, x: Tensor, t: Tensor) -> None:
    """Four micro-batches a step."""
    optimizer.zero_grad()
    for part, target in zip(x.split(SIZE // 4), t.split(SIZE // 4), strict=True):
        (squared(model(part), target) / 4).backward()
    optimizer.step()


def clipped(model: nn.Module, optimizer: Any, x: Tensor, t: Tensor) -> None:
    """The norm of the gradient is cut to 0.01."""
    optimizer.zero_grad()
    squared(model(x), t).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.01)
    optimizer.step()


def scaled(model: nn.Module, optimizer: Any, x: Tensor, t: Tensor) -> None:
    """The loss is scaled by 1024, as for float16."""
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    optimizer.zero_grad()
    scaler.scale(squared(model(x), t)).backward()
    scaler.step(optimizer)
    scaler.update()


def scaled_and_clipped(model: nn.Module, optimizer: Any, x: Tensor, t: Tensor) -> None:
    """Scaled, taken back, clipped."""
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    optimizer.zero_grad()
    scaler.scale(squared(model(x), t)).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), 0.01)
    scaler.step(optimizer)
    scaler.update()


def recomputed(
    model: nn.Module, optimizer: Any, x: Tensor, t: Tensor, reentrant: bool = False
) -> None:
    """The layers in the middle run forward a second time on the way back."""
    optimizer.zero_grad()
    first, *middle, last = model.children()
    inner: Any = checkpoint(nn.Sequential(*middle), first(x), use_reentrant=reentrant)
    squared(last(inner), t).backward()
    optimizer.step()


def closed(model: nn.Module, optimizer: Any, x: Tensor, t: Tensor) -> None:
    """The optimizer computes the gradient itself, as with Lightning."""

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = squared(model(x), t)
        loss.backward()
        return loss

    optimizer.step(closure)


def fused(parameters: Any) -> Any:
    """Adam in one kernel, which gets the scale handed over."""
    return torch.optim.Adam(parameters, fused=True)


SGD = partial(torch.optim.SGD, lr=1e-2)
Loop = Callable[[nn.Module, Any, Tensor, Tensor], None]
REGIMES: dict[str, tuple[Loop, Callable[..., Any], bool]] = {
    "plain": (plain, torch.optim.AdamW, False),
    "accumulation": (accumulated, SGD, False),
    "clipping": (clipped, SGD, False),
    "scaler": (scaled, SGD, False),
    "fused scaler": (scaled, fused, False),
    "scaler, clipping": (scaled_and_clipped, SGD, False),
    "fused, clipping": (scaled_and_clipped, fused, False),
    "checkpoint": (recomputed, SGD, False),
    "reentrant": (partial(recomputed, reentrant=True), SGD, False),
    "in place": (plain, SGD, True),
    "closure": (closed, SGD, False),
    "lbfgs": (closed, partial(torch.optim.LBFGS, max_iter=3), False),
}
