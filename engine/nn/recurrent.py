"""Backpropagation through time: layers that are fed their own last output.

A sequence is held as rows, step by step: (R, T·N, n), which is (R, T, N, n) without a copy. One W
serves all T steps: its upper rows, W_x, take the layer's input, those below, W_h, its last output.

    Z_t = X_t W_x + H_{t-1} W_h + b        H_0 = 0
    ∂J/∂W_x = Σ_t X_tᵀ Δ_t                 ∂J/∂W_h = Σ_t H_{t-1}ᵀ Δ_t        Δ_t = ∂J/∂Z_t

On its way through hundreds of steps an error signal changes by more than any number type holds, so
each step has an exponent of its own: Delta_t holds Δ_t 2^power[t] for each t. The sums over t are
taken from Delta, in which all steps are on the scale of the loudest.
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ..numerics import SILENT, Array, Exact, Integers, Mask, bring_near_one, flatten
from .activations import Activation
from .architecture import Architecture
from .initializers import Draw
from .layers import Activate, Dense, Leaf, Shapes, row_of

EVERY = 4
"""Steps between two looks at the error signal's norm, unless units are saturated or gates shut."""


class Unroll(Leaf):
    """Sample after sample (R, N, T·n) to step after step (R, T·N, n).

    Backward: from steps that each have an exponent of their own, above.passed, to samples, whose
    steps are all on the scale of the loudest; its exponent is `shift`.
    """

    X: Array
    above: "Recurrent"
    """The layer whose `passed` says on what scale each step comes back."""

    def __init__(self, inputs: int, length: int) -> None:
        self.inputs, self.rows = inputs, length

    def buffers(self, batch: int) -> Shapes:
        return {"X": (batch, self.inputs)}

    def forward(self, A: Array) -> Array:
        R, N, _ = A.shape
        by_step(self.X, self.rows)[...] = A.reshape(R, N, self.rows, -1).swapaxes(1, 2)
        return self.X

    def backward(self, Delta: Array) -> Array:
        self.shift = self.above.passed.min(axis=0)
        scale = np.ldexp(Delta.dtype.type(1), (self.shift - self.above.passed).T)
        steps = by_step(Delta, self.rows) * scale[:, :, None, None]
        return steps.swapaxes(1, 2).reshape(len(Delta), -1, self.rows * self.inputs)


class LastStep(Leaf):
    """Y = H_T: all that the output layer sees of a sequence, and so the only step that the loss
    gives an error signal to."""

    passed: Integers
    """(T, R): the exponents in Delta; SILENT but for the last step."""

    def __init__(self, width: int, length: int) -> None:
        self.width, self.rows = width, length

    def backward_buffers(self, batch: int) -> Shapes:
        return {"Delta": (batch, self.width)}

    def forward(self, A: Array) -> Array:
        return by_step(A, self.rows)[:, -1]

    def backward(self, Delta: Array) -> Array:
        self.passed = np.full((self.rows, len(Delta)), SILENT)
        self.passed[-1] = 0
        by_step(self.Delta, self.rows)[:, -1] = Delta
        return self.Delta


class InnerActivation(Activate):
    """An activation inside a recurrent layer: applied step by step, its slopes taken for all steps
    at once."""

    def __init__(self, g: Activation, width: int, length: int) -> None:
        super().__init__(g, width)
        self.rows = length

    def buffers(self, batch: int) -> Shapes:
        return {}

    def backward_buffers(self, batch: int) -> Shapes:
        return {"S": (batch, self.width)}


class MatrixUse(NamedTuple):
    """Which part of W multiplies what, at every step."""

    rows: slice
    """Of W."""
    gates: slice
    """Of Z, and of W's columns."""
    left: Array
    """What is multiplied, (R, T·N, rows)."""


