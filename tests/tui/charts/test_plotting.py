"""Charts as text: what is drawn of clean, odd and broken numbers, at every size."""

import numpy as np
import pytest
from fake_traces import scene, trace
from golden import is_rectangle, same
from vglab.tui.charts.plotting.canvas import Size
from vglab.tui.charts.plotting.curves import OverTime, Series, over_time
from vglab.tui.charts.plotting.heatmap import HeatMap, heat_map, paint_levels
from vglab.tui.charts.plotting.layer_bars import PerLayer, per_layer
from vglab.tui.charts.plotting.series import Floats, band
from vglab.tui.charts.registry import draw
from vglab.tui.render.axes import decades_axis, linear_axis, log_axis
from vglab.tui.render.glyphs import ASCII, UNICODE, Glyphs, marks
from vglab.tui.render.palette import HEAT_LEVELS, Role
from vglab.tui.render.styled_text import Lines, back, cells, front, plain

PANEL, SMALL = Size(45, 16), Size(39, 9)
SIZES = [Size(*s) for s in [(0, 0), (1, 1), (2, 30), (5, 3), (9, 5), (12, 6), (33, 2), (150, 50)]]


def staircase(layers: int, low: float = -9, replicas: int = 1) -> Floats:
    return 10.0 ** np.linspace(low, 0, layers) * np.linspace(1, 20, replicas)[:, None]


def bars(values: Floats, size: Size = PANEL, low: float = -9, **more: object) -> Lines:
    axis = log_axis(low, 0, size.rows - 2)
    roles = [Role.FROZEN] * 2 + [Role.FIRST] * (values.shape[1] - 2)
    chart = PerLayer(axis, band(values, log=True), roles, ends=("input", "loss"), **more)
    return per_layer(chart, size)


def curves(loss: Floats, accuracy: Floats, size: Size = PANEL) -> Lines:
    left, right = linear_axis(0, 0.8, size.rows - 2), linear_axis(0, 1, size.rows - 2)
    steps = np.arange(len(loss), dtype=np.float64) * 10
    series = [Series(left, loss, Role.FIRST), Series(right, accuracy, Role.SECOND, fine=False)]
    return over_time(OverTime(steps, series, left, right, 1000), size)


def heat(values: Floats, size: Size = PANEL, shades: bool = False) -> Lines:
    records = np.arange(len(values), dtype=np.int64) * 10
    chart = HeatMap(records, values, decades_axis(-9, 0, size.rows - 1), 1000)
    return heat_map(chart, size, shades=shades)


def column(lines: Lines, at: int) -> list[tuple[str, int]]:
    return [[*cells(line)][at] for line in lines]


@pytest.mark.parametrize("layers", [1, 2, 11, 30, 200])
@pytest.mark.parametrize("size", [PANEL, SMALL])
def test_layers_stand_as_a_staircase(layers: int, size: Size) -> None:
    same(f"bars-{layers}-{size.columns}x{size.rows}", bars(staircase(layers), size))


def test_a_second_measure_lies_across_the_bars() -> None:
    second = band(staircase(11, low=-6), log=True)
    theory = np.log10(staircase(11, low=-7)[0])
    lines = bars(staircase(11), levels=second, theory=theory)
    same("bars-two-measures", lines)
    marks = [code for line in lines for _, code in cells(line) if front(code) == Role.STRONG]
    assert len(marks) == 22, "each as wide as its bar"
    theory = [code for line in lines for text, code in cells(line) if text == UNICODE.theory]
    assert {front(code) for code in theory} == {Role.THEORY}


def test_a_mark_on_a_bar_keeps_the_bars_color_behind_it_on_a_hatched_one_the_softer() -> None:
    lines = bars(staircase(11), levels=band(staircase(11) / 1e3, log=True))
    grounds = {
        back(code) for line in lines for _, code in cells(line) if front(code) == Role.STRONG
    }
    assert Role.FIRST in grounds
    assert Role.FROZEN_SOFT in grounds
    assert Role.FROZEN not in grounds, "of a hatched bar that would make a solid cell"


def test_zeros_and_what_is_not_finite_have_their_own_marks() -> None:
    values = staircase(11)
    values[0, 2], values[0, 5], values[0, 8] = 0, np.nan, np.inf
    lines = bars(values, levels=band(values, log=True))
    same("bars-zero-nan", lines)
    assert plain(lines[13]).count(UNICODE.zero) == 2, "at the floor, as wide as the bar"
    assert plain(lines[0]).count(UNICODE.infinite) == 2, "at the top"
    assert {text for text, _ in column(lines[:14], 20)} <= {" ", UNICODE.guide}, "nothing measured"


def test_replicas_that_disagree_soften_the_bars_end() -> None:
    lines = bars(staircase(11, replicas=5))
    same("bars-replicas", lines)
    assert Role.FIRST_SOFT in {front(code) for line in lines for _, code in cells(line)}


def test_layers_that_share_a_column_are_not_averaged() -> None:
    values = np.ones((1, 200)) * 1e-9
    values[0, 100] = 1.0
    lines = bars(values)
    assert "█" in plain(lines[2]), "the one high layer is seen"


