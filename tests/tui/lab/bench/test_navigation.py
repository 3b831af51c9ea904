"""Back and forth in time, from layer to layer and from room to room, by the lab's keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_driver import SIZE, STATUS, Bench, send_first_frame
from msgspec.structs import replace
from vglab.scenarios.i18n import Language, set_language
from vglab.tui.protocol import Picture, Step, Train, View
from vglab.tui.render import axes as timeline
from vglab.tui.render.styled_text import plain

LOOKED = replace(
    STATUS, rows=201, every=10, recorded=1600, depth=11, charts=["update_ratio", "decision"]
)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@given(st.one_of(st.none(), st.integers(0, 99)), st.integers(1, 100), st.integers(-300, 300))
def test_no_key_leaves_what_is_recorded(record: int | None, rows: int, by: int) -> None:
    found = timeline.row_after(record, rows, by)
    assert found is None or 0 <= found < rows - 1


@given(st.integers(2, 60), st.integers(1, 4000), st.integers(0, 20))
def test_a_step_is_found_again_in_its_column(columns: int, end: int, start: int) -> None:
    time = (start, columns, end)
    for step in (0, end // 2, end):
        found = timeline.step_at(timeline.column_of(step, time), time)
        assert found is not None
        assert abs(found - step) <= end / (columns - 1) / 2 + 1
    assert timeline.step_at(start - 1, time) is timeline.step_at(start + columns, time) is None


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("keys", "record"),
    [
        ([","], 199),
        ([",", ",", "."], 199),
        ([",", "."], None),
        (["<"], 180),
        (["<", "<", ">"], 180),
        (["home"], 0),
        (["home", ","], 0),
        (["home", "end"], None),
        (["."], None),
    ],
)
async def test_keys_that_go_through_time(bench: Bench, keys: list[str], record: int | None) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=LOOKED)
        await pilot.press(*keys)
        assert bench.controls.record == record
        assert bench.controls.view().record == record


async def test_looking_back_holds_the_training_and_running_goes_on_from_now(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=LOOKED)
        await pilot.press("comma")
        assert bench.ear.last(Train) == Train(False)
        assert bench.ear.last(View).record == 199
        bench.ear.answer(bench.frame(status=replace(LOOKED, step=120, back=True)))
        await pilot.pause()
        assert "looking back" in bench.screen()
        assert "120 of 1600 recorded" in bench.screen()
        await pilot.press("space")
        assert bench.ear.last(Train) == Train(True)
        assert bench.ear.last(View).record is None


@pytest.mark.parametrize("key", ["s", "j", "r"])
async def test_what_makes_something_new_looks_at_it(bench: Bench, key: str) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=LOOKED)
        await pilot.press("home", key)
        assert bench.controls.record is None
        assert bench.ear.last(View).record is None
        assert (bench.ear.last(Step) is not None) == (key == "s")


async def test_at_the_end_of_a_run_looked_back_at_space_returns_and_does_not_restart(
    bench: Bench,
) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=replace(LOOKED, finished=True))
        await pilot.press("home", "space")
        assert bench.controls.ticket == 1
        assert bench.controls.record is None


async def test_a_click_on_a_time_axis_goes_to_the_step(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        map_ = Picture([], [], [[("m" * 40, 0)]] * 10, (3, 31, 2000))
        await send_first_frame(bench, pilot, status=LOOKED, pictures={"history": map_})
        await pilot.click("#history", offset=(1 + 3 + 15, 4))
        assert bench.controls.record == 100
        await pilot.click("#history", offset=(1, 4))
        assert bench.controls.record == 100
        assert bench.controls.panel == 1


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("keys", "layer"),
    [
        (["left"], 11),
        (["left", "left"], 10),
        (["right"], 1),
        (["right", "h"], 1),
        (["l", "l", "l"], 3),
        (["right", "escape"], None),
        (["left", "right"], 11),
    ],
)
async def test_keys_that_single_out_a_layer(
    bench: Bench, keys: list[str], layer: int | None
) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=LOOKED)
        await pilot.press(*keys)
        assert bench.controls.layer == layer
        assert bench.controls.view().layer == layer


@pytest.mark.parametrize(("key", "room"), [("w", "walk"), ("v", "signals")])
async def test_rooms_open_and_close(bench: Bench, key: str, room: str) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=LOOKED)
        for way_back in ("escape", key):
            await pilot.press(key)
            assert room in [want.panel for want in bench.controls.view().wants]
            bench.ear.answer(bench.frame(pictures={room: Picture([], [], [[("<the room>", 0)]])}))
            await pilot.pause()
            assert "<the room>" in bench.screen()
            assert "esc back" in bench.screen()
            await pilot.press(way_back)
            assert room not in [want.panel for want in bench.controls.view().wants]
            assert "esc back" not in bench.screen()


async def test_the_walk_begins_at_the_loss_and_turns_round(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=LOOKED)
        await pilot.press("w")
        assert (bench.controls.layer, bench.controls.forward) == (11, False)
        assert "f direction" in bench.screen()
        await pilot.press("left", "f")
        view = bench.ear.last(View)
        assert (view.layer, view.forward) == (10, True)


async def test_the_fourth_chart_shows_only_what_the_scenario_has(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=LOOKED)
        found = []
        for key in ("a", "a", "A"):
            await pilot.press(key)
            found.append(bench.ear.last(View).inner)
        assert found == ["decision", "update_ratio", "decision"]


async def test_the_line_of_a_layer_has_its_place_above_the_verdict(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(
            bench, pilot, status=LOOKED, pictures={"layer": Picture([], [], [[("<l>", 0)]])}
        )
        shown = bench.screen().splitlines()
        assert shown[-3].startswith("<l>")
        assert "HEALTHY" in shown[-2]


@pytest.mark.slow
async def test_a_help_that_is_too_long_can_be_read_to_its_end(bench: Bench) -> None:
    async with bench.app.run_test(size=(60, 18)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "  more below" in bench.screen()
        seen = bench.screen()
        for _ in range(8):
            await pilot.press("pagedown")
            seen += bench.screen()
        assert "more" not in bench.screen()
        assert "exactly zero" in seen
        assert "run or pause" in seen
        await pilot.press(*["up"] * 80)
        assert bench.screen() in seen
        assert plain(bench.app.screen.query_one("#page").lines[0]) is not None


@pytest.mark.parametrize(
    ("key", "said", "lang"),
    [
        ("g", "charts show · esc: back to the charts", "en"),
        ("a", "fourth chart · esc: back to the charts", "en"),
        ("g", "del gradiente · esc: volver", "es"),
    ],
)
async def test_a_key_without_effect_in_a_room_says_where_it_has_one(
    bench: Bench, key: str, said: str, lang: Language
) -> None:
    set_language(lang)
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=LOOKED)
        await pilot.press("v")
        before = bench.controls.view()
        await pilot.press(key)
        assert said in bench.screen()
        assert bench.controls.view() == before
    set_language("en")
