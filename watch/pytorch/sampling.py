"""A sample of a PyTorch training, from the end of a step until every optimizer has stepped once.

- **gradient**: read at the end of each backward pass, when `.grad` holds what has been accumulated
  and nothing has clipped it; the last pass before the optimizer's step counts. A scale of the loss
  is divided out. At the step itself it is read again: the ratio is the clip factor.
- **update**: what the optimizer's step has changed, weights after minus weights before.
- **error signals and activations**: see signals.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ..budget import Budget
from .guard import guarded
from .model import Weights
from .packing import (
    MEASURES,
    HostPart,
    Values,
    host_part,
    missing_like,
    of_parameters,
    sum_over_ranks,
    vector_of,
)
from .signals import LayerSignals
from .tensors import difference, entries, nonzero, norm

AT_END: Callable[[Callable[[], None]], None] | None = getattr(
    getattr(torch.autograd.Variable, "_execution_engine", None), "queue_callback", None
)
"""PyTorch's own, and private: calls something when the backward pass at hand ends. Where a release
has it no more, gradients are read at the optimizer's step alone, and no clip factor is known."""
COPIED = 1 << 28
"""Bytes of weights that are copied at a sample, to see their update; what is beyond takes turns."""


class Sampling:
    """Measures the steps that are sampled; between samples it does nothing."""

    def __init__(
        self, weights: Weights, optimizers: list[Any], budget: Budget, delta: bool, fail: Any
    ) -> None:
        """`fail` takes the exceptions; `delta` asks for error signals and activations."""
        self.weights, self.optimizers, self.budget = weights, optimizers, budget
        self.delta, self.fail = delta, fail
        self.signals = LayerSignals(weights.modules, delta, fail)
        self.hooks: list[Any] = []
        self.active = False
        self.step = 0
        self.skipped = torch.zeros((), dtype=torch.int64, device=weights.device)
        self.clear()

    def clear(self) -> None:
        """Forgets what was measured."""
        self.values: Values = {name: {} for name in MEASURES}
        self.scales: dict[int, Tensor] = {}
        self.rates: dict[int, Any] = {}
        self.measured: set[int] = set()
        self.copies: dict[int, Tensor] = {}
        self.passing = False
        self.signals.clear()

    def begin(self, step: int) -> None:
        """Begins to measure a step, and asks to see the gradients arrive."""
        if self.weights.device.type == "cuda" and torch.cuda.is_current_stream_capturing():
            return
        self.clear()
        self.active, self.step = True, step
        self.signals.on = self.delta
        for parameter in self.weights.parameters() if AT_END else ():
            if parameter is not None and parameter.requires_grad and parameter.is_leaf:
                hook = parameter.register_post_accumulate_grad_hook(self.see_gradient)
                self.hooks.append(hook)

    def end(self) -> None:
        """Ends measuring."""
        self.active = self.signals.on = False
        for hook in self.hooks:
            hook.remove()
        self.hooks = []

    def wants(self, number: int) -> bool:
        """Whether the step of an optimizer is to be measured."""
        return self.active and number not in self.measured

    @property
    def complete(self) -> bool:
        """Whether every optimizer has been measured."""
        return len(self.measured) == len(self.optimizers)

    def see_gradient(self, _: Tensor) -> None:
        """Asks to be called at the end of this backward pass."""
        if self.active and not self.passing and (call := AT_END):
            self.passing = True
            # Twice, as DistributedDataParallel averages in such a call too, and asks for it later.
            call(lambda: call(self.end_pass))

    @guarded
    def end_pass(self) -> None:
        """Measures the gradients at the end of a backward pass."""
        self.passing = False
        if self.active:
            self.signals.end_pass()
            self.measure_gradients("before", {*range(len(self.optimizers))} - self.measured)

    def measure_gradients(self, name: str, optimizers: set[int]) -> None:
        """The norm of each gradient that these optimizers use, or none."""
        for place, parameter in enumerate(self.weights.parameters()):
            owner = self.weights.owners[place]
            if parameter is None or (owner is not None and owner not in optimizers):
                continue
            if parameter.grad is None:
                self.values[name].pop(place, None)
                continue
            self.values[name][place] = norm(parameter.grad)
            if name == "after" and place < self.weights.count:
                self.values["nonzero"][place] = nonzero(parameter.grad)

    @guarded
    def measure(self, number: int) -> None:
        """The gradients, rate and weights that an optimizer's step begins with."""
        self.measured.add(number)
        self.signals.end_pass()
        self.signals.close(self.weights.modules_of(number))
        self.measure_gradients("after", {number})
        optimizer = self.optimizers[number]
        self.rates[number] = optimizer.param_groups[0].get("lr")
        held, after = getattr(optimizer, "grad_scale", None), self.values["after"]
        for place in self.weights.held_by(number):
            if held is not None and place in after:
                after[place] = after[place] / held.to(after[place])
        self.copy_weights(number)

    def behind(self, closure: Callable[[], Any], number: int) -> Callable[[], Any]:
        """A closure behind which the gradients are measured, the first time that it is called."""

        def call() -> Any:
            loss = closure()
            if self.wants(number):
                self.measure(number)
            return loss

        return call

    def copy_weights(self, number: int) -> None:
        """Keeps the weights of an optimizer until after its step, as far as there is room."""
        room = COPIED
        for place in self.weights.turn(number):
            if (parameter := self.weights.parameter(place)) is None:
                continue
            values = entries(parameter)
            self.values["weight"][place] = norm(values)
            size = values.numel() * values.element_size()
            if size <= room and parameter.requires_grad:
                room -= size
                self.copies[place] = values.clone()
                self.weights.copied = place

    def measure_update(self) -> None:
        """What the step of an optimizer has changed."""
        copies, self.copies = self.copies, {}
        for place, before in copies.items():
            if (parameter := self.weights.parameter(place)) is not None:
                self.values["update"][place] = difference(parameter, before)

    def pack(self, due: int, ranks: int, seconds: float) -> tuple[Tensor, HostPart]:
        """All that was measured as one vector, behind the step that is due next; what is sharded is
        summed over the processes. And what the host knows of it."""
        missing = missing_like(self.weights.device)
        vector = of_parameters(self.values, len(self.weights.names), missing)
        first = missing.new_tensor([float(due)])
        if self.weights.sharded and ranks > 1:
            vector, first = sum_over_ranks(vector, due, self.weights.copies)
        host = host_part(self.step, seconds, self.signals, self.weights.trainable())
        numbers = range(len(self.optimizers))
        local = [part for m in host.moments for part in (m.sum, m.norm, m.apart)]
        local += [self.scales.get(i) for i in numbers] + [self.rates.get(i) for i in numbers]
        return torch.cat([first, vector, vector_of([*local, self.skipped], missing)]), host
