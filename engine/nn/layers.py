"""The textbook's layers, each with its equations.

Every array has a leading replica axis: A[r, sample, unit], W[r, in, out]. The error signal is
Delta: what a layer's `backward` is given is ∂J/∂(its output), for a Dense layer Δ = ∂J/∂Z.

A layer says in its own class which arrays it works in, by name and shape, and the network hands it
these once; nothing is allocated during training. They differ in how long their contents last:

    parameters         trained; views of the network's theta, and of grad as dW and step as sW
    statistics         kept between steps, but not trained
    buffers            from forward until the gradients are there: the layer's own
    backward_buffers   from backward until the gradients are measured: shared between segments
    scratch            until the next layer is called: shared between layers
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.random import Generator

from ..numerics import Array, Exact, Integers, Mask, flatten
from .activations import Activation
from .initializers import Draw

Shape = tuple[int, ...]
Shapes = dict[str, Shape]


class Layer(Protocol):
    """What a network is made of."""

    def forward(self, A: Array) -> Array:
        """The layer's output for input A (R, N, inputs)."""
        ...

    def backward(self, Delta: Array) -> Array:
        """∂J/∂(input), from Delta = ∂J/∂(output)."""
        ...

    def receive(self, Delta: Array) -> None:
        """The part of `backward` that the layer's own gradients need: called in its place where
        nobody asks for ∂J/∂(input)."""
        ...

    def leaves(self) -> "Iterator[Leaf]":
        """The layers without parts in this one, in the order of `forward`."""
        ...


class Leaf:
    """A layer without parts. Shapes are those of one replica."""

    A: Array
    """What an activation gives; of all other layers the input, where they keep it."""
    Delta: Array
    """The error signal at this layer: see each layer for where."""
    rows = 1
    """Rows a sample takes in its arrays: an image has one for each place, a sequence for each
    step."""
    lane = "trunk"
    """Layers of one lane share their scratch; a shortcut runs beside the trunk."""
    weights: tuple[str, ...] = ()
    """The matrices among its parameters and statistics that an initializer draws."""
    biases: tuple[str, ...] = ()
    """The vectors among its parameters that are drawn with the network's `bias_std`."""
    gradient_arrays: tuple[str, ...] = ()
    """The arrays that `weight_gradients` reads and writes."""
    kind = "layer"
    """What the trace calls a layer of this class."""
    shift: Integers | int = 0
    """The exponent, (R,), that `backward` left on its gradients besides the network's own."""

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
        """The layer's own arrays that `forward` writes and `backward` reads, for `batch` rows."""
        del batch
        return {}

    def backward_buffers(self, batch: int) -> Shapes:
        """What `backward` writes into, and is read until the gradients have been measured.

        Segments of the network share these arrays (see backward.Segment): what `forward` leaves in
        them is lost.
        """
        del batch
        return {}

    def scratch(self, batch: int) -> Shapes:
        """What is read before the next layer writes into it: layers of one lane share it."""
        del batch
        return {}

    def draw(self, name: str, rule: Draw, rng: Generator) -> Exact:
        """Initial weights for the matrix of that name, before they are multiplied by the gain."""
        raise NotImplementedError(f"{type(self).__name__} draws no {name}")

    def units(self, name: str) -> tuple[int, int]:
        """The units or channels that the matrix of that name leads from and to."""
        raise NotImplementedError(f"{type(self).__name__} has no {name}")

    def start(self) -> None:
        """Set the parameters and statistics that no generator draws."""

    def forward(self, A: Array) -> Array:
        """The layer's output for input A (R, N, inputs)."""
        raise NotImplementedError

    def backward(self, Delta: Array) -> Array:
        """∂J/∂(input), from Delta = ∂J/∂(output)."""
        raise NotImplementedError

    def receive(self, Delta: Array) -> None:
        """The part of `backward` that the layer's own gradients need."""
        self.backward(Delta)

    def weight_gradients(self) -> None:
        """Write the gradients that `backward` has left over.

        The network calls this once for a stack of like layers: a copy of the first one whose
        `gradient_arrays` are (layers, R, …). Layers of one class whose arrays have equal shapes
        must differ here in nothing but these arrays.
        """

    def use_batch_statistics(self) -> None:
        """Normalize a copy that only predicts by the batch at hand, not by running means."""

    def leaves(self) -> "Iterator[Leaf]":
        yield self


