"""The losses of a GAN's two networks: a table keyed by name.

A player's loss takes logits Z, writes Delta 2^power = ∂J/∂Z and returns J (R,) with the exponents
`power` (R,). A discriminator that is sure of itself leaves error signals like e⁻³⁰⁰: they are made
from ln σ, so that none of their digits is lost, and kept near 1 as everywhere in the engine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np

from ..numerics import SILENT, Array, Exact, Integers

PlayerLoss = Callable[[Array, Array], tuple[Exact, Integers]]

FAINT = 1e-30
"""Entries this far below 1 are set to 0: nothing computes with subnormal numbers."""
QUIET = -7.0
"""Where even the largest of ln σ is less than this, error signals are multiplied up to it."""
LN2 = log(2)


@dataclass(frozen=True)
class Game:
    """Two losses that pull against each other."""

    discriminator: PlayerLoss
    """For Z (R, 2N, 1) of [real; fake], as one batch."""
    generator: PlayerLoss
    """For Z (R, N, 1) of fakes."""
    probability: bool = True
    """True where D = σ(Z) is the probability that a point is real."""


def cross_entropy_of_fakes(Z: Array, Delta: Array) -> tuple[Exact, Integers]:
    """J = mean of ln(1 + eᶻ) = -mean of ln(1 - σ(z)); ∂J/∂z = σ(z)/N.

    With E = e^-|z|, which cannot overflow: ln(1 + eᶻ) = max(z, 0) + ln(1 + E), and
    σ(z) = e^min(z, 0) / (1 + E).
    """
    N, z = Z.shape[1], Z.astype(np.float64)
    E = np.exp(-np.abs(z))
    power = np.floor((QUIET - z.max(axis=1, keepdims=True)) / LN2)
    power = np.fmin(np.fmax(power, 0), SILENT)
    scaled = np.exp(np.minimum(z, 0) + power * LN2) / (1 + E)
    np.multiply(scaled, (scaled >= FAINT) / N, out=Delta, casting="same_kind")
    softplus = np.maximum(z, 0) + np.log1p(E)
    return softplus.sum(axis=(1, 2)) / N, power[:, 0, 0].astype(np.int64)


def discriminator_cross_entropy(Z: Array, Delta: Array) -> tuple[Exact, Integers]:
    """J = -½ mean of ln D(real) - ½ mean of ln(1 - D(fake)): cross-entropy of real against fake."""
    N = Z.shape[1] // 2
    loss, power = cross_entropy_of_fakes(np.concatenate([-Z[:, :N], Z[:, N:]], axis=1), Delta)
    Delta[:, :N] *= -1
    return loss, power


def saturating(Z: Array, Delta: Array) -> tuple[Exact, Integers]:
    """J = mean of ln(1 - D): ∂J/∂z = -D/N, which dies where the discriminator is sure."""
    loss, power = cross_entropy_of_fakes(Z, Delta)
    np.negative(Delta, out=Delta)
    return -loss, power


def non_saturating(Z: Array, Delta: Array) -> tuple[Exact, Integers]:
    """J = -mean of ln D: ∂J/∂z = -(1 - D)/N, (1 - D)/D times as much."""
    loss, power = cross_entropy_of_fakes(-Z, Delta)
    np.negative(Delta, out=Delta)
    return loss, power


def wasserstein_critic(Z: Array, Delta: Array) -> tuple[Exact, Integers]:
    """J = mean of f(fake) - mean of f(real), less than 0 by the distance that f measures (Arjovsky
    et al. 2017)."""
    N = Z.shape[1] // 2
    Delta[:, :N], Delta[:, N:] = -1 / N, 1 / N
    z = Z.astype(np.float64)
    return z[:, N:].mean(axis=(1, 2)) - z[:, :N].mean(axis=(1, 2)), no_exponents(Z)


def wasserstein_generator(Z: Array, Delta: Array) -> tuple[Exact, Integers]:
    """J = -mean of f(fake): ∂J/∂z = -1/N, however good the critic is."""
    Delta[...] = -1 / Z.shape[1]
    return -Z.mean(axis=(1, 2), dtype=np.float64), no_exponents(Z)


def no_exponents(Z: Array) -> Integers:
    """Exponents (R,) of an error signal that was not multiplied: all 0."""
    return np.zeros(len(Z), np.int64)


GAMES: dict[str, Game] = {
    "saturating": Game(discriminator_cross_entropy, saturating),
    "non_saturating": Game(discriminator_cross_entropy, non_saturating),
    "wasserstein": Game(wasserstein_critic, wasserstein_generator, probability=False),
}
"""Goodfellow et al. 2014, its section 3's alternative, and Arjovsky et al. 2017."""
