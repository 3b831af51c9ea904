"""The lab's rooms as whole screens, kept as text: where everything stands, and what it says.

Charts are drawn from made-up numbers, so that they are the same on every machine, and the last row,
the key bar, has tests of its own. `GOLDEN=write pytest tests/tui/lab/test_screens.py` stores what
is seen now; look at the difference before it is committed.
"""

import os
from pathlib import Path

import pytest
from staged_lab import ROOMS, Staged

FOLDER = Path(__file__).parents[1] / "golden" / "rooms"
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.mark.sampled(5)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("room", ROOMS)
async def test_a_room_looks_as_it_did(room: str, size: str) -> None:
    bench = Staged(SIZES[size])
    async with bench.app.run_test(size=SIZES[size]) as pilot:
        bench.answer()
        await pilot.pause()
        await pilot.press(*ROOMS[room])
        bench.answer()
        await pilot.pause()
        rows = bench.screen().splitlines()[:-1]
    same(FOLDER / f"{room}-{size}.txt", "".join(f"{row}|\n" for row in rows))


def same(path: Path, text: str) -> None:
    """Compare with what is kept."""
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text()
