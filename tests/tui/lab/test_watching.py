"""The lab while recordings are watched: keys that train do nothing, and layers are filtered."""

import pytest
from lab_driver import SIZE, STATUS, FakeLink
from msgspec.structs import replace
from vglab.tui.lab.app import LabApp
from vglab.tui.lab.drawing import Drawing
from vglab.tui.lab.layout import PANELS
from vglab.tui.lab.scenario_list import list_recordings
from vglab.tui.lab.state import Controls
from vglab.tui.protocol import Frame, Gather, Open, Picture, Step, Verdict
from vglab.tui.render.styled_text import plain

FILES = ["a/run.jsonl", "b/run.jsonl", "other.csv"]


def lab() -> tuple[LabApp, FakeLink, Controls]:
    link, controls = FakeLink(), Controls([*FILES], size=SIZE, watching=True)
    link.send(*controls.first_orders())
    app = LabApp(link, controls, list_recordings(FILES))
    return app, link, controls


def told(app: LabApp, name: str) -> str:
    return "\n".join(map(plain, app.bench.query_one(f"#{name}", Drawing).lines))


async def test_files_are_opened_and_nothing_is_trained() -> None:
    app, link, controls = lab()
    async with app.run_test(size=SIZE) as pilot:
        pictures = {name: Picture([(name, 3)], [], []) for name in PANELS}
        said = Verdict("healthy", ["all is well"])
        link.answer(Frame(controls.ticket, STATUS, pictures, said))
        await pilot.pause()
        assert "a/run.jsonl" in told(app, "header")
        assert "following" in told(app, "header")
        bar = told(app, "keys")
        assert "follow/pause" in bar
        assert "layers" in bar
        assert "claims" not in bar
        for key in ("s", "c", "m", "d", "f4", "e", "f3", "x", "w"):
            await pilot.press(key)
        assert link.last(Step) is None
        assert link.last(Gather) is None
        assert "nothing is trained here" in told(app, "verdict")
        await pilot.press("j")
        assert link.last(Open).scenario == "b/run.jsonl"
        await pilot.press("b")
        order = link.last(Gather)
        assert [one.scenario for one in order.rivals] == ["b/run.jsonl", "a/run.jsonl", "other.csv"]


async def test_runs_side_by_side_that_are_over_are_called_finished() -> None:
    app, link, controls = lab()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        over = replace(STATUS, finished=True)
        for status, word in ((STATUS, "following"), (over, "finished")):
            link.answer(Frame(controls.ticket, status, {}, Verdict("healthy", ["all is well"])))
            await pilot.pause()
            assert word in told(app, "header")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_header_tells_of_a_run_that_has_gone_silent(size: tuple[int, int]) -> None:
    app, link, controls = lab()
    silent = replace(STATUS, silence="nothing new for 5 min")
    async with app.run_test(size=size) as pilot:
        for status, word in ((silent, "nothing new for 5 min"), (STATUS, "following")):
            link.answer(Frame(controls.ticket, status, {}, Verdict("healthy", ["all is well"])))
            await pilot.pause()
            assert word in told(app, "header")
            assert ("following" in told(app, "header")) is (status is STATUS)
        link.answer(Frame(controls.ticket, silent, {}, Verdict("healthy", ["all is well"])))
        await pilot.press("space")
        assert "paused" in told(app, "header")


async def test_layers_are_filtered_by_a_pattern() -> None:
    app, link, _controls = lab()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"at[")
        await pilot.press("enter")
        await pilot.pause()
        assert link.last(Open).settings == []
        await pilot.press("backspace", *"tn", "enter")
        await pilot.pause()
        assert link.last(Open).settings == ["layers=attn"]
        assert app.screen is app.bench
        await pilot.press("slash", *["backspace"] * 4, "enter")
        await pilot.pause()
        assert link.last(Open).settings == []


async def test_the_page_of_keys_has_those_of_a_recording_alone() -> None:
    app, link, controls = lab()
    async with app.run_test(size=SIZE) as pilot:
        link.answer(Frame(controls.ticket, STATUS, {}, Verdict("healthy", ["all is well"])))
        await pilot.pause()
        await pilot.press("question_mark")
        await pilot.pause()
        page = "\n".join(map(plain, app.screen.query_one(Drawing).lines))
        assert "follow the file, or hold still" in page
        assert "train faster" not in page
        assert "the lesson" not in page
