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

from .arrays import Array, Exact, Integers, flat, norms
from .games import Game
from .network import Network
from .trace import table

DIRECTIONS = 16
"""Lines that points are projected on."""


def columns(losses: list[str], game: Game, records: Integers, replicas: int) -> dict[str, Exact]:
    """Empty columns (T, R) of all that is recorded."""
    names = [f"gradient_{loss}" for loss in losses]
    names += ["real_logit", "fake_logit", "distance"]
    if game.probability:
        names += ["real_output", "fake_output", "logit_ratio"]
    return {name: table(records, replicas) for name in names}


def verdict(Z: Array, game: Game) -> dict[str, Exact]:
    """What the discriminator says, from its logits Z (R, 2N, 1) of [real; fake]."""
    real, fake = np.split(Z[..., 0].astype(np.float64), 2, axis=1)
    said = {"real_logit": real.mean(axis=1), "fake_logit": fake.mean(axis=1)}
    if not game.probability:
        return said
    return said | {
        "real_output": certainty(real),
        "fake_output": certainty(fake),
        "logit_ratio": np.exp(-said["fake_logit"]),
    }


def certainty(z: Exact) -> Exact:
    """The mean of D = σ(z), with all digits where it is near 0."""
    return np.exp(-np.logaddexp(0, -z)).mean(axis=1)


def distance(X: Array) -> Exact:
    """The sliced Wasserstein distance between the halves of X (R, 2N, 2): on each of some lines,
    how far the points of one must move on average to lie as those of the other."""
    angle = np.arange(DIRECTIONS) * (np.pi / DIRECTIONS)
    lines = np.stack([np.cos(angle), np.sin(angle)])
    real, fake = np.split(X.astype(np.float64) @ lines, 2, axis=1)
    return np.abs(np.sort(real, axis=1) - np.sort(fake, axis=1)).mean(axis=(1, 2))


def gradient_norm(network: Network) -> Exact:
    """‖∂J/∂θ‖, (R,), of gradients still scaled."""
    parts: list[Exact] = []
    for _, owners, grad in network.gradients:
        power = network.power[[network.place[leaf] for leaf in owners]]
        parts += list(np.ldexp(norms(flat(grad)), -power))
    return norms(np.stack(parts, axis=-1))
