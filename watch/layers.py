"""How layers are grouped as a person reads them: in order, by blocks, in series over blocks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

WRAPPERS = re.compile(
    r"(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|parametrizations)(?:\.|$)"
)
"""What compilation, sharding and checkpointing put into the name of a module."""


def plain(name: str) -> str:
    """The name of a module as it stands in the model, without its wrappers."""
    return WRAPPERS.sub("", name).strip(".")


def numbered(name: str) -> Iterator[tuple[str, int, str]]:
    """The ways to read a name as (container, index, the rest), outermost container first."""
    parts = name.split(".")
    for i, part in enumerate(parts[:-1]):
        if part.isdecimal():
            yield ".".join(parts[:i]), int(part), ".".join(parts[i + 1 :])


def grouping(names: Sequence[str]) -> list[dict[str, Any]]:
    """For each layer, by its name, the repeated block it is in and its series over the blocks.

    `blocks.0.attn.q` and `blocks.1.attn.q` are the series `attn.q` over the blocks `blocks`. What
    stands in one block only, and what is in none, has neither.
    """
    indices: dict[tuple[str, str], set[int]] = defaultdict(set)
    for name in names:
        for container, index, series in numbered(name):
            indices[container, series].add(index)
    groups: list[dict[str, Any]] = []
    for name in names:
        found = (way for way in numbered(name) if len(indices[way[0], way[2]]) > 1)
        container, index, series = next(found, (None, None, None))
        block = None if container is None else {"name": container, "index": index}
        groups.append({"block": block, "series": series})
    return groups


def forward_order(count: int, called: Sequence[int]) -> list[int]:
    """The order of layers in which they were called, from `called`, their positions in that order.

    One that was not called stays behind the one that it was registered behind.
    """
    order = list(dict.fromkeys(called))
    for layer in range(count):
        if layer not in order:
            order.insert(order.index(layer - 1) + 1 if layer else 0, layer)
    return order
