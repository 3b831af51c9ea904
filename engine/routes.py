"""The signal's way through an architecture: skips around layers, or none."""

from functools import partial

import numpy as np

from .architecture import Architecture
from .arrays import Exact
from .composition import blocks
from .mean_field import units
from .propagation import Propagation, Signal

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
    for block in blocks(p.a):
        p.enter()
        branch = signal
        for i in block:
            branch = p.layer(i, branch)
        p.leave()
        kept = signal if p.a.skip == "identity" else signal.projected(p.shortcut)
        signal = p.output[block[-1]] = kept.add(branch, p.a.skip_scale)


def preactivation(p: Propagation, signal: Signal) -> None:
    """A_skip + s (g(A) W + b), on a stream that stays Gaussian."""
    stream = p.dense(0, signal)
    p.mark(0)
    for block in blocks(p.a):
        p.enter()
        branch = stream
        for i in block:
            branch = p.dense(i, p.activate(i - 1, p.normalise(i - 1, branch)))
            if i < block[-1]:
                p.mark(i)
        p.leave()
        stream = p.shortcut * stream + p.a.skip_scale**2 * branch
        p.mark(block[-1])
    p.activate(p.a.depth - 1, p.normalise(p.a.depth - 1, stream))


def inside(p: Propagation, signal: Signal) -> None:
    """g(s (A W + b) + A_skip): behind a projection Gaussian, else followed unit by unit."""
    activate = p.activate if p.a.skip != "identity" else Paths(p).activate
    signal = activate(0, p.argument(0, signal))
    for block in blocks(p.a):
        p.enter()
        branch = signal
        for i in block[:-1]:
            branch = p.layer(i, branch)
        q = p.normalise(block[-1], p.dense(block[-1], branch))
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
        self.A, S = units(self.p.g, np.sqrt(q)[:, None] * self.rng.permutation(self.z) + self.A)
        slope = np.square(S)
        self.p.q[i], self.p.slope[i] = q, slope.mean(axis=1)
        self.p.tape.append(partial(np.add, np.log(slope)))
        mean, square = self.A.mean(axis=1), np.square(self.A).mean(axis=1)
        self.p.output[i] = Signal(mean, square, square - mean**2)
        return self.p.output[i]


ROUTES = {"inside": inside, "outside": outside, "preactivation": preactivation}
