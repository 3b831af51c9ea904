"""No key ends the lab in a terminal that has no room for it."""

import pytest
from lab_driver import SIZE, Bench, send_first_frame
from vglab.tui.lab.screens.search import Search

TINY = [(1, 1), (5, 5), (3, 40), (40, 4), (80, 2), (10, 30), (60, 17)]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("size", TINY, ids=str)
async def test_keys_do_no_harm_where_there_is_no_room(size: tuple[int, int]) -> None:
    bench = Bench()
    async with bench.app.run_test(size=size) as pilot:
        await send_first_frame(bench, pilot)
        for key in ("slash", "t", "pagedown", "enter", "colon", "pagedown", "escape", "f1", "x"):
            await pilot.press(key)
            await pilot.pause()


@pytest.mark.sampled(7)
@pytest.mark.parametrize("size", TINY, ids=str)
async def test_a_search_closes_where_there_is_no_room_any_more(size: tuple[int, int]) -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("slash")
        await pilot.pause()
        assert isinstance(bench.app.screen, Search)
        await pilot.resize_terminal(*size)
        await pilot.press("pagedown")
        await pilot.pause()
        assert bench.app.screen is bench.app.bench
