"""Error signals and activations of PyTorch's layers, by hooks on the tensors that layers return.

A hook on a tensor is right where others are not: an activation in place changes the tensor after
the hook was set, and checkpointing runs the way forward twice but the way back once. The hooks are
there from the start and do nothing but look at a switch until a step is sampled. `torch.compile`
keeps two graphs, one with the measurements and one without, as it guards on the switch. In the
graph the measurement is an operator of its own, so the graph stays whole.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from weakref import WeakValueDictionary

import torch
from torch import Tensor, nn

from .tensors import norm, total

ELEMENTWISE = (
    *("Relu", "Gelu", "Tanh", "Sigmoid", "Silu", "Elu", "LeakyRelu", "Softplus", "Hardtanh"),
    *("Hardswish", "Hardsigmoid", "Mish", "PRelu", "LogSigmoid", "Threshold"),
)
"""What an activation function is called in autograd's graph; SELU, CELU are Elu, ReLU6 Hardtanh."""
IN_BETWEEN = ("View", "Reshape", "UnsafeView", "ToCopy", "NativeDropout", "Alias", "Squeeze")
"""What may stand between a layer, its activation function and the next layer."""
OUTPUT, ERROR = 0, 1
PAIRS = 8
"""Pairs of examples, from both ends of a batch, that are held against each other."""
WATCHED: WeakValueDictionary[int, LayerSignals] = WeakValueDictionary()


class Moments:
    """Count, sum and norm of the entries of tensors, and the norm of the differences of examples;
    what is no count stays on the device."""

    def __init__(self) -> None:
        self.count = self.compared = 0
        self.sum: Tensor | None = None
        self.norm: Tensor | None = None
        self.apart: Tensor | None = None
        self.type: str | None = None

    def add(self, x: Tensor, batch_axis: int | None = None) -> None:
        """Counts the entries of one more tensor; its sum, and how far examples differ, only where
        it is said which axis counts them."""
        self.norm, self.type = joined(self.norm, norm(x)), str(x.dtype).removeprefix("torch.")
        self.count += x.numel()
        if batch_axis is None:
            return
        sum_ = total(x)
        self.sum = sum_ if self.sum is None else self.sum + sum_.to(self.sum.device)
        apart = differences(x, batch_axis)
        if apart is not None:
            self.apart = joined(self.apart, norm(apart))
            self.compared += apart.numel()


def joined(before: Tensor | None, more: Tensor) -> Tensor:
    """The norm of two parts together."""
    return more if before is None else torch.hypot(before, more.to(before.device))


