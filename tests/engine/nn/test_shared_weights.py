"""Laws of layers that share their weights: over the steps of a sequence (law 32), and over the
places of an image (law 33). Measured on the recurrent and convolutional networks themselves."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from math import cos, exp, pi, sqrt
from typing import Any

import numpy as np
import pytest
from signal_propagation import spheres
from vglab.engine.measure.probe import Probe
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(201)
G: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "linear": (lambda z: z, np.ones_like),
    "tanh": (np.tanh, lambda z: np.cosh(z) ** -2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
}
"""g and g′, written anew."""
STEPS, BATCH = 40, 16


def mean_square(f: Callable[[Any], Any], q: float) -> float:
    """E f(√q z)² for z ~ N(0, 1)."""
    return float((WEIGHTS * f(sqrt(q) * NODES) ** 2).sum() / sqrt(2 * pi))


def rate_over_time(name: str, gain: float) -> float:
    """√χ, the variance of Z at every step being q = σ_w² (E g² + 1), with inputs of mean square 1.

    That one matrix serves all steps does not matter to it: at each step it meets other
    slopes, and a wide layer forgets that it met it before (Chen et al. 2018).
    """
    g, slope = G[name]
    q = 1.0
    for _ in range(2000):
        q = gain**2 * (mean_square(g, q) + 1) if name != "linear" else 1.0
    return gain * sqrt(mean_square(slope, q))


def through_time(a: Architecture, replicas: int = 3) -> tuple[Network, Any]:
    """A pass through fresh recurrent networks; `delta_rms` of their steps, (R, T)."""
    net = Network(a, range(replicas), BATCH, np.float64)
    probe = Probe(net, np.arange(1))
    X = spheres((replicas, BATCH, a.length, a.inputs), 1)
    net.forward(X.reshape(replicas, BATCH, -1))
    probe.backward(0, spheres((replicas, BATCH, a.outputs), 2) / BATCH)
    assert probe.trace.time
    return net, probe.trace.time["delta_rms"][0, :, 0]


def slope_of_logs(y: Any) -> float:
    """The factor a point on the way to the first, from the slope of ln y: (R, points)."""
    logs = np.log(y).mean(axis=0)
    return exp(-np.polyfit(np.arange(len(logs)), logs, 1)[0])


@pytest.mark.parametrize(
    ("name", "gain"),
    [*product(("tanh", "sigmoid"), (0.5, 1.0, 2.0)), ("linear", 0.7), ("linear", 1.2)],
)
def test_law_32_the_rate_over_time_is_the_rate_over_layers(name: str, gain: float) -> None:
    a = Architecture(256, 8, 1, 256, "rnn", name, init="lecun", gain=gain, length=STEPS)
    _, delta = through_time(a)
    assert slope_of_logs(delta[:, 5:-3]) == pytest.approx(rate_over_time(name, gain), rel=0.03)


@pytest.mark.parametrize(("name", "gamma"), [("tanh", 1.0), ("sigmoid", 0.25), ("linear", 1.0)])
@pytest.mark.parametrize("gain", [0.3, 1.0, 3.0])
def test_law_32_no_step_beats_the_bound(name: str, gamma: float, gain: float) -> None:
    """‖δ_{t-1}‖ ≤ ‖W_h‖ γ ‖δ_t‖ at every step (Pascanu et al. 2013), and far less in all."""
    a = Architecture(4, 2, 1, 32, "rnn", name, init="lecun", gain=gain, length=STEPS)
    net, delta = through_time(a)
    W_h = net.taps[0].W[:, a.inputs :]
    bound = gamma * np.linalg.norm(W_h, 2, axis=(1, 2))
    assert (delta[:, :-1] <= bound[:, None] * delta[:, 1:] * (1 + 1e-9)).all()
    assert (delta[:, 0] / delta[:, -1] < bound ** (STEPS - 1) / 100).all()


def test_law_32_a_linear_network_multiplies_by_one_matrix() -> None:
    """By W_hᵀ, the same at every step."""
    a = Architecture(4, 2, 1, 8, "rnn", "linear", init="lecun", length=STEPS)
    net, delta = through_time(a, 1)
    signal = spheres((1, BATCH, 2), 2)[0] @ net.output.W[0].T
    for t in reversed(range(STEPS)):
        assert delta[0, t] == pytest.approx(np.sqrt(np.square(signal).mean()), rel=1e-10)
        signal = signal @ net.taps[0].W[0, a.inputs :].T


def over_layers(a: Architecture, replicas: int = 3, batch: int = 8) -> Any:
    """`delta_rms` of fresh networks' hidden layers, (R, depth)."""
    net = Network(a, range(replicas), batch, np.float64)
    probe = Probe(net, np.arange(1))
    numbers = a.inputs * (a.side**2 if a.architecture == "cnn" else 1)
    net.forward(spheres((replicas, batch, numbers), 1))
    probe.backward(0, spheres((replicas, batch, a.outputs), 2) / batch)
    return probe.trace.measures["delta_rms"][0][:, :-1]


CASES = [("sigmoid", 1.0), ("tanh", sqrt(2)), ("relu", 1.0), ("relu", sqrt(2)), ("linear", 0.7)]


def of_convolutions(name: str, gain: float, kernel: int, side: int = 6, depth: int = 14) -> float:
    """The rate of a CNN over its layers in the middle."""
    a = Architecture(64, 8, depth, 64, "cnn", name, init="lecun", gain=gain)
    return slope_of_logs(over_layers(replace(a, kernel=kernel, side=side))[:, 3:])


@pytest.mark.parametrize(("name", "gain"), CASES)
def test_law_33_a_convolution_has_the_rate_of_a_dense_layer(name: str, gain: float) -> None:
    """Where its kernel sees no border, at 1 × 1, exactly that of a dense network of its width; the
    weights of a larger one count window × channels inputs, and the border takes its share."""
    dense = Architecture(64, 8, 14, 64, activation=name, init="lecun", gain=gain)
    expected = slope_of_logs(over_layers(dense, 6, 36)[:, 3:])
    assert of_convolutions(name, gain, 1) == pytest.approx(expected, rel=0.05)
    assert of_convolutions(name, gain, 3) == pytest.approx(expected * border(6), rel=0.06)


@pytest.mark.parametrize("side", [4, 8])
def test_law_33_what_the_border_takes(side: int) -> None:
    """A ReLU network with He's weights keeps all but what its kernels send beyond the border."""
    assert of_convolutions("relu", sqrt(2), 3, side) == pytest.approx(border(side), rel=0.03)


def border(side: int) -> float:
    """What of an error signal stays on a map with zeros around it, under 3 × 3 kernels.

    Along each axis its squares are averaged over three neighbors, of which (1 + 2 cos(π/(side +
    1)))/3 is the largest eigenvalue; that squared for both axes, and a root back from squares.
    """
    return (1 + 2 * cos(pi / (side + 1))) / 3
