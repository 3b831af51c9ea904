"""A network: layers, one flat theta, one flat grad, and error signals kept near 1.

A vanishing gradient would underflow on its way down: after 60 sigmoid layers float32 has no normal
numbers left for it, and its square, the norm, is gone after 30. So wherever the error signal has
drifted far from 1 it is multiplied by a power of two, which rounds nothing, and the exponent is
kept: what a layer stores is Δ 2^power. Norms are taken from the stored arrays and scaled back in
float64; gradients get their true scale back before the optimizer sees them.
"""

from collections.abc import Sequence
from math import prod

import numpy as np

from .activations import activation
from .architecture import Architecture
from .arrays import CACHED, Array, Exact, Integers, flat, norms
from .composition import compose
from .data import BIAS_STREAM, SHORTCUT_STREAM, WEIGHT_STREAM, generators
from .initializers import INITIALIZERS
from .layers import Activate, Dense, Product, Shape
from .layout import bind, kinds, runs, size, views
from .powers import bring_near_one
from .recurrence import Recurrent

EVERY = 4
"""Items between two looks at the error signal's norm: float32 bears four layers at any gain in
use, unless they are saturated, when one may take all it bears."""
SATURATED = 1e-2
"""Slopes whose root mean square is below this share of the steepest came from outputs so close to
their limits that rounding has taken the slopes' digits."""
AUDIBLE = {4: (1e-25, 1e25), 8: (1e-290, 1e290)}
"""By bytes a number: norms of activations between which products with error signals keep their
digits."""
NEGLIGIBLE = {4: 100, 8: 960}
"""By bytes a number: the exponent from which a gradient's entries leave the normal numbers. It
becomes
exactly 0, as it does in any training of this type, and nothing computes with subnormal numbers."""
NEGLIGIBLE_SQUARED = {4: 46, 8: 460}
"""The same for optimizers that square gradients. Their ε, 1e-8, has drowned such a gradient long
before."""


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
    ) -> None:
        """Draw a network for batches of `batch` samples.

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
        self.leaves = [leaf for item in self.items for leaf in item.leaves()]
        self.place = {leaf: i for i, item in enumerate(self.items) for leaf in item.leaves()}
        self.recurrent = [(i, x) for i, x in enumerate(self.items) if isinstance(x, Recurrent)]
        self.power = np.zeros((len(self.items), len(seeds)), np.int64)
        self.X: Array | None = None
        self.products: Sequence[Product] = ()
        self.every, self.sloped = EVERY, False
        self.lay_out(source)
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
        buffers = kinds(self.leaves, lambda leaf: leaf.buffers(self.batch * leaf.rows))
        for (name, shape), owners in buffers.items():
            bind(owners, name, np.zeros((len(owners), R, *shape), self.dtype))
        self.activates = [leaf for leaf in self.leaves if isinstance(leaf, Activate)]
        self.slopes: list[Product] = []
        self.slope_squares = np.zeros((len(self.activates), R), self.dtype)
        low = [(SATURATED * self.g.steepest) ** 2 * a.S[0].size for a in self.activates]
        self.low_squares = np.array(low, self.dtype)[:, None]
        self.saturated: list[Activate] = []
        self.Delta = np.zeros_like(self.output.Z)

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
            self.X, self.products = X, ()
        A, self.sloped = X, False
        for item in self.items:
            A = item.forward(A)
        return A

    def out_of_range(self, X: Array) -> bool:
        """True where a layer's output for X is so faint or so loud that its number type loses
        digits.

        Error signals are kept near 1, activations are not: ReLU with weights too small loses a
        factor
        a layer forward too. Such a network wants a wider type.
        """
        with np.errstate(all="ignore"):
            self.forward(X)
            loudness = np.stack([norms(flat(tap.output.out)) for tap in self.taps])
        low, high = AUDIBLE[self.theta.itemsize]
        return bool((((loudness < low) & (loudness > 0)) | ~(loudness < high)).any())

    def backward(self, Delta: Array, power: Integers | int = 0) -> Array:
        """All error signals and gradients, from Delta = ∂J/∂Z of the output; grad stays scaled.

        `power` is the exponent Delta comes with. What reaches the input is returned (where
        `input_gradient` asks for it), with the exponent power[0].
        """
        up = self.error_signals(Delta, power)
        self.weight_gradients()
        return up

    def error_signals(self, Delta: Array, power: Integers | int = 0) -> Array:
        """`backward` without the gradients of the weights."""
        if not self.sloped:
            self.find_slopes()
        up = Delta
        for top in range(len(self.items), 0, -self.every):
            some = slice(max(0, top - self.every), top)
            power = power + bring_near_one(up)
            self.power[some] = power
            for item in reversed(self.items[some]):
                up = item.backward(up)
        for i, layer in self.recurrent:
            self.power[i] += layer.shift
        return up

    def find_slopes(self) -> None:
        """S = g′(Z) of all layers, like ones by one call: no error signal is needed for them.

        They are taken anew where they turn out to have lost their digits.
        """
        if not self.slopes:
            each = list(runs([(a.Z, a.A, a.S) for a in self.activates], CACHED))
            self.slopes = [
                (*arrays, flat(arrays[-1]), self.slope_squares[at]) for at, arrays in each
            ]
        for Z, A, S, X, squares in self.slopes:
            self.g.slope(Z, A, S)
            np.vecdot(X, X, out=squares)
        self.sloped = True
        if self.g.tail:
            self.take_tails()

    def take_tails(self) -> None:
        """The slopes of saturated layers anew, with all their digits."""
        for layer in self.saturated:
            layer.saturated = False
        low = (self.slope_squares < self.low_squares).any(axis=1)
        places = np.flatnonzero(low).tolist()
        self.saturated = [self.activates[i] for i in places]
        for i in places:
            self.activates[i].take_tail(self.slope_squares[i])
        self.every = 1 if places else EVERY

    def weight_gradients(self) -> None:
        """∂J/∂W = Aᵀ Δ and ∂J/∂b = 1ᵀ Δ, for all layers of one shape at once.

        The layers' arrays never move, so what is multiplied with what is found out once for X.
        """
        if not self.products:
            self.products = self.find_products()
        for left, right, out in self.products:
            np.matmul(left, right, out=out)

    def find_products(self) -> list[Product]:
        products: list[Product] = []
        R, rows = len(self.seeds), {leaf.rows for leaf in self.leaves}
        ones = {count: np.ones((R, 1, self.batch * count), self.dtype) for count in rows}
        for name, owners, _ in self.gradients:
            denses = [leaf for leaf in owners if isinstance(leaf, Dense)]
            each = [dense.products(ones[dense.rows])[name] for dense in denses]
            for column in zip(*each, strict=True):
                products += [product for _, product in runs(column)]
        return products

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
