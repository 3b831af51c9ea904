"""The names of charts on the border of the fourth panel: which fit, and where a click leads."""

import pytest
from lab_driver import STATUS, Bench, send_first_frame
from msgspec.structs import replace
from vglab.tui.lab.status_lines import frame_lines
from vglab.tui.lab.tabs import Tabs, tab_at
from vglab.tui.protocol import Picture, View
from vglab.tui.render.styled_text import plain

NAMES = ["update", "moved", "activations", "saturation", "weights", "decision"]
PICTURE = Picture([("heading", 3), ("  ", 0), ("█ ", 8), ("one", 1)], [], [])
TABBED = replace(STATUS, charts=[*NAMES], tabs=[*NAMES], story="decision")


@pytest.mark.parametrize("at", range(len(NAMES)))
@pytest.mark.parametrize("room", [16, 30, 80])
def test_the_one_that_is_shown_is_always_in_sight(at: int, room: int) -> None:
    line, spans = Tabs(NAMES, at).line(room)
    said = plain(line)
    assert NAMES[at][: room - 2] in said
    assert len(said) <= room
    for start, stop, number in spans:
        assert said[start:stop] in (NAMES[number], "◀", "▶")[: 1 + 2 * (stop - start == 1)]
    if room == 80:
        assert [number for *_, number in spans] == [*range(len(NAMES))]


@pytest.mark.parametrize("box", [True, False])
def test_a_click_on_a_name_finds_it(box: bool) -> None:
    tabs = Tabs(NAMES, 5)
    head, *_, foot = (plain(line) for line in frame_lines(PICTURE, (60, 5), box, True, tabs=tabs))
    for number in (4, 5):
        column = head.index(NAMES[number])
        assert tab_at(tabs, PICTURE, column, 60, box) == number
    assert tab_at(tabs, PICTURE, head.index("◀"), 60, box) == 5 - head.count("·") - 1
    assert "heading" not in head
    assert "█ one" in (foot if box else head), "the legend stays"


async def test_the_story_is_shown_until_another_chart_is_asked_for() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot, status=TABBED)
        assert bench.controls.inner_chart == "decision"
        head = bench.text("inside").splitlines()[0]
        await pilot.click("#inside", offset=(head.index("weights") + 1, 0))
        assert bench.ear.last(View).inner == "weights"
        await pilot.press("j")
        assert bench.ear.last(View).inner == "", "another scenario has a story of its own"
