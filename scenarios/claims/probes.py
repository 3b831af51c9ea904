"""Probes of the engine: the claims that speak of equations, not of a run.

Each takes a seed for each replica and what its claim asks for, and gives figures, a value for each
replica.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...engine.data.datasets import generate
from ...engine.measure.probe import Probe
from ...engine.nn.activations import activation
from ...engine.nn.architecture import Architecture
from ...engine.nn.losses import LOSSES
from ...engine.nn.network import Network
from ...engine.numerics import Array, Exact
from ...engine.theory.mean_field import activation_and_slope, averages
from ...engine.training.optimizers import OPTIMIZERS, Settings
from ...engine.training.supervised import Training, supervised

Figures = dict[str, Exact]

WIDE = 5
"""Units of the small network on which equations are checked; its inputs too, so that products of
slopes that leave out the weights at least have a shape."""
STEP = 1e-6
"""Of finite differences."""
RATE = 0.1
NETWORKS = 100
"""Random networks a replica."""
DYING_RATE = 0.5
"""A learning rate large enough for ReLU units to die."""
DYING_STEPS = 100
NUDGE = 1e-4
"""How far activations are moved to see what depends on them, in their own length."""


class SmallNetwork:
    """A small network and one example, in float64, differentiated by differences."""

    def __init__(self, seeds: range, name: str) -> None:
        a = Architecture(inputs=WIDE, depth=3, width=WIDE, activation=name, bias_std=0.5)
        rng = np.random.default_rng(seeds.start)
        self.network = Network(a, seeds, 1, np.float64)
        self.X = rng.standard_normal((len(seeds), 1, WIDE))
        self.target = rng.integers(0, 2, (len(seeds), 1, 1)).astype(np.float64)
        self.taps = self.network.taps

    def loss(self) -> Exact:
        """J, each replica's."""
        loss = LOSSES["binary_cross_entropy"]
        return loss(self.network.forward(self.X), self.target, self.network.Delta)

    def gradient(self, parameters: Array) -> Array:
        """∂J/∂θ of parameters (R, …) that are part of theta, by differences of the loss."""
        found = np.empty_like(parameters)
        for place in np.ndindex(parameters.shape[1:]):
            at = (slice(None), *place)
            kept = parameters[at].copy()
            parameters[at] = kept + STEP
            above = self.loss()
            parameters[at] = kept - STEP
            found[at] = (above - self.loss()) / (2 * STEP)
            parameters[at] = kept
        return found

    def slopes(self) -> list[Exact]:
        """g′(Z) of the hidden layers."""
        self.loss()
        return [
            activation_and_slope(layer.g, np.asarray(layer.Z, np.float64))[1]
            for layer in self.network.activates
        ]

    def step(self) -> Array:
        """What SGD would subtract from theta."""
        self.loss()
        network = self.network
        network.backward(network.Delta)
        network.restore()
        step = np.empty_like(network.grad)
        OPTIMIZERS["sgd"](Settings(rate=RATE), network.theta).update(
            network.theta, network.grad.copy(), step
        )
        return step


@np.errstate(invalid="ignore", divide="ignore")
def equations(seeds: range, activation: str = "sigmoid") -> Figures:
    """The equations of backpropagation, as relative errors against finite differences.

    Of a single example ∂J/∂b is the error signal ∂J/∂Z itself.
    """
    bench = SmallNetwork(seeds, activation)
    deltas = [bench.gradient(tap.b) for tap in bench.taps]
    first, S = bench.taps[0], bench.slopes()
    dW = bench.gradient(first.W)
    return {
        "update_error": relative_error(bench.step(), RATE * bench.gradient(bench.network.theta)),
        "product_error": relative_error(bench.X.mT @ deltas[0], dW),
        "recursion_error": relative_error(deltas[2] @ bench.taps[2].W.mT * S[1], deltas[1]),
        "elementwise_error": relative_error(
            scale_to(deltas[2] * S[1] * S[0], deltas[0]), deltas[0]
        ),
        "gradient_zero_or_one": np.isin(bench.step() / RATE, (0.0, 1.0)).mean(axis=1),
    }


def scale_to(found: Array, wanted: Array) -> Array:
    """`found` times the number that brings it nearest to `wanted`."""
    scale = (found * wanted).sum(axis=(1, 2)) / np.square(found).sum(axis=(1, 2))
    return found * scale[:, None, None]


def relative_error(found: Array, wanted: Array) -> Exact:
    """‖found - wanted‖/‖wanted‖, each replica's."""
    flat = [x.reshape(len(x), -1) for x in (found - wanted, wanted)]
    top, bottom = (np.linalg.norm(x, axis=1) for x in flat)
    return top / bottom


def activation_figures(seeds: range) -> Figures:
    """What activations are like, on a fine grid and for z ~ N(0, 1); alike for all replicas."""
    Z = np.linspace(-40, 40, 160_001)
    slopes = {
        name: activation_and_slope(activation(name), Z)[1] for name in ("sigmoid", "tanh", "relu")
    }
    found = {f"flattest_of_{name}": S.min() for name, S in slopes.items()}
    for name in slopes:
        found[f"slope_of_{name}"] = np.sqrt(averages(activation(name), np.ones(1)).slope[0])
    A, S = activation_and_slope(activation("relu"), Z)
    right = np.isin(S, (0.0, 1.0)) & (np.where(Z > 0, Z, 0) == A)
    found |= {
        "steepest_of_sigmoid": slopes["sigmoid"].max(),
        "relu_zero_or_one": right.mean(),
        "relu_slope_above": S[Z > 0].min(),
        "relu_slope_below": S[Z < 0].max(),
    }
    return {name: np.full(len(seeds), value, np.float64) for name, value in found.items()}


