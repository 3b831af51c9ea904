"""Backpropagation through time: layers that are fed their own last output.

A sequence is held as rows, step by step: (R, T·N, n), which is (R, T, N, n) without a copy. One W
serves all T steps: its upper rows, W_x, take the layer's input, those below, W_h, its last output.

    Z_t = X_t W_x + H_{t-1} W_h + b        H_0 = 0
    ∂J/∂W_x = Σ_t X_tᵀ Δ_t                 ∂J/∂W_h = Σ_t H_{t-1}ᵀ Δ_t        Δ_t = ∂J/∂Z_t

On its way through hundreds of steps an error signal changes by more than any number type holds, so
each step has an exponent of its own: Delta holds Δ_t 2^power[t] for each t. The sums over t are
taken from D, in which all steps are on the scale of the loudest.
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ..numerics import SILENT, Array, Exact, Integers, Mask, bring_near_one, flat
from .activations import Activation
from .architecture import Architecture
from .initializers import Draw
from .layers import Activate, Dense, Leaf, Product, Shapes

EVERY = 4
"""Steps between two looks at the error signal's norm, unless units are saturated or gates shut."""


class Unroll(Leaf):
    """Sample after sample (R, N, T·n) to step after step (R, T·N, n)."""

    X: Array

    def __init__(self, inputs: int, length: int) -> None:
        self.inputs, self.rows = inputs, length

    def buffers(self, batch: int) -> Shapes:
        return {"X": (batch, self.inputs)}

    def forward(self, A: Array) -> Array:
        R, N, _ = A.shape
        by_step(self.X, self.rows)[...] = A.reshape(R, N, self.rows, -1).swapaxes(1, 2)
        return self.X

    def backward(self, up: Array) -> Array:
        return up


class LastStep(Leaf):
    """Y = H_T: all that the output layer sees of a sequence, and so the only step that the loss
    gives an error signal to."""

    passed: Integers

    def __init__(self, width: int, length: int) -> None:
        self.width, self.rows = width, length

    def buffers(self, batch: int) -> Shapes:
        return {"D": (batch, self.width)}

    def forward(self, A: Array) -> Array:
        return by_step(A, self.rows)[:, -1]

    def backward(self, up: Array) -> Array:
        self.passed = np.full((self.rows, len(up)), SILENT)
        self.passed[-1] = 0
        by_step(self.D, self.rows)[:, -1] = up
        return self.D


class Inner(Activate):
    """An activation inside a recurrent layer: applied step by step, its slopes taken for all steps
    at once."""

    def __init__(self, g: Activation, width: int, length: int) -> None:
        super().__init__(g, width)
        self.rows = length

    def buffers(self, batch: int) -> Shapes:
        return {"S": (batch, self.width)}


class Use(NamedTuple):
    """What a block of W multiplies, at every step."""

    rows: slice
    gates: slice
    left: Array
    """(R, T·N, rows)."""