def test_frozen_layers_have_their_color_and_their_pattern() -> None:
    lines = bars(staircase(11))
    frozen = {text for line in lines for text, code in cells(line) if front(code) == Role.FROZEN}
    assert frozen == {*UNICODE.frozen}, "the top of a bar, too"
    alive = {text for line in lines for text, code in cells(line) if front(code) == Role.FIRST}
    assert alive <= {*UNICODE.eighths}


@pytest.mark.parametrize("glyphs", [ASCII, marks(ascii=False, colorless=True)])
def test_where_there_are_no_colors_a_ramp_of_marks_rises(glyphs: Glyphs) -> None:
    levels = np.arange(HEAT_LEVELS, dtype=np.int16).repeat(2).reshape(HEAT_LEVELS, 2).T
    (line,) = paint_levels(levels, glyphs, shades=True)
    ramp = [text for text, _code in cells(line)]
    places = [glyphs.shades.index(mark) for mark in ramp]
    assert places == sorted(places)
    assert len({*places}) == len(glyphs.shades) == 8
    assert not {*glyphs.shades} & {" ", glyphs.zero, glyphs.infinite, *glyphs.frozen}


def test_what_lies_over_bars_is_told_apart_by_its_mark() -> None:
    for glyphs in (UNICODE, ASCII):
        own = {glyphs.theory, glyphs.ghost, glyphs.zero, glyphs.infinite, *glyphs.frozen}
        assert len(own) == 6
        assert not own & {*glyphs.levels, *glyphs.eighths, glyphs.guide}


def test_a_range_of_hundreds_of_decades_has_a_floor_label() -> None:
    lines = bars(staircase(30, low=-280), low=-280)
    same("bars-280-decades", lines)


def test_curves_are_told_apart_without_color() -> None:
    time = np.arange(60)
    lines = curves(0.7 * np.exp(-time / 20), 1 - 0.5 * np.exp(-time / 20))
    same("curves", lines)


def test_gaps_and_infinities_in_a_curve() -> None:
    loss = np.linspace(0.8, 0.1, 60)
    loss[20:25], loss[40] = np.nan, np.inf
    lines = curves(loss, np.full(60, 0.5))
    same("curves-nan", lines)
    assert UNICODE.infinite in plain(lines[0])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_points_are_enough(count: int) -> None:
    assert is_rectangle(curves(np.full(count, 0.5), np.full(count, 0.5)), *PANEL)
    if count:
        assert is_rectangle(heat(np.full((count, 5), 0.5)), *PANEL)


def test_a_wild_loss_is_clipped_before_plotext_sees_it() -> None:
    loss = np.array([0.5, 1e300, -1e300, 0.5])
    assert is_rectangle(curves(loss, np.zeros(4)), *PANEL)


def test_the_map_fills_from_the_left_with_the_input_at_the_foot() -> None:
    lines = heat(np.repeat(staircase(10), 51, axis=0))
    same("heat", lines)
    level = [front(code) - Role.HEAT for text, code in column(lines[:15], 5) if text == "▀"]
    assert level[0] == 15
    assert level[-1] <= 1
    assert plain(lines[7])[21:30].strip() == "", "what is not measured yet stays empty"


def test_the_map_marks_zeros_and_what_is_not_finite() -> None:
    values = np.repeat(staircase(5), 101, axis=0)
    values[30:50, 1], values[60:80], values[:20, 4] = 0, np.inf, np.nan
    lines = heat(values)
    same("heat-zero-nan", lines)
    text = "".join(map(plain, lines))
    assert UNICODE.zero in text
    assert UNICODE.infinite in text


def test_sixteen_colors_say_the_level_by_shade() -> None:
    lines = heat(np.repeat(staircase(10), 101, axis=0), SMALL, shades=True)
    same("heat-shades", lines)
    drawn = {cell for line in lines for cell in cells(line) if cell[0] in UNICODE.shades}
    assert len(drawn) >= 10


@pytest.mark.parametrize("size", SIZES)
def test_any_size_is_filled_exactly(size: Size) -> None:
    values = staircase(30)
    assert is_rectangle(bars(values, size), *size)
    assert is_rectangle(curves(np.linspace(1, 0, 50), np.linspace(0, 1, 50), size), *size)
    assert is_rectangle(heat(np.repeat(values, 20, axis=0), size), *size)
    assert is_rectangle(heat(np.repeat(values, 20, axis=0), size, shades=True), *size)


@pytest.mark.parametrize("values", [np.full((1, 6), x) for x in (0.0, np.nan, np.inf, 5e-324)])
def test_nothing_but_oddities_is_still_a_chart(values: Floats) -> None:
    assert is_rectangle(bars(values), *PANEL)
    assert is_rectangle(heat(np.repeat(values, 9, axis=0)), *PANEL)


@pytest.mark.parametrize("columns", [24, 39, 60])
def test_the_axis_of_a_heat_map_has_its_name(columns: int) -> None:
    """Beside the steps, or among them where the color bar leaves no room."""
    drawn = draw(scene(trace()), "history", Size(columns, 9))
    assert drawn is not None
    assert "step" in plain(drawn.lines[-1])
    assert plain(drawn.lines[-1]).split()[0] == "0"
