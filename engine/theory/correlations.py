"""What the examples of a batch have in common, carried through a whole architecture.

`propagation` follows examples one by one; here they go together, as the gradient of a batch and
batch normalization ask for. In a wide network the pre-activations of a unit are Gaussian over the
examples too, with a covariance that the inputs decide, and so is the error signal above weights:

    E Z_i Z_j   = fan_in  Var W E A_i A_j + σ_b²      the kernel (Neal 1996, Lee et al. 2018)
    E dA_i dA_j = fan_out Var W E δ_i δ_j             dA = ∂J/∂A, δ = ∂J/∂Z
    E ‖∂J/∂W‖²  = fan_in fan_out (mean over all pairs i, j of E A_i A_j E δ_i δ_j)

What lies between, an activation, a normalization over the batch (Yang et al. 2019, "A mean field
theory of batch normalization") or a skip, is applied to units that are drawn with these
covariances, and averaged over them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..nn.activations import activation
from ..nn.architecture import Architecture
from ..nn.losses import Loss
from ..numerics import Exact, Integers, median
from .mean_field import activation_and_slope, normal_quantiles
from .propagation import shortcut_gain, weight_variance
from .routes import Passage, travel

EXAMPLES = 64
"""Examples of a larger batch that are followed."""
FINE, COARSE = 2048, 512
"""Units that averages are taken over: for a law, good to 1 % a layer, and for no more than how far
examples pull one way."""
REPEATS = 5
"""Where chance decides, the law is the median of this number of draws."""
LARGEST = 1e70
"""Signals that grow further are taken for this."""


@dataclass(frozen=True)
class Batch:
    """Examples, of which a network sees `size` at a time."""

    X: Exact
    """(examples, inputs)"""
    size: int
    target: Exact | None = None
    """(examples, outputs); None where error signals have nothing to go by."""
    loss: Loss | None = None
    """What makes error signals of outputs and targets, where it is one of theirs alone."""

    def draw(self, seed: int) -> "Batch":
        """As many of them as a batch has, EXAMPLES at most, as if drawn from where they came."""
        count = min(self.size, EXAMPLES)
        return self.take(np.random.default_rng(seed).integers(len(self.X), size=count))

    def sample(self) -> "Batch":
        """At most EXAMPLES of them, at random."""
        return self.take(np.random.default_rng(0).permutation(len(self.X))[:EXAMPLES])

    def take(self, at: Integers) -> "Batch":
        """Those of them."""
        target = None if self.target is None else self.target[at]
        return replace(self, X=self.X[at], target=target)

    def directions(self) -> float:
        """How many directions the examples span: (tr Σ)²/tr Σ² of their covariance Σ."""
        spread = np.linalg.svd(self.X - self.X.mean(axis=0), compute_uv=False) ** 2
        return float(spread.sum() ** 2 / (spread @ spread)) if spread.any() else 0.0

    def mean_over_pairs(self, values: Exact) -> float:
        """The mean over all pairs of a batch: one in `size` is of an example with itself.

        A quarter of those at least: what errors of few examples take away is not for a law."""
        count, own = len(values), float(np.trace(values)) / len(values)
        other = (float(values.sum()) / count - own) / max(count - 1, 1)
        return max(own + (self.size - 1) * other, own / 4) / self.size

    def centered_target(self) -> Exact:
        """The targets, less their mean."""
        assert self.target is not None
        return self.target - self.target.mean(axis=0)

    def of_classes(self) -> Exact:
        """E δ_i δ_j at the output, but for the scale, where all examples of a class pull alike and
        the classes against each other; where there are none, each example for itself."""
        if self.target is None:
            return np.eye(len(self.X))
        centered = self.centered_target()
        alike = centered @ centered.T
        return alike / (np.trace(alike) / len(alike)) if alike.any() else np.eye(len(self.X))


@dataclass(frozen=True)
class Units:
    """A number for each unit and example, (units, examples), × e^log."""

    values: Exact
    log: float = 0.0

    def covariance(self) -> Exact:
        """The mean over the units, (examples, examples), without the factor e^(2 log); of the sum,
        where `values` are several parts, (parts, units, examples)."""
        whole = self.whole()
        return whole.T @ whole / len(whole)

    def whole(self) -> Exact:
        """(units, examples)"""
        return self.values if self.values.ndim == 2 else self.values.sum(axis=0)

    def times(self, factor: Exact | float) -> "Units":
        return Units(self.values * factor, self.log)

    def plus(self, other: "Units") -> "Units":
        log = max(self.log, other.log)
        mine, theirs = (x.values * np.exp(x.log - log) for x in (self, other))
        return Units(mine + theirs, log)

    def plain(self) -> "Units":
        """The same without a factor, short of numbers whose squares' products overflow."""
        return Units(np.clip(self.values * np.exp(self.log), -LARGEST, LARGEST))

    @property
    def log_square(self) -> float:
        """ln of the mean square."""
        return float(np.log(np.square(self.whole()).mean())) + 2 * self.log


