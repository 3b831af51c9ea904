"""A gate keeps its digits, open or shut, and so does its slope."""

from typing import Any

import numpy as np
import pytest
from vglab.engine.nn.recurrent_cells import gate_sigmoid


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_gate_and_its_slope_keep_their_digits(dtype: Any) -> None:
    z = np.linspace(-79, 79, 1001).astype(dtype)
    Z, A = z.copy(), np.empty_like(z)
    gate_sigmoid(Z, A)
    toward, away = (1 / (1 + np.exp(-sign * z.astype(np.longdouble))) for sign in (1, -1))
    assert np.allclose(A, toward, rtol=8 * np.finfo(dtype).eps, atol=0)
    assert np.allclose(A / Z, toward * away, rtol=8 * np.finfo(dtype).eps, atol=0)


def test_no_gate_shuts_so_tight_that_nothing_is_left() -> None:
    Z = np.array([-1e30, -200, -80, 80, 200, 1e30], np.float32)
    A = np.empty_like(Z)
    gate_sigmoid(Z, A)
    slopes = A / Z
    assert np.isfinite(slopes).all()
    assert np.finfo(np.float32).smallest_normal < slopes.min()
    assert np.array_equal(A[3:], [1, 1, 1])
