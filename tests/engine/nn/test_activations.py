"""Activations against mpmath: values, slopes and tails, and the facts the table states of them."""

from collections.abc import Callable
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
from vglab.engine.nn.activations import ACTIVATIONS, LEAKY_SLOPE, SELU_ALPHA, SELU_SCALE, activation

EVERY = pytest.mark.parametrize("name", ACTIVATIONS)
TYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
GRID = [s * z for z in (1e-12, 1e-5, 0.01, 0.3, 1, 2.2, 4, 7.5, 10, 12.5, 20, 40) for s in (1, -1)]
mp: Any = mpmath.mp


def below(g: Callable[[Any], Any], scale: float = 1.0) -> Callable[[Any], Any]:
    return lambda z: scale * (z if z > 0 else g(z))


def sigma(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z))


EXACT: dict[str, Callable[[Any], Any]] = {
    "sigmoid": sigma,
    "tanh": mp.tanh,
    "relu": below(lambda z: 0 * z),
    "leaky_relu": below(lambda z: LEAKY_SLOPE * z),
    "elu": below(mp.expm1),
    "selu": below(lambda z: SELU_ALPHA * mp.expm1(z), SELU_SCALE),
    "gelu": lambda z: z * mp.ncdf(z),
    "silu": lambda z: z * sigma(z),
    "softplus": lambda z: mp.log1p(mp.exp(z)),
    "linear": lambda z: z,
}


@cache
def exact(name: str, z: float) -> tuple[Any, Any]:
    """g and g′, to hundreds of digits more than are looked at."""
    with mpmath.workdps(120):
        h = mpmath.mpf(10) ** -50
        g, x = EXACT[name], mpmath.mpf(z)
        return g(x), (g(x + h) - g(x - h)) / (2 * h)


def evaluate(name: str, Z: Any) -> tuple[Any, Any]:
    g, A, S = activation(name), np.empty_like(Z), np.empty_like(Z)
    g.apply(Z, A)
    g.slope(Z, A, S)
    return A, S


def tails(name: str, Z: Any) -> tuple[Any, Any]:
    """What a saturated layer uses."""
    A, S = evaluate(name, Z)
    tail = activation(name).tail
    if tail:
        tail(Z, A, S)
    return A, S


@EVERY
@TYPES
def test_values_and_slopes(name: str, dtype: Any) -> None:
    Z = np.array(GRID, dtype)
    bound = 20 * np.finfo(dtype).eps
    for z, a, s in zip(Z, *evaluate(name, Z), strict=True):
        g, slope = exact(name, float(z))
        assert abs(a - g) <= bound * max(1, abs(z))
        assert abs(s - slope) <= bound * max(1, abs(z))


@EVERY
@TYPES
def test_saturated_layers_keep_full_relative_precision(name: str, dtype: Any) -> None:
    Z = np.array(GRID, dtype)
    limits = np.finfo(dtype)
    for z, a, s in zip(Z, *tails(name, Z), strict=True):
        bound = float(limits.eps * (20 + 2 * z * z))  # exp(-z²/2) magnifies the rounding of z²
        for value, true in zip((a, s), exact(name, float(z)), strict=True):
            # A slope that changes sign has no relative precision there.
            slack = bound * abs(float(true)) if abs(z) > 3 else bound
            assert abs(value - true) <= slack + 2 * float(limits.smallest_normal)


@EVERY
@TYPES
def test_no_input_is_too_large(name: str, dtype: Any) -> None:
    Z = np.array([1e30, -1e30, 200.0, -200.0], dtype)
    with np.errstate(over="ignore", under="ignore"):
        A, S = evaluate(name, Z)
        far_A, far_S = tails(name, Z)
    for X in (A, S, far_A, far_S):
        assert np.isfinite(X).all()
    np.testing.assert_allclose(far_A, A, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(far_S, S, rtol=1e-5, atol=1e-6)


@TYPES
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "selu", "silu"])
def test_saturated_layers_hold_no_subnormal_numbers(name: str, dtype: Any) -> None:
    """Exponentials end at 0 instead: products of subnormal numbers take many times as long."""
    edge = 90 if dtype == np.float32 else 715
    for X in tails(name, np.linspace(-edge, edge, 20001, dtype=dtype)):
        faint = (X != 0) & (np.abs(X) < np.finfo(dtype).smallest_normal)
        assert not faint.any()


@EVERY
def test_the_table_knows_its_slopes(name: str) -> None:
    g = activation(name)
    _, S = evaluate(name, np.linspace(-20, 20, 400001))
    assert np.abs(S).max() == pytest.approx(g.steepest, rel=1e-8)
    assert np.abs(S).max() <= g.steepest * (1 + 1e-15)
    assert (S.min() < -1e-9) == g.dips
    left, right = (evaluate(name, np.array([z]))[1][0] for z in (-1e-12, 1e-12))
    assert (abs(left - right) > 1e-6) == g.kinked
    assert g.name == name


@EVERY
def test_the_number_type_stays(name: str) -> None:
    Z = np.linspace(-3, 3, 11, dtype=np.float32)
    assert {X.dtype for X in (*evaluate(name, Z), *tails(name, Z))} == {np.dtype(np.float32)}


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.5, 0.999])
def test_leaky_relu_takes_its_slope(slope: float) -> None:
    g, Z = activation("leaky_relu", slope), np.array([-2.0, 3.0])
    A, S = np.empty_like(Z), np.empty_like(Z)
    g.apply(Z, A)
    g.slope(Z, A, S)
    np.testing.assert_allclose(A, [-2 * slope, 3])
    np.testing.assert_allclose(S, [slope, 1], rtol=1e-15)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError):
        activation("relou")
