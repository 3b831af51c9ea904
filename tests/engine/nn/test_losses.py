"""Losses against the textbook's formulas, their gradients, and confident outputs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import LOSSES as TWINS
from reference_check import LONG, draw_batch, fitting
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.losses import LOSSES, accuracy

EVERY = pytest.mark.parametrize("name", LOSSES)
CONFIDENT = pytest.mark.parametrize("name", [name for name in LOSSES if name != "squared"])


def outputs(name: str, scale: float, R: int = 2, N: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Outputs of that size, and targets of the loss's kind."""
    a = fitting(Architecture(), name)
    Z = scale * np.random.default_rng(3).standard_normal((R, N, a.outputs))
    return Z, draw_batch(a, name, R, N).target


@EVERY
@pytest.mark.parametrize("scale", [1e-3, 1.0, 10.0])
def test_loss_and_gradient_are_the_twins(name: str, scale: float) -> None:
    Z, target = outputs(name, scale)
    Delta = np.empty_like(Z)
    J = LOSSES[name](Z, target, Delta)
    for r in range(len(Z)):
        z, t = Z[r].astype(LONG), target[r].astype(LONG)
        np.testing.assert_allclose(J[r], TWINS[name][0](z, t), rtol=1e-13)
        np.testing.assert_allclose(Delta[r], TWINS[name][1](z, t), rtol=1e-12)


@EVERY
def test_gradient_is_the_losss_slope(name: str) -> None:
    Z, target = outputs(name, 1.0)
    direction = np.random.default_rng(5).standard_normal(Z.shape)
    Delta, scratch = np.empty_like(Z), np.empty_like(Z)
    LOSSES[name](Z, target, Delta)
    h = 1e-5
    ahead, behind = (LOSSES[name](Z + s * h * direction, target, scratch) for s in (1, -1))
    expected = (Delta * direction).sum(axis=(1, 2))
    np.testing.assert_allclose((ahead - behind) / (2 * h), expected, rtol=1e-7)


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_delta_keeps_the_number_type_and_the_loss_is_float64(name: str, dtype: type) -> None:
    Z, target = (X.astype(dtype) for X in outputs(name, 1.0))
    Delta = np.empty_like(Z)
    J = LOSSES[name](Z, target, Delta)
    assert (J.dtype, J.shape, Delta.dtype) == (np.float64, (2,), dtype)


def margins(name: str, margin: float, dtype: type) -> tuple[np.ndarray, np.ndarray]:
    """Outputs that tell every class right by that margin, and the targets."""
    target = np.array([[[0.0], [1.0]]]) if name == "binary_cross_entropy" else np.eye(3)[None]
    Z = margin * (target - 0.5) * 2 if target.shape[2] == 1 else margin * target
    return Z.astype(dtype), target.astype(dtype)


@CONFIDENT
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-5), (np.float64, 1e-13)])
@pytest.mark.parametrize("margin", [5.0, 16.0, 30.0, 80.0])
def test_a_confident_class_still_has_an_exact_signal(
    name: str, margin: float, dtype: type, tolerance: float
) -> None:
    Z, target = margins(name, margin, dtype)
    Delta = np.empty_like(Z)
    J = LOSSES[name](Z, target, Delta)
    losers = Z.shape[2] - 1 or 1
    wrong = losers * np.exp(-margin) / (1 + losers * np.exp(-margin))
    signal = np.abs(Delta).max(axis=2) * Z.shape[1]
    np.testing.assert_allclose(signal, wrong, rtol=tolerance)
    np.testing.assert_allclose(J, np.log1p(losers * np.exp(-margin)), rtol=tolerance)


@CONFIDENT
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outputs_of_any_size_give_finite_losses(name: str, dtype: type) -> None:
    Z, target = (X.astype(dtype) for X in outputs(name, 1e30))
    Delta = np.empty_like(Z)
    assert np.isfinite(LOSSES[name](Z, target, Delta)).all()
    assert np.isfinite(Delta).all()
    assert (np.abs(Delta) <= 1 / Z.shape[1]).all()


@given(st.floats(-60, 60), st.floats(0, 1))
def test_soft_targets_are_served(z: float, t: float) -> None:
    Delta = np.empty((1, 1, 1))
    J = LOSSES["binary_cross_entropy"](np.array([[[z]]]), np.array([[[t]]]), Delta)
    assert np.isclose(Delta[0, 0, 0], 1 / (1 + np.exp(-z)) - t, atol=1e-15)
    assert np.isclose(J[0], np.log1p(np.exp(-abs(z))) + max(z, 0) - t * z, atol=1e-12)


@EVERY
def test_replicas_do_not_mix(name: str) -> None:
    Z, target = outputs(name, 1.0)
    both, alone = np.empty_like(Z), np.empty_like(Z[1:])
    J = LOSSES[name](Z, target, both)
    np.testing.assert_array_equal(LOSSES[name](Z[1:], target[1:], alone), J[1:])
    np.testing.assert_array_equal(alone, both[1:])


def test_accuracy_counts_right_sides_and_largest_outputs() -> None:
    one = np.array([[[0.1], [-0.2], [0.3], [0.7]]])
    target = np.array([[[1.0], [0.0], [0.0], [1.0]]])
    assert accuracy(one, target) == [0.75]
    assert accuracy(one, target, threshold=0.5) == [0.75]
    assert accuracy(one, 1 - target) == [0.25]
    many = np.array([[[1.0, 2, 3], [3, 1, 2]], [[3, 2, 1], [1, 3, 2]]])
    assert accuracy(many, np.eye(3)[[[2, 2], [0, 1]]]).tolist() == [0.5, 1.0]
