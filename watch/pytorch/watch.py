"""Watch a PyTorch training: gradients, error signals, activations and updates of its layers.

    from vglab.watch import watch

    with watch(model, optimizer, "run.jsonl") as w:     # before the first step
        for x, t in batches:
            loss = criterion(model(x), t)
            ...                                         # the loop stays as it is
            w.note(loss=loss)

The optimizer's step says what a step is: its hooks are right under accumulation and compilation.
What is measured stays on the device as scalars, packed into one vector after the step and read at
the next one, when the device has long had them: one wait for the device a sample. Nothing is drawn
from a random stream and no tensor of the training is written to, so it is bitwise the same. No
exception of this package leaves it: a failure is said once, and the training goes on.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ..budget import Budget
from ..layers import grouping
from ..recording import Document, Recording, figure
from .guard import guarded
from .model import Weights, optimizer_figures, unwrap
from .notes import Notes
from .packing import HostPart, Reading, missing_like, record
from .sampling import Sampling
from .scaler import observe_scalers

PATIENCE = 50
"""Steps that a sample waits for an optimizer that does not step."""
FAILURES = 10


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
    `budget`, a share of the run's time, pays for, or at each `every` steps; `delta` false leaves
    out error signals and activations. `steps` are those that are planned.
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
        self.recording, self.budget, self.plan = recording, budget, plan
        self.handles: list[Any] = []
        self.notes = Notes()
        self.step = self.due = self.steps_taken = self.failures = self.unheard = 0
        self.working = False
        self.order: list[int] | None = None
        self.packed: tuple[Tensor, HostPart] | None = None
        self.taken: set[int] = set()
        self.start(model, optimizer, delta)

    @guarded
    def start(self, model: Any, optimizer: Any, delta: bool) -> None:
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
        self.sampling = Sampling(self.weights, self.optimizers, self.budget, delta, self.fail)
        self.handles += self.sampling.signals.handles
        for number, one in enumerate(self.optimizers):
            self.follow(number, one)
        observe_scalers(self)
        atexit.register(self.close_at_exit)
        self.working = True
        self.sampling.begin(0)

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

    @guarded
    def begin_step(self, number: int, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Before a step: measures what the optimizer gets. Where the step itself computes the
        gradient, its closure is replaced by one that measures behind it."""
        if not self.working:
            return None
        overflow = getattr(self.optimizers[number], "found_inf", None)
        if overflow is not None:
            self.sampling.skipped += overflow.to(self.sampling.skipped)
        self.flush()
        if number in self.taken:
            self.end_round(more=False)
        if not self.sampling.wants(number):
            return None
        replaced = with_closure(args, named, lambda f: self.sampling.behind(f, number))
        if replaced is None:
            self.sampling.measure(number)
        return replaced

    @guarded
    def end_step(self, number: int) -> None:
        """After a step: measures what it has changed."""
        if not self.working:
            return
        self.steps_taken += 1
        self.sampling.measure_update()
        self.taken.add(number)
        if len(self.taken) == len(self.optimizers):
            self.end_round()
        elif not self.sampling.active and self.step >= self.due:
            self.sampling.begin(self.step)

    def end_round(self, more: bool = True) -> None:
        """Every optimizer has stepped, or one of them again: the next step begins. Where its way
        forward has been, without `more`, it is too late to sample it."""
        sampled = self.sampling.active
        waited = self.step - self.sampling.step >= PATIENCE
        if sampled and (self.sampling.complete or waited):
            self.sampling.end()
            self.pack()
        self.budget.end_step(sampled)
        self.step += 1
        self.taken.clear()
        if more and not self.sampling.active and self.step >= self.due:
            self.sampling.begin(self.step)

    # A GradScaler's step, which skips the optimizer's where a gradient overflows.

    @guarded
    def begin_scaled(self, scaler: Any, optimizer: Any) -> None:
        """Keeps the scale of the loss."""
        number = self.number_of(optimizer)
        self.steps_before = -1
        if not self.working or number is None:
            return
        self.steps_before = self.steps_taken
        if self.sampling.active and scaler.is_enabled():
            one = torch.ones((), device=self.weights.device)
            self.sampling.scales[number] = scaler.scale(one)

    @guarded
    def end_scaled(self) -> None:
        """Counts a step that was skipped, and forgets what it has left of a sample."""
        if not self.working or self.steps_before != self.steps_taken:
            return
        self.sampling.skipped += 1
        if self.sampling.active:
            self.sampling.end()
            self.sampling.begin(self.sampling.step)

    def number_of(self, optimizer: Any) -> int | None:
        """Which of the watched optimizers this is."""
        one = unwrap(optimizer)
        return next((i for i, other in enumerate(self.optimizers) if other is one), None)

    # From the device to the file.

    @guarded
    def pack(self) -> None:
        """Packs a sample. Sharded processes have to sample the same steps: they learn from the
        vector which is next, unless that does not depend on time."""
        due = self.budget.next_sample(self.sampling.step)
        self.packed = self.sampling.pack(due, self.ranks, self.recording.now())
        agreed = self.budget.every or not self.weights.sharded
        self.due = due if agreed else sys.maxsize

    def flush(self) -> None:
        """Reads what was packed after the last sample, and writes its record."""
        if self.packed is None:
            return
        (vector, host), self.packed = self.packed, None
        numbers, noted = self.notes.read(vector, host.step)
        self.due = int(numbers[0])
        signals = self.sampling.signals
        # A hook that was called came in time: then it is the loss that no layer's output reaches.
        self.unheard += self.sampling.delta and not (signals.heard or signals.called)
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
        if "loss" in now:  # null would say that it is no finite number
            document["loss"] = figure(now.pop("loss"))
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
        """Notes figures of the step at hand, before each step or behind it: `note(loss=loss)`.

        A tensor stays on its device until the next sample. Several of a step are averaged.
        """
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
        self.sampling.end()
        for handle in self.handles:
            handle.remove()
        atexit.unregister(self.close_at_exit)
        if self.rank == 0:
            if self.order is None:
                self.begin_file([])
            self.recording.append(
                *note_lines(self.notes.read(missing_like(self.weights.device)[None], self.step)[1])
            )
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
            self.working = False
            self.sampling.end()


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
        loss = {"loss": figure(values["loss"])} if "loss" in values else {}
        lines.append({"step": step, **loss, **({"noted": rest} if rest else {})})
    return lines
