"""A network: layers, one flat theta, one flat grad, and error signals kept near 1.

A vanishing gradient would underflow on its way down: after 60 sigmoid layers float32 has no normal
numbers left for it, and its square, the norm, is gone after 30. So wherever the error signal has
drifted far from 1 it is multiplied by a power of two, which rounds nothing, and the exponent is
kept: what a layer stores is Δ 2^power. Norms are taken from the stored arrays and scaled back in
float64; gradients get their true scale back before the optimizer sees them.
"""

from collections.abc import Callable, Iterator, Sequence
from math import prod

import numpy as np
from numpy.random import Generator

from ..numerics import (
    WHOLE,
    Array,
    Exact,
    Integers,
    Mask,
    Parts,
    aligned_zeros,
    alike,
    flatten,
    norms,
    runs,
)
from ..rng import BIAS_STREAM, SHORTCUT_STREAM, WEIGHT_STREAM, generators
from .activations import activation
from .architecture import Architecture
from .assembly import compose
from .backward import CACHED, Segment, cut_into_segments
from .initializers import DENSE, INITIALIZERS
from .layers import Activate, Dense, Layer, Leaf, Shape, links
from .storage import Kinds, Layout, group_by_shape, size, split_into_blocks

AUDIBLE = {4: (1e-25, 1e25), 8: (1e-290, 1e290)}
"""By bytes a number: norms of activations between which products with error signals keep their
digits."""
FAINT = {4: 100, 8: 960}
"""By bytes a number: the exponent from which a gradient's entries, or the steps they make, may be
subnormal numbers. In float32 these are kept (see numerics.Parts); in float64, which has no wider
type to compute them in, they become exactly 0."""
SILENT = 180
"""The exponent from which all entries of a gradient round to 0 in float32."""

Watch = Callable[[Segment], None]
Rows = Sequence[tuple[Array, Integers, slice, bool]]
"""Gradients of layers, (layers, some replicas, …), the places of their items, which replicas these
are, and whether they are faint."""


