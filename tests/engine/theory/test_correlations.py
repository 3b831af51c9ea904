"""What theory says of examples together, against closed forms and against networks."""

from dataclasses import replace
from math import pi, sqrt

import numpy as np
import pytest
from signal_propagation import spheres, wide
from vglab.engine.data.datasets import generate, split
from vglab.engine.diagnosis.decay import rates
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.numerics import Exact
from vglab.engine.theory.correlations import Batch, correlate, white_units
from vglab.engine.theory.predictions import Theory, missing_law, theory_for
from vglab.engine.training.supervised import Training, supervised

CIRCLES = Architecture(inputs=2, outputs=1, depth=10, width=32)


def on_circles(a: Architecture, replicas: int = 20) -> tuple[dict[str, Exact], Theory]:
    """Measures of so many networks at initialization, (replicas, layers), and what theory says of
    the data of the first."""
    seeds, plan = range(replicas), Training(steps=1, batch=64)
    data, _test = split(generate("circles", seeds, 512, 0.1, np.float64), 384)
    run = supervised(Network(a, seeds, 64, np.float64), plan, data, None)
    next(run.steps)
    seen = {name: x[0] for name, x in run.trace.networks["model"].measures.items()}
    output = (float(np.median(seen[name][:, -1])) for name in ("delta_rms", "grad_norm"))
    batch = Batch(data.X[0], 64, data.target[0])
    law = theory_for(a, np.square(batch.X).mean(axis=1), *output, batch)
    assert law
    return seen, law


def off(seen: dict[str, Exact], law: Theory, name: str) -> Exact:
    """Medians over the law, layer by layer."""
    return np.median(seen[name], axis=0) / np.array(law.measures[name])


def test_units_are_white() -> None:
    drawn = white_units(512, 20, np.random.default_rng(1))
    assert drawn.T @ drawn / 512 == pytest.approx(np.eye(20), abs=1e-12)
    assert drawn.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert (drawn**4).mean() == pytest.approx(3, rel=0.05)


def arc_cosine(degree: int, theta: Exact) -> Exact:
    """2 E g(u) g(v) of ReLU's g (degree 1) or g′ (degree 0), for u, v of variance 1 and angle θ
    (Cho & Saul 2009, "Kernel methods for deep learning", eq. 6)."""
    if degree == 0:
        return 1 - theta / pi
    return (np.sin(theta) + (pi - theta) * np.cos(theta)) / pi


def test_a_deep_relu_network_has_the_arc_cosine_kernels() -> None:
    """Forward, and the covariance of error signals with them on the way back."""
    angles = np.linspace(0, pi, 12)
    batch = Batch(np.stack([np.cos(angles), np.sin(angles)], axis=1), 12, np.ones((12, 1)))
    a = replace(CIRCLES, depth=6, activation="relu", init="he")
    p = correlate(a, batch, 1.0)
    theta, slopes = np.abs(angles[:, None] - angles), []
    at = [int(np.flatnonzero((x == p.batch.X).all(axis=1))[0]) for x in batch.X]
    for layer in range(a.depth):
        slopes.append(arc_cosine(0, theta))
        kernel = arc_cosine(1, theta)
        found = p.output[layer].covariance()[np.ix_(at, at)]
        assert found / found[0, 0] == pytest.approx(kernel, abs=0.03)
        theta = np.arccos(np.clip(kernel, -1, 1))
    together = np.prod(slopes, axis=0)
    expected = np.log((np.cos(angles[:, None] - angles) * together).mean())
    assert p.log_gradient[0] - p.log_delta[0] == pytest.approx(expected - np.log(2), abs=0.1)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("placement", ["none", "outside", "inside"])
