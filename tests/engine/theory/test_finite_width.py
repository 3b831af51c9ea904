"""How far networks of finite width stray from the law, against laws and against networks."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from signal_propagation import flow, wide
from vglab.engine.data.datasets import generate, split
from vglab.engine.measure.probe import Probe
from vglab.engine.nn.activations import ACTIVATIONS, activation
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.losses import LOSSES
from vglab.engine.nn.network import Network
from vglab.engine.theory.correlations import Batch
from vglab.engine.theory.finite_width import Fluctuations, band, fluctuations, losses_errors
from vglab.engine.theory.predictions import theory_for

LAYERS, WIDTH = 12, 50


def variance(
    name: str, slope: float = 0.2, orthogonal: bool = False, q: float = 1.0
) -> list[float]:
    """n × β of every layer."""
    same = np.full(LAYERS, q)
    g = activation(name, slope)
    return (WIDTH * fluctuations(g, same, np.ones(LAYERS), WIDTH, orthogonal)[1]).tolist()


@pytest.mark.parametrize(
    ("name", "slope", "orthogonal", "a_layer"),
    [
        ("relu", 0.0, False, 5),
        ("relu", 0.0, True, 3),
        ("linear", 0.0, False, 2),
        ("linear", 0.0, True, 0),
        ("leaky_relu", 0.2, False, 6 * 1.0016 / 1.04**2 - 1),
    ],
)
@pytest.mark.parametrize("q", [1e-200, 1.0, 1e200])
def test_straight_lines(
    name: str, slope: float, orthogonal: bool, a_layer: float, q: float
) -> None:
    expected = [a_layer * above for above in range(LAYERS, 0, -1)]
    assert variance(name, slope, orthogonal, q) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_network_strays_further_the_longer_the_way(name: str) -> None:
    found = variance(name)
    assert found == sorted(found, reverse=True)
    assert found[-1] > 1.9


def test_the_mean_sinks_by_half_of_what_layers_do_themselves() -> None:
    mean, spread = fluctuations(activation("relu"), np.ones(8), np.ones(8), WIDTH)
    assert mean == pytest.approx(-spread / 2)


@pytest.mark.sampled(8)
@pytest.mark.parametrize(
    "changes",
    [
        {"activation": "relu", "gain": sqrt(2)},
        {"activation": "tanh", "gain": sqrt(2)},
        {"activation": "tanh", "bias_std": 0.2, "gain": 1.3},
        {"activation": "sigmoid"},
        {"activation": "selu"},
        {"activation": "silu", "gain": 1.2},
        {"activation": "tanh", "init": "orthogonal", "gain": 1.4},
        {"activation": "relu", "init": "orthogonal", "gain": sqrt(2)},
    ],
    ids=str,
)
def test_networks_stray_as_predicted(changes: dict[str, object]) -> None:
    """400 networks tell a variance to 7 %; the law's own error is of the order depth/width."""
    a = wide(12, 48, **changes)
    measured = flow(a, replicas=400, batch=1).log_square
    law = theory_for(a, 1.0)
    assert law
    low, high = 2 * np.log(np.array(law.band[:-1])).T
    predicted = np.square((high - low) / 4)
    assert measured.var(axis=0) == pytest.approx(predicted, rel=0.3)
    shift = measured.mean(axis=0) - 2 * np.log(law.measures["delta_rms"][:-1])
    assert shift == pytest.approx(
        (low + high) / 2 - 2 * np.log(law.measures["delta_rms"][:-1]), abs=0.15
    )
    inside = ((measured > low) & (measured < high)).mean(axis=0)
    assert inside == pytest.approx(0.95, abs=0.04)


def test_no_band_is_made_up() -> None:
    for a in (
        Architecture(norm="batch"),
        Architecture(norm="layer"),
        Architecture(skip="identity"),
    ):
        law = theory_for(replace(a, activation="tanh"), 1.0)
        assert law
        assert np.isnan(law.band[:-1]).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("activation_name", "least"), [("sigmoid", 0.9), ("tanh", 0.9), ("elu", 0.9), ("gelu", 0.85)]
)
def test_networks_on_a_task_lie_in_the_band(activation_name: str, least: float) -> None:
    """200 networks of width 32, each by its own output error; of GELU's 71 % lay inside before."""
    a = Architecture(depth=12, width=32, activation=activation_name)
    data, _rest = split(generate("circles", [0], 512, 0.1, np.float64), 384)
    seeds, at = range(200), np.random.default_rng(3).permutation(384)[:64]
    net = Network(a, seeds, 64, np.float64)
    probe = Probe(net, np.arange(1))
    X, target = data.X[0][at], data.target[0][at]
    net.forward(np.broadcast_to(X, (200, *X.shape)).copy())
    probe.backward(0, np.broadcast_to((0.5 - target) / 64, (200, 64, 1)).copy())
    delta = probe.trace.measures["delta_rms"][0]
    batch = Batch(data.X[0], 64, data.target[0])
    law = theory_for(a, np.square(batch.X).mean(axis=1), 0.5, batch=batch)
    assert law
    low, high = np.array(law.band[:-1]).T
    inside = ((delta[:, :-1] > low) & (delta[:, :-1] < high)).mean(axis=0)
    assert inside.min() > least
    assert inside.mean() < 0.995


def test_replicas_differ_at_the_output_too() -> None:
    a = Architecture(depth=3)
    law = theory_for(a, 1.0, 0.5, output_spread=0.3)
    assert law
    assert law.band[-1] == pytest.approx((0.5 * np.exp(-0.6), 0.5 * np.exp(0.6)))


@pytest.mark.parametrize("skew", [-0.5, 0.0, 0.5])
def test_the_band_leans_as_the_networks_do(skew: float) -> None:
    """Gamma distributed logarithms: as many lie above the band as below."""
    shape = 4 / skew**2 if skew else 1e6
    rng = np.random.default_rng(0)
    logs = np.copysign(1, skew) * (rng.gamma(shape, size=100_000) - shape) / sqrt(shape)
    low, high = band(np.zeros(1), Fluctuations(np.zeros(1), np.ones(1), np.array([skew])))
    above, below = (logs > 2 * np.log(high)).mean(), (logs < 2 * np.log(low)).mean()
    assert (above, below) == pytest.approx((0.023, 0.023), abs=0.011)


def test_networks_for_the_band_err_as_the_loss_has_it() -> None:
    rng = np.random.default_rng(0)
    Z, target = rng.standard_normal((3, 8, 1)), rng.integers(2, size=(8, 1)).astype(float)
    batch = Batch(rng.standard_normal((8, 2)), 8, target, LOSSES["binary_cross_entropy"])
    errors = losses_errors([batch] * 3, Z)
    assert errors is not None
    miss = 1 / (1 + np.exp(-Z)) - target
    assert errors == pytest.approx(miss / np.sqrt(np.square(miss).mean(axis=1, keepdims=True)))
    assert losses_errors([Batch(batch.X, 8, target)] * 3, Z) is None
