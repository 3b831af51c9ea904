"""Where layers' arrays lie: those of one name and shape side by side in one block.

Layers hold views, so that each sees its own arrays, while the network and the probe serve all
layers of one shape with a single call on the block. Which views are neighbors is known from here,
where they are laid out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from itertools import pairwise
from math import prod
from typing import NamedTuple, TypeVar

import numpy as np

from ..numerics import Array
from .layers import Leaf, Shape, Shapes

Kinds = dict[tuple[str, Shape], list[Leaf]]
SomeLeaf = TypeVar("SomeLeaf", bound=Leaf)


def group_by_shape(leaves: Iterable[Leaf], shapes: Callable[[Leaf], Shapes]) -> Kinds:
    """The layers that ask for an array of one name and shape, in order."""
    groups: Kinds = {}
    for leaf in leaves:
        for kind in shapes(leaf).items():
            groups.setdefault(kind, []).append(leaf)
    return groups


def size(groups: Kinds) -> int:
    """Numbers a replica needs for all of them."""
    return sum(prod(shape) * len(owners) for (_, shape), owners in groups.items())


def split_into_blocks(groups: Kinds, vector: Array) -> Iterator[tuple[str, list[Leaf], Array]]:
    """For each kind its name, its layers and a view (layers, R, *shape) of vector (R, size)."""
    start = 0
    for (name, shape), owners in groups.items():
        end = start + prod(shape) * len(owners)
        block = vector[:, start:end].reshape(-1, len(owners), *shape)
        yield name, owners, block.swapaxes(0, 1)
        start = end


class Spot(NamedTuple):
    """Where a layer's view lies."""

    view: Array
    block: Array
    """(layers, R, …)"""
    place: int


class Layout:
    """Gives layers their arrays, and knows from that which of them are neighbors."""

    def __init__(self) -> None:
        self.spots: dict[int, Spot] = {}

    def bind(self, owners: Sequence[Leaf], name: str, block: Array) -> None:
        """Give each layer its part of block (layers, R, …), which may have some to spare, as an
        attribute."""
        for i, leaf in enumerate(owners):
            view = block[i]
            setattr(leaf, name, view)
            self.spots[id(view)] = Spot(view, block, i)

    def spot(self, view: Array) -> Spot | None:
        """Where the view lies; None for an array that was not laid out here."""
        spot = self.spots.get(id(view))
        return spot if spot and spot.view is view else None

    def stack(self, views: Sequence[Array]) -> Array | None:
        """The views as one (views, R, …) without a copy; None unless they lie evenly spaced in one
        block. A single view, or one given several times, always can be."""
        first, count = views[0], len(views)
        if all(view is first for view in views):
            return np.broadcast_to(first, (count, *first.shape)) if count > 1 else first[None]
        spots = [spot for spot in map(self.spot, views) if spot]
        if len(spots) < count or any(spot.block is not spots[0].block for spot in spots):
            return None
        gaps = {b.place - a.place for a, b in pairwise(spots)}
        if len(gaps) > 1 or min(gaps) < 1:
            return None
        return spots[0].block[spots[0].place : spots[-1].place + 1 : gaps.pop()]

    def stacks(self, rows: Sequence[Sequence[Array]]) -> Iterator[tuple[slice, list[Array]]]:
        """Cut `rows`, the arrays of a layer each, into runs whose columns are stacks, as long as
        can be: the run's place among the rows, and a stack (layers, R, …) for each column."""
        start = 0
        while start < len(rows):
            end, stacks = start + 1, [array[None] for array in rows[start]]
            while end < len(rows):
                longer = [self.stack(column) for column in zip(*rows[start : end + 1], strict=True)]
                whole = [stack for stack in longer if stack is not None]
                if len(whole) < len(longer):
                    break
                end, stacks = end + 1, whole
            yield slice(start, end), stacks
            start = end

    def layer_stacks(
        self, layers: Sequence[SomeLeaf], names: Sequence[str]
    ) -> Iterator[tuple[slice, SomeLeaf]]:
        """Runs of layers of one class as one layer each, whose arrays of these names have an axis
        more in front, and the run's place among the layers."""
        rows = [[getattr(layer, name) for name in names] for layer in layers]
        for at, stacks in self.stacks(rows):
            first: int = at.start
            whole = copy(layers[first])
            for name, stack in zip(names, stacks, strict=True):
                setattr(whole, name, stack)
            yield at, whole
