"""Normalization far from 0, and asked twice."""

from typing import Any

import numpy as np
import pytest
from vglab.engine.nn.normalization import BatchNorm, LayerNorm

N, UNITS = 64, 32


def made(kind: str, dtype: Any) -> BatchNorm | LayerNorm:
    layer = LayerNorm(UNITS, 1e-5) if kind == "layer" else BatchNorm(UNITS, 1e-5, training=True)
    rng = np.random.default_rng(1)
    arrays = layer.parameters() | layer.statistics()
    for name, shape in (arrays | layer.buffers(N) | layer.backward_buffers(N)).items():
        setattr(layer, name, np.zeros((1, *shape), dtype))
    for name in layer.parameters():
        setattr(layer, name, rng.standard_normal((1, 1, UNITS)).astype(np.float32).astype(dtype))
        setattr(layer, f"d{name}", np.zeros((1, 1, UNITS), dtype))
    return layer


def given(mean: float) -> tuple[Any, Any]:
    A, up = np.random.default_rng(2).standard_normal((2, 1, N, UNITS))
    return (A + mean).astype(np.float32), up.astype(np.float32)


def results(layer: BatchNorm | LayerNorm, A: Any, up: Any) -> list[Any]:
    return [layer.forward(A), layer.backward(up), layer.dgamma, layer.dbeta]


@pytest.mark.parametrize("kind", ["batch", "layer"])
@pytest.mark.parametrize("mean", [0.0, 30.0, -1000.0])
def test_a_mean_far_from_0_costs_no_more_digits_than_its_own(kind: str, mean: float) -> None:
    """Subtracted first, a mean costs as many as its size has; its square would cost twice that."""
    A, up = given(mean)
    rough = results(made(kind, np.float32), A, up)
    right = results(made(kind, np.float64), A.astype(np.float64), up.astype(np.float64))
    bound = 4 * np.finfo(np.float32).eps * (1 + abs(mean))
    for some, exact in zip(rough, right, strict=True):
        assert np.linalg.norm(some - exact) < bound * np.linalg.norm(exact)


@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_going_back_twice_gives_the_same(kind: str) -> None:
    """As where a generator compares its losses."""
    layer, (A, up) = made(kind, np.float32), given(0.0)
    once = [X.copy() for X in results(layer, A, up)[1:]]
    again = [layer.backward(up), layer.dgamma, layer.dbeta]
    assert all(map(np.array_equal, once, again))
