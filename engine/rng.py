"""Random numbers: a generator for each seed and purpose."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

DATA_STREAM, BATCH_STREAM, WEIGHT_STREAM, BIAS_STREAM, SHORTCUT_STREAM, TEST_STREAM = range(6)
"""Each purpose draws from a stream of its own, so that changing one leaves the others as they
were: samples to learn from, their order, weights, biases, weights of shortcuts, samples to test
on."""


def generators(seeds: Sequence[int], stream: int) -> list[Generator]:
    """One generator a replica, for one purpose."""
    return [np.random.default_rng([seed, stream]) for seed in seeds]


REAL_STREAM, LATENT_STREAM, CHASE_STREAM, BESIDE_STREAM, BETWEEN_STREAM = range(100, 105)
"""A GAN's own streams of random numbers (see DATA_STREAM): real points, the latent ones the
discriminator's fakes come from, those of the generator's own step, the real ones it is judged
beside, and places between real and fake."""