def random_gains(
    seeds: range, activation: str, depth: str = "20", largest: str = "30", fold: str = "1000"
) -> Figures:
    """Of networks with σ_w² log-uniform from 0.1 to `largest`, the shares whose error signal fades
    or grows so many-fold on its way to the input."""
    base = Architecture(WIDE, WIDE, int(depth), 64, activation=activation, init="lecun")
    ratios = np.stack([decades(base, float(largest), seed) for seed in seeds])
    far = np.log10(float(fold))
    return {
        "share_vanishing": (ratios < -far).mean(axis=1),
        "share_exploding": (ratios > far).mean(axis=1),
    }


def decades(base: Architecture, largest: float, seed: int) -> Exact:
    """log10 of `delta_rms`, first over last hidden layer, of networks with gains drawn anew, one in
    each of as many equal parts of their range."""
    rng = np.random.default_rng([seed, NETWORKS])
    even = (np.arange(NETWORKS) + rng.uniform(size=NETWORKS)) / NETWORKS
    gains = np.sqrt(0.1 * (largest / 0.1) ** even)
    nets = [replace(base, gain=float(gain)) for gain in gains]
    network = Network(nets, range(seed * NETWORKS, (seed + 1) * NETWORKS), 4, np.float64)
    probe = Probe(network, np.arange(1))
    network.forward(rng.standard_normal((NETWORKS, 4, WIDE)))
    probe.backward(0, rng.standard_normal((NETWORKS, 4, WIDE)))
    delta = probe.trace.measures["delta_rms"][0]
    return np.log10(delta[:, 0] / delta[:, -2])


def early_activations(
    seeds: range,
    activation: str,
    init: str = "xavier",
    skip: str = "none",
    placement: str = "outside",
) -> Figures:
    """How far the tenth layer's activations move if the first layer's do, both in their own
    length: by a forward pass, whatever gradients say."""
    a = Architecture(
        depth=10,
        width=64,
        activation=activation,
        init=init,
        skip=skip,
        skip_every=1,
        skip_placement=placement,
    )
    network = Network(a, seeds, 32, np.float64)
    X = generate("circles", seeds, 32, 0.1, np.float64).X
    first, last = (network.taps[at].layer for at in (1, -1))
    network.forward(X)
    kept = [layer.A.copy() for layer in (first, last)]
    bias = network.taps[0].b
    bias += NUDGE * np.random.default_rng(seeds.start).standard_normal(bias.shape)
    network.forward(X)
    moved = [relative_error(layer.A, A) for layer, A in zip((first, last), kept, strict=True)]
    return {"dependence": moved[1] / moved[0]}


def dead_units(seeds: range) -> Figures:
    """The largest gradient that reaches ReLU units which are off for all examples of a batch, and
    the typical one of units that are off for some."""
    a = Architecture(depth=5, width=64, activation="relu", init="he")
    network = Network(a, seeds, 32, np.float64)
    data = generate("circles", seeds, 32, 0.1, np.float64)
    LOSSES["binary_cross_entropy"](network.forward(data.X), data.target, network.Delta)
    network.backward(network.Delta)
    network.restore()
    off = np.stack([(activate.Z <= 0).mean(axis=1) for activate in network.activates])
    reach = np.stack([np.linalg.norm(tap.dW, axis=1) for tap in network.taps[:-1]])
    some = np.where((off > 0) & (off < 1), reach, np.nan)
    return {
        "gradient_of_always_off": np.where(off == 1, reach, 0).max(axis=(0, 2)),
        "gradient_of_sometimes_off": np.nanmedian(some, axis=(0, 2)),
    }


def dead_weights(seeds: range, optimizer: str = "sgd") -> Figures:
    """How far a step moves the weights of units that are off for all examples, in their own
    length, at most; in a network that is trained so hard that units die."""
    a = Architecture(depth=3, width=64, activation="relu", init="he")
    network = Network(a, seeds, 32, np.float64)
    rate = DYING_RATE / 10 if optimizer.startswith("adam") else DYING_RATE
    plan = Training(optimizer=optimizer, settings=Settings(rate=rate), batch=32, steps=DYING_STEPS)
    data = generate("circles", seeds, 32, 0.1, np.float64)
    weights = [tap.W for tap in network.taps[:-1]]
    before, most = [W.copy() for W in weights], np.full(len(seeds), np.nan)
    for _row in supervised(network, plan, data, None).steps:
        for activate, W, old in zip(network.activates, weights, before, strict=True):
            off = (activate.Z <= 0).all(axis=1)
            moved = np.linalg.norm(W - old, axis=1) / np.linalg.norm(old, axis=1)
            most = np.fmax(most, np.fmax.reduce(np.where(off, moved, np.nan), axis=1))
            old[...] = W
    return {"moved_dead": most}


PROBES: dict[str, Callable[..., Figures]] = {
    "equations": equations,
    "activations": activation_figures,
    "random_gains": random_gains,
    "early_activations": early_activations,
    "dead_units": dead_units,
    "dead_weights": dead_weights,
}
