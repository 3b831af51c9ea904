"""Second moments carried through a whole architecture, forward and back.

Forward, a layer's Gaussian pre-activation gives the averages of its activation. What was met on
the way is kept on a tape; ln E (∂J/∂A)², given at the output, is then carried back along it:

    an activation   multiplies by E g′²
    weights         multiply by fan_out × the variance of a weight, for all units alike
    normalization   divides by the variance it divides by
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
from .mean_field import activation_and_slope, averages, normal_quantiles
from .routes import Passage, travel

WEIGHT_VARIANCE: dict[str, Callable[[int, int], float]] = {
    "lecun": lambda fan_in, fan_out: 1 / fan_in,
    "xavier": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he": lambda fan_in, fan_out: 2 / fan_in,
    "xavier_uniform": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he_uniform": lambda fan_in, fan_out: 2 / fan_in,
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


class Propagation(Passage[Signal, Exact]):
    """Forward through the hidden layers, then `backward` along the tape.

    Lists have an entry a hidden layer: q the variance of the Gaussian g is applied to, fed what
    the weights multiply, slope E g′², output, and after `backward` ln E (∂J/∂(A W + b))² as
    log_dense, and the same behind the normalization, where it is measured, as log_delta.
    """

    def __init__(self, a: Architecture, examples: Exact) -> None:
        self.a, self.g = a, activation(a.activation, a.slope)
        nothing = np.zeros_like(examples)
        self.q, self.fed, self.slope = ([nothing] * a.depth for _ in range(3))
        self.log_dense, self.log_delta = ([nothing] * a.depth for _ in range(2))
        self.output = [Signal(nothing, nothing, nothing)] * a.depth
        self.paths = Paths(self) if a.skip == "identity" and a.skip_placement == "inside" else None
        self.joints = {0, *(block[-1] for block in skip_blocks(a))}
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
        return weight_variance(self.a, fan_in, fan_out)

    # Each returns what it does to the signal, and tapes what it does back.

    def dense(self, i: int, fed: Signal) -> Exact:
        """The variance of Z = A W + b."""
        a = self.a
        fan_in = a.inputs if i == 0 else a.width
        variance = self.weight_variance(fan_in, a.width)
        self.tape.append(partial(np.add, np.log(a.width * variance)))
        self.tape.append(log_mean_exp)
        self.read(self.log_dense, i)
        self.fed[i] = fed.square
        if a.norm != "batch":
            return fan_in * variance * fed.square + a.bias_std**2
        return fan_in * variance * fed.varying

    def normalize(self, Z: Exact) -> Exact:
        """The variance after a normalization, 1 but for ε; as it came without one."""
        if self.a.norm == "none":
            return Z
        divisor = Z + self.a.norm_eps
        self.tape.append(partial(np.add, -np.log(divisor)[:, None]))
        return Z / divisor

    def mark(self, i: int) -> None:
        self.read(self.log_delta, i)

    def read(self, into: list[Exact], i: int) -> None:
        """Write the error signal's ln mean square down on the way back."""

        def write(up: Exact) -> Exact:
            into[i] = log_mean_exp(up)[:, 0]
            return up

        self.tape.append(write)

    def activate(self, i: int, Z: Exact) -> Signal:
        """The averages of g(Z), Z Gaussian of this variance."""
        if self.paths and i in self.joints:
            return self.paths.activate(i, Z)
        of = averages(self.g, Z)
        self.q[i], self.slope[i] = Z, of.slope
        self.tape.append(partial(np.add, np.log(of.slope)[:, None]))
        self.output[i] = Signal(of.mean, of.square, of.variance)
        return self.output[i]

    def argument(self, i: int, fed: Signal) -> Exact:
        """The variance of norm(A W + b), where layer i is measured.

        Batch normalization lets no error signal through that all examples have in common, and
        with that, only what varies among the examples counts of what the weights are fed.
        """
        Z = super().argument(i, fed)
        if self.a.norm == "batch":
            self.fed[i] = fed.varying
        return Z

    def enter(self) -> None:
        self.tape.append(lambda up: np.logaddexp(up, self.around.pop()))

    def leave(self) -> None:
        def part(up: Exact) -> Exact:
            self.around.append(up + np.log(shortcut_gain(self.a)))
            return up + np.log(self.a.skip_scale**2)

        self.tape.append(part)

    def outside(self, i: int, kept: Signal, branch: Signal) -> Signal:
        if self.a.skip != "identity":
            kept = kept.project(shortcut_gain(self.a))
        self.output[i] = kept.add(branch, self.a.skip_scale)
        return self.output[i]

    def stream(self, kept: Exact, branch: Exact) -> Exact:
        return shortcut_gain(self.a) * kept + self.a.skip_scale**2 * branch

    def inside(self, kept: Signal, branch: Exact) -> Exact:
        """Behind a projection Gaussian; else the units, followed one by one, keep A_skip."""
        around = 0.0 if self.paths else shortcut_gain(self.a) * kept.square
        return self.a.skip_scale**2 * branch + around


def weight_variance(a: Architecture, fan_in: int, fan_out: int) -> float:
    """The variance of a weight, the gain included."""
    return a.gain * a.gain * WEIGHT_VARIANCE[a.init](fan_in, fan_out)


def shortcut_gain(a: Architecture) -> float:
    """What a skip multiplies a second moment by: 1, or a projection's σ²."""
    return 1.0 if a.skip == "identity" else a.width * weight_variance(a, a.width, a.width)


def log_mean_exp(up: Exact) -> Exact:
    """ln of the mean of e^up over the second axis, which stays."""
    return np.logaddexp.reduce(up, axis=1, keepdims=True) - np.log(up.shape[1])


PATHS = 8192
"""Units followed one by one where they are not Gaussian: averages are then good to 1e-3."""


def propagate(a: Architecture, examples: Exact) -> Propagation:
    """The forward pass of groups of examples with these mean squares."""
    p = Propagation(a, examples)
    travel(p, Signal(np.zeros_like(examples), examples, examples))
    return p


class Paths:
    """Units followed one by one: A + s √q z is not Gaussian where A = g(…) is not.

    What a unit is fed besides A is Gaussian and independent of all it knew, so that a fresh z for
    each unit and layer says all; z are the normal distribution's quantiles, in random order.
    """

    def __init__(self, p: Propagation) -> None:
        self.p = p
        self.z, self.rng = normal_quantiles(PATHS), np.random.default_rng(0)
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