class Network:
    """A network, R replicas at once.

    theta, grad and step are (R, parameters); power (items, R) holds the exponents the error
    signals carry.
    """

    def __init__(
        self,
        architecture: Architecture | Sequence[Architecture],
        seeds: Sequence[int],
        batch: int,
        dtype: type[np.floating] = np.float32,
        source: "Network | None" = None,
        input_gradient: bool = False,
        cached: int = CACHED,
    ) -> None:
        """Draw a network for batches of `batch` samples, to go back through in segments of
        `cached` slopes.

        Replicas may have an architecture each, alike in all but `init`, `gain`, `bias_std` and
        `slope`, which shape no array. With `source`: a copy that shares its weights and only
        predicts. Raises KeyError for a name that is in no table.
        """
        self.architectures = (
            source.architectures if source else architecture_of_each(architecture, len(seeds))
        )
        self.architecture = a = self.architectures[0]
        self.seeds, self.batch, self.dtype = seeds, batch, dtype
        self.g = activation(a.activation, [each.slope for each in self.architectures])
        composition = compose(a, self.g, training=source is None)
        self.items, self.taps = composition.items, composition.taps
        self.recurrent = composition.recurrent
        self.layers = [layer for item in self.items for layer in links(item)]
        self.leaves = [leaf for item in self.items for leaf in item.leaves()]
        self.place = {leaf: i for i, item in enumerate(self.items) for leaf in item.leaves()}
        self.power = np.zeros((len(self.items), len(seeds)), np.int64)
        self.X: Array | None = None
        self.sloped: Segment | None = None
        self.input_gradient = input_gradient
        self.parts = dict[bytes, tuple[Rows, Parts]]()
        self.segments = self.choose_segments(cached)
        self.layout = Layout()
        self.hand_out_parameters(source)
        self.hand_out_buffers()
        self.hand_out_scratch()
        sparse = any(each.init not in DENSE for each in self.architectures)
        for segment in self.segments:
            segment.set_up(self.layout, len(self.seeds), self.dtype, sparse)
        if source is None:
            self.draw()

    def choose_segments(self, cached: int) -> list[Segment]:
        """The segments to go back through; below the lowest trained layer nothing is asked for,
        unless the gradient at the input is."""
        lowest = None
        if not self.input_gradient:
            lowest = next(x for x in self.layers if any(leaf.parameters() for leaf in x.leaves()))
            for leaf in lowest.leaves():
                if isinstance(leaf, Dense):
                    leaf.passes_on = False
        return cut_into_segments(
            self.items, [self.slopes(item) for item in self.items], self.g, cached, lowest
        )

    def slopes(self, item: Layer) -> int:
        """How many an item has."""
        activates = [leaf for leaf in item.leaves() if isinstance(leaf, Activate)]
        return len(self.seeds) * self.batch * sum(leaf.rows * leaf.width for leaf in activates)

    def hand_out_parameters(self, source: "Network | None") -> None:
        """Make theta, grad, step and statistics, and give every layer its parts."""
        R = len(self.seeds)
        trained = group_by_shape(self.leaves, lambda leaf: leaf.parameters())
        kept = group_by_shape(self.leaves, lambda leaf: leaf.statistics())
        if source:
            self.theta, self.statistics = source.theta, source.statistics
        else:
            self.theta = aligned_zeros((R, size(trained)), self.dtype)
            self.statistics = aligned_zeros((R, size(kept)), self.dtype)
        self.grad, self.step = (aligned_zeros(self.theta.shape, self.dtype) for _ in range(2))
        self.gradients = list(split_into_blocks(trained, self.grad))
        self.places = [
            np.array([self.place[leaf] for leaf in owners]) for _, owners, _ in self.gradients
        ]
        for prefix, vector, groups in (
            ("", self.theta, trained),
            ("d", self.grad, trained),
            ("s", self.step, trained),
            ("", self.statistics, kept),
        ):
            for name, owners, block in split_into_blocks(groups, vector):
                self.layout.bind(owners, prefix + name, block)

    def hand_out_buffers(self) -> None:
        """Make what `forward` writes into, an array a layer, and what `backward` does, an array
        for the layers of one place in their segments."""
        rows = self.batch
        own = group_by_shape(self.leaves, lambda leaf: leaf.buffers(rows * leaf.rows))
        shared = group_by_shape(self.leaves, lambda leaf: leaf.backward_buffers(rows * leaf.rows))
        self.bind_new(own, [self.leaves])
        self.bind_new(shared, [segment.leaves for segment in self.segments])
        self.activates = [leaf for leaf in self.leaves if isinstance(leaf, Activate)]
        self.Delta = aligned_zeros(self.output.Z.shape, self.dtype)

    def bind_new(self, groups: Kinds, sharing: Sequence[Sequence[Leaf]]) -> None:
        """New arrays of each kind; the sequences of layers `sharing` get the same ones."""
        for (name, shape), owners in groups.items():
            each = [[leaf for leaf in owners if leaf in leaves] for leaves in sharing]
            block = aligned_zeros((max(map(len, each)), len(self.seeds), *shape), self.dtype)
            for some in each:
                self.layout.bind(some, name, block)

    def hand_out_scratch(self) -> None:
        """Layers of one width flow back through one array, as each reads it before the next
        writes."""
        shared: dict[tuple[str, str, Shape], Array] = {}
        for leaf in self.leaves:
            for name, shape in leaf.scratch(self.batch * leaf.rows).items():
                new = aligned_zeros((len(self.seeds), *shape), self.dtype)
                setattr(leaf, name, shared.setdefault((leaf.lane, name, shape), new))

    @property
    def output(self) -> Dense:
        """The last layer."""
        output = self.items[-1]
        assert isinstance(output, Dense)
        return output

    @property
    def trunk(self) -> list[Leaf]:
        """The layers whose matrices are measured, input side first."""
        return list(dict.fromkeys(tap.layer for tap in self.taps))

    def parameter_counts(self) -> list[int]:
        """Parameters of each tap's matrix, with the bias, normalization and shortcut behind it."""
        counts: list[int] = []
        measured = {(tap.layer, tap.weight) for tap in self.taps}
        for leaf in self.leaves:
            for name, shape in leaf.parameters().items():
                counts += [0] if (leaf, name) in measured else []
                counts[-1] += prod(shape)
        return counts

    def draw(self) -> None:
        """Initial weights, in float64 from each replica's own generator, then rounded."""
        trunk = self.trunk
        beside = [leaf for leaf in self.leaves if leaf not in trunk]
        for stream, layers in ((WEIGHT_STREAM, trunk), (SHORTCUT_STREAM, beside)):
            matrices = [(layer, name) for layer in layers for name in layer.weights]
            for r, (a, rng) in enumerate(self.replicas(stream)):
                for layer, name in matrices:
                    W = layer.draw(name, INITIALIZERS[a.init], rng)
                    getattr(layer, name)[r] = a.gain * W
        biases = [getattr(layer, name) for layer in trunk for name in layer.biases]
        for r, (a, rng) in enumerate(self.replicas(BIAS_STREAM)):
            for b in biases:
                b[r] = a.bias_std * rng.standard_normal(b.shape[1:])
        for leaf in self.leaves:
            leaf.start()

    def replicas(self, stream: int) -> Iterator[tuple[Architecture, Generator]]:
        """Each replica's architecture, and its generator for one purpose."""
        return zip(self.architectures, generators(self.seeds, stream), strict=True)

    def forward(self, X: Array) -> Array:
        """The output for X (R, N, inputs): (R, N, outputs)."""
        if X is not self.X:
            self.X = X
            for segment in self.segments:
                segment.forget_stacks()
        A, self.sloped = X, None
        for layer in self.layers:
            A = layer.forward(A)
        return A

    def out_of_range(self, X: Array) -> bool:
        """True where a layer's output for X is so faint or so loud that its number type loses
        digits.

        Error signals are kept near 1, activations are not: ReLU with weights too small loses a
        factor a layer forward too. Such a network wants a wider type. Running means stay as they
        are.
        """
        statistics = self.statistics.copy()
        with np.errstate(all="ignore"):
            self.forward(X)
            self.statistics[...] = statistics
            loudness = np.stack([norms(flatten(tap.output.out)) for tap in self.taps])
        low, high = AUDIBLE[self.theta.itemsize]
        return bool((((loudness < low) & (loudness > 0)) | ~(loudness < high)).any())

    def backward(
        self,
        Delta: Array,
        power: Integers | int = 0,
        weights: bool = True,
        watch: Watch | None = None,
    ) -> Array | None:
        """All error signals and gradients, from Delta = ∂J/∂Z of the output; grad stays scaled.

        `power` is the exponent Delta comes with. Returns ∂J/∂X (R, N, inputs) with the exponent
        power[0] where the network was made with `input_gradient`, else None. Without `weights`
        their gradients are left out. `watch` is shown each segment of layers while its arrays are
        at hand.
        """
        for segment in self.segments:
            if self.sloped is not segment:
                segment.find_slopes()
                self.sloped = segment
            Delta, power = segment.error_signals(Delta, power, self.power)
            if weights:
                segment.weight_gradients()
            if watch:
                watch(segment)
        if self.input_gradient and self.X is not None:
            return Delta.reshape(self.X.shape)
        return None

    def restore(self, limit: float | Exact = np.inf) -> Parts:
        """Give grad its true scale, rounded as in any training of its number type; in which columns
        there may be subnormal numbers then.

        A replica's gradient that is longer than `limit`, one for all or (R,), is shortened to it
        (Pascanu et al. 2013), even one that is too long for its number type.
        """
        unlimited = isinstance(limit, float) and limit == np.inf
        if unlimited and not self.power.any():
            return WHOLE
        share = 1.0 if unlimited else self.clipping(limit)
        factor = np.ldexp(share, -self.power)
        most = FAINT[self.grad.itemsize]
        if self.grad.itemsize == 8:
            factor[self.power > most] = 0.0
            most = SILENT
        faint: Mask = (factor < 2.0**-most) & (factor > 2.0**-SILENT)
        rounded = factor.astype(self.dtype)
        if not faint.any():
            for (_, _, grad), places in zip(self.gradients, self.places, strict=True):
                grad *= rounded[places, :, None, None]
            return WHOLE
        rows, parts = self.faint_parts(faint)
        for grad, places, replicas, some in rows:
            by = (factor if some else rounded)[places, replicas, None, None]
            np.multiply(grad, by, out=grad, dtype=by.dtype, casting="same_kind")
        return parts

    def faint_parts(self, faint: Mask) -> tuple[Rows, Parts]:
        """Of neighboring layers and replicas whose items are as faint, (items, R), the gradients;
        and the rows and columns of grad that are."""
        key = faint.tobytes()
        if key not in self.parts:
            rows, parts = (
                list[tuple[Array, Integers, slice, bool]](),
                list[tuple[slice, slice, bool]](),
            )
            for replicas in alike(faint.T):
                pattern, edges, first = faint[:, replicas.start], [0], len(rows)
                for (_, _, grad), places in zip(self.gradients, self.places, strict=True):
                    for at, some in runs(pattern[places]):
                        rows.append((grad[at, replicas], places[at], replicas, some))
                        edges.append(edges[-1] + grad[at, 0].size)
                for at, some in runs(np.array([some for *_, some in rows[first:]])):
                    parts.append((replicas, slice(edges[at.start], edges[at.stop]), some))
            self.parts = {key: (rows, parts)}
        return self.parts[key]

    def clipping(self, limit: float | Exact) -> Exact:
        """What each replica's gradient is to be multiplied by, (R,)."""
        length, share = self.gradient_norm(), np.ones(len(self.seeds))
        return np.divide(limit, length, out=share, where=length > limit)

    def gradient_norm(self) -> Exact:
        """‖∂J/∂θ‖, (R,), of gradients still scaled."""
        if not self.power.any():
            return norms(self.grad)
        parts = [
            np.ldexp(norms(flatten(grad)), -self.power[places])
            for (_, _, grad), places in zip(self.gradients, self.places, strict=True)
        ]
        return norms(np.concatenate(parts).T)


def architecture_of_each(
    architecture: Architecture | Sequence[Architecture], count: int
) -> list[Architecture]:
    """Each replica's architecture."""
    return [architecture] * count if isinstance(architecture, Architecture) else [*architecture]
