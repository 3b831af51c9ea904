"""What reaches the charts is finite, and nothing in it is lost that should be seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some
from vglab.tui.charts.plotting.series import (
    Floats,
    band,
    columns,
    every_nth,
    extent,
    logarithm,
    mark_divergence,
    medians,
)

ANY = some.arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 5)))


@given(ANY)
def test_a_band_holds_its_middle_and_says_what_it_cannot_draw(replicas: Floats) -> None:
    with np.errstate(over="ignore"):
        summed = band(replicas, log=True)
    drawn = ~np.isnan(summed.middle)
    assert not (drawn & (summed.wild | summed.zero)).any()
    positive = (replicas > 0).all(axis=0) & np.isfinite(replicas).all(axis=0)
    assert (drawn >= positive).all()
    assert (summed.low[drawn] <= summed.middle[drawn]).all()
    assert (summed.middle[drawn] <= summed.high[drawn]).all()


def test_the_band_is_numpys_quantiles_where_all_is_finite() -> None:
    replicas = np.random.default_rng(0).lognormal(size=(7, 5))
    summed = band(replicas, log=False)
    expected = np.quantile(replicas, [0.1, 0.5, 0.9], axis=0)
    assert np.allclose([summed.low, summed.middle, summed.high], expected)


@pytest.mark.parametrize("replicas", [1, 2, 5])
def test_medians_are_numpys(replicas: int) -> None:
    table = np.random.default_rng(0).normal(size=(4, replicas, 3))
    assert np.allclose(medians(table), np.median(table, axis=1))


def test_what_is_not_there_is_not_infinite() -> None:
    assert np.isnan(medians(np.full((1, 3, 1), np.nan))).all()
    summed = band(np.array([[np.nan, np.inf], [np.nan, np.inf]]), log=True)
    assert summed.wild.tolist() == [False, True]
    assert np.isnan(summed.middle).all()


def test_what_a_diverged_run_cannot_say_counts_as_infinite() -> None:
    table, records = np.full((3, 1, 1), np.nan), np.array([0, 10, 20])
    assert np.isnan(mark_divergence(table, records, None)).all()
    assert mark_divergence(table, records, 10).ravel().tolist()[1:] == [np.inf, np.inf]
    assert np.isnan(mark_divergence(table, records, 10)[0])


def test_one_diverged_replica_does_not_hide_the_others() -> None:
    assert medians(np.array([[[1.0], [np.nan], [3.0]]]))[0, 0] == 3.0
    assert medians(np.array([[[1.0], [2.0], [np.nan]]]))[0, 0] == 2.0


def test_a_logarithm_exists_for_positive_numbers_alone() -> None:
    result = logarithm(np.array([100.0, 0.0, -1.0, np.nan, np.inf, 1e-300]))
    assert np.array_equal(result, [2, np.nan, np.nan, np.nan, np.nan, -300], equal_nan=True)


@given(st.integers(1, 5000), st.integers(1, 500))
def test_thinning_starts_at_the_first_row_and_keeps_to_its_limit(rows: int, most: int) -> None:
    kept = range(rows)[every_nth(rows, most)]
    assert kept[0] == 0
    assert len(kept) <= most + 1


def test_a_glitch_survives_decimation() -> None:
    places = np.arange(10_000.0)
    values = np.zeros(10_000)
    values[4321] = 1.0
    kept, heights = columns(places, values, 0, 10_000, 40)
    assert len(kept) <= 3 * 40
    assert heights.max() == 1.0
    assert (np.diff(kept) > 0).all()


def test_nothing_finite_has_no_extent() -> None:
    assert extent(np.array([np.nan, np.inf])) is None
    assert extent(np.array([np.nan, 2.0, 1.0])) == (1.0, 2.0)
