"""The way back, a block of layers at a time.

Slopes S and error signals D are needed until a layer's gradients are there and have been measured,
and no longer. A block is as many layers as find theirs still in the cache by then; all blocks make
them in the same arrays, and like layers of a block are served by one call.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from ..numerics import Array, Integers, bring_near_one, flat
from .activations import Activation
from .layers import Activate, Dense, Layer, Leaf, Product, parts
from .recurrent import Recurrent
from .storage import runs

CACHED = 131072
"""Slopes in a block, where it has more than one item."""
PASSING = "S", "D", "sD", "TD", "gate_D", "carried"
"""The arrays that blocks share."""
EVERY = 4
"""Items between two looks at the error signal's norm: float32 bears four layers at any gain in
use, unless they are saturated, when one may take all it bears."""
LOST = 1e-2
"""Slopes whose root mean square is below this share of the steepest came from outputs so close to
their limits that rounding has taken the slopes' digits."""


class Block:
    """Neighbouring items of a network, each a layer or residual block."""

    def __init__(self, items: Sequence[Layer], first: int, g: Activation) -> None:
        self.items, self.first, self.g = items, first, g
        self.leaves = [leaf for item in items for leaf in item.leaves()]
        self.activates = [leaf for leaf in self.leaves if isinstance(leaf, Activate)]
        self.recurrent = [(i, x) for i, x in enumerate(items, first) if isinstance(x, Recurrent)]
        self.one_by_one, self.some_at_once = (list(self.stretches(n)) for n in (1, EVERY))
        self.products: Sequence[Product] = ()
        self.slopes: Sequence[tuple[Array, ...]] = ()
        self.saturated: list[Activate] = []

    def set_up(self, replicas: int, dtype: type[np.floating]) -> None:
        """Make room for the slopes' sums of squares (activations, R), and know which are low, once
        the layers have their arrays."""
        self.slope_squares = np.zeros((len(self.activates), replicas), dtype)
        low = [(LOST * self.g.steepest) ** 2 * a.S[0].size for a in self.activates]
        self.low_squares = np.array(low, dtype)[:, None]

    def find_slopes(self) -> None:
        """S = g′(Z), like ones by one call: no error signal is needed for them."""
        if not self.slopes:
            each = runs([(a.Z, a.A, a.S) for a in self.activates])
            self.slopes = [(*X, flat(X[-1]), self.slope_squares[at]) for at, X in each]
        for Z, A, S, X, squares in self.slopes:
            self.g.slope(Z, A, S)
            np.vecdot(X, X, out=squares)
        if self.g.tail:
            self.take_tails()

    def take_tails(self) -> None:
        """The slopes of saturated layers anew, with all their digits."""
        low = self.slope_squares < self.low_squares
        if not low.any() and not self.saturated:
            return
        places = np.flatnonzero(low.any(axis=1)).tolist()
        for layer in self.saturated:
            layer.saturated = False
        self.saturated = [self.activates[i] for i in places]
        for i in places:
            self.activates[i].take_tail(self.slope_squares[i])

    def stretches(self, every: int) -> Iterator[tuple[slice, list[Layer]]]:
        """So many items each, and their layers, in the order of the way back."""
        for top in range(len(self.items), 0, -every):
            bottom = max(0, top - every)
            layers = [layer for item in self.items[bottom:top] for layer in parts(item)]
            yield slice(self.first + bottom, self.first + top), layers[::-1]

    def error_signals(
        self, up: Array, scale: Integers | int, power: Integers
    ) -> tuple[Array, Integers | int]:
        """∂J/∂(input) of the block and the exponent that comes with it, from up = ∂J/∂(output) and
        its exponent `scale`; each item's is written into power (items, R)."""
        for at, layers in self.one_by_one if self.saturated else self.some_at_once:
            scale = scale + bring_near_one(up)
            power[at] = scale
            for layer in layers:
                up = layer.backward(up)
        for i, layer in self.recurrent:
            power[i] += layer.shift
        return up, scale

    def weight_gradients(self, ones: dict[int, Array]) -> None:
        """∂J/∂W = Aᵀ Δ and ∂J/∂b = 1ᵀ Δ, for all layers of one shape at once.

        Arrays never move, so what is multiplied with what is found out once.
        """
        if not self.products:
            self.products = list(self.find_products(ones))
        for left, right, out in self.products:
            np.matmul(left, right, out=out)

    def find_products(self, ones: dict[int, Array]) -> Iterator[Product]:
        """Of the layers of one shape after one another; a layer's W may be made of several."""
        kinds: dict[object, list[Product]] = {}
        for leaf in self.leaves:
            if isinstance(leaf, Dense) and (shapes := leaf.parameters()):
                for name, products in leaf.products(ones[leaf.rows]).items():
                    for i, product in enumerate(products):
                        kinds.setdefault((name, shapes[name], i), []).append(product)
        for each in kinds.values():
            yield from (product for _, product in runs(each))


def cut(items: Sequence[Layer], slopes: list[int], g: Activation, most: int) -> list[Block]:
    """Blocks, the uppermost first; `slopes` are the numbers each item has in its S."""
    blocks: list[Block] = []
    top, here = len(items), 0
    for i in reversed(range(len(items))):
        here += slopes[i]
        if i == 0 or (here and slopes[i - 1] and here + slopes[i - 1] > most):
            blocks.append(Block(items[i:top], i, g))
            top, here = i, 0
    return blocks


def by_block(blocks: Sequence[Block], owners: Sequence[Leaf]) -> list[list[Leaf]]:
    """The owners in each block."""
    return [[leaf for leaf in owners if leaf in block.leaves] for block in blocks]
