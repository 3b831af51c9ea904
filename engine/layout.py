"""Where layers' arrays lie: those of one name and shape side by side in one block.

Layers hold views, so that each sees its own arrays, while the network and the probe serve all
layers of one shape with a single call on the block.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from math import prod

from .arrays import Array, stacked
from .layers import Leaf, Shape, Shapes

Kinds = dict[tuple[str, Shape], list[Leaf]]
Product = tuple[Array, ...]


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


def together(each: Sequence[Product]) -> Sequence[Product]:
    """Tuples of arrays, one a layer, as one tuple of stacks where the arrays lie evenly spaced."""
    stacks = [stacked(column) for column in zip(*each, strict=True)]
    whole = tuple(s for s in stacks if s is not None)
    return [whole] if len(whole) == len(stacks) else each


def runs(each: Sequence[Product]) -> Iterator[tuple[slice, Product]]:
    """Neighbours of one shape as stacks (count, …), with their places in the sequence."""
    start = 0
    for _, run in groupby(each, key=lambda arrays: [a.shape for a in arrays]):
        product = list(run)
        stacks = together(product)
        if stacks is product:
            for i, arrays in enumerate(product, start):
                yield slice(i, i + 1), tuple(a[None] for a in arrays)
        else:
            yield slice(start, start + len(product)), stacks[0]
        start += len(product)
