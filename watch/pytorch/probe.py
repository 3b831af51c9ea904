"""A look at a model before it is trained: one batch forward and back, recorded as a run of a step.

    from vglab.watch import probe

    probe(model, "birth.jsonl")                       # noise, of the shape that the model takes
    probe(model, "birth.jsonl", batch=x, loss=lambda output: criterion(output, t))

`vglab watch birth.jsonl` shows it as any other. The model itself is left alone: a copy is probed.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from ..recording import Document
from .foreseen import factors
from .signals import first_tensor
from .watch import watch

SAMPLES, LENGTH, SIDE = 64, 32, 32
"""Samples of noise, steps of time, and an image's side, where the model does not say."""


class ProbeError(ValueError):
    """A model cannot be probed as asked for; the message says why."""


def noise_for(model: nn.Module) -> Tensor:
    """A batch of the shape that the first layer takes. Raises ProbeError where that is unknown."""
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            return torch.randint(module.num_embeddings, (SAMPLES // 8, LENGTH))
        if isinstance(module, nn.Linear):
            return torch.randn(SAMPLES, module.in_features).to(module.weight)
        if isinstance(module, nn.Conv1d | nn.Conv2d | nn.Conv3d):
            sides = [SIDE] * len(module.kernel_size)
            return torch.randn(SAMPLES // 4, module.in_channels, *sides).to(module.weight)
        if isinstance(module, nn.RNNBase):
            shape = (SAMPLES, LENGTH) if module.batch_first else (LENGTH, SAMPLES)
            return torch.randn(*shape, module.input_size).to(module.weight_ih_l0)
    raise ProbeError("the model has no layer whose input is known; hand a batch over")


def noise_loss(output: Any) -> Tensor:
    """A loss whose error signal at the output is normal noise, of root mean square 1."""
    z = first_tensor(getattr(output, "logits", output))
    if z is None or not z.requires_grad:
        raise ProbeError("the model returns no tensor that depends on its weights")
    return (z * torch.randn_like(z)).sum() / z.shape[0]


class Standstill:
    """An optimizer that moves nothing. PyTorch's own bring its compiler along, which takes longer
    to load than all the rest of a probe."""

    def __init__(self, parameters: Iterable[Tensor]) -> None:
        self.param_groups = [{"params": [*parameters], "lr": 0.0}]
        self.before: dict[int, Callable[..., Any]] = OrderedDict()
        self.after: dict[int, Callable[..., Any]] = OrderedDict()

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """As PyTorch's optimizers have it."""
        return added(self.before, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """As PyTorch's optimizers have it."""
        return added(self.after, hook)

    def step(self) -> None:
        """Calls the hooks."""
        for hook in (*self.before.values(), *self.after.values()):
            hook(self, (self,), {})


def added(hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any]) -> RemovableHandle:
    """A hook among others, and what takes it away."""
    handle = RemovableHandle(hooks)
    hooks[handle.id] = hook
    return handle


def probe(
    model: nn.Module,
    path: str | os.PathLike[str] = "birth.jsonl",
    *,
    batch: Any = None,
    loss: Callable[[Any], Tensor] | None = None,
) -> dict[str, float]:
    """Writes the recording of one batch, forward and back, with no update. Returns by layer the
    factor of the error signal from the next one that mean-field theory foresees, where it does.

    `batch` is a tensor, or a tuple or dict of what the model takes; `loss` is of what it returns.
    Raises ProbeError where the model does not take noise, and what the model itself raises.
    """
    model = deepcopy(model)
    batch = noise_for(model) if batch is None else batch
    squares: dict[str, float] = {}
    for name, module in model.named_modules():
        module.register_forward_pre_hook(keep_square(squares, name))
    optimizer = Standstill(model.parameters())
    with tempfile.TemporaryDirectory() as folder, torch.enable_grad():
        recording = Path(folder) / "birth.jsonl"
        with watch(model, optimizer, recording, every=1) as watching:
            result = model(**batch) if isinstance(batch, dict) else model(*listed(batch))
            value = (loss or noise_loss)(result)
            value.backward()
            optimizer.step()
            if loss is not None:
                watching.note(loss=value)
        lines = [at_birth(json.loads(line)) for line in recording.read_text("utf-8").splitlines()]
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    Path(path).write_text(text, encoding="utf-8")
    return factors(model, squares)


NOT_YET = ("rate", "update_norm", "cost", "clip", "optimizers")
"""What of a record belongs to a training, which a model at initialization has none of yet."""


def at_birth(line: Document) -> Document:
    """A line without that."""
    return {key: value for key, value in line.items() if key not in NOT_YET}


def listed(batch: Any) -> tuple[Any, ...]:
    """A batch as the arguments of a model."""
    return tuple(batch) if isinstance(batch, tuple | list) else (batch,)


def keep_square(squares: dict[str, float], name: str) -> Callable[..., None]:
    """A hook that keeps the mean square of what goes into a module."""

    def hook(_: nn.Module, inputs: tuple[Any, ...]) -> None:
        x = first_tensor(inputs)
        if x is not None:
            squares[name] = float(x.detach().double().square().mean())

    return hook
