"""Quitting asks where long computing is in no file, once, and else never."""

from lab_driver import STATUS, Bench, send_first_frame
from msgspec.structs import replace
from vglab.tui.lab.bench.notices import STANDS
from vglab.tui.protocol import WriteResult


async def press_q(seconds: float, *, kept: str = "", later: float = 0.5, **controls: object) -> int:
    """How often q has to be pressed, `later` seconds apart, after so many of training."""
    bench, clock = Bench(), [100.0]
    for name, value in controls.items():
        setattr(bench.controls, name, value)
    async with bench.app.run_test(size=(80, 24)) as pilot:
        bench.app.bench.unsaved._now = lambda: clock[0]
        bench.app.bench.unsaved._last = clock[0]
        for _frame in range(10):
            clock[0] += seconds / 10
            await send_first_frame(bench, pilot)
        clock[0] += 100
        await send_first_frame(bench, pilot, status=replace(STATUS, going=False, finished=True))
        if kept:
            bench.ear.answer(WriteResult(kept))
        for times in range(1, 4):
            await pilot.press("q")
            if bench.app.return_code == 0:
                return times
            assert "q again" in bench.text("verdict")
            clock[0] += later
    return 0


async def test_long_computing_is_asked_about_once() -> None:
    assert await press_q(30.0) == 2
    assert await press_q(30.0, later=STANDS + 1) == 0, "an old q confirms nothing"
    assert await press_q(30.0, later=0.01) == 0, "nor does one of the same burst"


async def test_nothing_is_asked_where_nothing_is_lost() -> None:
    assert await press_q(5.0) == 1
    assert await press_q(30.0, kept="run.json") == 1
    assert await press_q(30.0, kept="picture.svg") == 2
    assert await press_q(30.0, watching=True) == 1
