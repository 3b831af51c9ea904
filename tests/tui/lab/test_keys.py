"""No two keys differ by shift alone: a letter does the same with caps lock."""

import pytest
from lab_driver import Bench, send_first_frame
from vglab.tui.lab.keymap import APP_KEYS, BENCH_KEYS, Key
from vglab.tui.lab.room_keys import LESSON_KEYS, ROOM_KEYS
from vglab.tui.lab.screens.export import Export

BACKWARDS = {"A": "a"}
"""A capital of its own, which takes its small letter back."""
ROOMS = {key.room for key in (*ROOM_KEYS, *LESSON_KEYS)} | {""}


def meanings(keys: tuple[Key, ...]) -> dict[str, str]:
    """The action of each key that is bound; the first of two has it."""
    found: dict[str, str] = {}
    for key in keys:
        for name in key.bound.split(","):
            found.setdefault(name, key.action)
    return found


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_letter_does_the_same_with_shift(room: str) -> None:
    own = tuple(key for key in (*ROOM_KEYS, *LESSON_KEYS) if key.room == room)
    known = meanings((*own, *BENCH_KEYS, *APP_KEYS))
    letters = [name for name in known if len(name) == 1 and name.isalpha() and name.islower()]
    assert len(letters) > 20
    for name in letters:
        if name.upper() in BACKWARDS and not own:
            assert known[name.upper()].split("(")[0] == known[name].split("(")[0]
        elif name.upper() in known and name.upper() not in BACKWARDS:
            assert known[name.upper()] == known[name], name


async def test_caps_lock_does_not_change_what_keys_do() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("C")
        assert bench.controls.form is not None
        await pilot.press("C")
        assert bench.controls.form is None
        await pilot.press("J")
        assert bench.controls.index == 1
        await pilot.press("f5")
        assert isinstance(bench.app.screen, Export)
