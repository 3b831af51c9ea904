"""How far one network of finite width strays from the mean-field law.

Every layer of n units averages over its own n draws, so ln ‖δ‖² does a random walk about the law.
To first order in 1/n its variance β grows, towards the input, from two sources in every layer:

    what the layer does to the error signal:   (3 E g′⁴/(E g′²)² - 1)/n
    what it did to the signal on the way in:   q strays too, and E g′² of later layers with it

ReLU's E g′² knows no q, and β = 5/n a layer is the law of Hanin & Nica (2018, "Products of many
large random matrices and gradients in deep neural networks"); the rest is the same reckoning for
other activations. E ‖δ‖² keeps to the law, so ln ‖δ‖² sinks on average by half of the first source.
All this is of one example: where the examples of a batch differ, their mean strays less. And it is
a first order: where lengths map onto lengths by a curve, as GELU's do, or where depth/width is no
small number, and as a network's own weights lead forward and back, networks stray otherwise. So
where the examples are known and networks of this kind are small, a sample of them is drawn.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..measure.signals import Signals
from ..measure.trace import MEASURES
from ..nn.activations import Activation
from ..nn.architecture import Architecture
from ..nn.network import Network
from ..numerics import Array, Exact
from .correlations import Batch
from .mean_field import POINTS, activation_and_slope, expectation, preactivations

DEVIATIONS = 2.0
"""Half the band's height: of networks drawn anew 95 % lie inside."""
MOST_SKEW = 0.5
"""A larger one, of so few networks, is more of chance, and the expansion bears no more. Of eight
activations in 10 and 20 layers this limit kept 93 % or more inside on average and 0.5 to 1 % more
in the worst layer than a limit of 1; none left SiLU's worst layer at 86 %."""

FEWEST, MOST, FIRST_SEED = 32, 300, 1 << 40
"""So many are drawn, by seeds of their own. Of 300 a standard deviation is known to 4 %, which
moves the share inside the band by 0.9 %."""
MOST_WEIGHTS = 16_000_000
"""Of all of them together: half a second's work."""
AT_ONCE = 50
"""Networks side by side: as many as a processor's cache holds."""


class Fluctuations(NamedTuple):
    """Of ln ‖δ_l‖² of one network, per hidden layer."""

    mean: Exact
    variance: Exact
    third: Exact | float = 0.0
    """The third central moment: of 200 networks it says where the ends of a skewed band lie more
    surely than their quantiles, which hang on five networks each."""

    def skewness(self) -> Exact:
        """0 where nothing strays; at most what an expansion about the normal bears."""
        cube = self.variance**1.5
        skew = np.divide(self.third, cube, out=np.zeros_like(cube), where=cube != 0)
        return np.clip(skew, -MOST_SKEW, MOST_SKEW)


def sample_fluctuations(a: Architecture, batch: Batch, common: float) -> Fluctuations | None:
    """Those of networks drawn anew, each by its own output error: the loss's, where the batch has
    one, for how much of it all examples have in common is by chance; else the share `common`.
    None of networks too large for it, or whose signal is lost."""
    weights = a.width * (a.inputs + a.outputs + (a.depth - 1) * a.width)
    count = min(MOST, MOST_WEIGHTS // weights)
    if count < FEWEST:
        return None
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    parts = [seeds[i : i + AT_ONCE] for i in range(0, count, AT_ONCE)]
    signals = [sample_signals(a, batch, common, part) for part in parts]
    delta = np.concatenate(signals)
    if not (np.isfinite(delta).all() and delta.all()):
        return None
    logs = 2 * np.log(delta)
    # One more network than those strays from their mean as Student's distribution does.
    few = (1 + 1 / count) * (count - 1) / (count - 3)
    mean = logs.mean(axis=0)
    return Fluctuations(mean, logs.var(axis=0, ddof=1) * few, ((logs - mean) ** 3).mean(axis=0))


def sample_signals(a: Architecture, batch: Batch, common: float, seeds: Sequence[int]) -> Exact:
    """(networks, hidden layers): rms of the error signal at initialization, each network with
    examples of its own."""
    own = [batch.draw(seed - FIRST_SEED) for seed in seeds]
    X = np.stack([one.X for one in own])
    network = Network(a, seeds, X.shape[1], np.float32)
    signals = Signals(network)
    with np.errstate(all="ignore"):
        Z = network.forward(X.astype(np.float32))
        errors = losses_errors(own, Z)
        if errors is None:
            errors = output_errors(own, a.outputs, common, seeds[0])
        network.backward(errors.astype(np.float32) / X.shape[1], watch=signals.watch)
        out = {name: np.empty((len(network.taps), len(seeds))) for name in MEASURES}
        signals.write(out)
    return out["delta_rms"][:-1].T


def losses_errors(each: Sequence[Batch], Z: Array) -> Exact | None:
    """Error signals of mean square 1 that the loss makes of these outputs, (networks, examples,
    outputs); None where the batch has no loss."""
    targets = [one.target for one in each if one.target is not None]
    loss = each[0].loss
    if loss is None or len(targets) < len(each):
        return None
    Delta = np.zeros(Z.shape, np.float64)
    loss(Z.astype(np.float64), np.stack(targets), Delta)
    return unit(Delta)


def output_errors(each: Sequence[Batch], outputs: int, common: float, seed: int) -> Exact:
    """Error signals of mean square 1, (networks, examples, outputs): the same for all examples but
    for the share that goes by class."""
    rng, shape = np.random.default_rng(seed), (len(each), len(each[0].X), outputs)
    own = rng.standard_normal(shape)
    if all(one.target is not None for one in each):
        targets = np.stack([one.centered_target() for one in each])
        own = targets * rng.choice([-1.0, 1.0], (len(each), 1, 1))
    alike = rng.standard_normal((len(each), 1, outputs))
    return unit(np.sqrt(common) * unit(alike) + np.sqrt(1 - common) * unit(own))


def unit(values: Exact) -> Exact:
    """Each network's values, brought to a mean square of 1."""
    sizes = np.sqrt(np.square(values).mean(axis=(1, 2), keepdims=True))
    return values / np.where(sizes > 0, sizes, 1.0)


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


def band(log_delta: Exact, of_one: Fluctuations) -> tuple[Exact, Exact]:
    """Where 95 % of networks lie about root mean squares of these logarithms.

    A skewed distribution's quantiles lie (z² - 1)/6 × skewness further up than the normal one's
    (Cornish & Fisher 1938).
    """
    middle = of_one.mean + of_one.skewness() * np.sqrt(of_one.variance) * (DEVIATIONS**2 - 1) / 6
    half = DEVIATIONS * np.sqrt(of_one.variance)
    return np.exp(log_delta + (middle - half) / 2), np.exp(log_delta + (middle + half) / 2)