Move = Callable[[Units], Units]
"""One step back: ∂J/∂A above to ∂J/∂A below."""


class Correlations(Passage[Units, Units]):
    """Forward through the hidden layers, then `backward` along the tape.

    Lists have an entry a hidden layer: slope E g′², output the layer's units, fed E A_i A_j of what
    the weights multiply, and after `backward` log_delta ln E δ², and log_gradient ln of the mean
    over pairs of E A_i A_j E δ_i δ_j; that has an entry for the output layer too.
    """

    def __init__(self, a: Architecture, batch: Batch, units: int, seed: int) -> None:
        self.a, self.g, self.batch = a, activation(a.activation, a.slope), batch
        self.rng = np.random.default_rng(seed)
        self.chance = float(np.sqrt(units / a.width))
        self.normal = white_units(units, len(batch.X), self.rng)
        nothing = Units(np.zeros((1, 1)))
        self.output, self.fed = [nothing] * a.depth, [nothing.values] * a.depth
        self.slope, self.log_delta = [0.0] * a.depth, [0.0] * a.depth
        self.log_gradient = [0.0] * (a.depth + 1)
        self.common = 0.0
        self.ties = ties_units(a)
        self.tape: list[Move] = []
        self.around: list[Units] = []

    def backward(self, common: float) -> None:
        """Carry an error signal of mean square 1 from the output to all layers: the share `common`
        of it is the same for all examples, the rest goes by class."""
        a, top, self.common = self.a, self.output[-1].covariance(), common
        delta = common + (1 - common) * self.batch.of_classes()
        self.log_gradient[-1] = np.log(self.batch.mean_over_pairs(top * delta))
        up = self.weigh(delta, 0.0, a.outputs * weight_variance(a, a.width, a.outputs))
        if self.ties:
            A = self.output[-1].values
            up = self.tie(A, self.chance * (A * up.values).mean(axis=0), up)
        for move in reversed(self.tape):
            up = move(up)

    def gradients_over_delta(self) -> Exact:
        """`grad_norm` over `delta_rms` of every layer."""
        a = self.a
        fan_in = np.array([a.inputs] + [a.width] * a.depth)
        fan_out = np.array([a.width] * a.depth + [a.outputs])
        per_delta = np.array(self.log_gradient) - np.array([*self.log_delta, 0.0])
        return np.sqrt(fan_in * fan_out) * np.exp(per_delta / 2)

    def common_share(self, pull: float) -> float:
        """The share of the output's error signal that all examples have in common, in which
        ‖∂J/∂W‖² there, per weight, is `pull` times E δ²."""
        top = self.output[-1].covariance()
        alike = self.batch.mean_over_pairs(top)
        by_class = self.batch.mean_over_pairs(top * self.batch.of_classes())
        share = (pull - by_class) / (alike - by_class) if alike != by_class else 0.0
        return float(np.clip(share, 0, 1))

    def weigh(self, covariance: Exact, log: float, gain: float) -> Units:
        """Fresh units, of the given covariance × gain, as random weights make them."""
        size = float(np.trace(covariance)) / len(covariance)
        if not size > 0:
            return Units(0 * self.normal, log)
        values, vectors = np.linalg.eigh(covariance / size)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        drawn = self.rng.permutation(self.normal) @ root.T
        return Units(drawn, log + np.log(gain * size) / 2)

    def through(self, fed: Units, gain: float) -> Units:
        """Behind random weights."""
        return self.weigh(fed.covariance(), fed.log, gain)

    def dense(self, i: int, fed: Units) -> Units:
        a = self.a
        fan_in = a.inputs if i == 0 else a.width
        variance = weight_variance(a, fan_in, a.width)
        self.fed[i] = fed.covariance() * np.exp(2 * fed.log)

        def back(up: Units) -> Units:
            up = self.typical(up)
            pairs = self.batch.mean_over_pairs(self.fed[i] * up.covariance())
            self.log_gradient[i] = np.log(pairs) + 2 * up.log
            fresh = self.through(up, a.width * variance)
            if not self.ties or i == 0:
                return fresh
            other, own = up.values
            product = (Z.values * (self.chance * other + own)).mean(axis=0)
            return self.tie(fed.values, product * np.exp(up.log - fresh.log), fresh)

        self.tape.append(back)
        Z = self.weigh(fan_in * variance * self.fed[i] + a.bias_std**2, 0.0, 1.0).plain()
        return Z

    def tie(self, A: Exact, product: Exact, fresh: Units) -> Units:
        """∂J/∂A in two parts: as from `fresh` weights, and what is known of these.

        They made Z = A W, so of each example Z·δ, the `product`, is known, and W δ is
        A (Z·δ)/(A·A) and as from fresh weights across A. The first part is by chance: of n units
        1/n of the whole, in n times more units by so much less, for which `chance` makes up. But
        where A holds what earlier blocks put out, each adds to it, and in the end it outgrows all.
        """
        squares = np.square(A).mean(axis=0)
        across = fresh.values - A * ((A * fresh.values).mean(axis=0) / squares)
        return Units(np.stack([across, A * (product / squares)]), fresh.log)

    def typical(self, up: Units) -> Units:
        """Error signals as large as in most networks of this width.

        Batch normalization divides by the variance of a unit over the batch, which with examples
        in few directions may be near 0: the mean over all units is one of very few, which most
        networks do not have.
        """
        squares = np.square(up.values).mean(axis=1)
        groups = len(squares) // self.a.width
        if self.a.norm != "batch" or groups < 4:
            return up
        each = (
            self.rng.permutation(squares)[: groups * self.a.width].reshape(groups, -1).mean(axis=1)
        )
        return up.times(np.sqrt(median(each) / squares.mean())) if squares.any() else up

    def normalize(self, Z: Units) -> Units:
        axis = {"none": None, "batch": 1, "layer": 0}[self.a.norm]
        if axis is None:
            return Z
        X = Z.values - Z.values.mean(axis=axis, keepdims=True)
        divisor = np.sqrt(np.square(X).mean(axis=axis, keepdims=True) + self.a.norm_eps)
        X /= divisor

        def back(up: Units) -> Units:
            D = up.values
            if axis == 1:
                D = D - D.mean(axis=1, keepdims=True) - X * (D * X).mean(axis=1, keepdims=True)
            return Units(D / divisor, up.log)

        self.tape.append(back)
        return Units(X)

    def mark(self, i: int) -> None:
        def read(up: Units) -> Units:
            self.log_delta[i] = up.log_square
            return up

        self.tape.append(read)

    def activate(self, i: int, Z: Units) -> Units:
        A, S = activation_and_slope(self.g, Z.values)
        self.slope[i] = float(np.square(S).mean())
        self.tape.append(lambda up: up.times(S))
        self.output[i] = Units(A)
        return self.output[i]

    def enter(self) -> None:
        self.tape.append(lambda up: up.plus(self.around.pop()))

    def leave(self) -> None:
        def part(up: Units) -> Units:
            self.around.append(self.shortcut(up))
            return up.times(self.a.skip_scale)

        self.tape.append(part)

    def shortcut(self, kept: Units) -> Units:
        """What goes around a block: as it is, or behind a projection's weights."""
        return kept if self.a.skip == "identity" else self.through(kept, shortcut_gain(self.a))

    def join(self, kept: Units, branch: Units) -> Units:
        return self.shortcut(kept).plus(branch.times(self.a.skip_scale)).plain()

    def outside(self, i: int, kept: Units, branch: Units) -> Units:
        self.output[i] = self.join(kept, branch)
        return self.output[i]

    def stream(self, kept: Units, branch: Units) -> Units:
        return self.join(kept, branch)

    def inside(self, kept: Units, branch: Units) -> Units:
        return self.join(kept, branch)


