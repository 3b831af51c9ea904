"""Everything has a place, nothing overlaps, for every size of terminal."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vglab.scenarios.loading.changes import presets
from vglab.tui.lab.layout import PANELS, ROOMS, SIDEBAR, LayoutPlan, Rect, plan

SIZES = st.tuples(st.integers(1, 250), st.integers(1, 80))


def cells(rect: Rect) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(rect.x, rect.x + rect.columns)
        for y in range(rect.y, rect.y + rect.rows)
    }


@given(SIZES, st.sampled_from((*PANELS, *ROOMS)), st.booleans(), st.booleans())
def test_the_screen_is_filled_without_overlap(
    size: tuple[int, int], panel: str, zoom: bool, lesson: bool
) -> None:
    made = plan(*size, panel, zoom, lesson=lesson)
    for (_, one), (_, other) in combinations(made.places.items(), 2):
        assert not cells(one) & cells(other)
    assert sum(len(cells(rect)) for rect in made.places.values()) == size[0] * size[1]


@given(SIZES, st.sampled_from(PANELS), st.booleans(), st.booleans())
def test_what_is_wanted_fits_its_frame(
    size: tuple[int, int], panel: str, zoom: bool, list_open: bool
) -> None:
    made = plan(*size, panel, zoom, list_open)
    for want in made.wants():
        place = made.places[want.panel]
        assert 0 < want.columns < place.columns
        assert 0 < want.rows < place.rows


@pytest.mark.parametrize(
    ("size", "charts", "boxed", "listed"),
    [
        ((200, 50), 6, True, True),
        ((160, 36), 6, True, True),
        ((160, 35), 4, True, True),
        ((120, 40), 4, True, True),
        ((100, 30), 4, True, True),
        ((100, 24), 4, False, True),
        ((80, 24), 4, False, False),
        ((79, 24), 1, False, False),
        ((60, 18), 1, False, False),
    ],
)
def test_the_rules(size: tuple[int, int], charts: int, boxed: bool, listed: bool) -> None:
    made = plan(*size, "layers")
    assert len(made.wants()) == charts
    assert made.boxed == boxed
    assert [(want.columns, want.rows) for want in made.layer_wants()] == [(size[0], 1 + boxed)]
    assert ("scenarios" in made.places) == listed


def test_a_chart_at_eighty_columns_is_no_smaller_than_promised() -> None:
    for want in plan(80, 24, "layers").wants():
        assert (want.columns, want.rows) >= (39, 9)


@pytest.mark.parametrize("size", [(59, 40), (120, 17), (1, 1)])
def test_too_small_is_said(size: tuple[int, int]) -> None:
    made = plan(*size, "layers")
    assert [*made.places] == ["message"]
    assert made.wants() == []


def test_zoom_gives_the_chart_in_focus_all_the_room() -> None:
    made = plan(120, 40, "history", zoomed=True)
    assert [want.panel for want in made.wants()] == ["history"]
    assert made.places["history"] == Rect(27, 1, 93, 33)


def test_the_list_opens_over_the_charts_where_it_has_no_place() -> None:
    hidden, shown = plan(80, 24, "layers"), plan(80, 24, "layers", list_open=True)
    assert "scenarios" not in hidden.places
    assert shown.places["scenarios"].columns == 40
    assert shown.wants() == hidden.wants()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_title_is_cut_off_in_the_list(lang: str) -> None:
    room = SIDEBAR - 7
    assert all(len(getattr(preset.title, lang)) <= room for preset in presets())


def test_no_frame_has_room_for_nothing() -> None:
    assert LayoutPlan({"layers": Rect(0, 0, 2, 2)}, boxed=True).wants() == []
