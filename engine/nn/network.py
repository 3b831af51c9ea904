"""A network: layers, one flat theta, one flat grad, and error signals kept near 1.

A vanishing gradient would underflow on its way down: after 60 sigmoid layers float32 has no normal
numbers left for it, and its square, the norm, is gone after 30. So wherever the error signal has
drifted far from 1 it is multiplied by a power of two, which rounds nothing, and the exponent is
kept: what a layer stores is Δ 2^power. Norms are taken from the stored arrays and scaled back in
float64; gradients get their true scale back before the optimizer sees them.
"""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from ..numerics import Array, Exact, Integers, flat, norms
from ..rng import BIAS_STREAM, SHORTCUT_STREAM, WEIGHT_STREAM, generators
from .activations import activation
from .architecture import Architecture
from .assembly import compose
from .backward import CACHED, PASSING, Block, by_block, cut
from .initializers import INITIALIZERS
from .layers import Activate, Dense, Layer, Shape, parts
from .storage import bind, kinds, size, views

AUDIBLE = {4: (1e-25, 1e25), 8: (1e-290, 1e290)}
"""By bytes a number: norms of activations between which products with error signals keep their
digits."""
NEGLIGIBLE = {4: 100, 8: 960}
"""By bytes a number: the exponent from which a gradient's entries leave the normal numbers. It
becomes exactly 0, as it does in any training of this type, and nothing computes with subnormal
numbers."""
NEGLIGIBLE_SQUARED = {4: 46, 8: 460}
"""The same for optimizers that square gradients. Their ε, 1e-8, has drowned such a gradient long
before."""

Watch = Callable[[Block], None]


