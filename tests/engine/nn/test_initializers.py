"""Initial weights: variances, shapes and independence, as their papers have them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from oracle_seeds import SEEDS
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.initializers import INITIALIZERS
from vglab.engine.nn.network import Network
from vglab.engine.nn.normalization import BatchNorm, LayerNorm
from vglab.engine.nn.residual import Highway

SHAPES = pytest.mark.parametrize(("fan_in", "fan_out"), [(400, 300), (300, 400), (350, 350)])
VARIANCES: dict[str, Callable[[int, int], float]] = {
    "lecun": lambda fan_in, _: 1 / fan_in,
    "xavier": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he": lambda fan_in, _: 2 / fan_in,
    "xavier_uniform": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he_uniform": lambda fan_in, _: 2 / fan_in,
    "uniform": lambda fan_in, _: 1 / (3 * fan_in),
    "normal": lambda _in, _out: 1.0,
    "orthogonal": lambda fan_in, fan_out: 1 / max(fan_in, fan_out),
}


def draw(name: str, fan_in: int, fan_out: int, seed: int = 0) -> Any:
    return INITIALIZERS[name](np.random.default_rng(seed), fan_in, fan_out)


def test_every_rule_is_checked_here() -> None:
    assert {*VARIANCES, "identity"} == {*INITIALIZERS}


@SHAPES
@pytest.mark.parametrize("name", VARIANCES)
def test_mean_and_variance(name: str, fan_in: int, fan_out: int) -> None:
    W = draw(name, fan_in, fan_out)
    variance, n = VARIANCES[name](fan_in, fan_out), W.size
    # Bounds of four standard errors: of a mean √(σ²/n), of a variance σ²√(2/n).
    assert W.shape == (fan_in, fan_out)
    assert abs(W.mean()) < 4 * np.sqrt(variance / n)
    assert abs(W.var() / variance - 1) < 4 * np.sqrt(2 / n)


@SHAPES
@pytest.mark.parametrize(
    "name", ["lecun", "xavier", "he", "normal", "xavier_uniform", "he_uniform", "uniform"]
)
def test_shape_of_the_distribution(name: str, fan_in: int, fan_out: int) -> None:
    """The fourth moment over the variance's square: 3 if normal, 9/5 if uniform."""
    W = draw(name, fan_in, fan_out)
    expected = 9 / 5 if name.endswith("uniform") else 3
    assert (W**4).mean() / W.var() ** 2 == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("uniform", 1 / np.sqrt(400)),
        ("he_uniform", np.sqrt(6 / 400)),
        ("xavier_uniform", np.sqrt(6 / 700)),
    ],
)
def test_uniform_weights_keep_their_bounds(name: str, bound: float) -> None:
    W = draw(name, 400, 300)
    assert 0.999 * bound < np.abs(W).max() <= bound


@SHAPES
def test_orthogonal_weights_keep_lengths(fan_in: int, fan_out: int) -> None:
    W = draw("orthogonal", fan_in, fan_out)
    product = W @ W.T if fan_in < fan_out else W.T @ W
    np.testing.assert_allclose(product, np.eye(min(fan_in, fan_out)), atol=1e-13)


def test_orthogonal_weights_are_evenly_distributed() -> None:
    """Plain QR has a favorite sign for R's diagonal, and its Q is not even."""
    drawn = np.array([draw("orthogonal", 2, 2, seed) for seed in range(2000)])
    angles = np.arctan2(drawn[:, 0, 1], drawn[:, 0, 0])
    counts, _ = np.histogram(angles, bins=8, range=(-np.pi, np.pi))
    assert (np.abs(counts - 250) < 4.5 * np.sqrt(250)).all()
    assert abs((np.linalg.det(drawn) > 0).mean() - 0.5) < 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_layers_replicas_and_biases_are_independent(seed: int) -> None:
    """Correlations of n numbers with n others are 1/√n at random; the largest of many a few."""
    width, seeds = 96, range(1000 * seed, 1000 * seed + 12)
    a = Architecture(inputs=30, depth=3, width=width, init="normal", bias_std=1.0)
    network = Network(a, seeds, 4, np.float64)
    drawn = [tap.W[r].ravel() for r in range(12) for tap in network.taps[1:3]]
    V = np.array([W / np.linalg.norm(W) for W in drawn])
    assert np.abs(np.triu(V @ V.T, 1)).max() * width < 5
    for r in range(12):
        b = np.concatenate([tap.b[r].ravel() for tap in network.taps])
        with_weights = np.corrcoef(b, network.taps[0].W[r].ravel()[: len(b)])[0, 1]
        assert abs(with_weights) * np.sqrt(len(b)) < 5