def differences(x: Tensor, axis: int) -> Tensor | None:
    """What examples of a batch differ in, by pairs, in float32 or wider; None of a single one."""
    x = x.to_local() if hasattr(x, "to_local") else x
    if x.dim() < 2 or x.layout != torch.strided or x.shape[axis] < 2:
        return None
    pairs = min(x.shape[axis] // 2, PAIRS)
    first, last = (x.narrow(axis, at, pairs) for at in (0, x.shape[axis] - pairs))
    return first.to(torch.promote_types(x.dtype, torch.float32)) - last


class Hook:
    """A hook of a module that can be copied and pickled with it: a copy does nothing."""

    def __init__(self, signals: LayerSignals, module: int) -> None:
        self.signals, self.module, self.key = signals, module, id(signals)

    def __deepcopy__(self, memo: object) -> Callable[..., None]:
        return contextlib.nullcontext().__exit__

    def __reduce__(self) -> tuple[object, ...]:
        return getattr, (contextlib.nullcontext(), "__exit__")


class InputHook(Hook):
    """Sees what goes into a module."""

    def __call__(self, module: nn.Module, inputs: tuple[object, ...]) -> None:
        if self.signals.on and not torch.compiler.is_compiling():
            self.signals.see_input(inputs)


class OutputHook(Hook):
    """Sees what a module returns, and later the error signal that comes back to it."""

    def __call__(self, module: nn.Module, inputs: object, output: object) -> None:
        signals = self.signals
        if not signals.on:
            return
        if not torch.compiler.is_compiling():
            signals.see_output(self.module, module, output)
            return
        z = first_tensor(output)
        if z is None or not z.requires_grad:
            return
        see, effect, key, place = signals.operator, signals.effect, self.key, self.module
        see(z.detach(), effect, key, place, OUTPUT)
        z.register_hook(lambda error: see(error.detach(), effect, key, place, ERROR))


def first_tensor(output: Any) -> Tensor | None:
    """The tensor a module returns, or the first of those it returns."""
    if isinstance(output, tuple | list):
        return first_tensor(output[0]) if output else None
    return output if isinstance(output, Tensor) and output.is_floating_point() else None


def operator() -> Callable[..., None]:
    """The measurement as an operator that a compiled graph calls."""

    def see(x: Tensor, effect: Tensor, key: int, place: int, what: int) -> None:
        effect.add_(1)
        if (signals := WATCHED.get(key)) is not None:
            signals.see(what, place, x)

    # Each copy of this file has an operator of its own.
    name = f"vglab::see_{__name__.replace('.', '_')}_{id(operator)}"
    tags = [tag for tag in (getattr(torch.Tag, "cudagraph_unsafe", None),) if tag]
    schema = "(Tensor x, Tensor(a!) effect, int key, int place, int what) -> ()"
    kind = torch.library.custom_op(name, see, mutates_args=("effect",), schema=schema, tags=tags)
    kind.register_fake(lambda x, effect, key, place, what: None)
    return kind


OPERATOR: list[Callable[..., None]] = []


class LayerSignals:
    """What the modules of a model return and get back, summed over the passes of a sampled step."""

    def __init__(
        self, modules: Sequence[nn.Module], attach: bool, fail: Callable[[Exception], None]
    ) -> None:
        """Sets the hooks of `modules` if `attach`; what fails is handed to `fail`."""
        self.on = False
        self.fail = fail
        self.called: list[int] = []
        self.heard = False
        self.followed: set[int] = set()
        self.axes = [batch_axis(module) for module in modules]
        self.effect = torch.zeros((), dtype=torch.float32)
        OPERATOR[:] = OPERATOR or [operator()]
        self.operator = OPERATOR[0]
        self.clear()
        WATCHED[id(self)] = self
        self.handles = [
            handle
            for place, module in enumerate(modules if attach else ())
            for handle in (
                module.register_forward_hook(OutputHook(self, place)),
                module.register_forward_pre_hook(InputHook(self, place)),
            )
        ]

    def clear(self) -> None:
        """Forgets the step."""
        count = len(self.axes)
        self.outputs = [Moments() for _ in range(count)]
        self.activations = [Moments() for _ in range(count)]
        self.errors = [Moments() for _ in range(count)]
        self.batches = [0] * count
        self.batch = 0
        self.closed: set[int] = set()
        self.nodes: dict[object, int] = {}
        self.rows: dict[tuple[torch.device, int], int] = {}

    def see_output(self, place: int, module: nn.Module, output: object) -> None:
        """A module's output, on the way forward; passes without a way back are none of training."""
        z = first_tensor(output)
        if z is None or not z.requires_grad or place in self.closed:
            return
        self.see(OUTPUT, place, z)
        if z.grad_fn is not None:
            self.nodes[z.grad_fn] = place
        z.register_hook(lambda error: self.see(ERROR, place, error))

    def see(self, what: int, place: int, x: Tensor) -> None:
        """Measures one tensor; an error of its own ends here."""
        try:
            with torch.no_grad():
                self.measure(what, place, x)
        except Exception as error:  # noqa: BLE001 - nothing may reach the training
            self.fail(error)

    def measure(self, what: int, place: int, x: Tensor) -> None:
        """Adds a tensor to the sums of its module."""
        if not self.on or place in self.closed:
            return
        if what == OUTPUT:
            self.called.append(place)
            if place not in self.followed:
                self.outputs[place].add(x, self.axis(place, x))
            return
        self.heard = True
        self.errors[place].add(x)
        axis = self.axis(place, x)
        spot = x.device, place
        self.rows[spot] = max(self.rows.get(spot, 0), x.shape[axis] if x.dim() else 1)

    def axis(self, place: int, x: Tensor) -> int:
        """The axis of a tensor from a module that counts the batch."""
        return self.axes[place] if x.dim() > 2 else 0

    def see_input(self, inputs: tuple[object, ...]) -> None:
        """What goes into a module is the activation of another, if autograd's graph says so."""
        x = first_tensor(inputs)
        if x is None or x.grad_fn is None:
            return
        try:
            with torch.no_grad():
                place = self.origin(x.grad_fn)
                if place is not None and place not in self.closed:
                    self.followed.add(place)
                    self.activations[place].add(x, self.axis(place, x))
        except Exception as error:  # noqa: BLE001 - nothing may reach the training
            self.fail(error)

    def origin(self, node: Any) -> int | None:
        """The module whose output an activation function has turned into what this node made."""
        bent = False
        for _ in range(6):
            if node in self.nodes:
                return self.nodes[node] if bent else None
            name = type(node).__name__
            bent = bent or name.startswith(ELEMENTWISE)
            if not name.startswith((*ELEMENTWISE, *IN_BETWEEN)):
                return None
            node = node.next_functions[0][0]
        return None

    def end_pass(self) -> None:
        """Counts the batch of a backward pass, the length most layers agree on, over devices."""
        for device in {device for device, _ in self.rows}:
            lengths = (n for (where, _), n in self.rows.items() if where == device)
            self.batch += Counter(lengths).most_common(1)[0][0]
        self.rows, self.nodes = {}, {}

    def close(self, places: Iterable[int]) -> None:
        """Takes no more of these modules in this step."""
        for place in {*places} - self.closed:
            self.batches[place] = self.batch
            self.closed.add(place)


def batch_axis(module: nn.Module) -> int:
    """The axis of a module's output that counts the batch."""
    return 0 if getattr(module, "batch_first", True) else 1
