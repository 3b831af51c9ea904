"""Where layers' arrays lie: those of one name and shape side by side in one block.

Layers hold views, so that each sees its own arrays, while the network and the probe serve all
layers of one shape with a single call on the block.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import prod

from ..numerics import Array, stacked
from .layers import Leaf, Product, Shape, Shapes

Kinds = dict[tuple[str, Shape], list[Leaf]]


def kinds(leaves: Iterable[Leaf], shapes: Callable[[Leaf], Shapes]) -> Kinds:
    """The layers that want an array of one name and shape, in order."""
    wanted: Kinds = {}
    for leaf in leaves:
        for want in shapes(leaf).items():
            wanted.setdefault(want, []).append(leaf)
    return wanted


def size(wanted: Kinds) -> int:
    """Numbers a replica needs for all of them."""
    return sum(prod(shape) * len(owners) for (_, shape), owners in wanted.items())


def views(wanted: Kinds, vector: Array) -> Iterator[tuple[str, list[Leaf], Array]]:
    """Cut vector (R, size) into a block (count, R, *shape) for each kind."""
    start = 0
    for (name, shape), owners in wanted.items():
        end = start + prod(shape) * len(owners)
        block = vector[:, start:end].reshape(-1, len(owners), *shape)
        yield name, owners, block.swapaxes(0, 1)
        start = end


def bind(owners: Sequence[Leaf], name: str, block: Array) -> None:
    """Give each layer its part of a block as an attribute."""
    for leaf, view in zip(owners, block, strict=True):
        setattr(leaf, name, view)


def runs(each: Sequence[Product]) -> Iterator[tuple[slice, Product]]:
    """Neighbours whose arrays lie evenly spaced, as stacks (count, …), with their places in the
    sequence."""
    start = 0
    while start < len(each):
        end, stacks = start + 1, tuple(a[None] for a in each[start])
        while end < len(each):
            longer = [stacked(column) for column in zip(*each[start : end + 1], strict=True)]
            whole = tuple(stack for stack in longer if stack is not None)
            if len(whole) < len(longer):
                break
            end, stacks = end + 1, whole
        yield slice(start, end), stacks
        start = end
