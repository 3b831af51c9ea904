"""The way back, a segment of layers at a time.

Slopes S and error signals Delta are needed until a layer's gradients are there and have been
measured, and no longer. A segment is as many layers as find theirs still in the cache by then; all
segments make them in the same arrays, and like layers of a segment are served by one call.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from ..numerics import Array, Integers, Mask, bring_near_one, flatten
from .activations import Activation
from .layers import Activate, Layer, Leaf, links
from .recurrent import Recurrent, Unroll
from .storage import Layout

CACHED = 131072
"""Slopes in a segment, where it has more than one item."""
EVERY = 4
"""Items between two looks at the error signal's norm: float32 bears four layers at any gain in
use, unless they are saturated, when one may take all it bears."""
LOST = 1e-2
"""Slopes whose root mean square is below this share of the steepest came from outputs so close to
their limits that rounding has taken the slopes' digits. With dense matrices a layer's slopes count
together; with sparse ones the signal may pass through the saturated units alone: each counts."""


class Segment:
    """Neighboring items of a network, each a layer or residual block.

    The first one is number `first`, and `above` other items stand above them. `lowest` is the layer
    below which no error signal is asked for, where the segment has it.
    """

    def __init__(
        self,
        items: Sequence[Layer],
        first: int,
        above: int,
        g: Activation,
        lowest: Layer | None = None,
    ) -> None:
        self.items, self.first, self.above, self.g = items, first, above, g
        self.leaves = [leaf for item in items for leaf in item.leaves()]
        self.activates = [leaf for leaf in self.leaves if isinstance(leaf, Activate)]
        self.shifting = [
            (i, x) for i, x in enumerate(items, first) if isinstance(x, Recurrent | Unroll)
        ]
        self.lowest = lowest if any(lowest in links(item) for item in items) else None
        self.one_by_one, self.some_at_once = (list(self.stretches(n)) for n in (1, EVERY))
        self.saturated: list[Activate] = []
        self.delicate: Mask = np.zeros(0, np.bool_)
        """(R,): the replicas with a saturated layer."""
        self.trained: Sequence[Leaf] = ()
        self.sloped: Sequence[tuple[Activate, Array, Array]] = ()

    def set_up(self, layout: Layout, replicas: int, dtype: type[np.floating], sparse: bool) -> None:
        """Make room for the slopes' sums of squares (activations, R), and know which are low, once
        the layers have their arrays; `sparse` says whether most weights are 0."""
        self.layout, self.sparse = layout, sparse
        self.slope_squares = np.zeros((len(self.activates), replicas), dtype)
        low = [(LOST * self.g.steepest) ** 2 * a.S[0].size for a in self.activates]
        self.low_squares = np.array(low, dtype)[:, None]

    def forget_stacks(self) -> None:
        """Find the stacks of like layers anew: the first layer has been fed another array."""
        self.trained, self.sloped = (), ()

    def find_slopes(self) -> None:
        """S = g′(Z) of every activation: no error signal is needed for them."""
        if not self.sloped:
            self.sloped = [
                (stack, flatten(stack.S), self.slope_squares[at])
                for at, stack in self.layout.layer_stacks(self.activates, ("Z", "A", "S"))
            ]
        for activate, S, squares in self.sloped:
            activate.find_slopes()
            np.vecdot(S, S, out=squares)
        if self.g.tail:
            self.find_tails()

    def find_tails(self) -> None:
        """The slopes of saturated layers anew, with all their digits."""
        low = self.slope_squares < self.low_squares
        if self.sparse:
            limit = LOST * self.g.steepest
            low |= np.array([[(np.abs(S) < limit).any() for S in x.S] for x in self.activates])
        if not low.any() and not self.saturated:
            return
        places = np.flatnonzero(low.any(axis=1)).tolist()
        for layer in self.saturated:
            layer.saturated = False
        self.saturated = [self.activates[i] for i in places]
        self.delicate = np.any(low, axis=0, keepdims=True)[0]
        for i in places:
            self.activates[i].find_tail(low[i], self.slope_squares[i])

    def stretches(self, every: int) -> Iterator[tuple[slice, list[Layer]]]:
        """Up to so many items each, and their layers, in the order of the way back; it ends above
        `lowest`.

        They end at every `every`-th item of the network, wherever its segments begin: where the
        error signal is looked at does not depend on how many replicas make up a segment.
        """
        top = len(self.items)
        while top > 0:
            bottom = max(0, top - every + self.items_above(top) % every)
            layers = [layer for item in self.items[bottom:top] for layer in links(item)]
            at = slice(self.first + bottom, self.first + top)
            if self.lowest in layers:
                yield at, layers[: layers.index(self.lowest) : -1]
                return
            yield at, layers[::-1]
            top = bottom

    def items_above(self, top: int) -> int:
        """The items of the network from the segment's item `top` upward."""
        return self.above + len(self.items) - top

    def error_signals(
        self, Delta: Array, scale: Integers | int, power: Integers
    ) -> tuple[Array, Integers | int]:
        """∂J/∂(input) of the segment and the exponent that comes with it, from Delta = ∂J/∂(output)
        and its exponent `scale`; each item's is written into power (items, R).

        Where the segment has the lowest layer, ∂J/∂(output) of that is given.
        """
        for at, layers in self.one_by_one if self.saturated else self.some_at_once:
            if self.items_above(at.stop - self.first) % EVERY == 0:
                scale = scale + bring_near_one(Delta)
            elif self.saturated:
                scale = scale + bring_near_one(Delta, self.delicate)
            power[at] = scale
            for layer in layers:
                Delta = layer.backward(Delta)
        if self.lowest:
            self.lowest.receive(Delta)
        for i, layer in self.shifting:
            power[i] += layer.shift
        return Delta, scale

    def weight_gradients(self) -> None:
        """∂J/∂W and ∂J/∂b of every layer, for all like ones by one call.

        Arrays never move, so which layers make a stack is found out once.
        """
        if not self.trained:
            self.trained = list(self.stacks_of_trained())
        for layer in self.trained:
            layer.weight_gradients()

    def stacks_of_trained(self) -> Iterator[Leaf]:
        """The layers with weights; those of one class and shape, side by side, as one."""
        kinds: dict[object, list[Leaf]] = {}
        for leaf in self.leaves:
            if leaf.parameters() and leaf.gradient_arrays:
                shapes = tuple(getattr(leaf, name).shape for name in leaf.gradient_arrays)
                kinds.setdefault((type(leaf), shapes), []).append(leaf)
        for each in kinds.values():
            for _, stack in self.layout.layer_stacks(each, each[0].gradient_arrays):
                yield stack


def cut_into_segments(
    items: Sequence[Layer], slopes: Sequence[int], g: Activation, most: int, lowest: Layer | None
) -> list[Segment]:
    """Segments of at most `most` slopes or one item, the uppermost first; `slopes` are the numbers
    each item has in its S."""
    segments: list[Segment] = []
    top, here = len(items), 0
    for i in reversed(range(len(items))):
        here += slopes[i]
        if i == 0 or (here and slopes[i - 1] and here + slopes[i - 1] > most):
            segments.append(Segment(items[i:top], i, len(items) - top, g, lowest))
            top, here = i, 0
    return segments
