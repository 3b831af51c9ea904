"""Watch a PyTorch training: per-layer gradients, error signals, activations and updates, in a file.

    from vglab.watch import watch

    with watch(model, optimizer, "run.jsonl") as w:     # before the first step
        for x, t in batches:
            loss = criterion(model(x), t)
            ...                                         # the loop stays as it is
            w.note(loss=loss)

Where each figure is true:

- **gradient**: at the end of each backward pass of a sampled step, when `.grad` holds what has been
  accumulated and nothing has clipped it; the last one before the optimizer's step counts. A scale of
  the loss is divided out. At the step itself it is read again: the ratio is the clip factor.
- **update**: what the optimizer's step has changed, weights after minus weights before.
- **error signals and activations**: see signals.py.

All stay on the device as scalars. They are packed into one vector after the step and read at the
next one, when the device has long had them: one wait for the device a sample. Nothing is drawn from
a random stream and no tensor of the training is written to, so it is bitwise the same. No exception
of this module's own leaves it: a failure is said once, and the training goes on.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from .budget import Budget
from .layers import forward_order, grouping
from .model import Weights, optimizer_figures, unwrap
from .notes import Notes
from .packing import (
    MEASURES,
    HostPart,
    Reading,
    Values,
    host_part,
    missing_like,
    of_parameters,
    record,
    sum_over_ranks,
    vector_of,
)
from .recording import Document, Recording, figure
from .scaler import observe_scalers
from .signals import Signals
from .tensors import difference, entries, nonzero, norm

COPIED = 1 << 28
"""Bytes of weights that are copied at a sample, to see their update; what is beyond takes turns."""
PATIENCE = 50
"""Steps that a sample waits for an optimizer that does not step."""
FAILURES = 10


def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method whose time is counted and whose exceptions end here."""

    @wraps(method)
    def safe(self: Watch, *args: Any, **named: Any) -> Any:
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


def watch(
    model: nn.Module | Mapping[str, nn.Module] | Iterable[nn.Module],
    optimizer: Any,
    path: str | os.PathLike[str] = "run.jsonl",
    *,
    budget: float = 0.02,
    every: int | None = None,
    delta: bool = True,
    steps: int | None = None,
) -> Watch:
    """Records a training into the file at `path`, which is appended to.

    `model` may be several (a dict gives them names), and `optimizer` too. It samples as often as
    `budget`, a share of the run's time, pays for, or at each `every` steps; `delta` false leaves out
    error signals and activations. `steps` are those that are planned: a movement budget needs them.
    """
    plan = {"budget": budget, "steps": steps}
    return Watch(model, optimizer, Recording(path, writes()), Budget(budget, every), delta, plan)


def ranks() -> tuple[int, int]:
    """This process's rank, and how many there are."""
    group = torch.distributed
    if not (group.is_available() and group.is_initialized()):
        return 0, 1
    return group.get_rank(), group.get_world_size()


def writes() -> bool:
    """Whether this process writes the file."""
    return ranks()[0] == 0


