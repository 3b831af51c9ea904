"""What a generator is to imitate."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from vglab.engine.gan.targets import TARGETS, SampleStream


@pytest.mark.parametrize("name", TARGETS)
def test_targets_are_drawn_anew(name: str) -> None:
    rng = np.random.default_rng(0)
    first, second = (TARGETS[name](rng, 50, 0.05) for _ in range(2))
    assert first.shape == second.shape == (50, 2)
    assert not np.array_equal(first, second)


def test_ring_has_eight_clouds() -> None:
    X = TARGETS["ring"](np.random.default_rng(0), 4000, 0.02)
    angle = np.arctan2(X[:, 1], X[:, 0]) / (2 * np.pi / 8)
    counts = np.unique(np.round(angle).astype(int) % 8, return_counts=True)[1]
    assert len(counts) == 8
    assert counts.min() > 400
    assert np.abs(angle - np.round(angle)).max() < 0.1
    assert np.hypot(*X.T) == pytest.approx(np.full(4000, 2.0), abs=0.12)


def test_feed_keeps_a_batch_and_goes_on() -> None:
    def feed() -> SampleStream:
        return SampleStream(
            lambda rng, n: rng.standard_normal((n, 2)), [1, 2], 9, np.empty((2, 5, 2))
        )

    def batches(feed: SampleStream, keeps: Iterable[bool]) -> list[Any]:
        result: list[Any] = []
        for keep in keeps:
            X = np.empty((2, 5, 2))
            feed.fill(X, keep)
            result.append(X)
        return result

    plain = batches(feed(), [False] * 40)
    kept = batches(feed(), [i % 3 == 0 for i in range(60)])
    assert np.array_equal(plain, [kept[i] for i in range(60) if i % 3])
    assert np.array_equal(kept[3], kept[4])
    assert len({X.tobytes() for X in plain}) == 40
