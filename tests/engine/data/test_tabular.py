"""Own data: every row is used once, the scale is that of the rows learned from, seeds decide."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from vglab.engine.data.tabular import Samples, Scale, split_rows, split_samples, training_scale

ROWS, CLASSES = 40, 3


@pytest.fixture
def samples() -> Samples:
    """Rows that can be told from each other, on very different scales."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, 4)) * [1, 1e6, 1e-9, 0] + [0, -5e6, 3e-9, 7]
    return Samples(X, rng.integers(0, CLASSES, ROWS), CLASSES)


def test_every_row_is_in_one_part_and_classes_are_shared_out(samples: Samples) -> None:
    learned, back = split_rows(np.random.default_rng(1), samples.y, [2, 3, 4])
    assert sorted([*learned, *back]) == list(range(ROWS))
    assert np.bincount(samples.y[back]).tolist() == [2, 3, 4]


def test_what_is_learned_from_has_mean_0_and_variance_1(samples: Samples) -> None:
    train, test = split_samples(samples, [5, 6], [2, 3, 4], np.float64)
    assert train.X.shape == (2, ROWS - 9, 4)
    assert test.X.shape == (2, 9, 4)
    assert np.allclose(train.X.mean(axis=1), 0, atol=1e-9)
    assert np.allclose(train.X.std(axis=1), [1, 1, 1, 0])
    assert not np.allclose(test.X.mean(axis=1)[:, :3], 0, atol=1e-3)


def test_the_scale_that_is_told_is_the_one_used(samples: Samples) -> None:
    one = training_scale(samples, 6, [2, 3, 4])
    train, test = split_samples(samples, [5, 6], [2, 3, 4], np.float64)
    again = np.concatenate([train.X[1], test.X[1]]) * one.std + one.mean
    assert np.allclose(np.sort(again, axis=0), np.sort(samples.X, axis=0), rtol=1e-12)


def test_a_replica_is_the_run_of_its_seed(samples: Samples) -> None:
    both = split_samples(samples, [5, 6], [2, 3, 4], np.float32)
    alone = split_samples(samples, [6], [2, 3, 4], np.float32)
    for part, own in zip(both, alone, strict=True):
        assert np.array_equal(part.X[1], own.X[0])
        assert np.array_equal(part.target[1], own.target[0])
    assert not np.array_equal(both[0].X[0], both[0].X[1])


def test_points_stay_with_their_classes() -> None:
    y = np.arange(30) % 2
    samples = Samples(np.stack([y * 2.0, np.arange(30.0)], axis=1), y, 2)
    for part in split_samples(samples, [3], [4, 4], np.float64):
        assert np.array_equal(part.X[0, :, 0] > 0, part.target[0, :, 0] > 0.5)


finite = st.floats(-1e300, 1e300, allow_subnormal=True)


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=finite))
def test_no_finite_numbers_are_scaled_to_others(X: np.ndarray) -> None:
    one = Scale.of(X)
    scaled = one.apply(X)
    assert np.isfinite(scaled).all()
    assert (one.std > 0).all()
    assert (np.abs(scaled) <= len(X) + 1e-6).all() or (one.std == 1).any()
