"""The lab worked by its keys, with a worker that only listens."""

import pytest
from lab_driver import SIZE, STATUS, Bench, FakeLink, send_first_frame
from msgspec.structs import replace
from textual.events import Key, Paste
from vglab.tui.lab.app import LabApp
from vglab.tui.lab.drawing import Drawing
from vglab.tui.lab.layout import FOUR, LAYER, PANELS
from vglab.tui.lab.scenario_list import list_scenarios
from vglab.tui.lab.screens.glossary import Glossary
from vglab.tui.lab.screens.page import Page
from vglab.tui.lab.state import MEASURES, Controls
from vglab.tui.protocol import (
    Command,
    Open,
    Pace,
    Ready,
    Refusal,
    Status,
    Step,
    Train,
    Verdict,
    View,
)
from vglab.tui.render.styled_text import plain


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_a_frame_is_shown_where_it_belongs(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        shown = bench.screen()
        assert all(f"<{name}>" in shown for name in FOUR)
        assert "160/2000" in shown
        assert "HEALTHY   all is well" in shown
        assert "1 Deep sigmoid" in shown
        await pilot.pause()
        assert bench.ear.last(Ready) == Ready()


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (["space"], Train(False)),
        (["space", "space"], Train(True)),
        (["s"], Step()),
        (["minus"], Pace(200)),
        (["plus"], Pace(None)),
        (["minus", "minus", "equals_sign"], Pace(200)),
    ],
)
async def test_keys_that_drive_the_training(bench: Bench, keys: list[str], order: Command) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press(*keys)
        assert bench.ear.last(type(order)) == order


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (["j"], 1),
        (["down", "right_square_bracket"], 2),
        (["j", "j", "k"], 1),
        (["3", "up", "left_square_bracket"], 0),
        (["4"], 3),
        (["k"], 0),
        (["9", "1"], 0),
    ],
)
async def test_keys_that_choose_a_scenario(bench: Bench, keys: list[str], index: int) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press(*keys)
        order = bench.ear.last(Open)
        assert isinstance(order, Open)
        assert order.scenario == bench.controls.scenarios[index]
        assert bench.controls.index == index


