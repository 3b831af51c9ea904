"""What is learnt: data sets, in tables keyed by name.

A row maps (generator, samples, noise) to points X (samples, 2) and class numbers y (samples,).
"""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

DATA_STREAM, BATCH_STREAM, WEIGHT_STREAM, BIAS_STREAM, SHORTCUT_STREAM = range(5)
"""Each purpose draws from a stream of its own, so that changing one leaves the others as they
were."""


def generators(seeds: Sequence[int], stream: int) -> list[Generator]:
    """One generator a replica, for one purpose."""
    return [np.random.default_rng([seed, stream]) for seed in seeds]


REAL_STREAM, LATENT_STREAM, CHASE_STREAM, BESIDE_STREAM, BETWEEN_STREAM = range(100, 105)
"""A GAN's own streams of random numbers (see data.DATA_STREAM): real points, the latent ones the
discriminator's fakes come from, those of the generator's own step, the real ones it is judged
beside, and places between real and fake."""
