"""Skip connections: a branch and the shortcut around it.

Where the activation stands decides what a block is, and composition says it:
inside         g(A W + b + A_skip)         Chain(Residual(…, Dense), Activate)
outside        A_skip + s g(A W + b)       Residual(…, Dense, Activate)
preactivation  A_skip + s (g(A) W + b)     Residual(…, Activate, Dense)
"""

from collections.abc import Iterator

import numpy as np

from ..numerics import Array
from .activations import sigmoid
from .layers import Dense, Layer, Leaf, Product, Shapes


class Copy(Leaf):
    """The identity shortcut: nothing to train, nothing to store."""

    def forward(self, A: Array) -> Array:
        return A

    def backward(self, up: Array) -> Array:
        return up


class Projection(Dense):
    """A shortcut A W_skip through a matrix, trained or left as drawn; it has no bias."""

    lane = "shortcut"

    def __init__(self, width: int, trained: bool) -> None:
        super().__init__(width, width)
        self.trained = trained

    def parameters(self) -> Shapes:
        return {"W": (self.inputs, self.outputs)} if self.trained else {}

    def statistics(self) -> Shapes:
        return {} if self.trained else {"W": (self.inputs, self.outputs)}

    def products(self, ones: Array) -> dict[str, list[Product]]:
        return {"W": [(self.A.mT, self.D, self.dW)]}

    def forward(self, A: Array) -> Array:
        self.A = A
        return np.matmul(A, self.W, out=self.Z)


class Residual(Leaf):
    """Y = shortcut(A) + s · branch(A) (He et al. 2016). D is ∂J/∂Y.

    Backward: the error signal reaches A twice, ∂J/∂A = shortcutᵀ D + branchᵀ (s D).
    """

    Y: Array
    sD: Array

    def __init__(self, branch: Layer, shortcut: Layer, width: int, scale: float = 1.0) -> None:
        self.branch, self.shortcut, self.width, self.scale = branch, shortcut, width, scale

    @property
    def out(self) -> Array:
        return self.Y

    def leaves(self) -> Iterator[Leaf]:
        yield from self.branch.leaves()
        yield from self.shortcut.leaves()
        yield self

    def buffers(self, batch: int) -> Shapes:
        names = ("Y", "D") if self.scale == 1 else ("Y", "D", "sD")
        return dict.fromkeys(names, (batch, self.width))

    def forward(self, A: Array) -> Array:
        F = self.branch.forward(A)
        if self.scale == 1:
            return np.add(F, self.shortcut.forward(A), out=self.Y)
        np.multiply(F, self.scale, out=self.Y)
        self.Y += self.shortcut.forward(A)
        return self.Y

    def backward(self, up: Array) -> Array:
        self.D[...] = up
        scaled = self.D if self.scale == 1 else np.multiply(up, self.scale, out=self.sD)
        down = self.branch.backward(scaled)
        down += self.shortcut.backward(self.D)
        return down


class Highway(Leaf):
    """Y = T ∘ branch(A) + (1 - T) ∘ A, with the gate T = σ(A W_T + b_T) (Srivastava et al. 2015,
    eq. 3).

    Backward: ∂J/∂A = branchᵀ (T ∘ D) + (1 - T) ∘ D + (D ∘ (branch(A) - A) ∘ T (1 - T)) W_Tᵀ.
    """

    GATE_BIAS = -2.0
    """b_T at birth: the block starts by carrying its input on (their section 2.3)."""

    Y: Array
    T: Array
    TD: Array
    gate_D: Array
    carried: Array
    difference: Array

    def __init__(self, branch: Layer, width: int) -> None:
        self.branch, self.gate, self.width = branch, Dense(width, width), width
        self.gate.lane = "shortcut"

    def start(self) -> None:
        self.gate.b[...] = self.GATE_BIAS

    @property
    def out(self) -> Array:
        return self.Y

    def leaves(self) -> Iterator[Leaf]:
        yield from self.branch.leaves()
        yield from self.gate.leaves()
        yield self

    def buffers(self, batch: int) -> Shapes:
        names = ("Y", "D", "T", "TD", "gate_D", "carried", "difference")
        return dict.fromkeys(names, (batch, self.width))

    def forward(self, A: Array) -> Array:
        sigmoid(self.gate.forward(A), self.T)
        np.subtract(self.branch.forward(A), A, out=self.difference)
        np.multiply(self.T, self.difference, out=self.Y)
        self.Y += A
        return self.Y

    def backward(self, up: Array) -> Array:
        self.D[...] = up
        np.multiply(self.D, self.T, out=self.TD)
        np.subtract(self.D, self.TD, out=self.carried)
        np.multiply(self.carried, self.T, out=self.gate_D)
        self.gate_D *= self.difference
        down = self.branch.backward(self.TD)
        down += self.carried
        down += self.gate.backward(self.gate_D)
        return down
