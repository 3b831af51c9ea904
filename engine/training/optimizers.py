"""Optimizers on flat vectors theta and grad (R, P), whatever the layers.

`update(theta, grad, step)` writes into `step` what is to be *subtracted* from theta for the
gradient's sake; `decay_weights` adds what is subtracted whatever the gradient is. All are (R, P),
and `grad` may be used as scratch; `parts` says where its numbers may be subnormal.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from math import log
from typing import ClassVar, Self

import numpy as np

from ..numerics import WHOLE, Array, Exact, Parts, aligned_zeros


@dataclass(frozen=True)
class Settings:
    """Learning rate and constants of all optimizers, under their usual names."""

    rate: float | Array = 0.1
    """Or (R, 1), in theta's own type: one a replica."""
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    decay: float = 0.99
    """RMSprop's memory of squared gradients."""
    eps: float = 1e-8
    weight_decay: float | Array = 0.01
    """AdamW's, apart from the gradient; or (R, 1), as the rate."""


class Optimizer(ABC):
    """A rule that turns gradients into steps; `t` counts those it has made."""

    squares: ClassVar[bool] = False
    """True where it squares gradients and divides by a root beside ε."""
    decays: ClassVar[bool] = False
    """True where `decay_weights` adds to the step."""

    def __init__(self, settings: Settings, like: Array) -> None:
        self.settings, self.t = settings, 0
        self.memories = [Memory(like, factor) for factor in self.factors(settings)]
        self.small_eps = self.squares and settings.eps < SMALL_EPS and like.itemsize < 8
        self.wide: Exact | None = None

    def factors(self, settings: Settings) -> Sequence[float]:
        """What each of its memories fades by in a step."""
        del settings
        return ()

    def update(self, theta: Array, grad: Array, step: Array, parts: Parts = WHOLE) -> None:
        """Write the step to subtract from theta."""
        del theta
        self.t += 1
        arrays = grad, step, *(memory.value for memory in self.memories)
        for rows, columns, faint in EVERYWHERE if self.small_eps else parts:
            some = arrays if parts is WHOLE else [X[rows, columns] for X in arrays]
            rule = self.of(rows).rule
            if faint:
                self.rule_in_float64(rule, *some)
                continue
            for memory in self.memories:
                memory.settle(self.t, rows, columns)
            rule(*some)

    def of(self, rows: slice) -> Self:
        """The optimizer of some replicas alone, with the rates that they have."""
        if rows == slice(None):
            return self
        own, stated = copy(self), self.settings
        own.settings = replace(
            stated,
            rate=of_rows(stated.rate, rows),
            weight_decay=of_rows(stated.weight_decay, rows),
        )
        return own

    def rule_in_float64(self, rule: Callable[..., None], *arrays: Array) -> None:
        """A rule in float64, some columns at a time, and what it writes rounded to float32."""
        R = len(arrays[0])
        if self.wide is None or self.wide.shape[1] < R:
            self.wide = np.empty((len(arrays), R, AT_ONCE))
        for start in range(0, arrays[0].shape[1], AT_ONCE):
            some = [X[:, start : start + AT_ONCE] for X in arrays]
            wide = self.wide[:, :R, : some[0].shape[1]]
            for i in (0, *range(2, len(some))):  # all but the step, which is only written
                wide[i] = some[i]
            rule(*wide)
            for X, exact in zip(some[1:], wide[1:], strict=True):
                X[...] = exact

    @abstractmethod
    def rule(self, g: Array, step: Array, *memories: Array) -> None:
        """Write the step, in arrays of one type and shape."""

    @property
    def shrinkage(self) -> float | Array | None:
        """The share of the weights that decays in a step; None where none does."""
        return self.settings.rate * self.settings.weight_decay if self.decays else None

    def decay_weights(self, theta: Array, grad: Array, step: Array) -> None:
        """Add weight decay to the step, where weights decay; `grad` is scratch."""
        if self.shrinkage is not None:
            np.multiply(theta, self.shrinkage, out=grad)
            step += grad

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """How long step k (from 1) is where the gradient stays as it is, in any unit that is the
        same for all k; `gradient` is the size of its entries. Here: all steps are alike."""
        del settings
        return np.ones(np.broadcast_shapes(k.shape, gradient.shape))


class SGD(Optimizer):
    """step = η g."""

    def rule(self, g: Array, step: Array, *memories: Array) -> None:
        del memories
        np.multiply(g, self.settings.rate, out=step)


class Momentum(Optimizer):
    """v ← μ v + g; step = η v (Polyak 1964)."""

    def factors(self, settings: Settings) -> Sequence[float]:
        return [settings.momentum]

    def rule(self, g: Array, step: Array, *memories: Array) -> None:
        (v,) = memories
        v *= self.settings.momentum
        v += g
        np.multiply(v, self.settings.rate, out=step)

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """v rises to g/(1 - μ)."""
        return 1 - settings.momentum**k + 0 * gradient


