"""The recurrent layers: Elman's, LSTM and GRU.

Where Elman's layer multiplies what it carries by W_h and g′ at every step, LSTM's cell and GRU's
output are also handed on as they are, times a gate. `K` holds the factors between Δ_t and the error
signals in `carry`; it is found for all steps at once.
"""

from collections.abc import Iterator

import numpy as np

from ..numerics import Array
from .activations import Activation
from .architecture import Architecture
from .layers import Leaf, Shapes
from .recurrent import InnerActivation, MatrixUse, Recurrent, by_step, in_rows

SHUT_SLOPE = 1e-3
"""Where no gate has a steeper slope, a step may take all that a number type bears of the error
signal, as where units are saturated."""
SHUT = -80.0
"""From here on a gate is not shut any tighter; float32 holds e⁻⁸⁰, and e⁸⁰ too."""


def gate_sigmoid(Z: Array, A: Array) -> None:
    """A = σ(z) = eᶻ/(1 + eᶻ), which keeps its digits where a gate is all but shut; Z = 1 + eᶻ =
    1/σ(-z), as σ′(z) = σ(z) σ(-z)."""
    np.clip(Z, SHUT, -SHUT, out=A)
    np.exp(A, out=A)
    np.add(A, 1, out=Z)
    A /= Z


class Elman(Recurrent):
    """H_t = g(Z_t) (Elman 1990).

    Backward: Δ_t = ∂J/∂H_t ∘ g′(Z_t); ∂J/∂H_{t-1} = Δ_t W_hᵀ.
    """

    S: Array
    """g′(Z), step by step."""

    def step_forward(self, t: int) -> None:
        Z, H = self.Z[:, :, t], self.H
        Z += np.matmul(H[:, None, t], self.W_h, out=self.fed)
        self.g.apply(Z[:, 0], H[:, t + 1])

    def set_inner(self) -> None:
        self.activate.Z, self.activate.A = in_rows(self.Z[:, 0]), self.out

    def find_factors(self) -> None:
        self.S = by_step(self.activate.S, self.rows)[:, None]

    def step_back(self, t: int) -> None:
        Delta = self.Delta_t[:, :, t]
        np.multiply(self.carry, self.S[:, :, t], out=Delta)
        np.matmul(Delta, self.W_h.mT, out=self.carry)


class Gated(Recurrent):
    """A layer with gates: the first block of Z is for the candidate C̃ = g(·), the others for gates
    σ(·)."""

    G: Array
    """The candidate and the gates, σ(z); Z itself then holds 1 + eᶻ in the blocks of gates."""
    K: Array
    spare: Array
    keeps: int
    """Which block is the gate that keeps what there is."""

    def __init__(self, a: Architecture, g: Activation, inputs: int) -> None:
        super().__init__(a, g, inputs)
        self.forget_bias = a.forget_bias

    def start(self) -> None:
        bias = self.by_gate(self.b)[:, self.keeps]
        bias += self.forget_bias

    def buffers(self, batch: int) -> Shapes:
        shapes = super().buffers(batch)
        return shapes | {"G": shapes["Z"]}

    def scratch(self, batch: int) -> Shapes:
        T, N, n = self.rows, batch // self.rows, self.outputs
        return super().scratch(batch) | {"K": (self.gates, T, N, n), "spare": (N, n)}

    def set_inner(self) -> None:
        self.activate.Z, self.activate.A = in_rows(self.Z[:, 0]), in_rows(self.G[:, 0])

    def find_factors(self) -> None:
        """σ′(z) = σ(z) σ(-z) of the gates in K."""
        slopes = np.divide(self.G[:, 1:], self.Z[:, 1:], out=self.K[:, 1:])
        self.shut = bool(slopes.max() < SHUT_SLOPE)


