"""How far one network of finite width strays from the mean-field law.

Every layer of n units averages over its own n draws, so ln ‖δ‖² does a random walk about the law.
To first order in 1/n its variance β grows, towards the input, from two sources in every layer:

    what the layer does to the error signal:   (3 E g′⁴/(E g′²)² - 1)/n
    what it did to the signal on the way in:   q strays too, and E g′² of later layers with it

ReLU's E g′² knows no q, and β = 5/n a layer is the law of Hanin & Nica (2018, "Products of many
large random matrices and gradients in deep neural networks"); the rest is the same reckoning for
other activations. E ‖δ‖² keeps to the law, so ln ‖δ‖² sinks on average by half of the first source.
All this is of one example: where the examples of a batch differ, their mean strays less.
"""

import numpy as np

from ..nn.activations import Activation
from ..numerics import Exact
from .mean_field import POINTS, activation_and_slope, expectation, preactivations

DEVIATIONS = 2.0
"""Half the band's height: of networks drawn anew 95 % lie inside."""


def fluctuations(
    g: Activation, q: Exact, share: Exact, width: int, orthogonal: bool = False
) -> tuple[Exact, Exact]:
    """Mean and variance of ln ‖δ_l‖² about the law, per hidden layer, in a plain network.

    q, (layers,): the variance of each layer's pre-activation; share, (layers,): the part of the
    next layer's q that is not the biases'. Orthogonal weights keep lengths, and stray less.
    """
    A, S = activation_and_slope(g, preactivations(q))
    square, slope = over_mean(np.square(A)), over_mean(np.square(S))
    hermite = (np.square(POINTS) - 1) / 2
    carry, bend = expectation(square * hermite), expectation(slope * hermite)
    lengths = 2.0 if orthogonal else 0.0
    own = 3 * expectation(slope**2) - 1 - lengths * (1 + bend**2)
    forward = expectation(square**2) - 1 - lengths * carry**2
    both = expectation(slope * square) - 1 - lengths * carry * bend
    reach = sensitivities(bend, carry * share, share)
    variance = sums_above(own) + forward @ reach**2 + 2 * both @ np.tril(reach)
    return -sums_above(own) / 2 / width, np.maximum(variance, 0.0) / width


def over_mean(values: Exact) -> Exact:
    """f/E f."""
    return values / expectation(values)[:, None]


def sums_above(values: Exact) -> Exact:
    """For each layer, the sum over it and all nearer the output."""
    return values[..., ::-1].cumsum(axis=-1)[..., ::-1]


def sensitivities(bend: Exact, carry: Exact, kick: Exact) -> Exact:
    """(layers, layers): d ln ‖δ_l‖² / d ln E g_j² [j, l], by way of all q_i that follow j, i ≥ l.

    d ln q_{i+1} = carry_i d ln q_i + kick_i, and ln E g′² bends with it at every i.
    """
    layers = len(bend)
    moved = np.zeros((layers, layers))
    for i in range(1, layers):
        moved[:, i] = carry[i - 1] * moved[:, i - 1]
        moved[i - 1, i] = kick[i - 1]
    return sums_above(moved * bend)


def band(delta: Exact, mean: Exact, variance: Exact) -> tuple[Exact, Exact]:
    """Where 95 % of networks lie about the law's root mean squares `delta`."""
    half = DEVIATIONS * np.sqrt(variance)
    return delta * np.exp((mean - half) / 2), delta * np.exp((mean + half) / 2)