def white_units(units: int, examples: int, rng: np.random.Generator) -> Exact:
    """(units, examples): normally distributed, of mean 0, variance 1 and no correlation, exactly.

    Each example's are the quantiles of the normal distribution in random order, and each unit has
    its mirror image; what is still correlated is taken out.
    """
    half = units // 2
    # The positive half, each with a sign of its own, has mean square 1 as the whole has.
    z = np.abs(normal_quantiles(units)[half:])
    signs = rng.choice([-1.0, 1.0], (half, examples))
    drawn = rng.permuted(np.tile(z[:, None], (1, examples)), axis=0) * signs
    values, vectors = np.linalg.eigh(drawn.T @ drawn / half)
    white = drawn @ (vectors / np.sqrt(values)) @ vectors.T
    return np.concatenate([white, -white])


def ties_units(a: Architecture) -> bool:
    """Whether weights and error signals may not be taken as independent: on a stream that holds
    what the weights' own products put into it."""
    return a.skip == "identity" and a.skip_placement != "preactivation" and a.norm == "none"


def correlate(
    a: Architecture, batch: Batch, pull: float | None = None, units: int = FINE, seed: int = 0
) -> Correlations:
    """A batch's way through the network and back, from an error signal of mean square 1 at the
    output.

    pull: ‖∂J/∂W‖² of the output layer per weight there, over E δ²; without it, error signals of
    the output go by class alone.
    """
    p = Correlations(a, batch.sample(), units, seed)
    travel(p, Units(p.batch.X.T))  # for the covariance it is all one what the inputs are units of
    p.backward(0.0 if pull is None else p.common_share(pull))
    return p