class Watch:
    """A training that is watched; `note` gives it figures, `close` ends it."""

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        recording: Recording,
        budget: Budget,
        delta: bool,
        plan: Document,
    ) -> None:
        self.recording, self.budget, self.delta, self.plan = recording, budget, delta, plan
        self.handles: list[Any] = []
        self.hooks: list[Any] = []
        self.notes = Notes()
        self.step = self.due = self.opened = self.steps_taken = 0
        self.failures = self.unheard = 0
        self.sampling = self.working = False
        self.order: list[int] | None = None
        self.packed: tuple[Tensor, HostPart] | None = None
        self.taken: set[int] = set()
        self.start(model, optimizer)

    @guarded
    def start(self, model: Any, optimizer: Any) -> None:
        """Finds the layers and sets the hooks."""
        self.optimizers = [unwrap(one) for one in listed(optimizer)]
        self.weights = Weights(model, self.optimizers)
        self.rank, self.ranks = ranks()
        if unknown := self.weights.unknown_sharding(self.ranks):
            self.recording.say("sharding", unknown)
            self.recording.close()
            return
        if not (self.recording.open or (self.rank and self.weights.sharded)):
            return
        self.signals = Signals(self.weights.modules, self.delta, self.fail)
        self.handles += self.signals.handles
        self.skipped = torch.zeros((), dtype=torch.int64, device=self.weights.device)
        for number, one in enumerate(self.optimizers):
            self.follow(number, one)
        observe_scalers(self)
        atexit.register(self.close_at_exit)
        self.working = True
        self.open_sample()

    def follow(self, number: int, optimizer: Any) -> None:
        """Sets the hooks of an optimizer."""
        if not hasattr(optimizer, "register_step_pre_hook"):
            self.recording.say("optimizer", type(optimizer).__name__)
            return

        def begin(_: object, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
            return self.begin_step(number, args, named)

        def end(*_: object) -> None:
            self.end_step(number)

        self.handles.append(optimizer.register_step_pre_hook(begin))
        self.handles.append(optimizer.register_step_post_hook(end))

    # A sample is open from the end of a step until every optimizer has stepped once.

    def open_sample(self) -> None:
        """Begins to measure, and asks to see the gradients arrive."""
        if self.weights.device.type == "cuda" and torch.cuda.is_current_stream_capturing():
            return
        self.values: Values = {name: {} for name in MEASURES}
        self.scales: dict[int, Tensor] = {}
        self.rates: dict[int, Any] = {}
        self.measured: set[int] = set()
        self.copies: dict[int, Tensor] = {}
        self.passing = False
        self.signals.clear()
        self.sampling, self.opened = True, self.step
        self.signals.on = self.delta
        for parameter in self.weights.parameters():
            if parameter is not None and parameter.requires_grad and parameter.is_leaf:
                hook = parameter.register_post_accumulate_grad_hook(self.see_gradient)
                self.hooks.append(hook)

    def close_sample(self) -> None:
        """Ends measuring."""
        self.sampling = self.signals.on = False
        for hook in self.hooks:
            hook.remove()
        self.hooks = []

    def see_gradient(self, _: Tensor) -> None:
        """Asks to be called at the end of this backward pass."""
        if self.sampling and not self.passing:
            self.passing = True
            engine = torch.autograd.Variable._execution_engine
            # Twice, as DistributedDataParallel averages in such a call too, and asks for it later.
            engine.queue_callback(lambda: engine.queue_callback(self.end_pass))

    @guarded
    def end_pass(self) -> None:
        """Measures the gradients at the end of a backward pass."""
        self.passing = False
        if self.sampling:
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

    # A step of an optimizer.

    @guarded
    def begin_step(self, number: int, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Before a step: the gradient that the optimizer uses, and the weights as they are. Where the
        step itself computes the gradient, its closure is replaced by one that measures behind it."""
        if not self.working:
            return None
        overflow = getattr(self.optimizers[number], "found_inf", None)
        if overflow is not None:
            self.skipped += overflow.to(self.skipped)
        self.flush()
        if number in self.taken:
            self.end_round(more=False)
        if not self.sampling or number in self.measured:
            return None
        if (replaced := with_closure(args, named, lambda f: self.behind(f, number))) is not None:
            return replaced
        self.measure_step(number)
        return None

    def behind(self, closure: Callable[[], Any], number: int) -> Callable[[], Any]:
        """A closure behind which the gradients are measured, the first time that it is called."""

        def call() -> Any:
            loss = closure()
            if self.sampling and number not in self.measured:
                self.measure_step(number)
            return loss

        return call

    @guarded
    def measure_step(self, number: int) -> None:
        """The gradients, rate and weights that an optimizer's step begins with."""
        self.measured.add(number)
        self.signals.end_pass()
        self.signals.close(self.weights.modules_of(number))
        self.measure_gradients("after", {number})
        optimizer = self.optimizers[number]
        self.rates[number] = optimizer.param_groups[0].get("lr")
        held, after = getattr(optimizer, "grad_scale", None), self.values["after"]
        for place in self.weights.held_by(number) if held is not None else ():
            if place in after:
                after[place] = after[place] / held.to(after[place])
        self.copy_weights(number)

    def copy_weights(self, number: int) -> None:
        """Keeps the weights of an optimizer until after its step, as far as there is room."""
        room = COPIED
        for place in self.weights.turn(number):
            if (parameter := self.weights.parameter(place)) is None:
                continue
            values = entries(parameter)
            self.values["weight"][place] = norm(values)
            size = values.numel() * values.element_size()
            if size > COPIED:
                self.recording.say("large", self.weights.names[place], self.step)
            elif size <= room and parameter.requires_grad:
                room -= size
                self.copies[place] = values.clone()
                self.weights.copied = place

    @guarded
    def end_step(self, number: int) -> None:
        """After a step: what it has changed."""
        if not self.working:
            return
        self.steps_taken += 1
        for place, before in self.copies.items():
            if (parameter := self.weights.parameter(place)) is not None:
                self.values["update"][place] = difference(parameter, before)
        self.copies = {}
        self.taken.add(number)
        if len(self.taken) == len(self.optimizers):
            self.end_round()
        elif not self.sampling and self.step >= self.due:
            self.open_sample()

    def end_round(self, more: bool = True) -> None:
        """Every optimizer has stepped, or one of them again: the next step begins. Where its way
        forward has been, without `more`, it is too late to sample it."""
        sampled = self.sampling
        waited = self.step - self.opened >= PATIENCE
        if sampled and (len(self.measured) == len(self.optimizers) or waited):
            self.close_sample()
            self.pack()
        self.budget.end_step(sampled)
        self.step += 1
        self.taken.clear()
        if more and not self.sampling and self.step >= self.due:
            self.open_sample()

    # A GradScaler's step, which skips the optimizer's where a gradient overflows.

    @guarded
    def begin_scaled(self, scaler: Any, optimizer: Any) -> None:
        """Keeps the scale of the loss."""
        number = self.number_of(optimizer)
        self.stepped = self.steps_taken if self.working and number is not None else -1
        if self.stepped >= 0 and self.sampling and scaler.is_enabled():
            self.scales[number] = scaler.scale(torch.ones((), device=self.weights.device))

    @guarded
    def end_scaled(self, optimizer: Any) -> None:
        """Counts a step that was skipped, and forgets what it has left of a sample."""
        if not self.working or self.stepped != self.steps_taken:
            return
        self.skipped += 1
        if self.sampling:
            self.close_sample()
            self.open_sample()

    def number_of(self, optimizer: Any) -> int | None:
        """Which of the watched optimizers this is."""
        one = unwrap(optimizer)
        return next((i for i, other in enumerate(self.optimizers) if other is one), None)

    # From the device to the file.

    @guarded
    def pack(self) -> None:
        """All that was measured as one vector; what is sharded is summed over the processes."""
        missing = missing_like(self.weights.device)
        vector = of_parameters(self.values, len(self.weights.names), missing)
        self.due = self.budget.next_sample(self.opened)
        if self.weights.sharded and self.ranks > 1:
            vector, due = sum_over_ranks(vector, self.due, self.weights.copies)
            # Every process has to sample the same steps, and learns from the vector which is next.
            self.due = self.due if self.budget.every else sys.maxsize
        else:
            due = missing[None]
        host = host_part(self.opened, self.recording.now(), self.signals, self.weights.trainable())
        numbers = range(len(self.optimizers))
        local = [part for m in host.moments for part in (m.sum, m.norm)]
        local += [self.scales.get(i) for i in numbers] + [self.rates.get(i) for i in numbers]
        self.packed = torch.cat([due, vector, vector_of([*local, self.skipped], missing)]), host

    def flush(self) -> None:
        """Reads what was packed after the last sample, and writes its record."""
        if self.packed is None:
            return
        (vector, host), self.packed = self.packed, None
        numbers, noted = self.notes.read(vector, host.step)
        if self.due == sys.maxsize:
            self.due = int(numbers[0])
        self.unheard += self.delta and not self.signals.heard
        if self.unheard == 2:
            self.recording.say("late_hooks", step=host.step)
        if self.rank == 0:
            owners, sources = self.weights.owners, self.weights.sources
            self.write(Reading(numbers[1:], host, sources, owners), noted)

    def write(self, reading: Reading, noted: dict[int, dict[str, float]]) -> None:
        """Writes a sample, and the notes of the steps before it."""
        step = reading.host.step
        order = self.order if self.order is not None else self.begin_file(reading.host.called)
        now = noted.pop(step, {})
        document = record(reading, order, self.blocks, self.sizes)
        document["loss"] = figure(now.pop("loss", None))
        document["cost"] = figure(self.budget.cost())
        document["noted"] = {name: figure(value) for name, value in now.items()}
        self.recording.append(*note_lines(noted), document)

    def begin_file(self, called: Sequence[int]) -> list[int]:
        """Writes the header, its layers in the order in which the first sample has called them."""
        layers = self.weights.in_order_of(called)
        groups = grouping([self.weights.names[layer] for layer in layers])
        self.order, self.blocks = layers, [group["block"] for group in groups]
        documents = self.weights.documents(layers, groups)
        self.sizes = [document["parameters"] for document in documents]
        optimizers = [optimizer_figures(one) for one in self.optimizers]
        framework = f"torch {torch.__version__}"
        self.recording.header(framework, documents, optimizers, ranks=self.ranks, **self.plan)
        return layers

    # What the training loop calls.

    @guarded
    def note(self, **values: Any) -> None:
        """Notes figures of the step at hand, before each step or behind it: `note(loss=loss)`. A
        tensor stays on its device and is read with the next sample; several of a step are averaged."""
        if not self.working:
            return
        self.notes.add(self.step, values)
        self.recording.append(*note_lines(self.notes.overdue(self.step)))

    def close(self, finished: bool = True) -> None:
        """Writes what is left and says that the run has come to its end; may be called again."""
        self.end(finished)
        self.recording.close()

    @guarded
    def end(self, finished: bool) -> None:
        """Takes the hooks away, and ends the file."""
        if not self.working:
            return
        self.flush()
        self.working = False
        self.close_sample()
        for handle in self.handles:
            handle.remove()
        atexit.unregister(self.close_at_exit)
        if self.rank == 0:
            if self.order is None:
                self.begin_file([])
            self.recording.append(*note_lines(self.notes.read(missing_like(self.weights.device)[None], self.step)[1]))
            self.recording.finish(self.step, finished)

    def close_at_exit(self) -> None:
        """Closes what a script has left open; not finished if an exception ended it."""
        self.close(finished=getattr(sys, "last_value", None) is None)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close(finished=kind is None)

    def fail(self, error: Exception) -> None:
        """Says once that something went wrong. After many such the recording ends, unless other
        processes would wait for this one."""
        self.failures += 1
        self.recording.say("failure", f"{type(error).__name__}: {error}", self.step)
        if self.failures >= FAILURES and self.working and not self.weights.sharded:
            self.recording.stop(error)
            self.working = self.sampling = self.signals.on = False


def listed(optimizer: Any) -> list[Any]:
    """Optimizers as a list."""
    if isinstance(optimizer, Mapping):
        return list(optimizer.values())
    return list(optimizer) if isinstance(optimizer, list | tuple) else [optimizer]


def with_closure(
    args: tuple[Any, ...], named: dict[str, Any], change: Callable[[Any], Any]
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """The arguments of a step with its closure changed; None if it has none."""
    if callable(named.get("closure")):
        return args, {**named, "closure": change(named["closure"])}
    if len(args) > 1 and callable(args[1]):
        return (args[0], change(args[1]), *args[2:]), named
    return None


def note_lines(noted: dict[int, dict[str, float]]) -> list[Document]:
    """The lines of what was noted at steps that were not sampled."""
    lines: list[Document] = []
    for step, values in noted.items():
        rest = {name: figure(value) for name, value in values.items() if name != "loss"}
        line: Document = {"step": step, "loss": figure(values.get("loss"))}
        lines.append(line | {"noted": rest} if rest else line)
    return lines
