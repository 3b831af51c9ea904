"""The textbook's layers, each with its equation.

Every array has a leading replica axis: A[r, sample, unit], W[r, in, out]. A layer reads what it is
given and writes only into arrays of its own, which `network.lay_out` hands it once: `parameters`
become views of the network's flat theta and grad (W and dW), `buffers` views of stacks in which
layers of one shape lie side by side, `scratch` arrays that they share. Nothing is allocated during
training.

`backward` takes ∂J/∂(output) and gives ∂J/∂(input). Weight gradients are left to the network,
which takes those of all layers of one shape in a single product.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.random import Generator

from ..numerics import Array, Exact, Integers, flat
from .activations import Activation
from .initializers import Draw

Shape = tuple[int, ...]
Shapes = dict[str, Shape]
Product = tuple[Array, ...]
"""Left, right, and where their product goes."""


class Layer(Protocol):
    """What a network is made of."""

    @property
    def shift(self) -> Integers | int:
        """The exponent, (R,), that `backward` left on its gradients besides the network's own."""
        ...

    def forward(self, A: Array) -> Array:
        """The layer's output for input A (R, N, inputs)."""
        ...

    def backward(self, up: Array) -> Array:
        """∂J/∂(input), from up = ∂J/∂(output)."""
        ...

    def leaves(self) -> "Iterator[Leaf]":
        """The layers without parts in this one, in the order of `forward`."""
        ...


class Leaf:
    """A layer without parts. Shapes are those of one replica."""

    D: Array
    """The error signal at this layer: see each layer for where."""
    rows = 1
    """Rows a sample takes in its arrays: an image has one for each place, a sequence for each
    step."""
    shift: Integers | int = 0

    @property
    def out(self) -> Array:
        """What `forward` gave, in the array it always gives it in."""
        raise AttributeError(type(self).__name__)

    def parameters(self) -> Shapes:
        """What is trained: `W` also gets its gradient as `dW` and its step as `sW`."""
        return {}

    def statistics(self) -> Shapes:
        """What is kept between steps but not trained."""
        return {}

    def buffers(self, batch: int) -> Shapes:
        """What `forward` and `backward` write into, for so many rows."""
        del batch
        return {}

    def start(self) -> None:
        """Set what is not drawn."""

    def leaves(self) -> "Iterator[Leaf]":
        yield self


class Dense(Leaf):
    """Z = A W + b.

    Backward: ∂J/∂A = Δ Wᵀ. The gradients ∂J/∂W = Aᵀ Δ and ∂J/∂b = 1ᵀ Δ are
    `Block.weight_gradients`.
    """

    W: Array
    b: Array
    dW: Array
    db: Array
    sW: Array
    """What this step subtracts from W."""
    A: Array
    """The input, as it came in."""
    Z: Array
    up: Array
    """Scratch for Δ Wᵀ."""
    passes_on = True
    """False in the first layer, as nothing that learns lies below it."""
    lane = "trunk"
    """Layers of one lane and width share their scratch; a shortcut runs beside the trunk."""
    kind = "dense"

    def __init__(self, inputs: int, outputs: int) -> None:
        self.inputs, self.outputs = inputs, outputs

    def parameters(self) -> Shapes:
        return {"W": (self.inputs, self.outputs), "b": (1, self.outputs)}

    @property
    def out(self) -> Array:
        return self.Z

    def buffers(self, batch: int) -> Shapes:
        return {"Z": (batch, self.outputs)}

    def scratch(self, batch: int) -> Shapes:
        """What is read before the next layer writes into it."""
        return {"up": (batch, self.inputs)} if self.passes_on else {}

    def draw(self, rule: Draw, rng: Generator) -> Exact:
        """First weights."""
        return rule(rng, self.inputs, self.outputs)

    def products(self, ones: Array) -> dict[str, list[Product]]:
        """What is multiplied for ∂J/∂W = Aᵀ Δ and ∂J/∂b = 1ᵀ Δ."""
        return {"W": [(self.A.mT, self.D, self.dW)], "b": [(ones, self.D, self.db)]}

    def forward(self, A: Array) -> Array:
        self.A = A
        np.matmul(A, self.W, out=self.Z)
        self.Z += self.b
        return self.Z

    def backward(self, up: Array) -> Array:
        self.D = up
        return np.matmul(up, self.W.mT, out=self.up) if self.passes_on else up


class Activate(Leaf):
    """A = g(Z). Backward: Δ = ∂J/∂A ∘ g′(Z), kept as D."""

    Z: Array
    A: Array
    S: Array
    """The slopes g′(Z): `Block.find_slopes`."""

    saturated = False
    """True where the slopes are so small that output and slope have lost digits."""

    def __init__(self, g: Activation, width: int) -> None:
        self.g, self.width = g, width

    @property
    def out(self) -> Array:
        return self.A

    def buffers(self, batch: int) -> Shapes:
        return dict.fromkeys(("A", "S", "D"), (batch, self.width))

    def forward(self, A: Array) -> Array:
        self.Z = A
        self.g.apply(self.Z, self.A)
        return self.A

    def backward(self, up: Array) -> Array:
        return np.multiply(up, self.S, out=self.D)

    def take_tail(self, squares: Array) -> None:
        """Slopes that keep their digits, their sum of squares (R,), and the output likewise, in
        time for the gradients."""
        assert self.g.tail
        self.g.tail(self.Z, self.A, self.S)
        self.saturated, X = True, flat(self.S)
        np.vecdot(X, X, out=squares)


class Chain:
    """Layers one after another."""

    shift = 0

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = layers

    def forward(self, A: Array) -> Array:
        for layer in self.layers:
            A = layer.forward(A)
        return A

    def backward(self, up: Array) -> Array:
        for layer in reversed(self.layers):
            up = layer.backward(up)
        return up

    def leaves(self) -> Iterator[Leaf]:
        for layer in self.layers:
            yield from layer.leaves()


def parts(layer: Layer) -> Sequence[Layer]:
    """What to call one after another: a chain's links, else the layer itself."""
    return layer.layers if isinstance(layer, Chain) else [layer]
