"""Second moments carried through a whole architecture, forward and back.

Forward, a layer's Gaussian pre-activation gives the averages of its activation. What was met on
the way is kept on a tape; ln E (∂J/∂A)², given at the output, is then carried back along it:

    an activation   multiplies by E g′²
    weights         multiply by fan_out × the variance of a weight, for all units alike
    normalisation   divides by the variance it divides by
    a skip          adds what went around the branch to what came through it

These hold because weights have mean 0 and are taken as independent of the error signal, which is
good to O(1/width) (Yang & Schoenholz 2017, "gradient independence").
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..nn.activations import activation
from ..nn.architecture import Architecture
from ..nn.assembly import skip_blocks
from ..numerics import Exact
from .mean_field import activation_and_slope, averages

WEIGHT_VARIANCE: dict[str, Callable[[int, int], float]] = {
    "lecun": lambda fan_in, fan_out: 1 / fan_in,
    "xavier": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he": lambda fan_in, fan_out: 2 / fan_in,
    "uniform": lambda fan_in, fan_out: 1 / (3 * fan_in),
    "normal": lambda fan_in, fan_out: 1.0,
    "orthogonal": lambda fan_in, fan_out: 1 / max(fan_in, fan_out),
}
"""The variance of a weight; `identity` draws none, and the theory has nothing to say of it."""


@dataclass(frozen=True)
class Signal:
    """Moments of what a layer puts out, (examples,) each."""

    mean: Exact
    square: Exact
    varying: Exact
    """Variance over the batch, unit by unit; followed right only where BatchNorm needs it."""

    def add(self, branch: "Signal", scale: float) -> "Signal":
        """This signal + scale × a branch whose weights, of mean 0, no unit of this one knows."""
        square = self.square + 2 * scale * self.mean * branch.mean + scale**2 * branch.square
        varying = self.varying + scale**2 * branch.varying
        return Signal(self.mean + scale * branch.mean, square, varying)

    def project(self, gain: float) -> "Signal":
        """This signal through random weights of variance gain / fan_in."""
        return Signal(0 * self.mean, gain * self.square, gain * self.varying)


Move = Callable[[Exact], Exact]
"""One step back: ln E (∂J/∂A)² above to ln E (∂J/∂A)² below, (examples, paths or 1)."""


class Propagation:
    """Forward through the hidden layers, then `backward` along the tape.

    Lists have an entry a hidden layer: q the variance of the Gaussian g is applied to, fed what
    the weights multiply, spread what a normalisation between them and where δ is measured divides
    by, slope E g′², output, and after `backward` log_delta = ln E δ².
    """

    def __init__(self, a: Architecture, examples: Exact) -> None:
        self.a, self.g = a, activation(a.activation, a.slope)
        nothing = np.zeros_like(examples)
        self.q, self.fed, self.slope, self.log_delta = ([nothing] * a.depth for _ in range(4))
        self.spread = [nothing + 1] * a.depth
        self.output = [Signal(nothing, nothing, nothing)] * a.depth
        self.tape: list[Move] = []
        self.around: list[Exact] = []

    def backward(self, output_delta: float) -> None:
        """Carry an error signal, whose root mean square at the output is given, to all layers."""
        a = self.a
        gain = a.outputs * self.weight_variance(a.width, a.outputs)
        up = np.full((len(self.q[0]), 1), np.log(output_delta**2 * gain))
        for move in reversed(self.tape):
            up = move(up)

    def weight_variance(self, fan_in: int, fan_out: int) -> float:
        return self.a.gain**2 * WEIGHT_VARIANCE[self.a.init](fan_in, fan_out)

    @property
    def shortcut(self) -> float:
        """What a skip multiplies a second moment by: 1, or a projection's σ²."""
        a = self.a
        return 1.0 if a.skip == "identity" else a.width * self.weight_variance(a.width, a.width)

    # What a layer is made of: each returns what it does to the signal, and tapes what it does back.

    def dense(self, i: int, fed: Signal) -> Exact:
        """The variance of Z = A W + b."""
        a = self.a
        fan_in = a.inputs if i == 0 else a.width
        variance = self.weight_variance(fan_in, a.width)
        self.tape.append(partial(np.add, np.log(a.width * variance)))
        self.tape.append(log_mean_exp)
        self.fed[i] = fed.square
        if a.norm != "batch":
            return fan_in * variance * fed.square + a.bias_std**2
        return fan_in * variance * fed.varying

    def normalise(self, variance: Exact) -> Exact:
        """The variance after a normalisation, 1 but for ε; as it came without one."""
        if self.a.norm == "none":
            return variance
        divisor = self.divisor(variance)
        self.tape.append(partial(np.add, -np.log(divisor)[:, None]))
        return variance / divisor

    def divisor(self, variance: Exact) -> Exact:
        """What a normalisation divides the variance by; 1 without one."""
        return variance + self.a.norm_eps if self.a.norm != "none" else np.ones_like(variance)

    def mark(self, i: int) -> None:
        """Here the error signal of layer i is measured."""

        def read(up: Exact) -> Exact:
            self.log_delta[i] = log_mean_exp(up)[:, 0]
            return up

        self.tape.append(read)

    def activate(self, i: int, q: Exact) -> Signal:
        """A = g(Z), Z Gaussian of variance q."""
        of = averages(self.g, q)
        self.q[i], self.slope[i] = q, of.slope
        self.tape.append(partial(np.add, np.log(of.slope)[:, None]))
        self.output[i] = Signal(of.mean, of.square, of.variance)
        return self.output[i]

    def argument(self, i: int, fed: Signal) -> Exact:
        """The variance of norm(A W + b), where layer i is measured.

        Batch normalisation lets no error signal through that all examples have in common, and
        with that, only what varies among the examples counts of what the weights are fed.
        """
        variance = self.dense(i, fed)
        if self.a.norm == "batch":
            self.fed[i] = fed.varying
        self.spread[i] = self.divisor(variance)
        q = self.normalise(variance)
        self.mark(i)
        return q

    def layer(self, i: int, fed: Signal) -> Signal:
        """g(norm(A W + b))."""
        return self.activate(i, self.argument(i, fed))

    def enter(self) -> None:
        """A block begins: what went around meets what came through."""
        self.tape.append(lambda up: np.logaddexp(up, self.around.pop()))

    def leave(self) -> None:
        """A block ends: the error signal parts."""

        def part(up: Exact) -> Exact:
            self.around.append(up + np.log(self.shortcut))
            return up + np.log(self.a.skip_scale**2)

        self.tape.append(part)