async def test_restart_opens_the_same_again(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("r")
        order = bench.ear.last(Open)
        assert isinstance(order, Open)
        assert (order.scenario, order.ticket) == ("deep-sigmoid", 2)


async def test_space_at_the_end_begins_again(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        done = replace(STATUS, step=2000, finished=True, speed=0.0, loss=0.1, accuracy=1.0)
        bench.ear.answer(bench.frame(status=done))
        await pilot.pause()
        await pilot.press("space")
        assert bench.ear.last(Train) == Train(True)
        assert bench.controls.ticket == 2


async def test_frames_of_a_scenario_that_was_left_are_not_shown(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        late = bench.frame(verdict=Verdict("dead", ["too late"]))
        await pilot.press("j")
        bench.ear.answer(late)
        await pilot.pause()
        assert "too late" not in bench.screen()


async def test_keys_that_change_what_is_drawn(bench: Bench) -> None:
    charts = ["update_ratio", "weights", "game"]
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, status=replace(STATUS, charts=charts))
        for key, knob, values in (("g", "measures", MEASURES), ("a", "inner", charts)):
            found = []
            for _ in values:
                await pilot.press(key)
                found.append(getattr(bench.ear.last(View), knob))
            assert found == [*values[1:], values[0]]


async def test_before_the_first_frame_there_is_no_other_chart_to_show(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await pilot.press("a", "A")
        assert bench.ear.last(View).inner == ""
        await send_first_frame(bench, pilot, status=replace(STATUS, charts=["game", "weights"]))
        await pilot.press("a")
        assert bench.ear.last(View).inner == "weights"


async def test_focus_and_zoom(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("tab", "z")
        view = bench.ear.last(View)
        assert isinstance(view, View)
        assert [want.panel for want in view.wants] == ["history", LAYER]
        assert view.wants[0].columns == 91
        await pilot.press("shift+tab")
        assert [want.panel for want in bench.controls.view().wants] == ["layers", LAYER]
        await pilot.press("escape")
        assert len(bench.controls.view().wants) == 5
        assert "<inside>" in bench.screen()


async def test_the_list_opens_over_a_narrow_screen(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        listed = "activation  sigmoid"
        assert listed not in bench.screen()
        await pilot.press("o")
        assert listed in bench.screen()
        await pilot.press("o")
        assert listed not in bench.screen()


async def test_network_goes_to_the_next_one(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        assert "n network" not in bench.screen()
        names = ["generator", "discriminator"]
        status = Status(
            step=160,
            planned=2000,
            going=True,
            finished=False,
            speed=84.0,
            loss=0.693,
            accuracy=None,
            networks=names,
        )
        bench.ear.answer(bench.frame(status=status))
        await pilot.pause()
        assert "n network" in bench.screen()
        await pilot.press("n")
        view = bench.ear.last(View)
        assert isinstance(view, View)
        assert view.network == 1


async def test_theme_changes_colors_and_nothing_else(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        before, strip = bench.screen(), bench.app.bench.query_one("#header", Drawing).render_line(0)
        await pilot.press("t")
        assert bench.screen() == before
        after = bench.app.bench.query_one("#header", Drawing).render_line(0)
        assert [segment.style for segment in strip] != [segment.style for segment in after]
        assert not bench.app.current_theme.dark


@pytest.mark.parametrize("way_back", ["escape", "q", "question_mark", "space"])
async def test_help_comes_and_goes(bench: Bench, way_back: str) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("question_mark")
        assert isinstance(bench.app.screen, Page)
        assert "run or pause the training" in bench.screen()
        bench.ear.answer(bench.frame())
        await pilot.press(way_back)
        assert bench.app.screen is bench.app.bench
        assert "<layers>" in bench.screen()


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_ways_out(bench: Bench, key: str) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press(key)
        assert bench.app.return_code == 0


async def test_a_resize_keeps_what_is_shown_and_asks_anew(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        for size in [(80, 24), (60, 18), (40, 10), (200, 60), SIZE]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert bench.controls.size == size
            view = bench.ear.last(View)
            assert view == bench.controls.view()
            assert ("at least 60" in bench.screen()) == (size == (40, 10))
        assert "<layers>" in bench.screen()


async def test_the_mouse_opens_and_focuses(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        rows = bench.text("scenarios").splitlines()
        row = next(at for at, line in enumerate(rows) if " 3 " in line)
        await pilot.click("#scenarios", offset=(5, row))
        assert bench.controls.index == 2
        figure = next(at for at, line in enumerate(rows) if "depth" in line)
        await pilot.click("#scenarios", offset=(5, figure))
        assert bench.controls.index == 2, "a figure opens nothing"
        await pilot.click("#learning", offset=(5, 5))
        assert PANELS[bench.controls.panel] == "learning"


async def test_a_fault_is_said_and_no_chart_of_another_scenario_stays(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        bench.ear.answer(Refusal(1, "network.depth: found 0"))
        await pilot.pause()
        assert "STOPPED   network.depth: found 0" in bench.screen()
        assert "<layers>" not in bench.screen()


async def test_a_dead_worker_is_reported_and_replaced_on_a_key(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        bench.ear.alive = False
        bench.ear.lose("signal 6")
        await pilot.pause()
        assert "The worker has stopped (signal 6). Press r" in bench.screen()
        assert "<layers>" in bench.screen(), "nothing of the screen is lost"
        bench.ear.orders.clear()
        await pilot.press("g")
        assert (bench.ear.starts, bench.ear.orders) == (0, [])
        await pilot.press("r")
        assert bench.ear.starts == 1
        assert [type(order) for order in bench.ear.orders] == [Open, Pace, Train, View]
        await send_first_frame(bench, pilot)
        assert "HEALTHY" in bench.screen()


async def test_a_scenario_that_takes_long_to_build_is_said_to_be_built(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("j")
        assert "BUILDING" not in bench.screen()
        await pilot.pause(0.4)
        assert "BUILDING" in bench.screen()


async def test_what_was_set_goes_for_every_scenario() -> None:
    listed = list_scenarios("relu", ["network.depth=7"])
    controls = Controls(
        listed.ids, settings=["network.depth=7"], index=listed.ids.index("relu"), size=SIZE
    )
    app = LabApp(FakeLink(), controls, listed)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        said = "\n".join(map(plain, app.bench.query_one("#scenarios", Drawing).lines))
        assert "depth       7" in said
        assert "▸ activation" in said


@pytest.mark.parametrize("opener", ["slash", "i", "c", "o"])
async def test_a_burst_of_keys_ends_nothing(opener: str) -> None:
    """A page's second enter or escape may come before the page is gone."""
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press(opener)
        for key in ("enter", "enter", "escape", "escape", "slash", "a", "enter", "enter", "i", "i"):
            bench.app.post_message(Key(key, key if len(key) == 1 else None))
        bench.app.post_message(Paste("x = 3\nq" * 50))
        await pilot.pause(0.3)
        await pilot.press("escape")  # behind all of them
        await pilot.pause()
        assert bench.app.is_running
        assert sum(isinstance(screen, Glossary) for screen in bench.app.screen_stack) <= 1