class Dense(Leaf):
    """Z = A W + b. Delta is ∂J/∂Z.

    Backward: ∂J/∂A = Δ Wᵀ, ∂J/∂W = Aᵀ Δ, ∂J/∂b = 1ᵀ Δ.
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
    dA: Array
    """∂J/∂A."""
    passes_on = True
    """False in the lowest layer of a network that is not asked for ∂J/∂(its input): it has no
    room for one, and `receive` is called in place of `backward`."""
    kind = "dense"
    weights: tuple[str, ...] = ("W",)
    biases: tuple[str, ...] = ("b",)
    gradient_arrays: tuple[str, ...] = ("A", "Delta", "dW", "db")

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
        return {"dA": (batch, self.inputs)} if self.passes_on else {}

    def draw(self, name: str, rule: Draw, rng: Generator) -> Exact:
        return rule(rng, self.inputs, self.outputs)

    def units(self, name: str) -> tuple[int, int]:
        return self.inputs, self.outputs

    def forward(self, A: Array) -> Array:
        self.A = A
        np.matmul(A, self.W, out=self.Z)
        self.Z += self.b
        return self.Z

    def receive(self, Delta: Array) -> None:
        self.Delta = Delta

    def backward(self, Delta: Array) -> Array:
        self.Delta = Delta
        return np.matmul(Delta, self.W.mT, out=self.dA)

    def weight_gradients(self) -> None:
        """∂J/∂W = Aᵀ Δ and ∂J/∂b = 1ᵀ Δ."""
        A, Delta = self.A, self.Delta
        np.matmul(A.mT, Delta, out=self.dW)
        np.matmul(row_of(1, Delta.shape[-2], Delta.dtype), Delta, out=self.db)


class Activate(Leaf):
    """A = g(Z). Backward: Δ = ∂J/∂A ∘ g′(Z), kept as Delta."""

    Z: Array
    A: Array
    S: Array
    """The slopes g′(Z)."""

    saturated = False
    """True where the slopes are so small that output and slope have lost digits."""

    def __init__(self, g: Activation, width: int) -> None:
        self.g, self.width = g, width

    @property
    def out(self) -> Array:
        return self.A

    def buffers(self, batch: int) -> Shapes:
        return {"A": (batch, self.width)}

    def backward_buffers(self, batch: int) -> Shapes:
        return dict.fromkeys(("S", "Delta"), (batch, self.width))

    def forward(self, A: Array) -> Array:
        self.Z = A
        self.g.apply(self.Z, self.A)
        return self.A

    def find_slopes(self) -> None:
        """S = g′(Z), for a stack of layers by one call, before the way back through any."""
        self.g.slope(self.Z, self.A, self.S)

    def find_tail(self, low: Mask, squares: Array) -> None:
        """Slopes that keep their digits, of the replicas that are low, (R,), and their sum of
        squares, (R,); and the output likewise, in time for the gradients."""
        assert self.g.tail
        self.saturated = True
        for r in np.flatnonzero(low):
            self.g.tail(self.Z[r], self.A[r], self.S[r])
        S = flatten(self.S)
        np.vecdot(S, S, out=squares)

    def backward(self, Delta: Array) -> Array:
        return np.multiply(Delta, self.S, out=self.Delta)


class Chain:
    """Layers one after another."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = layers

    def forward(self, A: Array) -> Array:
        for layer in self.layers:
            A = layer.forward(A)
        return A

    def backward(self, Delta: Array) -> Array:
        for layer in reversed(self.layers):
            Delta = layer.backward(Delta)
        return Delta

    def receive(self, Delta: Array) -> None:
        for layer in reversed(self.layers[1:]):
            Delta = layer.backward(Delta)
        self.layers[0].receive(Delta)

    def leaves(self) -> Iterator[Leaf]:
        for layer in self.layers:
            yield from layer.leaves()


def links(layer: Layer) -> Sequence[Layer]:
    """What to call one after another: a chain's links, else the layer itself."""
    return layer.layers if isinstance(layer, Chain) else [layer]


@cache
def row_of(value: float, n: int, dtype: np.dtype[np.floating]) -> Array:
    """A row (1, n) of one value: products with it are sums or means over n rows."""
    return np.full((1, n), value, dtype)