class Recurrent(Dense):
    """What all recurrent layers have in common.

    `step_forward` takes one step of a sequence. `step_back` takes it back: from `carry`, the error
    signal at what the layer has handed on to itself, to Δ_t, and to that signal one step earlier.
    """

    kind = "recurrent"
    gates = 1
    """Blocks of n units that Z consists of, each (R, N, n) at a step: Z is (R, gates, T, N, n), as
    are Delta_t and Delta."""
    carries = 1
    """Signals that the layer hands on to itself."""
    shut = False
    """True while gates let next to nothing through."""
    H: Array
    """(R, T + 1, N, n): H[:, t + 1] is the output of step t, H[:, 0] = 0."""
    Delta_t: Array
    """Δ_t 2^power[t] for each step t."""
    fed: Array
    """H_{t-1} W_h on the way forward, Δ_t W_hᵀ on the way back: (R, gates, N, n)."""
    part: Array
    """What one gate adds to ∂J/∂X."""
    carry: Array
    """∂J/∂H_t, then the error signals at whatever else is handed on: (R, carries, N, n)."""
    power: Integers
    """(T, R): the exponents in Delta_t."""
    passed: Integers
    """(T, R): the exponents in what is passed on to the layer below."""
    above: "Recurrent | LastStep"
    gradient_arrays = ("A", "H", "Delta", "dW", "db")

    def __init__(self, a: Architecture, g: Activation, inputs: int) -> None:
        super().__init__(inputs, a.width)
        self.g, self.rows = g, a.length
        self.activate = InnerActivation(g, a.width, a.length)

    @abstractmethod
    def step_forward(self, t: int) -> None:
        """From Z_t as the input makes it to H_t."""

    @abstractmethod
    def step_back(self, t: int) -> None:
        """From ∂J/∂H_t in `carry` to Δ_t and ∂J/∂H_{t-1}."""

    @abstractmethod
    def set_inner(self) -> None:
        """Give the activations inside their Z and A, from which slopes are taken."""

    def find_factors(self) -> None:
        """What `step_back` multiplies by besides slopes, for all steps."""

    @property
    def out(self) -> Array:
        return in_rows(self.H[:, 1:])

    @property
    def before(self) -> Array:
        """H_{t-1}, (R, T·N, n)."""
        return in_rows(self.H[..., :-1, :, :])

    def by_gate(self, W: Array) -> Array:
        """(…, m, gates·n) as (…, gates, m, n), a view."""
        return W.reshape(*W.shape[:-1], self.gates, self.outputs).swapaxes(-3, -2)

    def leaves(self) -> Iterator[Leaf]:
        yield self
        yield self.activate

    def parameters(self) -> Shapes:
        wide = self.gates * self.outputs
        return {"W": (self.inputs + self.outputs, wide), "b": (1, wide)}

    def draw(self, name: str, rule: Draw, rng: Generator) -> Exact:
        """Each block by itself: what one gate makes of the input, or of the last output."""
        n = self.outputs
        return np.block([[rule(rng, m, n) for _ in range(self.gates)] for m in (self.inputs, n)])

    def buffers(self, batch: int) -> Shapes:
        T, N, n = self.rows, batch // self.rows, self.outputs
        return dict.fromkeys(("Z", "Delta_t"), (self.gates, T, N, n)) | {"H": (T + 1, N, n)}

    def backward_buffers(self, batch: int) -> Shapes:
        T, N = self.rows, batch // self.rows
        return {"Delta": (self.gates, T, N, self.outputs)}

    def scratch(self, batch: int) -> Shapes:
        N, n = batch // self.rows, self.outputs
        own = {"fed": (self.gates, N, n), "carry": (self.carries, N, n)}
        part = {"part": (batch, self.inputs)} if self.passes_on else {}
        return super().scratch(batch) | own | part

    def uses(self) -> list[MatrixUse]:
        """Z = X_t W_x + H_{t-1} W_h, a row for each product."""
        x, h = slice(None, self.inputs), slice(self.inputs, None)
        return [MatrixUse(x, slice(None), self.A), MatrixUse(h, slice(None), self.before)]

    def weight_gradients(self) -> None:
        """∂J/∂W_x = Σ_t X_tᵀ Δ_t, ∂J/∂W_h = Σ_t H_{t-1}ᵀ Δ_t and ∂J/∂b = Σ_t 1ᵀ Δ_t, each gate's
        by itself: rows of all steps, so that one product sums over t too."""
        Delta, dW, db = in_rows(self.Delta), self.by_gate(self.dW), self.by_gate(self.db)
        for rows, gates, A in self.uses():
            out = dW[..., gates, rows, :]
            np.matmul(A[..., None, :, :].mT, Delta[..., gates, :, :], out=out)
        np.matmul(row_of(1, Delta.shape[-2], Delta.dtype), Delta, out=db)

    def forward(self, A: Array) -> Array:
        self.A, W = A, self.by_gate(self.W)
        self.W_x, self.W_h = W[:, :, : self.inputs], W[:, :, self.inputs :]
        Z = in_rows(self.Z)
        np.matmul(A[:, None], self.W_x, out=Z)
        Z += self.by_gate(self.b)
        for t in range(self.rows):
            self.step_forward(t)
        self.set_inner()
        return self.out

    def backward(self, Delta: Array) -> Array:
        self.receive(Delta)
        return self.input_error_signal()

    def receive(self, Delta: Array) -> None:
        self.find_factors()
        self.backpropagate_steps(by_step(Delta, self.rows))
        self.shift = self.power.min(axis=0)
        scale = np.ldexp(Delta.dtype.type(1), (self.shift - self.power).T)
        np.multiply(self.Delta_t, scale[:, None, :, None, None], out=self.Delta)
        self.shift = self.shift + bring_near_one(flatten(self.Delta, 4)[:, None])

    def backpropagate_steps(self, dH: Array) -> None:
        """Δ of every step, from dH (R, T, N, n), the layer above's share in ∂J/∂H_t, which comes
        with the exponents above.passed."""
        every = 1 if self.activate.saturated or self.shut else EVERY
        heard: Mask = np.any(self.above.passed < SILENT, axis=1)
        carry = flatten(self.carry)
        carry[...] = 0
        self.power = np.full(self.above.passed.shape, SILENT)
        power = self.power[-1]
        for t in reversed(range(self.rows)):
            if t % every == 0:
                power = power + bring_near_one(carry)
            if heard[t]:
                power = self.add_from_above(dH[:, t], self.above.passed[t], power)
            self.power[t] = power
            self.step_back(t)

    def add_from_above(self, dH: Array, theirs: Integers, ours: Integers) -> Integers:
        """Add what comes from above to what is carried on, both on the scale of the louder; its
        exponents, (R,)."""
        common = ours
        if theirs.tolist() != ours.tolist():
            common = np.minimum(theirs, ours)
            for signal, power in ((dH, theirs), (flatten(self.carry), ours)):
                signal *= np.ldexp(dH.dtype.type(1), common - power)[:, None, None]
        total = self.carry[:, 0]
        total += dH
        return common

    def input_error_signal(self) -> Array:
        """∂J/∂X of every step, each near 1."""
        Delta, W = in_rows(self.Delta_t), self.W_x.mT
        np.matmul(Delta[:, 0], W[:, 0], out=self.dA)
        for k in range(1, self.gates):
            self.dA += np.matmul(Delta[:, k], W[:, k], out=self.part)
        T, R = self.power.shape
        each = self.dA.reshape(R * T, -1, self.inputs)
        exponents = np.broadcast_to(bring_near_one(each), len(each))
        silent = np.equal(np.vecdot(flatten(each), flatten(each)), 0)
        passed = self.power + exponents.reshape(R, T).T
        self.passed = np.where(silent.reshape(R, T).T, SILENT, passed)
        return self.dA


def by_step(X: Array, length: int) -> Array:
    """(R, T·N, n) as (R, T, N, n), a view."""
    return X.reshape(X.shape[0], length, -1, X.shape[2])


def in_rows(X: Array) -> Array:
    """(…, T, N, n) as (…, T·N, n), a view."""
    return X.reshape(*X.shape[:-3], -1, X.shape[-1])