def log_mean_exp(up: Exact) -> Exact:
    """ln of the mean of e^up over the second axis, which stays."""
    return np.logaddexp.reduce(up, axis=1, keepdims=True) - np.log(up.shape[1])


PATHS = 8192
"""Units followed one by one where they are not Gaussian: averages are then good to 1e-3."""


def propagate(a: Architecture, examples: Exact) -> Propagation:
    """The forward pass of groups of examples with these mean squares."""
    p = Propagation(a, examples)
    route = standard if a.skip == "none" else ROUTES[a.skip_placement]
    route(p, Signal(np.zeros_like(examples), examples, examples))
    return p


def standard(p: Propagation, signal: Signal) -> None:
    """Layers without skips."""
    for i in range(p.a.depth):
        signal = p.layer(i, signal)


def outside(p: Propagation, signal: Signal) -> None:
    """A_skip + s g(A W + b)."""
    signal = p.layer(0, signal)
    for block in skip_blocks(p.a):
        p.enter()
        branch = signal
        for i in block:
            branch = p.layer(i, branch)
        p.leave()
        kept = signal if p.a.skip == "identity" else signal.project(p.shortcut)
        signal = p.output[block[-1]] = kept.add(branch, p.a.skip_scale)


def preactivation(p: Propagation, signal: Signal) -> None:
    """A_skip + s (g(A) W + b), on a stream that stays Gaussian."""
    stream = p.dense(0, signal)
    p.mark(0)
    for block in skip_blocks(p.a):
        p.enter()
        branch = stream
        for i in block:
            branch = p.dense(i, p.activate(i - 1, p.normalise(branch)))
            p.mark(i)
        p.leave()
        stream = p.shortcut * stream + p.a.skip_scale**2 * branch
    p.activate(p.a.depth - 1, p.normalise(stream))


def inside(p: Propagation, signal: Signal) -> None:
    """g(s (A W + b) + A_skip): behind a projection Gaussian, else followed unit by unit."""
    activate = p.activate if p.a.skip != "identity" else Paths(p).activate
    signal = activate(0, p.argument(0, signal))
    for block in skip_blocks(p.a):
        p.enter()
        branch = signal
        for i in block[:-1]:
            branch = p.layer(i, branch)
        variance = p.dense(block[-1], branch)
        p.spread[block[-1]] = p.divisor(variance)
        q = p.normalise(variance)
        p.leave()
        p.mark(block[-1])
        kept = 0.0 if p.a.skip == "identity" else p.shortcut * signal.square
        signal = activate(block[-1], p.a.skip_scale**2 * q + kept)


class Paths:
    """Units followed one by one: A + s √q z is not Gaussian where A = g(…) is not.

    What a unit is fed besides A is Gaussian and independent of all it knew, so that a fresh z for
    each unit and layer says all; z are the normal distribution's quantiles, in random order.
    """

    def __init__(self, p: Propagation) -> None:
        from statistics import NormalDist  # here, as it is slow to load and few skips need it

        self.p = p
        shares = (np.arange(PATHS) + 0.5) / PATHS
        z = np.array([NormalDist().inv_cdf(s) for s in shares.tolist()])
        self.z, self.rng = z / z.std(), np.random.default_rng(0)
        self.A = np.zeros((1, PATHS))

    def activate(self, i: int, q: Exact) -> Signal:
        """The next layer of every unit, g(√q z + A)."""
        self.A, S = activation_and_slope(
            self.p.g, np.sqrt(q)[:, None] * self.rng.permutation(self.z) + self.A
        )
        slope = np.square(S)
        self.p.q[i], self.p.slope[i] = q, slope.mean(axis=1)
        self.p.tape.append(partial(np.add, np.log(slope)))
        mean, square = self.A.mean(axis=1), np.square(self.A).mean(axis=1)
        self.p.output[i] = Signal(mean, square, square - mean**2)
        return self.p.output[i]


ROUTES = {"inside": inside, "outside": outside, "preactivation": preactivation}