class Recurrent(Dense):
    """What all recurrent layers have in common.

    `advance` takes a step forward. `retreat` takes one back: from `carried`, the error signal at
    what the layer has handed on to itself, to Δ_t, and to what is carried one step earlier.
    """

    kind = "recurrent"
    gates = 1
    """Blocks of n units that Z consists of, each (R, N, n) at a step: Z is (R, gates, T, N, n), as
    are Delta and D."""
    carries = 1
    """Signals that the layer hands on to itself."""
    shut = False
    """True while gates let next to nothing through."""
    H: Array
    """(R, T + 1, N, n): H[:, t + 1] is the output of step t, H[:, 0] = 0."""
    Delta: Array
    fed: Array
    """Scratch for H_{t-1} W_h, and for Δ_t W_hᵀ."""
    part: Array
    carried: Array
    power: Integers
    """(T, R): the exponents in Delta."""
    passed: Integers
    """(T, R): the exponents in what is passed on to the layer below."""
    above: "Recurrent | LastStep"

    def __init__(self, a: Architecture, g: Activation, inputs: int) -> None:
        super().__init__(inputs, a.width)
        self.g, self.rows = g, a.length
        self.activate = Inner(g, a.width, a.length)

    @abstractmethod
    def advance(self, t: int) -> None:
        """From Z_t as the input makes it to H_t."""

    @abstractmethod
    def retreat(self, t: int) -> None:
        """From ∂J/∂H_t in `carried` to Δ_t and ∂J/∂H_{t-1}."""

    @abstractmethod
    def show_inner(self) -> None:
        """Tell the activations inside of what they are taken, and what came of it."""

    def find_factors(self) -> None:
        """What `retreat` multiplies by besides slopes, for all steps."""

    @property
    def out(self) -> Array:
        return in_rows(self.H[:, 1:])

    @property
    def before(self) -> Array:
        """H_{t-1}, (R, T·N, n)."""
        return in_rows(self.H[:, :-1])

    def by_gate(self, W: Array) -> Array:
        """(R, m, gates·n) as (R, gates, m, n), a view."""
        return W.reshape(*W.shape[:2], self.gates, self.outputs).swapaxes(1, 2)

    def leaves(self) -> Iterator[Leaf]:
        yield self
        yield self.activate

    def parameters(self) -> Shapes:
        wide = self.gates * self.outputs
        return {"W": (self.inputs + self.outputs, wide), "b": (1, wide)}

    def draw(self, rule: Draw, rng: Generator) -> Exact:
        """Each block by itself: what one gate makes of the input, or of the last output."""
        n = self.outputs
        return np.block([[rule(rng, m, n) for _ in range(self.gates)] for m in (self.inputs, n)])

    def buffers(self, batch: int) -> Shapes:
        T, N, n = self.rows, batch // self.rows, self.outputs
        return dict.fromkeys(("Z", "Delta", "D"), (self.gates, T, N, n)) | {"H": (T + 1, N, n)}

    def scratch(self, batch: int) -> Shapes:
        N, n = batch // self.rows, self.outputs
        own = {"fed": (self.gates, N, n), "carried": (self.carries, N, n)}
        part = {"part": (batch, self.inputs)} if self.passes_on else {}
        return super().scratch(batch) | own | part

    def uses(self) -> list[Use]:
        x, h = slice(None, self.inputs), slice(self.inputs, None)
        return [Use(x, slice(None), self.A), Use(h, slice(None), self.before)]

    def products(self, ones: Array) -> dict[str, list[Product]]:
        D, dW, db = in_rows(self.D), self.by_gate(self.dW), self.by_gate(self.db)
        each = [
            (use.left[:, None].mT, D[:, use.gates], dW[:, use.gates, use.rows])
            for use in self.uses()
        ]
        return {"W": each, "b": [(ones[:, None], D, db)]}

    def forward(self, A: Array) -> Array:
        self.A, W = A, self.by_gate(self.W)
        self.W_x, self.W_h = W[:, :, : self.inputs], W[:, :, self.inputs :]
        Z = in_rows(self.Z)
        np.matmul(A[:, None], self.W_x, out=Z)
        Z += self.by_gate(self.b)
        for t in range(self.rows):
            self.advance(t)
        self.show_inner()
        return self.out

    def backward(self, up: Array) -> Array:
        self.find_factors()
        self.flow_back(by_step(up, self.rows))
        self.shift = self.power.min(axis=0)
        scale = np.ldexp(up.dtype.type(1), (self.shift - self.power).T)
        np.multiply(self.Delta, scale[:, None, :, None, None], out=self.D)
        self.shift = self.shift + bring_near_one(flat(self.D, 4)[:, None])
        return self.pass_on() if self.passes_on else up

    def flow_back(self, up: Array) -> None:
        """Δ of every step, from up (R, T, N, n), which comes with the exponents above.passed."""
        every = 1 if self.activate.saturated or self.shut else EVERY
        heard: Mask = np.any(self.above.passed < SILENT, axis=1)
        carried = flat(self.carried)
        carried[...] = 0
        self.power = np.full(self.above.passed.shape, SILENT)
        power = self.power[-1]
        for t in reversed(range(self.rows)):
            if t % every == 0:
                power = power + bring_near_one(carried)
            if heard[t]:
                power = self.meet(up[:, t], self.above.passed[t], power)
            self.power[t] = power
            self.retreat(t)

    def meet(self, up: Array, theirs: Integers, ours: Integers) -> Integers:
        """Add what comes from above to what is carried, both on the scale of the louder."""
        common = ours
        if theirs.tolist() != ours.tolist():
            common = np.minimum(theirs, ours)
            for signal, power in ((up, theirs), (flat(self.carried), ours)):
                signal *= np.ldexp(up.dtype.type(1), common - power)[:, None, None]
        dH = self.carried[:, 0]
        dH += up
        return common

    def pass_on(self) -> Array:
        """∂J/∂X of every step, each near 1."""
        Delta, W = in_rows(self.Delta), self.W_x.mT
        np.matmul(Delta[:, 0], W[:, 0], out=self.up)
        for k in range(1, self.gates):
            self.up += np.matmul(Delta[:, k], W[:, k], out=self.part)
        T, R = self.power.shape
        each = self.up.reshape(R * T, -1, self.inputs)
        exponents = np.broadcast_to(bring_near_one(each), len(each))
        silent = np.equal(np.vecdot(flat(each), flat(each)), 0)
        passed = self.power + exponents.reshape(R, T).T
        self.passed = np.where(silent.reshape(R, T).T, SILENT, passed)
        return self.up


def by_step(X: Array, length: int) -> Array:
    """(R, T·N, n) as (R, T, N, n), a view."""
    return X.reshape(X.shape[0], length, -1, X.shape[2])


def in_rows(X: Array) -> Array:
    """(…, T, N, n) as (…, T·N, n), a view."""
    return X.reshape(*X.shape[:-3], -1, X.shape[-1])
