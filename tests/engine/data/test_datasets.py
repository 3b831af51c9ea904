"""Generated data: its geometry, its randomness, and how minibatches are drawn from it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vglab.engine.data.datasets import (
    COUNT,
    DATASETS,
    Batches,
    Dataset,
    generate,
    one_hot,
    sources,
    split,
)
from vglab.engine.rng import (
    BATCH_STREAM,
    BIAS_STREAM,
    DATA_STREAM,
    SHORTCUT_STREAM,
    TEST_STREAM,
    WEIGHT_STREAM,
    generators,
)

EVERY = pytest.mark.parametrize("name", DATASETS)


def points(name: str, n: int = 400, noise: float = 0.0, seed: int = 0) -> tuple[Any, Any]:
    return DATASETS[name](np.random.default_rng(seed), n, noise)


def on_circles(X: Any, y: Any) -> Any:
    return np.hypot(*X.T) - np.where(y == 0, 1, 0.5)


def on_moons(X: Any, y: Any) -> Any:
    """Distance from half circles around (∓½, ∓¼), one open below, one above."""
    side = np.where(y == 0, 1, -1)
    x, height = X[:, 0] + 0.5 * side, side * (X[:, 1] + 0.25 * side)
    assert (height >= -1e-12).all()
    return np.hypot(x, height) - 1


def on_spirals(X: Any, y: Any) -> Any:
    """Each spiral turns by 3π as its radius grows from 0 to 1; the other lies half a turn off."""
    radius = np.hypot(*X.T)
    angle = 3 * np.pi * radius + np.pi * y
    return np.hypot(X[:, 0] - radius * np.cos(angle), X[:, 1] - radius * np.sin(angle))


def on_quadrants(X: Any, y: Any) -> Any:
    assert (np.abs(X) <= 1).all()
    return y - (X.prod(axis=1) > 0)


def on_centers(X: Any, y: Any) -> Any:
    return np.hypot(*(X - (2 * y - 1)[:, None]).T)


SHAPES: dict[str, Callable[[Any, Any], Any]] = {
    "circles": on_circles,
    "moons": on_moons,
    "spirals": on_spirals,
    "xor": on_quadrants,
    "gaussians": on_centers,
}


@EVERY
def test_without_noise_points_lie_where_their_class_says(name: str) -> None:
    np.testing.assert_allclose(SHAPES[name](*points(name)), 0, atol=1e-12)


@EVERY
def test_classes_are_of_one_size(name: str) -> None:
    _, y = points(name)
    assert set(y.tolist()) == {0, 1}
    assert y.mean() == pytest.approx(0.5, abs=0.1)


@EVERY
def test_noise_is_normal_jitter_and_moves_nothing_else(name: str) -> None:
    (clean, y), (noisy, same) = points(name, 4000), points(name, 4000, noise=0.2)
    np.testing.assert_array_equal(y, same)
    moved = noisy - clean
    scale = {"spirals": 0.1, "gaussians": 1.0}.get(name, 0.2)
    assert moved.std() == pytest.approx(scale, rel=0.05)
    assert abs(moved.mean()) < 0.05 * scale * 2
    assert (moved**4).mean() / moved.var() ** 2 == pytest.approx(3, rel=0.1)


@EVERY
def test_neighbors_tell_the_class(name: str) -> None:
    """What is to be learned can be learned: the nearest other point is nearly always alike."""
    X, y = points(name, 400, noise=0.05)
    gaps = ((X[:, None] - X[None]) ** 2).sum(axis=2)
    np.fill_diagonal(gaps, np.inf)
    assert (y[gaps.argmin(axis=1)] == y).mean() > 0.9


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_replica_has_data_of_its_own_seed(name: str, dtype: Any) -> None:
    both = generate(name, [5, 6], 50, 0.1, dtype)
    alone = generate(name, [6], 50, 0.1, dtype)
    assert (both.X.shape, both.target.shape) == ((2, 50, 2), (2, 50, 1))
    assert {both.X.dtype, both.target.dtype} == {np.dtype(dtype)}
    assert both.X[1].tobytes() == alone.X[0].tobytes()
    assert both.target[1].tobytes() == alone.target[0].tobytes()
    assert (both.X[0] != both.X[1]).any()


def test_replicas_may_have_a_noise_each() -> None:
    data = generate("circles", [5, 5], 50, [0.0, 0.3], np.float64)
    np.testing.assert_allclose(np.hypot(*data.X[0].T), np.where(data.target[0, :, 0], 0.5, 1))
    assert np.std(np.hypot(*data.X[1].T)) > 0.3


@pytest.mark.parametrize("test", [False, True])
@pytest.mark.parametrize("name", sources())
def test_samples_are_the_first_of_any_larger_number(name: str, test: bool) -> None:
    few, many = (generate(name, [3, 4], n, 0.1, np.float64, 6, test=test) for n in (31, 200))
    np.testing.assert_array_equal(few.X, many.X[:, :31])
    np.testing.assert_array_equal(few.target, many.target[:, :31])


@pytest.mark.parametrize("name", sources())
def test_samples_to_test_on_are_others(name: str) -> None:
    learned, tested = (generate(name, [3], 100, 0.1, np.float64, 6, test=test) for test in (0, 1))
    gaps = np.abs(learned.X[0][:, None] - tested.X[0]).max(axis=2)
    assert gaps.min() > 0
    moved = [
        (data.X - generate(name, [3], 100, 0, np.float64, 6, test=test).X)[0].ravel()
        for test, data in ((False, learned), (True, tested))
    ]
    assert abs(np.corrcoef(moved)[0, 1]) < 0.2


def test_no_digit_is_learned_from_and_tested_on() -> None:
    learned, tested = (
        generate("digits", [0], n, 0.0, np.float64, test=test)
        for n, test in ((1500, False), (COUNT - 1500, True))
    )
    images = {image.tobytes() for image in np.concatenate([learned.X[0], tested.X[0]])}
    every = {image.tobytes() for image in generate("digits", [1], COUNT, 0.0, np.float64).X[0]}
    assert images == every


def test_more_digits_than_there_are_are_refused() -> None:
    with pytest.raises(ValueError, match="1797 digits"):
        generate("digits", [1], COUNT + 1, 0.0, np.float64)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError):
        generate("squares", [1], 5, 0.1, np.float32)


def test_purposes_draw_from_streams_of_their_own() -> None:
    streams = (
        DATA_STREAM,
        BATCH_STREAM,
        WEIGHT_STREAM,
        BIAS_STREAM,
        SHORTCUT_STREAM,
        TEST_STREAM,
    )
    drawn = [generators([3], stream)[0].standard_normal(2000) for stream in streams]
    drawn += [generators([4], stream)[0].standard_normal(2000) for stream in streams]
    assert len(set(streams)) == 6
    correlation = np.corrcoef(drawn) - np.eye(12)
    assert np.abs(correlation).max() < 0.1


def test_one_hot() -> None:
    y = np.array([0, 1, 1])
    np.testing.assert_array_equal(one_hot(y, 2), [[0], [1], [1]])
    np.testing.assert_array_equal(one_hot(y, 3), [[1, 0, 0], [0, 1, 0], [0, 1, 0]])


def test_split_keeps_every_sample_once() -> None:
    data = generate("xor", [1, 2], 20, 0.0, np.float32)
    train, test = split(data, 15)
    assert (train.X.shape[1], test.X.shape[1]) == (15, 5)
    np.testing.assert_array_equal(np.concatenate([train.X, test.X], axis=1), data.X)
    np.testing.assert_array_equal(np.concatenate([train.target, test.target], axis=1), data.target)
    assert train.X.flags.c_contiguous
    assert not np.shares_memory(train.X, data.X)


def numbered(R: int, M: int) -> Dataset:
    """Samples that say which they are: replica r's are r M, r M + 1, …, their targets -X."""
    X = np.arange(R * M, dtype=float).reshape(R, M, 1)
    return Dataset(np.repeat(X, 2, axis=2), -X)