def test_the_first_layers_gradient(activation: str, placement: str) -> None:
    """Inputs of mean 0 do not pull one way as what a sigmoid puts out does: 5 to 8 times too much
    was expected of the first layer."""
    skip = {} if placement == "none" else {"skip": "identity", "skip_placement": placement}
    seen, law = on_circles(replace(CIRCLES, activation=activation, **skip))
    assert np.log(off(seen, law, "grad_norm")) == pytest.approx(0, abs=np.log(2.2))


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"activation": "tanh"},
        {"activation": "relu", "depth": 30},
        {"skip": "identity", "skip_placement": "preactivation", "activation": "relu"},
        {"skip": "identity", "skip_placement": "inside", "activation": "relu"},
        {"skip": "projection", "skip_placement": "inside", "activation": "tanh"},
        {"skip": "identity", "skip_placement": "inside"},
        {"skip": "identity", "skip_placement": "outside"},
    ],
    ids=str,
)
def test_batch_normalization_of_points_in_a_plane(changes: dict[str, object]) -> None:
    """The law of a large batch in all directions is off by 21 at the first layer of a sigmoid
    network."""
    seen, law = on_circles(replace(CIRCLES, norm="batch", **changes))
    assert law.rate == pytest.approx(np.median(rates(seen["delta_rms"][:, :-1])), rel=0.05)
    assert np.log(off(seen, law, "delta_rms")) == pytest.approx(0, abs=np.log(1.7))
    assert np.log(off(seen, law, "grad_norm")) == pytest.approx(0, abs=np.log(4))
    assert off(seen, law, "activation_std")[:-1] == pytest.approx(1, abs=0.1)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("width", [32, pytest.param(128, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("activation", "placement", "scale"),
    [
        ("relu", "outside", 1.0),
        ("relu", "outside", 0.3),
        ("relu", "inside", 1.0),
        ("gelu", "outside", 1.0),
        ("elu", "inside", 1.0),
        ("leaky_relu", "outside", 1.0),
    ],
)
def test_relu_like_activations_behind_their_own_output(
    activation: str, placement: str, scale: float, width: int
) -> None:
    skip = {"skip": "identity", "skip_placement": placement, "skip_scale": scale}
    a = replace(CIRCLES, depth=20, width=width, activation=activation, init="he", **skip)
    seen, law = on_circles(a, replicas=60)  # whose ln δ spreads by 0.8 at width 32
    assert law.rate == pytest.approx(np.median(rates(seen["delta_rms"][:, :-1])), rel=0.04)
    assert np.log(off(seen, law, "delta_rms")) == pytest.approx(0, abs=np.log(2))


def test_both_laws_agree_where_both_hold() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((64, 100))
    X /= np.sqrt(np.square(X).mean(axis=1, keepdims=True))
    batch = Batch(X, 64)
    for changes in (
        {"activation": "tanh", "gain": 1.4, "bias_std": 0.3},
        {"activation": "relu", "init": "he"},
        {"activation": "softplus", "norm": "layer"},
        {"activation": "tanh", "skip": "projection", "skip_placement": "inside"},
        {"skip": "identity", "skip_placement": "outside"},
        {"skip": "identity", "skip_placement": "preactivation", "skip_scale": 0.4},
    ):
        a = Architecture(inputs=100, outputs=3, depth=12, width=64, **changes)
        one, joint = theory_for(a, 1.0), correlate(a, batch)
        assert one
        logs = np.log(one.measures["delta_rms"][:-1])
        assert np.array(joint.log_delta) / 2 == pytest.approx(logs, abs=0.05)
        assert np.sqrt(joint.slope) == pytest.approx(one.measures["slope_rms"][:-1], rel=0.02)


def test_the_pull_of_the_output_is_met() -> None:
    X = np.random.default_rng(0).standard_normal((64, 2))
    batch = Batch(X, 64, np.repeat([[0.0], [1.0]], 32, axis=0))
    found = theory_for(CIRCLES, 1.0, 0.5, 0.3, batch)
    assert found
    assert found.measures["grad_norm"][-1] == pytest.approx(0.3)
    p = correlate(CIRCLES, batch, 0.05)
    assert np.exp(p.log_gradient[-1]) == pytest.approx(0.05, rel=0.15)


def test_a_batch_that_is_part_of_the_data() -> None:
    """The mean over pairs is of batches drawn from the data, one of `size` pairs with itself."""
    values = np.eye(10) * 5 + 2
    assert Batch(np.zeros((10, 1)), 1).mean_over_pairs(values) == pytest.approx(7)
    assert Batch(np.zeros((10, 1)), 10).mean_over_pairs(values) == pytest.approx(2.5)
    assert Batch(np.zeros((10, 1)), 100).mean_over_pairs(values) == pytest.approx(2.05)


def test_directions() -> None:
    rng = np.random.default_rng(0)
    assert Batch(rng.standard_normal((5000, 7)), 1).directions() == pytest.approx(7, rel=0.02)
    flat = rng.standard_normal((500, 2)) @ rng.standard_normal((2, 30)) + 100
    assert Batch(flat, 1).directions() < 2.01
    assert Batch(np.ones((5, 3)), 1).directions() == 0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"architecture": "cnn"}, "cnn"),
        ({"architecture": "lstm"}, "lstm"),
        ({"init": "identity"}, "identity_init"),
        ({"gain": 1e300}, "infinite_weights"),
        ({"skip": "highway"}, "highway"),
    ],
)
def test_no_law_is_made_up(changes: dict[str, object], why: str) -> None:
    batch = Batch(np.eye(2), 2)
    a = replace(CIRCLES, **changes)
    assert missing_law(a) == why
    assert theory_for(a, 1.0, batch=batch) is None


