"""Derivatives against finite differences: of a function of numbers, of a loss, of a network.

The five-point rule (f(x - 2h) - 8 f(x - h) + 8 f(x + h) - f(x + 2h))/(12 h) is off by about h⁴ and
by rounding, where f is smooth.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator

from ..numerics import Array, Exact, Mask
from .losses import Loss
from .network import Network

STEP = 1e-4
STENCIL = ((-2, 1.0), (-1, -8.0), (1, 8.0), (2, -1.0))
"""Steps, and what the function's value there counts."""
TOLERANCE = 1e-6
ROUNDING = 1e-9
ASIDE = 50 * STEP
"""A kink is at one place: a derivative is only wrong where it is wrong on both sides of it."""
TRIES = 20


class Mismatch(NamedTuple):
    """Where a derivative is not what finite differences say."""

    at: str
    stated: float
    found: float


def five_point(f: Callable[[float], Any], h: float = STEP) -> Exact:
    """The slope at 0 of f, in the shape of its values."""
    return np.sum([weight * f(step * h) for step, weight in STENCIL], axis=0) / (12 * h)


def differs(stated: Exact, found: Exact, size: Array | float = 0.0) -> Mask:
    """Where two slopes are further apart than finite differences can be wrong; `size` is that of
    the function's values, whose rounding is part of it."""
    room = TOLERANCE * (np.abs(stated) + np.abs(found)) + ROUNDING * (1 + np.abs(size))
    return np.logical_not(np.abs(stated - found) <= room)


def derivative_mismatch(
    f: Callable[[Array], Array], slope: Callable[[Array], Array], points: Exact
) -> Mismatch | None:
    """The point (n,) at which f′ is furthest from `slope`, if it is wrong there and beside it."""
    z = np.array([points - ASIDE, points, points + ASIDE])
    stated = np.asarray(slope(z), np.float64)
    found = five_point(lambda step: np.asarray(f(z + step), np.float64))
    wrong = differs(stated, found, f(z)).all(axis=0)
    if not wrong.any():
        return None
    miss = np.where(wrong, np.nan_to_num(np.abs(stated - found)[1], nan=np.inf), -1)
    i = int(miss.argmax())
    return Mismatch(f"{points[i]:.4g}", float(stated[1, i]), float(found[1, i]))


def loss_mismatch(loss: Loss, Z: Exact, target: Exact) -> Mismatch | None:
    """The entry of the output Z (1, N, K) at which ∂J/∂Z is not what finite differences of J say;
    each is looked at in another direction too, as a loss may have kinks."""
    Delta, scratch = np.empty_like(Z), np.empty_like(Z)
    for place in np.ndindex(*Z.shape):
        tried: list[tuple[Exact, Exact]] = []
        for aside in (-ASIDE, 0.0, ASIDE):
            here = Z.copy()
            here[place] += aside
            loss(here, target, Delta)
            unit = np.zeros_like(Z)
            unit[place] = 1.0
            slope = five_point(lambda step: loss(here + step * unit, target, scratch))  # noqa: B023
            tried.append((np.array(Delta[place]), slope[0]))
        if all(differs(stated, found) for stated, found in tried):
            stated, found = map(float, tried[1])
            return Mismatch(f"{Z[place]:.4g}", stated, found)
    return None


class GradientCheck:
    """A network in float64, its batch, and its gradient beside finite differences of its loss."""

    def __init__(self, network: Network, X: Array, target: Array, loss: Loss) -> None:
        """X (1, N, inputs), target (1, N, outputs)."""
        self.network, self.X, self.target, self.loss = network, X, target, loss
        self.evaluate()
        network.backward(network.Delta)
        network.restore()
        self.grad = network.grad.copy()

    def evaluate(self) -> float:
        """The loss."""
        network = self.network
        return float(self.loss(network.forward(self.X), self.target, network.Delta)[0])

    def along(self, direction: Exact) -> tuple[float, bool]:
        """The loss's slope, and whether no unit crossed 0 on the way."""
        network, sides = self.network, list[list[Array]]()
        theta = network.theta.copy()

        def value(step: float) -> float:
            network.theta[...] = theta + step * direction
            J = self.evaluate()
            sides.append([np.sign(layer.Z) for layer in network.activates])
            return J

        slope = float(five_point(value))
        network.theta[...] = theta
        return slope, all(
            np.array_equal(one, other)
            for each in sides
            for one, other in zip(each, sides[0], strict=True)
        )

    def blocks(self) -> Iterator[tuple[str, slice]]:
        """The gradient's blocks: one a kind of parameter and shape."""
        start = 0
        for name, owners, block in self.network.gradients:
            size = block[0, 0].size
            for i in range(len(owners)):
                yield f"{name}{i + 1}", slice(start + i * size, start + (i + 1) * size)
            start += len(owners) * size

    def direction(self, part: slice, rng: Generator) -> Exact:
        """A random direction of length 1 within a block."""
        found = np.zeros_like(self.grad)
        found[:, part] = rng.standard_normal(found[:, part].shape)
        return found / np.linalg.norm(found)

    def mismatch(self, rng: Generator) -> Mismatch | None:
        """A block whose gradient is right along none of some random directions."""
        for name, part in self.blocks():
            tried = [self.slopes(part, rng)]
            while differs(*tried[-1]) and len(tried) < TRIES:
                tried.append(self.slopes(part, rng))
            stated, found = tried[-1]
            if differs(stated, found):
                return Mismatch(name, float(stated), float(found))
        return None

    def slopes(self, part: slice, rng: Generator) -> tuple[Exact, Exact]:
        """Along a random direction within a block: the gradient's part, and the loss's slope."""
        direction = self.direction(part, rng)
        return np.array((self.grad * direction).sum()), np.array(self.along(direction)[0])
