"""The median, held against numpy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from vglab.engine.numerics import Exact, median


@given(arrays(np.float64, array_shapes(max_dims=3), elements=st.floats()))
@pytest.mark.filterwarnings("ignore:invalid value", "ignore:overflow")
def test_the_median_is_numpys(values: Exact) -> None:
    np.testing.assert_array_equal(median(values), np.median(values, axis=0))