def drawn(R: int, M: int, size: int, fills: int, seeds: Any = None) -> Any:
    """The samples of each minibatch, (fills, R, size)."""
    batches = Batches(numbered(R, M), size, seeds or list(range(R)))
    X, target = np.empty((R, size, 2)), np.empty((R, size, 1))
    seen = []
    for _ in range(fills):
        batches.fill(X, target)
        np.testing.assert_array_equal(X[..., 0], -target[..., 0])
        np.testing.assert_array_equal(X[..., 0], X[..., 1])
        seen.append(X[..., 0].copy())
    return np.array(seen)


@given(st.integers(1, 3), st.integers(1, 30), st.integers(1, 30))
def test_an_epoch_has_no_sample_twice(R: int, M: int, size: int) -> None:
    size = min(size, M)
    batches = M // size
    for epoch in drawn(R, M, size, 3 * batches).reshape(3, batches, R, size):
        for r in range(R):
            seen = epoch[:, r].ravel()
            assert len(set(seen)) == batches * size
            assert seen.min() >= r * M
            assert seen.max() < (r + 1) * M


def test_epochs_differ_and_replicas_draw_in_orders_of_their_own() -> None:
    seen = drawn(2, 12, 4, 6) % 12
    assert (seen[:3] != seen[3:]).any()
    assert (seen[:, 0] != seen[:, 1]).any()
    np.testing.assert_array_equal(drawn(2, 12, 4, 6), drawn(2, 12, 4, 6))


def test_a_replicas_order_is_its_seeds() -> None:
    both = drawn(2, 12, 4, 6, seeds=[7, 9]) % 12
    alone = drawn(1, 12, 4, 6, seeds=[9])
    np.testing.assert_array_equal(both[:, 1], alone[:, 0])


def test_a_batch_of_all_samples_is_written_once_and_stays() -> None:
    batches = Batches(numbered(2, 6), 6, [0, 1])
    X, target = np.empty((2, 6, 2)), np.empty((2, 6, 1))
    batches.fill(X, target)
    assert sorted(X[1, :, 0]) == [6, 7, 8, 9, 10, 11]
    X[...] = 0
    batches.fill(X, target)
    assert (X == 0).all()


def test_every_sample_has_its_turn() -> None:
    """What an epoch leaves over is not the same in the next."""
    assert len(set(drawn(1, 10, 4, 60).ravel())) == 10
