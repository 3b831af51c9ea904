"""From an Architecture to layers: which parts, in which order, and where each is measured."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..numerics import Array
from .activations import Activation
from .architecture import Architecture
from .convolution import AveragePool, Convolution
from .layers import Activate, Chain, Dense, Layer, Leaf
from .normalization import BatchNorm, LayerNorm
from .recurrent import LastStep, Recurrent, Unroll
from .recurrent_cells import CELLS
from .residual import Highway, Identity, Projection, Residual


@dataclass(frozen=True)
class Tap:
    """Where one trained matrix is, and the arrays it is measured by."""

    layer: Leaf
    """Owns the matrix."""
    delta: Leaf
    """Holds the error signal ∂J/∂Z at the matrix's product Z."""
    activate: Activate | None
    """Its S holds g′(Z); None where no activation follows, whose slope is 1."""
    output: Leaf
    """What it puts out is the layer's A."""
    weight: str = "W"
    """The matrix's name in its layer."""
    bias: str = "b"
    """The name of the biases that are added to its product."""
    error: str = "Delta"
    """The error signal's name in `delta`."""

    @property
    def A(self) -> Array:
        """The matrix's input, once the network has seen one."""
        return self.layer.A

    @property
    def Z(self) -> Array:
        """The pre-activation: what goes into the activation, or the output layer's output."""
        return self.activate.Z if self.activate else self.layer.out

    @property
    def Delta(self) -> Array:
        """∂J/∂Z, with the exponent of the item of `delta` in `Network.power`."""
        return getattr(self.delta, self.error)

    @property
    def W(self) -> Array:
        """The matrix, (R, in, out)."""
        return getattr(self.layer, self.weight)

    @property
    def dW(self) -> Array:
        """∂J/∂W, with the exponent of the layer's item in `Network.power`."""
        return getattr(self.layer, f"d{self.weight}")

    @property
    def sW(self) -> Array:
        """What this step subtracts from W."""
        return getattr(self.layer, f"s{self.weight}")

    @property
    def b(self) -> Array:
        """The biases, (R, 1, out)."""
        return getattr(self.layer, self.bias)

    @property
    def db(self) -> Array:
        """∂J/∂b, with the same exponent as dW."""
        return getattr(self.layer, f"d{self.bias}")


@dataclass(frozen=True)
class Composition:
    """Layers in order, input side first; a layer or residual block each, and a tap for each
    matrix that is measured."""

    items: list[Layer]
    taps: list[Tap]
    recurrent: Sequence[Recurrent] = ()
    """The layers whose every step is measured."""


def compose(a: Architecture, g: Activation, training: bool) -> Composition:
    """The network's layers, unbound: `Network` hands them their arrays.

    `training` is False for a copy that only predicts: batch normalization then uses running means.
    """
    return COMPOSERS[a.architecture](a, g, training)


def perceptron(a: Architecture, g: Activation, training: bool) -> Composition:
    """Dense layers."""
    items, taps = hidden_layers(a, LayerFactory(a, g, training))
    return with_output(a, items, taps)


def convolutional(a: Architecture, g: Activation, training: bool) -> Composition:
    """Convolutions, and what else hidden layers have, over all places of an image; then the mean
    over the places."""
    items, taps = hidden_layers(a, MapLayerFactory(a, g, training))
    for leaf in (leaf for item in items for leaf in item.leaves()):
        leaf.rows = a.side**2
    return with_output(a, [*items, AveragePool(a.side**2, a.width)], taps)


def through_time(a: Architecture, g: Activation, training: bool) -> Composition:
    """Recurrent layers, of which the output layer sees the last step."""
    del training
    cell = CELLS[a.architecture]
    layers = [cell(a, g, a.inputs if i == 0 else a.width) for i in range(a.depth)]
    last = LastStep(a.width, a.length)
    for layer, above in zip(layers, [*layers[1:], last], strict=True):
        layer.above = above
    unroll = Unroll(a.inputs, a.length)
    unroll.above = layers[0]
    taps = [Tap(layer, layer, layer.activate, layer) for layer in layers]
    return with_output(a, [unroll, *layers, last], taps, layers)


COMPOSERS: dict[str, Callable[[Architecture, Activation, bool], Composition]] = {
    "mlp": perceptron,
    "cnn": convolutional,
    **dict.fromkeys(CELLS, through_time),
}


