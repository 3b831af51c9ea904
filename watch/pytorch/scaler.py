"""Sees what a GradScaler does: the scale of the loss, and the steps that it skips.

PyTorch has no hook for it, so `GradScaler.step` is wrapped once, for those who have asked.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Protocol
from weakref import WeakSet

import torch


class Observer(Protocol):
    """Who wants to know."""

    def begin_scaled(self, scaler: Any, optimizer: Any) -> None:
        """A scaler is about to step an optimizer, or to skip it."""

    def end_scaled(self) -> None:
        """It has done so."""


OBSERVERS: WeakSet[Any] = WeakSet()


def observe_scalers(observer: Observer) -> None:
    """Tells `observer` of the steps of all scalers from now on."""
    OBSERVERS.add(observer)
    original = torch.amp.GradScaler.step
    if getattr(original, "observed", False):
        return

    @wraps(original)
    def step(scaler: Any, optimizer: Any, *args: Any, **named: Any) -> Any:
        watching = list(OBSERVERS)
        for one in watching:
            one.begin_scaled(scaler, optimizer)
        result = original(scaler, optimizer, *args, **named)
        for one in watching:
            one.end_scaled()
        return result

    step.observed = True  # type: ignore[attr-defined]
    torch.amp.GradScaler.step = step
