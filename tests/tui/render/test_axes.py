"""Ticks: even, on whole rows, and short."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vglab.scenarios.i18n import figure
from vglab.tui.render.axes import (
    Axis,
    decade,
    decades_axis,
    horizon,
    layer_labels,
    linear_axis,
    log_axis,
    step_ticks,
)

EXPONENTS = st.floats(-330, 300)


def on_rows(axis: Axis, rows: int) -> list[float]:
    return [axis.share(tick) * (rows - 1) for tick in axis.ticks]


@given(EXPONENTS, st.floats(0, 300), st.integers(7, 60))
def test_a_log_axis_holds_its_data_with_even_ticks(low: float, span: float, rows: int) -> None:
    high = min(low + span, 308)
    axis = log_axis(low, high, rows)
    assert axis.low <= low
    assert axis.high >= high
    places = on_rows(axis, rows)
    assert all(abs(place - round(place)) < 1e-6 for place in places)
    gaps = {round(b) - round(a) for a, b in pairwise(places)}
    assert len(gaps) == 1
    assert min(gaps) >= 2


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(2, 60))
def test_a_linear_axis_holds_its_data(low: float, span: float, rows: int) -> None:
    axis = linear_axis(low, low + span, rows)
    slack = 1e-6 * (1 + abs(low) + span)
    assert axis.low <= low + slack
    assert axis.high >= low + span - slack
    assert len(axis.ticks) >= 2


def test_two_linear_axes_side_by_side_tick_the_same_rows() -> None:
    assert on_rows(linear_axis(0, 0.69, 14), 14) == pytest.approx(
        on_rows(linear_axis(0, 1, 14), 14)
    )


@pytest.mark.parametrize(
    ("exponent", "label"), [(0, "1"), (1, "10"), (-12, "1e-12"), (-300, "1e-300"), (4, "1e4")]
)
def test_decades_are_written_short(exponent: float, label: str) -> None:
    assert decade(exponent) == label


def test_colors_waste_no_decade() -> None:
    axis = decades_axis(-9.3, -0.2, 15)
    assert (axis.low, axis.high) == (-10, 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0.693147, "0.693"),
        (4.2e-7, "4.2e-7"),
        (1030.0, "1030"),
        (9999.7, "1.0e4"),
    ],
)
def test_figures_stay_narrow(value: float | None, text: str) -> None:
    assert figure(value) == text


@given(st.floats(min_value=0))
def test_no_figure_is_wider_than_its_field(value: float) -> None:
    assert len(figure(value)) <= 8


@given(st.integers(1, 300), st.integers(4, 200))
def test_numbers_under_bars_keep_their_distance(count: int, room: int) -> None:
    written = layer_labels(count, room)
    assert {written[0], written[-1]} == {1, count}
    assert written == sorted(set(written))
    between = [b - a for a, b in pairwise(written)]
    if len(written) > 2:
        assert min(between) * room / count >= len(str(count))


@pytest.mark.parametrize(
    ("high", "labels"),
    [(1e6, ("0", "5e5", "1e6")), (5e6, ("0", "2.5e6", "5e6")), (1.0, ("0.0", "0.5", "1.0"))],
)
def test_labels_of_one_axis_are_written_one_way(high: float, labels: tuple[str, ...]) -> None:
    assert linear_axis(0, high, 5).labels == labels


def test_a_time_axis_is_at_least_half_full_and_never_beyond_the_plan() -> None:
    for step in range(2001):
        end = horizon(step, 2000)
        assert step <= end <= 2000
        assert step >= end // 2 - 1 or end <= 32


def test_a_plan_of_one_step_has_an_axis() -> None:
    assert horizon(0, 1) == 1
    assert step_ticks(1, 20) == ([0, 0, 19], ["0", "0", "1"])


def test_the_second_label_of_many_layers_is_written_beside_the_first() -> None:
    assert layer_labels(50, 40)[:3] == [1, 5, 10]
    assert layer_labels(50, 33)[:3] == [1, 10, 20]
