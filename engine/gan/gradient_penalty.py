"""The gradient penalty of a Wasserstein critic f, and the gradient of it: backpropagation twice.

P = λ mean (‖∇f(x̂)‖ - 1)², at points x̂ between a real and a fake one (Gulrajani et al. 2017). With
s = ∂P/∂∇f held, P changes with θ as S = Σ s · ∇f does, and s · ∇f is how fast f grows along s:

    Ȧ⁽⁰⁾ = s          Ż⁽ˡ⁾ = Ȧ⁽ˡ⁻¹⁾ W⁽ˡ⁾          Ȧ⁽ˡ⁾ = g′(Z⁽ˡ⁾) ∘ Ż⁽ˡ⁾          S = Σ Ż⁽ᴸ⁾

which is a forward pass of its own, and is gone back through like any other:

    Λ⁽ˡ⁾ = ∂S/∂Ż⁽ˡ⁾ = Λ⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾ᵀ ∘ g′(Z⁽ˡ⁾)
    Γ⁽ˡ⁾ = ∂S/∂Z⁽ˡ⁾ = Γ⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾ᵀ ∘ g′(Z⁽ˡ⁾) + Λ⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾ᵀ ∘ g″(Z⁽ˡ⁾) ∘ Ż⁽ˡ⁾
    ∂P/∂W⁽ˡ⁾ = Ȧ⁽ˡ⁻¹⁾ᵀ Λ⁽ˡ⁾ + A⁽ˡ⁻¹⁾ᵀ Γ⁽ˡ⁾          ∂P/∂b⁽ˡ⁾ = 1ᵀ Γ⁽ˡ⁾

Λ from 1 at the output is also what gives ∇f = Λ⁽¹⁾ W⁽¹⁾ᵀ. In float64, whose range makes exponents
needless here; for plain layers only, without normalization and skips.
"""

from dataclasses import dataclass

import numpy as np

from ..nn.network import Network
from ..numerics import Array, Exact, norms
from ..rng import BETWEEN_STREAM
from .targets import SampleStream

Gradient = tuple[Exact, Exact]
"""∂/∂W and ∂/∂b of one layer."""


class GradientPenalty:
    """λ times how far a critic's slope is from 1."""

    def __init__(self, critic: Network, weight: float, batch: int) -> None:
        a = critic.architecture
        if (a.norm, a.skip) != ("none", "none"):
            raise ValueError("the gradient penalty is written for plain layers")
        self.critic, self.weight = critic, weight
        self.share = np.empty((len(critic.seeds), batch, 1))
        self.feed = SampleStream(
            lambda rng, n: rng.random((n, 1)), critic.seeds, BETWEEN_STREAM, self.share
        )

    def add(self, real: Array, fake: Array, keep: bool = False) -> Exact:
        """P, (R,); its gradient is added to the critic's, at the exponents that has."""
        critic = self.critic
        self.feed.fill(self.share, keep)
        P, gradients = self.between(self.share * real + (1 - self.share) * fake)
        for tap, gradient in zip(critic.taps, gradients, strict=True):
            power = critic.power[critic.place[tap.layer]][:, None, None]
            for whole, part in zip((tap.dW, tap.db), gradient, strict=True):
                whole += np.ldexp(part, power).astype(whole.dtype)
        return P

    def between(self, X: Exact) -> tuple[Exact, list[Gradient]]:
        """P at the points X (R, N, inputs), and its gradients, input side first."""
        there = plain_passes(self.critic, X)
        slope = there.Lambda[0] @ there.W[0].mT
        steepness = norms(slope)[..., None]
        excess = steepness - 1
        P = self.weight * np.square(excess).mean(axis=(1, 2))
        along = slope / np.where(steepness > 0, steepness, 1)
        return P, there.gradients((2 * self.weight / X.shape[1]) * excess * along)


@dataclass(frozen=True)
class PlainPasses:
    """A plain network's forward and backward pass at some points; entry l is layer l + 1."""

    W: list[Exact]
    A: list[Exact]
    """Inputs of the layers."""
    S: list[Exact]
    """g′(Z) of the hidden layers, and C their g″(Z)."""
    C: list[Exact]
    Lambda: list[Exact]

    def gradients(self, s: Exact) -> list[Gradient]:
        """Of S = Σ s · ∇f."""
        rises, moved = list[Exact](), [s]
        for W, slope in zip(self.W, self.S, strict=False):
            rises.append(moved[-1] @ W)
            moved.append(slope * rises[-1])
        Gamma = np.zeros_like(self.Lambda[-1])
        result = [layer_gradient(moved[-1], self.Lambda[-1], self.A[-1], Gamma)]
        for i in reversed(range(len(rises))):
            up = self.Lambda[i + 1] @ self.W[i + 1].mT
            Gamma = (Gamma @ self.W[i + 1].mT) * self.S[i] + up * self.C[i] * rises[i]
            result.append(layer_gradient(moved[i], self.Lambda[i], self.A[i], Gamma))
        return result[::-1]


def layer_gradient(moved: Exact, Lambda: Exact, A: Exact, Gamma: Exact) -> Gradient:
    """What one layer gets, from both passes."""
    return moved.mT @ Lambda + A.mT @ Gamma, Gamma.sum(axis=1, keepdims=True)


def plain_passes(critic: Network, X: Exact) -> PlainPasses:
    """Through the critic at X and back, from 1 at the output."""
    g = critic.g
    W = [tap.W.astype(np.float64) for tap in critic.taps]
    A, S, C = [X], list[Exact](), list[Exact]()
    for tap, weights in zip(critic.taps[:-1], W, strict=False):
        Z = A[-1] @ weights + tap.b
        A.append(np.empty_like(Z))
        S.append(np.empty_like(Z))
        g.apply(Z, A[-1])
        if g.tail:
            g.tail(Z, A[-1], S[-1])
        else:
            g.slope(Z, A[-1], S[-1])
        C.append(g.curvature(Z).astype(np.float64, copy=False))
    Lambda = [np.ones((*X.shape[:2], W[-1].shape[2]))]
    for weights, slope in zip(reversed(W), reversed(S), strict=False):
        Lambda.append((Lambda[-1] @ weights.mT) * slope)
    return PlainPasses(W, A, S, C, Lambda[::-1])
