"""Mean-field theory, against exact integrals and against the numbers in the literature."""

from collections.abc import Callable
from math import exp, inf, log, pi, sqrt
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from vglab.engine.nn.activations import ACTIVATIONS, SELU_ALPHA, SELU_SCALE, Activation, activation
from vglab.engine.theory.mean_field import (
    activation_and_slope,
    averages,
    chi,
    correlation_scale,
    critical_gain,
    depth_scale,
    expectation,
    fixed_point,
    length_map,
    preactivations,
    rate,
)

Real = Any
"""mpmath has no types."""


def logistic(x: Real) -> Real:
    return 1 / (1 + mp.exp(-x))


EXACT: dict[str, Callable[[Real], Real]] = {
    "sigmoid": logistic,
    "tanh": mp.tanh,
    "relu": lambda x: max(x, mp.mpf(0)),
    "leaky_relu": lambda x: x if x > 0 else x / 5,
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "selu": lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * mp.expm1(x)),
    "gelu": lambda x: x * mp.ncdf(x),
    "silu": lambda x: x * logistic(x),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "linear": lambda x: x,
}


def integral(f: Callable[[Real], Real], q: float) -> float:
    """E f(√q z), on panels that follow f as well as the Gaussian."""
    s = mp.sqrt(q)
    steps = sorted({mp.mpf(0), *(mp.mpf(2) ** k / s for k in range(-2, 8)), *range(1, 12)})
    right = [z for z in steps if z <= 11]
    panels = [*(-z for z in reversed(right[1:])), *right]
    found: Real = mp.quad(lambda z: f(s * z) * mp.npdf(z), panels)
    return float(found)


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("q", [0.01, 1.0, 100.0])
def test_averages_equal_exact_integrals(name: str, q: float) -> None:
    g, found = EXACT[name], averages(activation(name), np.array(q))
    assert found.mean == pytest.approx(integral(g, q), rel=1e-10, abs=1e-12)
    assert found.square == pytest.approx(integral(lambda x: g(x) ** 2, q), rel=1e-10)
    slope = integral(lambda x: mp.diff(g, x) ** 2 if x else mp.mpf(0), q)
    assert found.slope == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize("power", range(0, 13, 2))
def test_gaussian_moments_are_exact(power: int) -> None:
    z = preactivations(np.array(1.0))
    double_factorial = np.prod(np.arange(1.0, power, 2))
    assert expectation(z**power) == pytest.approx(double_factorial, rel=1e-13)
    assert expectation(z ** (power + 1)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("q", [1e-280, 1e-9, 1.0, 1e9, 1e280])
@pytest.mark.parametrize("alpha", [0.0, 0.2, 0.99])
def test_straight_lines_know_no_scale(q: float, alpha: float) -> None:
    found = averages(activation("leaky_relu", alpha), np.array(q))
    assert found.slope == pytest.approx((1 + alpha**2) / 2, rel=1e-13)
    assert found.square == pytest.approx(q * (1 + alpha**2) / 2, rel=1e-13)
    assert found.mean == pytest.approx((1 - alpha) * sqrt(q / (2 * pi)), rel=1e-13)


def test_a_wide_sigmoid_tends_to_a_step() -> None:
    g = activation("sigmoid")
    for q in (1e4, 1e8):
        assert chi(g, q, 1.0) == pytest.approx(1 / (6 * sqrt(2 * pi * q)), rel=50 / q)
        assert averages(g, np.array(q)).square == pytest.approx(0.5, rel=2 / sqrt(q))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("q", [0.0, 1e-320, 1e308, inf])
def test_no_variance_is_too_extreme(name: str, q: float) -> None:
    found = averages(activation(name), np.array(q))
    assert np.isfinite(found.slope)
    assert not np.isnan([found.mean, found.square]).any()


@pytest.mark.parametrize(
    ("name", "weights", "bias", "expected"),
    [
        ("sigmoid", 1, 0, 0.2361),
        ("sigmoid", 16, 0, 0.632),
        ("sigmoid", 256, 0, 1.2464),
        ("tanh", 1 / 2, 0, 0.7071),
        ("tanh", 1 / 3, 0, 0.5774),
        ("tanh", 1, 0, 1.0),
        ("tanh", 2, 0, 1.0514),
        ("tanh", 4, 0, 1.1673),
        ("tanh", 1.761, 0.05, 1.0000),
        ("tanh", 1, 0.05, sqrt(0.7590)),
        ("relu", 1, 0, 0.7071),
        ("relu", 2, 0, 1.0),
        ("relu", 4, 0, 1.4142),
        ("relu", 1 / 3, 0, 0.4082),
        ("leaky_relu", 1, 0, 0.7211),
        ("leaky_relu", 2, 0, 1.0198),
        ("leaky_relu", 2 / 1.04, 0, 1.0),
        ("linear", 0.5, 0, 0.7071),
    ],
)
def test_rates_of_the_literature(name: str, weights: float, bias: float, expected: float) -> None:
    assert rate(activation(name), weights, bias) == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize(
    ("name", "bias", "expected"),
    [
        ("sigmoid", 0, 10.15),
        ("tanh", 0, 1.0),
        ("tanh", 0.05, sqrt(1.761)),
        ("relu", 0, sqrt(2)),
        ("relu", 0.05, sqrt(2)),
        ("leaky_relu", 0, sqrt(2 / 1.04)),
        ("linear", 0, 1.0),
    ],
)
def test_edges_of_chaos_of_the_literature(name: str, bias: float, expected: float) -> None:
    found = critical_gain(activation(name), bias)
    assert found == pytest.approx(expected, rel=3e-4)
    assert rate(activation(name), found**2, bias) == pytest.approx(1, abs=1e-6)


def test_a_function_that_saturates_to_0_slope_everywhere_has_no_edge() -> None:
    flat = Activation(
        "flat", lambda _, A: A.fill(1.0), lambda _Z, _A, S: S.fill(0.0), np.zeros_like, 1.0
    )
    assert critical_gain(flat) is None


@pytest.mark.parametrize("name", ["gelu", "silu"])
def test_a_jump_over_1_is_no_edge(name: str) -> None:
    assert critical_gain(activation(name)) is None


def test_fixed_points() -> None:
    sigmoid, tanh, relu = (activation(name) for name in ("sigmoid", "tanh", "relu"))
    assert fixed_point(sigmoid, 1) == pytest.approx(0.265, abs=5e-4)
    assert fixed_point(tanh, 0.9) == 0
    assert fixed_point(relu, 4) == inf
    assert fixed_point(relu, 2, start=0.7) == 0.7
    assert fixed_point(relu, 1, bias=0.3) == pytest.approx(0.3 / (1 - 1 / 2), rel=1e-12)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "selu"])
