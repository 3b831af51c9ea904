"""What a GAN's rows say of the game itself, beside the measures of its two networks.

gradient_…      ‖∂J/∂θ‖ of the whole generator under this loss, seen by one and the same
                discriminator: what it gets, and what it would get
real_output     mean D(x) of real points, and of fakes: 1 and 0 for a discriminator that is sure
real_logit      mean z of real points, and of fakes, where D = σ(z); a critic's mean f
logit_ratio     (1 - D)/D at the fakes' mean logit: by so much the non-saturating loss's derivative
                to the logit is larger than the saturating one's
distance        how far the fakes are from the real points: 0 where they lie alike
"""

import numpy as np

from .arrays import Array, Exact, Integers
from .games import Game
from .trace import table

DIRECTIONS = 8
"""Lines that points are projected on."""
LINES = np.array([[f(np.pi * i / DIRECTIONS) for i in range(DIRECTIONS)] for f in (np.cos, np.sin)])


def columns(losses: list[str], game: Game, records: Integers, replicas: int) -> dict[str, Exact]:
    """Empty columns (T, R) of all that is recorded."""
    names = [f"gradient_{loss}" for loss in losses]
    names += ["real_logit", "fake_logit", "distance"]
    if game.probability:
        names += ["real_output", "fake_output", "logit_ratio"]
    return {name: table(records, replicas) for name in names}


def verdict(Z: Array, game: Game) -> dict[str, Exact]:
    """What the discriminator says, from its logits Z (R, 2N, 1) of [real; fake]."""
    z = Z.reshape(len(Z), 2, -1).astype(np.float64)
    N = z.shape[2]
    real, fake = z.sum(axis=2).T / N
    said = {"real_logit": real, "fake_logit": fake}
    if not game.probability:
        return said
    # 1/(1 + e⁻ᶻ) keeps all its digits where it is near 0.
    real_output, fake_output = (1 / (1 + np.exp(-z))).sum(axis=2).T / N
    outputs = {"real_output": real_output, "fake_output": fake_output}
    return said | outputs | {"logit_ratio": np.exp(-fake)}


def distance(X: Array) -> Exact:
    """The sliced Wasserstein distance between the halves of X (R, 2N, 2): on each of some lines,
    how far the points of one must move on average to lie as those of the other."""
    along = (LINES.T @ X.astype(np.float64).mT).reshape(len(X), DIRECTIONS, 2, -1)
    along.sort(axis=3)
    return np.abs(along[:, :, 0] - along[:, :, 1]).mean(axis=(1, 2))