@pytest.mark.sampled(2)
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "changes",
    [
        {"norm": "batch", "gain": 1e-9},
        {"activation": "relu", "init": "normal", "gain": 30.0, "depth": 100, "width": 512},
        {"activation": "relu", "gain": 1e-9, "depth": 100},
        {"activation": "relu", "skip": "identity", "gain": 50.0, "depth": 60},
        {"depth": 1, "width": 1, "norm": "batch"},
    ],
    ids=str,
)
def test_extremes_are_predicted_without_a_warning(changes: dict[str, object]) -> None:
    batch = Batch(np.random.default_rng(0).standard_normal((8, 2)), 4)
    found = theory_for(replace(CIRCLES, **changes), 1.0, 0.5, 0.1, batch)
    assert found
    assert not np.isnan([*found.measures["delta_rms"], found.rate]).any()
    alike = Batch(np.ones((8, 2)), 4, np.ones((8, 1)))
    assert theory_for(replace(CIRCLES, **changes), 1.0, 0.5, 0.1, alike)


@pytest.mark.slow
@pytest.mark.parametrize("width", [32, pytest.param(128, marks=pytest.mark.slow)])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_deep_streams_that_hold_their_own_output(activation: str, width: int) -> None:
    """Weights and error signals are no longer independent: 36 times as much after 30 layers."""
    skip = {"skip": "identity", "skip_every": 1}
    seen, law = on_circles(
        replace(CIRCLES, depth=30, width=width, activation=activation, init="he", **skip)
    )
    assert law.rate == pytest.approx(np.median(rates(seen["delta_rms"][:, :-1])), rel=0.05)
    assert np.log(off(seen, law, "delta_rms")) == pytest.approx(0, abs=np.log(2))


def test_blocks_add_a_positive_mean() -> None:
    """‖∂J/∂A‖² grows by some 2.45 a block, not by 2 as with independent weights."""
    a = wide(30, activation="relu", gain=sqrt(2), skip="identity", skip_every=1)
    law = theory_for(a, 1.0, batch=Batch(spheres((8, a.inputs), 1), 8))
    assert law
    logs = np.log(law.measures["delta_rms"][2:-1])
    growth = np.exp(-2 * np.polyfit(np.arange(len(logs)), logs, 1)[0])
    assert 2.2 < growth < 2.6