def with_output(
    a: Architecture,
    items: Sequence[Layer],
    taps: Sequence[Tap],
    recurrent: Sequence[Recurrent] = (),
) -> Composition:
    """The hidden layers with the output layer on top."""
    output = Dense(a.width, a.outputs)
    return Composition([*items, output], [*taps, Tap(output, output, None, output)], recurrent)


def hidden_layers(a: Architecture, parts: "LayerFactory") -> tuple[list[Layer], list[Tap]]:
    """The hidden layers."""
    build = preactivation if a.skip_placement == "preactivation" and a.skip != "none" else standard
    return build(a, parts)


class LayerFactory:
    """Makes the parts of hidden layers."""

    def __init__(self, a: Architecture, g: Activation, training: bool) -> None:
        self.a, self.training = a, training
        self.dense = [self.weights(a.inputs if i == 0 else a.width) for i in range(a.depth)]
        self.activate = [Activate(g, a.width) for _ in range(a.depth)]
        self.norm = [self.normalization() for _ in range(a.depth)]

    def weights(self, inputs: int) -> Dense:
        """The layer of W and b, given its number of inputs."""
        return Dense(inputs, self.a.width)

    def normalization(self) -> list[Layer]:
        """The normalization layer in a list of one, or an empty list."""
        if self.a.norm == "batch":
            return [BatchNorm(self.a.width, self.a.norm_eps, self.training)]
        return [LayerNorm(self.a.width, self.a.norm_eps)] if self.a.norm == "layer" else []

    def shortcut(self) -> Layer:
        """What carries a block's input past its branch."""
        if self.a.skip == "identity":
            return Identity()
        return Projection(self.a.width, trained=self.a.skip == "projection")

    def residual_block(self, branch: Sequence[Layer]) -> Residual | Highway:
        """The residual block of a branch, with its shortcut or gate."""
        if self.a.skip == "highway":
            return Highway(Chain(branch), self.a.width)
        return Residual(Chain(branch), self.shortcut(), self.a.width, self.a.skip_scale)


class MapLayerFactory(LayerFactory):
    """The same over the places of an image."""

    def weights(self, inputs: int) -> Dense:
        return Convolution(self.a.side, self.a.kernel, inputs, self.a.width)


def skip_blocks(a: Architecture) -> Iterator[range]:
    """The hidden layers each skip connection passes over. The first layer, which changes the
    width, has none."""
    for first in range(1, a.depth, a.skip_every):
        yield range(first, min(first + a.skip_every, a.depth))


def standard(a: Architecture, parts: LayerFactory) -> tuple[list[Layer], list[Tap]]:
    """Layers with the activation last, bare or with skips placed inside or outside it."""

    def layer(i: int) -> list[Layer]:
        return [parts.dense[i], *parts.norm[i], parts.activate[i]]

    def tap(i: int, output: Leaf) -> Tap:
        return Tap(parts.dense[i], parts.activate[i], parts.activate[i], output)

    items: list[Layer]
    if a.skip == "none":
        items = [Chain(layer(i)) for i in range(a.depth)]
        return items, [tap(i, parts.activate[i]) for i in range(a.depth)]
    items = [Chain(layer(0))]
    taps = [tap(0, parts.activate[0])]
    for block in skip_blocks(a):
        branch = [part for i in block for part in layer(i)]
        last = branch.pop() if a.skip_placement == "inside" else None
        residual = parts.residual_block(branch)
        items.append(Chain([residual, last]) if last else residual)
        output = parts.activate[block[-1]] if last else residual
        taps += [tap(i, parts.activate[i]) for i in block[:-1]] + [tap(block[-1], output)]
    return items, taps


def preactivation(a: Architecture, parts: LayerFactory) -> tuple[list[Layer], list[Tap]]:
    """Blocks with the activation first, on a stream that no activation bends (He et al. 2016b)."""

    def activated(i: int) -> list[Layer]:
        return [*parts.norm[i], parts.activate[i]]

    def tap(i: int, delta: Leaf) -> Tap:
        return Tap(parts.dense[i], delta, parts.activate[i], parts.activate[i])

    items: list[Layer] = [parts.dense[0]]
    taps = [tap(0, parts.dense[0])]
    for block in skip_blocks(a):
        residual = parts.residual_block(
            [p for i in block for p in (*activated(i - 1), parts.dense[i])]
        )
        items.append(residual)
        taps += [tap(i, parts.dense[i]) for i in block[:-1]] + [tap(block[-1], residual)]
    return [*items, Chain(activated(a.depth - 1))], taps
