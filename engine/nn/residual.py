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
from .layers import Dense, Layer, Leaf, Shapes


class Identity(Leaf):
    """The identity shortcut: nothing to train, nothing to store."""

    def forward(self, A: Array) -> Array:
        return A

    def backward(self, Delta: Array) -> Array:
        return Delta


class Projection(Dense):
    """A shortcut A W_skip through a matrix, trained or left as drawn; it has no bias."""

    lane = "shortcut"
    biases = ()
    gradient_arrays = ("A", "Delta", "dW")

    def __init__(self, width: int, trained: bool) -> None:
        super().__init__(width, width)
        self.trained = trained

    def parameters(self) -> Shapes:
        return {"W": (self.inputs, self.outputs)} if self.trained else {}

    def statistics(self) -> Shapes:
        return {} if self.trained else {"W": (self.inputs, self.outputs)}

    def forward(self, A: Array) -> Array:
        self.A = A
        return np.matmul(A, self.W, out=self.Z)

    def weight_gradients(self) -> None:
        """∂J/∂W = Aᵀ Δ."""
        np.matmul(self.A.mT, self.Delta, out=self.dW)


class Residual(Leaf):
    """Y = shortcut(A) + s · branch(A) (He et al. 2016). Delta is ∂J/∂Y.

    Backward: the error signal reaches A twice, ∂J/∂A = shortcutᵀ Δ + branchᵀ (s Δ).
    """

    Y: Array
    s_Delta: Array
    """s Δ."""

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
        return {"Y": (batch, self.width)}

    def backward_buffers(self, batch: int) -> Shapes:
        names = ("Delta",) if self.scale == 1 else ("Delta", "s_Delta")
        return dict.fromkeys(names, (batch, self.width))

    def forward(self, A: Array) -> Array:
        F = self.branch.forward(A)
        if self.scale == 1:
            return np.add(F, self.shortcut.forward(A), out=self.Y)
        np.multiply(F, self.scale, out=self.Y)
        self.Y += self.shortcut.forward(A)
        return self.Y

    def backward(self, Delta: Array) -> Array:
        # The branch goes on in the array that Delta came in.
        self.Delta[...] = Delta
        unit = self.scale == 1
        s_Delta = self.Delta if unit else np.multiply(Delta, self.scale, out=self.s_Delta)
        dA = self.branch.backward(s_Delta)
        dA += self.shortcut.backward(self.Delta)
        return dA


class Highway(Leaf):
    """Y = T ∘ branch(A) + (1 - T) ∘ A, with the gate T = σ(A W_T + b_T) (Srivastava et al. 2015,
    eq. 3). Delta is ∂J/∂Y.

    Backward: ∂J/∂A = branchᵀ (T ∘ Δ) + (1 - T) ∘ Δ + (Δ ∘ (branch(A) - A) ∘ T (1 - T)) W_Tᵀ.
    """

    GATE_BIAS = -2.0
    """b_T at initialization: the block starts by carrying its input on (their section 2.3)."""

    Y: Array
    T: Array
    T_Delta: Array
    """T ∘ Δ."""
    rest_Delta: Array
    """(1 - T) ∘ Δ."""
    gate_Delta: Array
    """∂J/∂(A W_T + b_T)."""
    difference: Array
    """branch(A) - A."""

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
        return dict.fromkeys(("Y", "T", "difference"), (batch, self.width))

    def backward_buffers(self, batch: int) -> Shapes:
        names = ("Delta", "T_Delta", "rest_Delta", "gate_Delta")
        return dict.fromkeys(names, (batch, self.width))

    def forward(self, A: Array) -> Array:
        sigmoid(self.gate.forward(A), self.T)
        np.subtract(self.branch.forward(A), A, out=self.difference)
        np.multiply(self.T, self.difference, out=self.Y)
        self.Y += A
        return self.Y

    def backward(self, Delta: Array) -> Array:
        self.Delta[...] = Delta
        np.multiply(self.Delta, self.T, out=self.T_Delta)
        np.subtract(self.Delta, self.T_Delta, out=self.rest_Delta)
        np.multiply(self.rest_Delta, self.T, out=self.gate_Delta)
        self.gate_Delta *= self.difference
        dA = self.branch.backward(self.T_Delta)
        dA += self.rest_Delta
        dA += self.gate.backward(self.gate_Delta)
        return dA
