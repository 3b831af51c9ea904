"""No key changes what stands behind a room, the list, the form or the cover of a question."""

import re
from collections.abc import Sequence
from copy import deepcopy

import pytest
from lab_driver import STATUS, Bench, send_first_frame
from msgspec.structs import replace
from vglab.tui.lab.keymap import BENCH_KEYS, Key
from vglab.tui.lab.room_keys import HIDDEN, ROOM_KEYS, why_idle
from vglab.tui.lab.screens.explanation import ExplanationPage
from vglab.tui.protocol import Ready, Status, Verdict

PLAIN, WIDE = (80, 24), (120, 40)
ADVISED = Verdict("vanishing", ["it fades"], ["network.norm=batch"])
BEGUN = replace(STATUS, rows=1)
SEEN_ANYWHERE = re.compile(r"app\..*|rooms\.(enter|gather|back)|navigation\.(read|inner|measures)")
"""What opens a page or a room, scrolls the lesson, or says by itself where it does something."""
ROWS = [*BENCH_KEYS, *(Key(str(digit), f"scenarios.open({digit - 1})") for digit in range(1, 10))]
MANY = {"b": "compare", "m": "remedies", "d": "diagram", "f4": "claims"}


def hidden_keys(*fronts: str) -> list[str]:
    """The keys of the bench that would change what these hide; a key of theirs is none."""
    own = {name for key in ROOM_KEYS if key.room in fronts for name in key.keys.split(",")}
    found = [key for key in ROWS if why_idle(key.action, fronts, watching=False)]
    return [name for key in found for name in key.keys.split(",") if name not in own]


async def press_in_vain(
    keys: Sequence[str], doors: Sequence[str], size: tuple[int, int], status: Status = STATUS
) -> None:
    bench = Bench()
    bench.controls.running = False
    async with bench.app.run_test(size=size) as pilot:
        await send_first_frame(bench, pilot, verdict=ADVISED, status=status)
        await pilot.press("c", "right", "escape", *doors)
        await send_first_frame(bench, pilot, verdict=ADVISED, status=status)
        before, ordered = deepcopy(vars(bench.controls)), len(bench.ear.orders)
        for key in keys:
            await pilot.press(key)
            assert vars(bench.controls) == before, key
        assert {type(order) for order in bench.ear.orders[ordered:]} <= {Ready}


@pytest.mark.parametrize("size", [PLAIN, WIDE])
@pytest.mark.parametrize("door", MANY)
async def test_no_key_changes_the_lab_behind_a_room(door: str, size: tuple[int, int]) -> None:
    keys = hidden_keys(MANY[door])
    assert {"s", "plus", "minus", "comma", "home", "e", "u", "y", "p"} <= {*keys}
    assert {"j", "k", "h", "l"} & {*keys} or door == "d"
    await press_in_vain(keys, [door], size)


@pytest.mark.parametrize("door", ["w", "v"])
async def test_no_key_turns_the_charts_behind_a_room_of_one_run(door: str) -> None:
    await press_in_vain(["tab", "shift+tab", "z"], [door], PLAIN)


async def test_the_list_is_left_by_enter_and_nothing_moves_behind_it() -> None:
    await press_in_vain(hidden_keys("list"), ["o"], PLAIN)
    bench = Bench()
    async with bench.app.run_test(size=PLAIN) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("o", "down", "enter")
        assert (bench.controls.list_open, bench.controls.zoomed) == (False, False)
        assert bench.controls.index == 1


async def test_the_form_keeps_the_advice_that_is_followed_beside_it() -> None:
    bench = Bench()
    async with bench.app.run_test(size=WIDE) as pilot:
        await send_first_frame(bench, pilot, verdict=ADVISED)
        await pilot.press("c", "down", "o", "e", "y", "right")
        assert (bench.controls.list_open, bench.controls.lesson_open) == (False, False)
        assert bench.controls.own.pop("network.norm") == "batch"
        assert bench.controls.own, "and the form's own change beside it"


@pytest.mark.parametrize("size", [PLAIN, WIDE])
async def test_nothing_is_trained_or_looked_at_under_a_cover(size: tuple[int, int]) -> None:
    bare, covered = hidden_keys("question"), hidden_keys("question", "cover")
    assert {*bare} < {*covered}
    for keys, status in ((bare, BEGUN), (covered, replace(STATUS, rows=7))):
        assert keys.pop(0) == "space", "which goes on to the question"
        await press_in_vain(keys, ["e"], size, status)


async def test_a_page_over_a_room_changes_nothing_behind_it() -> None:
    bench = Bench()
    async with bench.app.run_test(size=WIDE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("b", "question_mark")
        assert isinstance(bench.app.screen, ExplanationPage)
        before = deepcopy(vars(bench.controls))
        await pilot.press("tab", "shift+tab", "left", "f6")
        assert vars(bench.controls) == before
        await pilot.press("escape", "escape", "question_mark", "tab", "left")
        assert (bench.controls.panel, bench.controls.layer) == (1, STATUS.depth)


@pytest.mark.parametrize("door", MANY)
async def test_an_idle_key_says_so_in_the_verdicts_place(door: str) -> None:
    bench = Bench()
    async with bench.app.run_test(size=PLAIN) as pilot:
        await send_first_frame(bench, pilot, verdict=ADVISED)
        await pilot.press(door, "s")
        assert "this key does nothing here: esc goes back" in bench.text("verdict")
        await send_first_frame(bench, pilot, verdict=ADVISED)
        assert "this key does nothing here: esc goes back" in bench.text("verdict")


def test_of_every_key_it_is_said_what_hides_its_work() -> None:
    """A key that is added to the bench says where it is in sight."""
    listed = {name for names in HIDDEN.values() for name in names}
    unsaid = {key.action.partition("(")[0] for key in ROWS} - listed
    assert {name for name in unsaid if not SEEN_ANYWHERE.fullmatch(name)} == set()