class LSTM(Gated):
    """C_t = F ∘ C_{t-1} + I ∘ C̃, H_t = O ∘ g(C_t), with gates I, F, O = σ(Z) (Hochreiter &
    Schmidhuber 1997; F from Gers et al. 2000).

    Backward: ∂J/∂C_t gains ∂J/∂H_t ∘ O ∘ g′(C_t), and goes on as ∂J/∂C_{t-1} = ∂J/∂C_t ∘ F: through
    gates alone, by no matrix.
    """

    gates, keeps = 4, 2
    carries = 2
    C: Array
    """As H: C[:, t + 1] is the cell after step t, C[:, 0] = 0."""
    Q: Array
    """g(C)."""
    E: Array
    """O ∘ g′(C)."""

    def __init__(self, a: Architecture, g: Activation, inputs: int) -> None:
        super().__init__(a, g, inputs)
        self.cell = InnerActivation(g, a.width, a.length)

    def leaves(self) -> Iterator[Leaf]:
        yield from super().leaves()
        yield self.cell

    def buffers(self, batch: int) -> Shapes:
        shapes = super().buffers(batch)
        return shapes | {"Q": shapes["Z"][1:], "C": shapes["H"]}

    def scratch(self, batch: int) -> Shapes:
        shapes = super().scratch(batch)
        return shapes | {"E": shapes["K"][1:]}

    def step_forward(self, t: int) -> None:
        Z, G, Q, C = self.Z[:, :, t], self.G[:, :, t], self.Q[:, t], self.C[:, t + 1]
        Z += np.matmul(self.H[:, None, t], self.W_h, out=self.fed)
        self.g.apply(Z[:, 0], G[:, 0])
        gate_sigmoid(Z[:, 1:], G[:, 1:])
        np.multiply(G[:, 2], self.C[:, t], out=C)
        C += np.multiply(G[:, 1], G[:, 0], out=self.spare)
        self.g.apply(C, Q)
        np.multiply(G[:, 3], Q, out=self.H[:, t + 1])

    def set_inner(self) -> None:
        super().set_inner()
        self.cell.Z, self.cell.A = in_rows(self.C[:, 1:]), in_rows(self.Q)

    def find_factors(self) -> None:
        super().find_factors()
        S, cell_S = (by_step(X.S, self.rows) for X in (self.activate, self.cell))
        new, write, _, show = self.G.swapaxes(0, 1)
        K_new, K_write, K_keep, K_show = self.K.swapaxes(0, 1)
        np.multiply(show, cell_S, out=self.E)
        np.multiply(write, S, out=K_new)
        K_write *= new
        K_keep *= self.C[:, :-1]
        K_show *= self.Q

    def step_back(self, t: int) -> None:
        K, Delta, (dH, dC) = self.K[:, :, t], self.Delta_t[:, :, t], self.carry.swapaxes(0, 1)
        dC += np.multiply(dH, self.E[:, t], out=self.spare)
        np.multiply(dC[:, None], K[:, :3], out=Delta[:, :3])
        np.multiply(dH, K[:, 3], out=Delta[:, 3])
        dC *= self.G[:, 2, t]
        np.matmul(Delta, self.W_h.mT, out=self.fed)
        self.fed.sum(axis=1, out=dH)


class GRU(Gated):
    """H_t = U ∘ H_{t-1} + (1 - U) ∘ C̃, with gates U, V = σ(Z); the candidate C̃ is fed V ∘ H_{t-1}
    in place of H_{t-1} (Cho et al. 2014).

    Backward: ∂J/∂H_{t-1} = ∂J/∂H_t ∘ U + (Δ_U, Δ_V) W_hᵀ + Δ_C W_hᵀ ∘ V.
    """

    gates, keeps = 3, 1
    gradient_arrays = ("A", "H", "VH", "Delta", "dW", "db")
    VH: Array
    """V ∘ H_{t-1}."""
    apart: Array
    """H_{t-1} - C̃."""

    def buffers(self, batch: int) -> Shapes:
        shapes = super().buffers(batch)
        return shapes | dict.fromkeys(("VH", "apart"), shapes["Z"][1:])

    def uses(self) -> list[MatrixUse]:
        x, h = slice(None, self.inputs), slice(self.inputs, None)
        fed = [MatrixUse(h, slice(0, 1), in_rows(self.VH)), MatrixUse(h, slice(1, 3), self.before)]
        return [MatrixUse(x, slice(None), self.A), *fed]

    def step_forward(self, t: int) -> None:
        before, H = self.H[:, t], self.H[:, t + 1]
        Z, gates = self.Z[:, 0, t], self.Z[:, 1:, t]
        new, keep, reveal = self.G[:, :, t].swapaxes(0, 1)
        VH, apart = self.VH[:, t], self.apart[:, t]
        gates += np.matmul(before[:, None], self.W_h[:, 1:], out=self.fed[:, 1:])
        gate_sigmoid(gates, self.G[:, 1:, t])
        np.multiply(reveal, before, out=VH)
        Z += np.matmul(VH, self.W_h[:, 0], out=self.spare)
        self.g.apply(Z, new)
        np.subtract(before, new, out=apart)
        np.multiply(keep, apart, out=H)
        H += new

    def find_factors(self) -> None:
        super().find_factors()
        K_new, K_keep, K_reveal = self.K.swapaxes(0, 1)
        np.divide(by_step(self.activate.S, self.rows), self.Z[:, 1], out=K_new)
        K_keep *= self.apart
        K_reveal *= self.H[:, :-1]

    def step_back(self, t: int) -> None:
        G, K, Delta, dH = self.G[:, :, t], self.K[:, :, t], self.Delta_t[:, :, t], self.carry[:, 0]
        np.multiply(self.carry, K[:, :2], out=Delta[:, :2])
        through = np.matmul(Delta[:, 0], self.W_h[:, 0].mT, out=self.fed[:, 0])
        np.multiply(through, K[:, 2], out=Delta[:, 2])
        through *= G[:, 2]
        np.matmul(Delta[:, 1:], self.W_h[:, 1:].mT, out=self.fed[:, 1:])
        dH *= G[:, 1]
        dH += self.fed.sum(axis=1, out=self.spare)


CELLS: dict[str, type[Recurrent]] = {"rnn": Elman, "lstm": LSTM, "gru": GRU}
