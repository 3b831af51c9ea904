"""What is measured anew where a plain sum would lose its digits."""

from typing import Any

import numpy as np
import pytest
from vglab.engine.measure.signals import careful_mean_and_std


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.1, -3e7, 1e-30])
def test_entries_that_are_all_alike_do_not_spread(value: float, dtype: Any) -> None:
    A = np.full((2, 200, 3), value, dtype)
    mean, std = careful_mean_and_std(A)
    np.testing.assert_array_equal(mean, A[:, 0, 0].astype(np.float64))
    np.testing.assert_array_equal(std, [0, 0])


@pytest.mark.parametrize("scale", [1.0, 1e-280, 1e200])
def test_a_small_spread_far_from_0_keeps_its_digits(scale: float) -> None:
    spread = np.random.default_rng(0).standard_normal((1, 500, 2))
    with np.errstate(over="ignore", under="ignore"):  # as in training
        mean, std = careful_mean_and_std(scale * (1e6 + spread))
    np.testing.assert_allclose(std / scale, spread.std(), rtol=1e-8)
    np.testing.assert_allclose(mean / scale, 1e6 + spread.mean(), rtol=1e-15)
