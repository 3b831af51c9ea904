"""What of a PyTorch model is watched: its layers, who trains them, how they are sharded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from weakref import ref

import torch
from torch import Tensor, nn

from ..layers import forward_order, plain
from ..recording import Document, figure
from .tensors import replicas

SHARDED_ELSEWHERE = {
    "FullyShardedDataParallel": "FullyShardedDataParallel (FSDP1)",
    "DeepSpeedEngine": "DeepSpeed",
}
"""Modules whose parameters lie as only their library knows, and its name."""


def unwrap(optimizer: Any) -> Any:
    """The optimizer of PyTorch's inside what Lightning, Accelerate and others put around it."""
    for _ in range(5):
        inner = getattr(optimizer, "optimizer", None)
        if not isinstance(inner, torch.optim.Optimizer):
            break
        optimizer = inner
    return optimizer


def optimizer_figures(optimizer: Any) -> Document:
    """What of an optimizer a movement budget and Adam's wall depend on."""
    group = optimizer.param_groups[0]
    return {
        "name": type(optimizer).__name__,
        "rate": figure(group.get("lr")),
        "eps": figure(group.get("eps")),
        "weight_decay": figure(group.get("weight_decay")),
        "momentum": figure(group.get("momentum")),
    }


def models(model: Any) -> Iterator[tuple[str, nn.Module]]:
    """The models with their names; one alone has none."""
    if isinstance(model, Mapping):
        yield from ((str(name), one) for name, one in model.items())
    elif isinstance(model, nn.Module):
        yield "", model
    else:
        for i, one in enumerate(model):
            yield f"{i}.{type(one).__name__}", one


def own_parameters(module: nn.Module) -> list[tuple[str, Tensor]]:
    """The parameters that make a module a layer, or several: its matrices; where it has none, its
    gain or scale, but no bias beside one."""
    own = [
        (name, p)
        for name, p in module.named_parameters(recurse=False, remove_duplicate=False)
        if not isinstance(p, nn.parameter.UninitializedParameter)
    ]
    matrices = [(name, p) for name, p in own if p.dim() > 1]
    return matrices or [(name, p) for name, p in own if name != "bias" or len(own) == 1]


def kind_of(module: nn.Module, parameter: Tensor) -> str:
    """The class of a layer as PyTorch calls it; a vector of somebody's own module is a scale."""
    known = type(module).__module__.startswith("torch.") or parameter.dim() > 1
    name = type(module).__name__.lower()
    return (name if known or "norm" in name else "scale").replace("nondynamicallyquantizable", "")


def owners_of(optimizers: list[Any]) -> dict[int, tuple[Tensor, int]]:
    """By its identity, each parameter that an optimizer holds, and which of them holds it."""
    return {
        id(p): (p, number)
        for number, one in enumerate(optimizers)
        for group in one.param_groups
        for p in group["params"]
    }


class Weights:
    """The parameters that are watched, layers first, without keeping any of them alive."""

    def __init__(self, model: Any, optimizers: list[Any]) -> None:
        self.refs: list[ref[Tensor]] = []
        self.names: list[str] = []
        self.kinds: list[str] = []
        self.modules: list[nn.Module] = []
        self.sources: list[int] = []
        """The module of each layer, as its place in `modules`."""
        self.unknown = ""
        seen: set[int] = set()
        for prefix, one in models(model):
            for name, module in one.named_modules():
                self.unknown = SHARDED_ELSEWHERE.get(type(module).__name__, self.unknown)
                self.add(plain(f"{prefix}.{name}"), module, seen)
        self.count = len(self.refs)
        owner = owners_of(optimizers)
        rest = [p for p, _ in owner.values() if id(p) not in seen]
        self.refs += [ref(p) for p in rest]
        self.names += [""] * len(rest)
        here = [p for p in self.parameters() if p is not None]
        self.owners = [owner[id(p)][1] if id(p) in owner else None for p in here]
        self.device = here[0].device if here else torch.device("cpu")
        self.sharded = any(hasattr(p, "placements") for p in here)
        self.copies: list[int] = [0] * len(here)
        self.copied = -1

    def add(self, name: str, module: nn.Module, seen: set[int]) -> None:
        """Adds the layers that are a module's own, each parameter once."""
        new = [(own, p) for own, p in own_parameters(module) if id(p) not in seen]
        several = len(own_parameters(module)) > 1
        for own, p in new:
            seen.add(id(p))
            leaf = own == "weight" and not several
            self.refs.append(ref(p))
            self.names.append(name if leaf and name else plain(f"{name}.{own}"))
            self.kinds.append(kind_of(module, p))
            self.sources.append(len(self.modules))
        if new:
            self.modules.append(module)

    def parameter(self, place: int) -> Tensor | None:
        """A parameter; None if it is gone."""
        return self.refs[place]()

    def parameters(self) -> Iterator[Tensor | None]:
        """All of them."""
        return (one() for one in self.refs)

    def held_by(self, number: int) -> Iterable[int]:
        """The places of an optimizer's parameters."""
        return (place for place, owner in enumerate(self.owners) if owner == number)

    def modules_of(self, number: int) -> set[int]:
        """The modules that an optimizer trains."""
        return {self.sources[place] for place in self.held_by(number) if place < self.count}

    def turn(self, number: int) -> list[int]:
        """The layers of an optimizer, beginning behind the one that was copied last."""
        held = [place for place in self.held_by(number) if place < self.count]
        cut = next((i for i, place in enumerate(held) if place > self.copied), 0)
        return held[cut:] + held[:cut]

    def trainable(self) -> list[bool]:
        """Whether each layer's parameter takes a gradient now."""
        return [p is not None and p.requires_grad for p in self.parameters()][: self.count]

    def unknown_sharding(self, ranks: int) -> str:
        """The name of a way of sharding whose norms cannot be summed here; empty if none."""
        for place, p in enumerate(self.parameters()):
            if hasattr(p, "ds_id"):
                return "DeepSpeed ZeRO-3"
            if p is not None and hasattr(p, "placements"):
                copies = replicas(p) if ranks > 1 else 1
                if isinstance(copies, str):
                    return copies
                self.copies[place] = copies
        return self.unknown

    def in_order_of(self, called: Sequence[int]) -> list[int]:
        """The layers in the order in which their modules were called."""
        layers: dict[int, list[int]] = {}
        for layer, module in enumerate(self.sources):
            layers.setdefault(module, []).append(layer)
        return forward_order(self.count, [layer for module in called for layer in layers[module]])

    def documents(self, order: list[int], groups: list[Document]) -> list[Document]:
        """The layers as the header has them, in this order; `groups` are those of the order."""
        found: list[Document] = []
        for place, group in zip(order, groups, strict=True):
            p = self.parameter(place)
            shape = [] if p is None else list(p.shape)
            found.append(
                {
                    "name": self.names[place],
                    "kind": self.kinds[place],
                    "shape": shape,
                    "parameters": 0 if p is None else p.numel(),
                    "dtype": "" if p is None else str(p.dtype).removeprefix("torch."),
                    "optimizer": self.owners[place],
                    "trained": p is not None and p.requires_grad,
                    **group,
                }
            )
        return found