@pytest.mark.parametrize("start", [0.02, 30.0])
def test_the_fixed_point_is_where_iteration_leads(name: str, start: float) -> None:
    g, weights, bias = activation(name), 1.5 if name != "selu" else 1.0, 0.1
    V, q = length_map(g, weights, bias), start
    for _ in range(300):
        q = V(q)
    assert fixed_point(g, weights, bias, start) == pytest.approx(q, rel=1e-9)


def test_depth_scale() -> None:
    assert depth_scale(rate(activation("tanh"), 1, 0.05)) == pytest.approx(3.63, abs=5e-3)
    assert depth_scale(exp(-1 / 8)) == pytest.approx(4)
    assert depth_scale(exp(1 / 8)) == pytest.approx(4)
    assert depth_scale(1.0) == inf
    assert depth_scale(0.0) == 0


def test_tanh_with_xavier_decays_as_a_power_law() -> None:
    g, lengths = activation("tanh"), [1.0]
    V = length_map(g, 1)
    while len(lengths) < 200:
        lengths.append(V(lengths[-1]))
    assert 2 * 200 * lengths[-1] == pytest.approx(1, abs=0.05)
    for depth, expected in {10: 0.0791, 50: 0.0146, 200: 0.0036}.items():
        ratio = np.prod([chi(g, q, 1) for q in lengths[: depth - 1]])
        assert float(ratio) == pytest.approx(expected, rel=0.01)


def test_hochreiters_window_of_large_weights() -> None:
    """|w g′| ≥ 1 needs |w| ≥ 4, and a window of inputs of at most 0.45 (Nielsen, chapter 5)."""
    w = np.linspace(4.0001, 40, 40001)
    window = 2 / w * np.log(w * (1 + np.sqrt(1 - 4 / w)) / 2 - 1)
    assert w[window.argmax()] == pytest.approx(6.9, abs=0.02)
    assert window.max() == pytest.approx(0.4477, abs=1e-4)
    for steep in (5.0, 6.9, 12.0):
        x = np.linspace(-2, 2, 400001)
        _, S = activation_and_slope(activation("sigmoid"), steep * x)
        counted = (steep * S >= 1).mean() * 4
        exact = 2 / steep * log(steep * (1 + sqrt(1 - 4 / steep)) / 2 - 1)
        assert counted == pytest.approx(exact, abs=1e-4)
    assert activation("sigmoid").steepest * 4 == 1


@pytest.mark.parametrize(
    ("variance", "scale"), [(1.0, 3.627), (1.5, 15.79), (2.0, 25.21), (4.0, 6.98)]
)
def test_correlations_converge_as_fast_as_two_inputs_do(variance: float, scale: float) -> None:
    """ξ_c against the map of two Gaussian inputs, iterated by quadrature in two
    dimensions (Gauss-Hermite), from which the last steps' ratio is read."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    x, y = nodes[:, None], nodes[None, :]
    both = weights[:, None] * weights

    def step(q: float, c: float) -> tuple[float, float]:
        u, v = np.sqrt(q) * x, np.sqrt(q) * (c * x + np.sqrt(1 - c * c) * y)
        new_q = variance * float((both * np.tanh(u) ** 2).sum()) + 0.05
        return new_q, (variance * float((both * np.tanh(u) * np.tanh(v)).sum()) + 0.05) / new_q

    q, c, found = 1.0, 0.5, [0.5]
    for _ in range(400):
        q, c = step(q, c)
        found.append(c)
    gaps = np.abs(np.diff(found))
    kept = np.flatnonzero(gaps > 1e-9)[-8:]
    measured = -1 / np.log(gaps[kept[-1]] / gaps[kept[-2]])
    assert correlation_scale(ACTIVATIONS["tanh"], variance, 0.05) == pytest.approx(
        measured, rel=0.02
    )
    assert measured == pytest.approx(scale, rel=0.02)


def test_correlations_have_no_scale_on_the_edge_and_without_a_signal() -> None:
    tanh = ACTIVATIONS["tanh"]
    assert correlation_scale(tanh, 1.761, 0.05) > 1000
    assert correlation_scale(tanh, 0.5, 0.0) == 0
