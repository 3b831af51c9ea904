"""What keeps the recorder out of a training's way: exceptions end here, and time is counted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any, Protocol

import torch

from ..budget import Budget


class Guarded(Protocol):
    """An object with methods that a training calls."""

    budget: Budget

    def fail(self, error: Exception) -> None:
        """Takes what went wrong."""


def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a Guarded that raises nothing, returns None instead, and builds no graph."""

    @wraps(method)
    def safe(self: Guarded, *args: Any, **named: Any) -> Any:
        began = perf_counter()
        try:
            with torch.no_grad():
                return method(self, *args, **named)
        except Exception as error:  # noqa: BLE001 - nothing may reach the training
            self.fail(error)
            return None
        finally:
            self.budget.spend(perf_counter() - began)

    return safe