def test_identity_is_cut_or_filled() -> None:
    for shape in ((3, 3), (2, 4), (4, 2)):
        W = draw("identity", *shape)
        assert W.sum() == min(shape)
        np.testing.assert_array_equal(W, np.eye(*shape))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_same_seed_same_weights(name: str) -> None:
    np.testing.assert_array_equal(draw(name, 7, 5, 3), draw(name, 7, 5, 3))
    if name != "identity":
        assert (draw(name, 7, 5, 3) != draw(name, 7, 5, 4)).any()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_gain_multiplies_and_biases_have_their_own_spread(name: str) -> None:
    plain = Network(Architecture(width=64, init=name), [1], 4, np.float64)
    loud = Network(Architecture(width=64, init=name, gain=3, bias_std=0.5), [1], 4, np.float64)
    for one, three in zip(plain.taps, loud.taps, strict=True):
        np.testing.assert_allclose(three.W, 3 * one.W, rtol=1e-15)
        assert (one.b == 0).all()
    biases = np.concatenate([tap.b[0, 0] for tap in loud.taps])
    assert biases.std() == pytest.approx(0.5, rel=0.1)


def test_a_convolutions_weights_serve_a_window_of_places() -> None:
    """fan_in counts the window's inputs; each input is seen from as many places."""
    for window in (3, 9):
        W = INITIALIZERS["xavier"](np.random.default_rng(0), window * 40, 30, window=window)
        assert W.var() == pytest.approx(2 / (window * 40 + window * 30), rel=0.06)
        middle = INITIALIZERS["identity"](np.random.default_rng(0), window * 4, 4, window=window)
        places = middle.reshape(window, 4, 4)
        np.testing.assert_array_equal(places[window // 2], np.eye(4))
        assert places.sum() == 4


def test_a_highway_begins_by_carrying_its_input_on() -> None:
    """Srivastava et al. 2015, section 2.3: a negative bias shuts the gates at initialization."""
    network = Network(Architecture(skip="highway", bias_std=0.5), [1], 4, np.float64)
    gates = [leaf.gate for leaf in network.leaves if isinstance(leaf, Highway)]
    assert gates
    assert all((gate.b == -2).all() for gate in gates)


def test_gates_that_keep_what_there_is_begin_open() -> None:
    """Jozefowicz et al. 2015: LSTM's F, the third of its blocks; GRU's U is the second."""
    for cell, gates, keeps in (("lstm", 4, 2), ("gru", 3, 1)):
        a = Architecture(2, 1, 2, 6, cell, "tanh", length=3, forget_bias=1.5)
        for tap in Network(a, [1], 4, np.float64).taps[:-1]:
            b = tap.b[0, 0].reshape(gates, 6)
            assert (b[keeps] == 1.5).all()
            assert (np.delete(b, keeps, axis=0) == 0).all()


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_normalization_begins_by_changing_nothing_more(norm: str) -> None:
    network = Network(Architecture(norm=norm), [1, 2], 4, np.float64)
    kinds = {"batch": BatchNorm, "layer": LayerNorm}
    leaves = [leaf for leaf in network.leaves if isinstance(leaf, kinds[norm])]
    assert len(leaves) == 10
    for leaf in leaves:
        assert (leaf.gamma == 1).all()
        assert (leaf.beta == 0).all()