class Network:
    """A multi-layer perceptron, R replicas at once.

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
        """Draw a network for batches of `batch` samples, to go back through in blocks with so many
        slopes `cached`.

        Replicas may have an architecture each, alike in all but `init`, `gain`, `bias_std` and
        `slope`, which shape no array. With `source`: a copy that shares its weights and only
        predicts. Raises KeyError for a name that is in no table.
        """
        self.architectures = source.architectures if source else of_each(architecture, len(seeds))
        self.architecture = a = self.architectures[0]
        self.seeds, self.batch, self.dtype = seeds, batch, dtype
        self.g = activation(a.activation, [each.slope for each in self.architectures])
        composition = compose(a, self.g, training=source is None)
        self.items, self.taps = composition.items, composition.taps
        self.layers = [layer for item in self.items for layer in parts(item)]
        self.leaves = [leaf for item in self.items for leaf in item.leaves()]
        self.place = {leaf: i for i, item in enumerate(self.items) for leaf in item.leaves()}
        self.power = np.zeros((len(self.items), len(seeds)), np.int64)
        self.X: Array | None = None
        self.sloped: Block | None = None
        self.blocks = cut(self.items, [self.slopes(item) for item in self.items], self.g, cached)
        self.lay_out(source)
        self.make_room()
        self.share_scratch(input_gradient)
        if source is None:
            self.draw()

    def lay_out(self, source: "Network | None") -> None:
        """Hand every layer its arrays."""
        R = len(self.seeds)
        trained = kinds(self.leaves, lambda leaf: leaf.parameters())
        kept = kinds(self.leaves, lambda leaf: leaf.statistics())
        self.theta = source.theta if source else np.zeros((R, size(trained)), self.dtype)
        self.statistics = source.statistics if source else np.zeros((R, size(kept)), self.dtype)
        self.grad, self.step = np.zeros_like(self.theta), np.zeros_like(self.theta)
        self.gradients = list(views(trained, self.grad))
        self.places = [
            np.array([self.place[leaf] for leaf in owners]) for _, owners, _ in self.gradients
        ]
        for letter, vector, wanted in (
            ("", self.theta, trained),
            ("d", self.grad, trained),
            ("s", self.step, trained),
            ("", self.statistics, kept),
        ):
            for name, owners, block in views(wanted, vector):
                bind(owners, letter + name, block)

    def make_room(self) -> None:
        """Make what `forward` and `backward` write into."""
        R = len(self.seeds)
        buffers = kinds(self.leaves, lambda leaf: leaf.buffers(self.batch * leaf.rows))
        for (name, shape), owners in buffers.items():
            groups = by_block(self.blocks, owners) if name in PASSING else [owners]
            array = np.zeros((max(map(len, groups)), R, *shape), self.dtype)
            for group in groups:
                bind(group, name, array[: len(group)])
        self.activates = [leaf for leaf in self.leaves if isinstance(leaf, Activate)]
        for block in self.blocks:
            block.set_up(R, self.dtype)
        rows = {leaf.rows for leaf in self.leaves}
        self.ones = {n: np.ones((R, 1, self.batch * n), self.dtype) for n in rows}
        self.Delta = np.zeros_like(self.output.Z)

    def slopes(self, item: Layer) -> int:
        """How many an item has."""
        rows = [leaf.buffers(self.batch * leaf.rows) for leaf in item.leaves()]
        return len(self.seeds) * sum(prod(shapes.get("S", (0,))) for shapes in rows)

    @property
    def output(self) -> Dense:
        """The last layer."""
        return self.taps[-1].dense

    def parameter_counts(self) -> list[int]:
        """Parameters of each trainable layer, with those of the normalisation and shortcut behind
        it."""
        trunk = {tap.dense for tap in self.taps}
        counts: list[int] = []
        for leaf in self.leaves:
            counts += [0] if leaf in trunk else []
            if shapes := leaf.parameters().values():
                counts[-1] += sum(map(prod, shapes))
        return counts

    def share_scratch(self, input_gradient: bool) -> None:
        """Layers of one width flow back through one array, as each reads it before the next
        writes."""
        shared: dict[tuple[str, str, Shape], Array] = {}
        denses = [leaf for leaf in self.leaves if isinstance(leaf, Dense)]
        denses[0].passes_on = input_gradient
        for dense in denses:
            for name, shape in dense.scratch(self.batch * dense.rows).items():
                new = np.zeros((len(self.seeds), *shape), self.dtype)
                setattr(dense, name, shared.setdefault((dense.lane, name, shape), new))

    def draw(self) -> None:
        """First weights, in float64 from each replica's own generator, then rounded."""
        trunk = [tap.dense for tap in self.taps]
        beside = [d for d in self.leaves if isinstance(d, Dense) and d not in trunk]
        for stream, denses in ((WEIGHT_STREAM, trunk), (SHORTCUT_STREAM, beside)):
            drawn = zip(self.architectures, generators(self.seeds, stream), strict=True)
            for r, (a, rng) in enumerate(drawn):
                for dense in denses:
                    dense.W[r] = a.gain * dense.draw(INITIALIZERS[a.init], rng)
        drawn = zip(self.architectures, generators(self.seeds, BIAS_STREAM), strict=True)
        for r, (a, rng) in enumerate(drawn):
            for dense in trunk:
                dense.b[r] = a.bias_std * rng.standard_normal(dense.b.shape[1:])
        for leaf in self.leaves:
            leaf.start()

    def forward(self, X: Array) -> Array:
        """The output for X (R, N, inputs): (R, N, outputs)."""
        if X is not self.X:
            self.X = X
            for block in self.blocks:
                block.products = ()
        A, self.sloped = X, None
        for layer in self.layers:
            A = layer.forward(A)
        return A

    def out_of_range(self, X: Array) -> bool:
        """True where a layer's output for X is so faint or so loud that its number type loses
        digits.

        Error signals are kept near 1, activations are not: ReLU with weights too small loses a
        factor a layer forward too. Such a network wants a wider type.
        """
        with np.errstate(all="ignore"):
            self.forward(X)
            loudness = np.stack([norms(flat(tap.output.out)) for tap in self.taps])
        low, high = AUDIBLE[self.theta.itemsize]
        return bool((((loudness < low) & (loudness > 0)) | ~(loudness < high)).any())

    def backward(
        self,
        Delta: Array,
        power: Integers | int = 0,
        weights: bool = True,
        watch: Watch | None = None,
    ) -> Array:
        """All error signals and gradients, from Delta = ∂J/∂Z of the output; grad stays scaled.

        `power` is the exponent Delta comes with. What reaches the input is returned (where
        `input_gradient` asks for it), with the exponent power[0]. Without `weights` their gradients
        are left out. `watch` is shown each block of layers while its arrays are at hand.
        """
        up = Delta
        for block in self.blocks:
            if self.sloped is not block:
                block.find_slopes()
                self.sloped = block
            up, power = block.error_signals(up, power, self.power)
            if weights:
                block.weight_gradients(self.ones)
            if watch:
                watch(block)
        return up

    def restore(self, squares: bool = False, limit: float | Exact = np.inf) -> None:
        """Give grad its true scale; what is too small to compute with (or to square) becomes 0.

        A replica's gradient that is longer than `limit`, one for all or (R,), is shortened to it
        (Pascanu et al. 2013), even one that is too long for its number type.
        """
        unlimited = isinstance(limit, float) and limit == np.inf
        if unlimited and not self.power.any():
            return
        share = 1.0 if unlimited else self.clipping(limit)
        negligible = (NEGLIGIBLE_SQUARED if squares else NEGLIGIBLE)[self.grad.itemsize]
        factor = np.where(self.power > negligible, 0.0, np.ldexp(share, -self.power))
        factor = factor.astype(self.dtype)
        for (_, _, grad), places in zip(self.gradients, self.places, strict=True):
            grad *= factor[places, :, None, None]

    def clipping(self, limit: float | Exact) -> Exact:
        """What each replica's gradient is to be multiplied by, (R,)."""
        length, share = self.gradient_norm(), np.ones(len(self.seeds))
        return np.divide(limit, length, out=share, where=length > limit)

    def gradient_norm(self) -> Exact:
        """‖∂J/∂θ‖, (R,), of gradients still scaled."""
        if not self.power.any():
            return norms(self.grad)
        parts = [
            np.ldexp(norms(flat(grad)), -self.power[places])
            for (_, _, grad), places in zip(self.gradients, self.places, strict=True)
        ]
        return norms(np.concatenate(parts).T)


def of_each(architecture: Architecture | Sequence[Architecture], count: int) -> list[Architecture]:
    """Each replica's architecture."""
    return [architecture] * count if isinstance(architecture, Architecture) else [*architecture]