class Nesterov(Momentum):
    """v ← μ v + g; step = η (g + μ v) (Nesterov 1983, as Sutskever et al. 2013 write it)."""

    def rule(self, g: Array, step: Array, *memories: Array) -> None:
        super().rule(g, step, *memories)
        step *= self.settings.momentum
        g *= self.settings.rate
        step += g

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """g + μ v is the v of the step after."""
        return Momentum.length(settings, k + 1, gradient)


class Adagrad(Optimizer):
    """s ← s + g²; step = η g/(√s + ε) (Duchi et al. 2011)."""

    squares: ClassVar[bool] = True

    def factors(self, settings: Settings) -> Sequence[float]:
        return [1.0]

    def rule(self, g: Array, step: Array, *memories: Array) -> None:
        (s,) = memories
        square(g, step)
        s += step
        divide_by_root(g, s, self.settings.rate, 1.0, self.settings.eps, step)

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """√s = g √k."""
        return 1 / (np.sqrt(k) * gradient + settings.eps)


class RMSprop(Optimizer):
    """s ← ρ s + (1 - ρ) g²; step = η g/(√s + ε) (Tieleman & Hinton 2012)."""

    squares: ClassVar[bool] = True

    def factors(self, settings: Settings) -> Sequence[float]:
        return [settings.decay]

    def rule(self, g: Array, step: Array, *memories: Array) -> None:
        (s,) = memories
        square(g, step)
        step *= 1 - self.settings.decay
        s *= self.settings.decay
        s += step
        divide_by_root(g, s, self.settings.rate, 1.0, self.settings.eps, step)

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """√s = g √(1 - ρᵏ): the first step is 1/√(1 - ρ) times as long as those that follow."""
        return 1 / (np.sqrt(1 - settings.decay**k) * gradient + settings.eps)


class Adam(Optimizer):
    """m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²; step = η m̂/(√v̂ + ε) (Kingma & Ba 2015).

    m̂ = m/(1 - β₁ᵗ) and v̂ = v/(1 - β₂ᵗ) make up for the start at 0.
    """

    squares: ClassVar[bool] = True

    def factors(self, settings: Settings) -> Sequence[float]:
        return [settings.beta1, settings.beta2]

    def rule(self, g: Array, step: Array, *memories: Array) -> None:
        m, v = memories
        s = self.settings
        square(g, step)
        step *= 1 - s.beta2
        v *= s.beta2
        v += step
        g *= 1 - s.beta1
        m *= s.beta1
        m += g
        rate = s.rate / (1 - s.beta1**self.t)
        divide_by_root(m, v, rate, (1 - s.beta2**self.t) ** -0.5, s.eps, step)


class AdamW(Adam):
    """Adam's step + η λ θ: weights decay apart from the gradient (Loshchilov & Hutter 2019)."""

    decays: ClassVar[bool] = True


def of_rows(value: float | Array, rows: slice) -> float | Array:
    """Of a number for all replicas, or one each (R, 1), what some of them have."""
    return value[rows] if isinstance(value, np.ndarray) else value


def square(g: Array, out: Array) -> None:
    """out = g², of entries below LEAST as of LEAST."""
    np.abs(g, out=out)
    np.maximum(out, LEAST[g.itemsize], out=out)
    np.square(out, out=out)


def divide_by_root(
    top: Array, second: Array, rate: float | Array, correction: float, eps: float, step: Array
) -> None:
    """step = rate · top/(correction √second + eps)."""
    np.sqrt(second, out=step)
    if correction != 1:
        step *= correction
    step += eps
    np.divide(top, step, out=step)
    step *= rate


LEAST = {4: 1e-16, 8: 1e-146}
"""By bytes a number: the square of a smaller one may be subnormal, even multiplied by 1 - β₂, which
takes a processor long, and its root shows nothing beside an ε that is not small."""
EVERYWHERE: Parts = [(slice(None), slice(None), True)]
AT_ONCE = 4096
"""Columns whose float64 numbers the cache holds."""
SMALL_EPS = 1e-10
"""Beside an ε that is smaller, squares below SUNK are seen, and float32's subnormal ones."""
SUNK = {4: 1e-34, 8: 1e-290}
"""By bytes a number: far below what a step can show, and far above subnormal numbers."""


class Memory:
    """What an optimizer remembers of all gradients: (R, P), and fades by one factor a step.

    Where nothing is added any more (a dead unit) it would sink to the smallest subnormal number and
    stay there, and every step would take many times as long; so what has sunk is set to 0 in time.
    """

    ROOM = 1e-3
    """How far a value just above SUNK may fade before the next look."""

    def __init__(self, like: Array, factor: float) -> None:
        self.value = aligned_zeros(like.shape, like.dtype)
        self.factor, self.sunk = factor, SUNK[like.itemsize]
        self.period = max(1, int(log(self.ROOM) / log(factor))) if 0 < factor < 1 else 0

    def settle(self, t: int, rows: slice, columns: slice) -> None:
        """Set what has sunk to 0 in these places, if step t is the time to look."""
        if self.period and t % self.period == 0:
            self.value[rows, columns] *= np.abs(self.value[rows, columns]) > self.sunk


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}
