"""Optimizers on flat vectors theta and grad (R, P), whatever the layers.

`update(theta, grad, step)` writes into `step` what is to be *subtracted* from theta for the
gradient's sake; `decay_weights` adds what is subtracted whatever the gradient is. All are (R, P),
and `grad` may be used as scratch.
"""

from dataclasses import dataclass
from math import log
from typing import ClassVar, Protocol

import numpy as np

from ..numerics import Array, Exact


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


class Optimizer(Protocol):
    """A rule that turns gradients into steps."""

    squares: ClassVar[bool]
    """True where it squares gradients, which then reach the smallest number twice as soon."""
    decays: ClassVar[bool]
    """True where `decay_weights` adds to the step."""

    def update(self, theta: Array, grad: Array, step: Array) -> None:
        """Write the step to subtract from theta."""
        ...

    def __init__(self, settings: Settings, like: Array) -> None: ...

    def decay_weights(self, theta: Array, grad: Array, step: Array) -> None:
        """Add weight decay to the step."""
        ...

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """How long step k (from 1) is where the gradient stays as it is, in any unit that is the
        same for all k; `gradient` is the size of its entries."""
        ...


class NoDecay:
    """The part of an optimizer that all have alike whose weights do not decay."""

    decays: ClassVar[bool] = False

    def decay_weights(self, theta: Array, grad: Array, step: Array) -> None:
        """Leave the step as it is."""


class SGD(NoDecay):
    """step = η g."""

    squares: ClassVar[bool] = False

    def __init__(self, settings: Settings, like: Array) -> None:
        del like
        self.rate = settings.rate

    def update(self, theta: Array, grad: Array, step: Array) -> None:
        del theta
        np.multiply(grad, self.rate, out=step)

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """All steps are alike."""
        del settings
        return np.ones(np.broadcast_shapes(k.shape, gradient.shape))


class Momentum(NoDecay):
    """v ← μ v + g; step = η v (Polyak 1964)."""

    squares: ClassVar[bool] = False

    def __init__(self, settings: Settings, like: Array) -> None:
        self.rate, self.momentum = settings.rate, settings.momentum
        self.v = DecayingSum(like, settings.momentum)

    def update(self, theta: Array, grad: Array, step: Array) -> None:
        del theta
        v = self.v.fade()
        v += grad
        np.multiply(v, self.rate, out=step)

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """v rises to g/(1 - μ)."""
        return 1 - settings.momentum**k + 0 * gradient


class Nesterov(Momentum):
    """v ← μ v + g; step = η (g + μ v) (Nesterov 1983, as Sutskever et al. 2013 write it)."""

    def update(self, theta: Array, grad: Array, step: Array) -> None:
        super().update(theta, grad, step)
        step *= self.momentum
        grad *= self.rate
        step += grad

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """g + μ v is the v of the step after."""
        return Momentum.length(settings, k + 1, gradient)


class Adagrad(NoDecay):
    """s ← s + g²; step = η g/(√s + ε) (Duchi et al. 2011)."""

    squares: ClassVar[bool] = True

    def __init__(self, settings: Settings, like: Array) -> None:
        self.rate, self.eps = settings.rate, settings.eps
        self.s = np.zeros_like(like)

    def update(self, theta: Array, grad: Array, step: Array) -> None:
        del theta
        np.square(grad, out=step)
        self.s += step
        divide_by_root(grad, self.s, self.rate, 1.0, self.eps, step)

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """√s = g √k."""
        return 1 / (np.sqrt(k) * gradient + settings.eps)


class RMSprop(NoDecay):
    """s ← ρ s + (1 - ρ) g²; step = η g/(√s + ε) (Tieleman & Hinton 2012)."""

    squares: ClassVar[bool] = True

    def __init__(self, settings: Settings, like: Array) -> None:
        self.rate, self.decay, self.eps = settings.rate, settings.decay, settings.eps
        self.s = DecayingSum(like, settings.decay)

    def update(self, theta: Array, grad: Array, step: Array) -> None:
        del theta
        s = self.s.fade()
        np.square(grad, out=step)
        step *= 1 - self.decay
        s += step
        divide_by_root(grad, s, self.rate, 1.0, self.eps, step)

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """√s = g √(1 - ρᵏ): the first step is 1/√(1 - ρ) times as long as those that follow."""
        return 1 / (np.sqrt(1 - settings.decay**k) * gradient + settings.eps)


class Adam(NoDecay):
    """m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²; step = η m̂/(√v̂ + ε) (Kingma & Ba 2015).

    m̂ = m/(1 - β₁ᵗ) and v̂ = v/(1 - β₂ᵗ) make up for the start at 0.
    """

    squares: ClassVar[bool] = True

    def __init__(self, settings: Settings, like: Array) -> None:
        self.settings, self.t = settings, 0
        self.m, self.v = DecayingSum(like, settings.beta1), DecayingSum(like, settings.beta2)

    def update(self, theta: Array, grad: Array, step: Array) -> None:
        del theta
        s = self.settings
        self.t += 1
        m, v = self.m.fade(), self.v.fade()
        np.square(grad, out=step)
        step *= 1 - s.beta2
        v += step
        grad *= 1 - s.beta1
        m += grad
        rate = s.rate / (1 - s.beta1**self.t)
        divide_by_root(m, v, rate, (1 - s.beta2**self.t) ** -0.5, s.eps, step)

    @staticmethod
    def length(settings: Settings, k: Exact, gradient: Exact) -> Exact:
        """m̂ and v̂ are g and g² from the first step on."""
        return SGD.length(settings, k, gradient)


class AdamW(Adam):
    """Adam's step + η λ θ: weights decay apart from the gradient (Loshchilov & Hutter 2019)."""

    decays: ClassVar[bool] = True

    def decay_weights(self, theta: Array, grad: Array, step: Array) -> None:
        np.multiply(theta, self.settings.rate * self.settings.weight_decay, out=grad)
        step += grad


def divide_by_root(
    top: Array, square: Array, rate: float | Array, correction: float, eps: float, step: Array
) -> None:
    """step = rate · top/(correction √square + eps)."""
    np.sqrt(square, out=step)
    if correction != 1:
        step *= correction
    step += eps
    np.divide(top, step, out=step)
    step *= rate


class DecayingSum:
    """A running sum that fades by one factor a step.

    Where nothing is added any more (a dead unit) it would sink to the smallest subnormal number and
    stay there, and every step would take many times as long; so what has sunk is set to 0 in time.
    """

    SUNK = 1e-30
    """Far below what a step can show, and far above subnormal numbers, also in float32."""
    ROOM = 1e-7
    """How far a value just above SUNK may fade before the next look."""

    def __init__(self, like: Array, factor: float) -> None:
        self.value, self.factor = np.zeros_like(like), factor
        self.period = max(1, int(log(self.ROOM) / log(factor))) if 0 < factor < 1 else 1
        self.age = 0

    def fade(self) -> Array:
        """Multiply the sum by the factor, and give it."""
        self.age += 1
        if self.age % self.period == 0:
            self.value *= np.abs(self.value) > self.SUNK
        self.value *= self.factor
        return self.value


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}
