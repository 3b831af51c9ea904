"""What a training loop notes of itself by step, losses and whatever else, read with the samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

PAUSE = 1.0
"""Seconds without a sample after which numbers are written for themselves."""
KEPT = 512
"""Steps whose notes wait for a sample at most; of more, every other one is left out."""


class Notes:
    """Figures by step and name; those on a device are read with a sample, at no cost."""

    def __init__(self) -> None:
        self.steps: dict[int, dict[str, list[Any]]] = {}
        self.before: bool | None = None
        self.read_at = perf_counter()

    def add(self, steps_done: int, figures: dict[str, Any]) -> None:
        """Takes figures of a step. A loop notes either before each step or after; it is the first
        call that tells."""
        if self.before is None:
            self.before = steps_done == 0
        step = max(steps_done if self.before else steps_done - 1, 0)
        names = self.steps.setdefault(step, defaultdict(list))
        for name, value in figures.items():
            names[name].append(value.detach() if isinstance(value, Tensor) else float(value))
        if len(self.steps) > KEPT:
            for number in list(self.steps)[:-1:2]:
                del self.steps[number]

    def overdue(self, steps_done: int) -> dict[int, dict[str, float]]:
        """The notes of earlier steps if no sample has come for a second and all are numbers."""
        if perf_counter() - self.read_at < PAUSE:
            return {}
        self.read_at = perf_counter()
        due = {k: names for k, names in self.steps.items() if k < steps_done}
        if any(
            isinstance(v, Tensor) for names in due.values() for vs in names.values() for v in vs
        ):
            return {}
        self.steps = {k: names for k, names in self.steps.items() if k not in due}
        return {
            step: {name: sum(values) / len(values) for name, values in names.items()}
            for step, names in due.items()
        }

    def read(self, vector: Tensor, step: int) -> tuple[list[float], dict[int, dict[str, float]]]:
        """A vector as numbers, and the notes of steps up to this one; waits for the device once."""
        self.read_at = perf_counter()
        due = {number: self.steps.pop(number) for number in sorted(self.steps) if number <= step}
        waiting = [v for names in due.values() for values in names.values() for v in values]
        tensors = [value for value in waiting if isinstance(value, Tensor)]
        scalars = [value.mean().to(vector) for value in tensors]
        numbers = torch.cat([vector, torch.stack(scalars)]) if scalars else vector
        flat: list[float] = numbers.tolist()
        rest: Iterator[float] = iter(flat[len(vector) :])
        noted = {
            number: {
                name: sum(next(rest) if isinstance(v, Tensor) else v for v in values) / len(values)
                for name, values in names.items()
            }
            for number, names in due.items()
        }
        return flat[: len(vector)], noted
