"""The rooms of many runs: their keys, and what the worker shows in them."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from lab_driver import SIZE, Bench, send_first_frame
from vglab.scenarios.loading.changes import presets
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.sweep.phase_diagram import DEPTHS, gains, nearest_gain
from vglab.tui.lab.bench.rooms import neighbor
from vglab.tui.lab.preferences import load_preferences, results_path
from vglab.tui.lab.room_keys import why_idle
from vglab.tui.protocol import Gather, Open, Pin, Ready, Rival, Train, Verdict, View, Want
from vglab.tui.render.styled_text import plain
from vglab.tui.worker.rooms import compare as sidebyside
from vglab.tui.worker.session import FRAME
from worker_driver import Lab

TINY = ["network.depth=3", "network.width=4", "training.steps=6"]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize(("key", "room"), [("b", "compare"), ("m", "remedies"), ("d", "diagram")])
async def test_a_key_opens_a_room_and_leaves_it(bench: Bench, key: str, room: str) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        for back in (key, "escape", "w"):
            await pilot.press(key)
            assert bench.ear.last(Gather).room == room
            assert bench.ear.last(View).wants[0].panel == room
            await pilot.press(back)
            assert bench.ear.last(Gather).room is None
        assert bench.controls.room == "walk"


@pytest.mark.parametrize("room", ["b", "m", "d", "f4"])
async def test_no_key_changes_the_bench_behind_a_room(bench: Bench, room: str) -> None:
    advised = Verdict("vanishing", ["it fades"], ["network.norm=batch"])
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot, verdict=advised)
        await pilot.press("c", "right", "escape", room)
        inside, own = bench.controls.room, bench.controls.own
        assert "esc goes back" in why_idle("rooms.follow_advice", [inside], watching=False)
        opened = bench.ear.last(Open)
        for key in ("y", "u", "c", "e", "p", "r", *"345" * (room != "b")):
            await pilot.press(key)
            assert (bench.controls.room, bench.controls.own) == (inside, own), key
        assert not bench.controls.form
        assert not bench.controls.lesson_open
        assert bench.ear.last(Open) == opened
        await pilot.press("escape", "y")
        assert bench.ear.last(Open).settings[-1] == "network.norm=batch"


async def test_scenarios_are_put_side_by_side_by_their_numbers(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("c", "right", "escape", "b")
        rivals = bench.ear.last(Gather).rivals
        assert [one.settings for one in rivals] == [["network.activation=tanh"], []]
        await pilot.press("3", "4", "3")
        names = bench.controls.scenarios
        rivals = bench.ear.last(Gather).rivals
        assert [one.scenario for one in rivals] == [names[0], names[0], names[3]]
        await pilot.press("5", "6", "7")
        assert len(bench.ear.last(Gather).rivals) == 4


async def test_any_scenario_is_put_side_by_side_by_its_name(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("b", "slash", *"highway", "enter")
        assert bench.controls.room == "compare"
        rivals = bench.ear.last(Gather).rivals
        names = bench.controls.scenarios
        assert [one.scenario for one in rivals] == [names[0], neighbor(names, 0), "highway"]


async def test_the_figures_of_a_claim_close_before_the_room(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("f4", "enter", "escape")
        assert (bench.controls.room, bench.controls.unfolded) == ("claims", False)
        await pilot.press("escape")
        assert bench.controls.room == ""


async def test_the_place_under_the_cursor_is_opened(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("d", "right", "up", "up")
        assert bench.ear.last(View).place == (len(bench.controls.gains) // 2 + 1, 2)
        critical = bench.controls.gains[1]
        bench.ear.answer(bench.frame(critical=[(critical * 1.01, DEPTHS[2])]))
        await pilot.pause()
        await pilot.press("i")
        assert bench.ear.last(View).place == (1, 2)
        await pilot.press("enter")
        order = bench.ear.last(Open)
        assert order.settings == [f"network.gain={critical!r}", f"network.depth={DEPTHS[2]}"]
        assert order.reference == "before"
        assert bench.controls.room == ""


async def test_the_remedy_under_the_cursor_is_applied(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("m")
        stated = [["network.activation=relu"], ["network.gain=2.0", "network.init=he"], []]
        bench.ear.answer(bench.frame(standings=stated))
        await pilot.pause()
        await pilot.press("down", "down", "down", "up")
        assert bench.controls.room == "remedies"
        assert bench.ear.last(View).rank == 1
        await pilot.press("enter")
        order = bench.ear.last(Open)
        assert order.settings == stated[1]
        assert order.reference == "before"
        assert bench.controls.room == ""


async def test_a_game_has_no_phase_diagram(bench: Bench) -> None:
    bench.controls.index = bench.controls.scenarios.index("gan-saturating")
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("d")
        assert bench.ear.last(Gather) is None
        assert "a GAN has no phase diagram" in bench.screen()


@pytest.mark.parametrize("name", [preset.id for preset in presets()])
def test_whoever_is_held_against_nobody_in_particular_meets_one_like_it(name: str) -> None:
    names = [preset.id for preset in presets()]
    other = neighbor(names, names.index(name))
    assert other != name
    assert len(sidebyside.scenarios([Rival(name, []), Rival(other, [])])) == 2


def test_gains_reach_around_the_critical_one() -> None:
    network = load("relu").network
    found = gains(network)
    assert found == sorted(found)
    assert found[0] < 1 < found[-1]
    assert nearest_gain(found, found[3] * 1.01) == 3


@pytest.fixture
def lab() -> Iterator[Lab]:
    made = Lab()
    view = View([Want("compare", 90, 30)], ["grad_norm"], "update_ratio")
    made.tell(Open(1, "deep-sigmoid", TINY, "en"), view, Train(True))
    made.turn()
    yield made
    made.session.close()


def shown(lab: Lab, room: str, *rivals: Rival, **more: Any) -> str:
    """What the room shows when all is done."""
    lab.tell(View([Want(room, 90, 30)], ["grad_norm"], "update_ratio"))
    lab.tell(Gather(room, [*rivals], ticket=1, **more))
    lines: list[str] = []
    for _ in range(2000):
        answer = lab.turn(FRAME)
        lab.tell(Ready())
        if answer is not None and room in answer.pictures:
            picture = answer.pictures[room]
            lines = [plain(line) for line in (picture.title, *picture.lines)]
        if lab.session.room is not None and lab.session.room.finished and answer is None:
            break
        time.sleep(0.0 if room == "compare" else 0.02)
    return "\n".join(lines)


def test_side_by_side_all_train_on_the_same_points(lab: Lab) -> None:
    text = shown(lab, "compare", Rival("deep-sigmoid", TINY), Rival("relu", TINY))
    assert "6/6" in text
    assert "Deep sigmoid" in text
    assert "ReLU" in text
    assert text.count("‖∂J/∂W‖") == 1, "one legend for all"


def test_what_cannot_be_compared_is_said(lab: Lab) -> None:
    lab.tell(Ready(), Gather("compare", [Rival("relu", ["network.depth=900"])], ticket=1))
    assert "network.depth" in lab.turn(FRAME).text
    lab.tell(Ready(), Gather("compare", [Rival("relu", []), Rival("lstm", [])], ticket=2))
    assert lab.turn(FRAME).text.startswith("lstm: data.name: ")
    lab.tell(Ready(), Gather(None), Pin(False))
    assert lab.frame(FRAME).verdict is not None


def test_what_does_not_fit_leaves_the_others_standing(lab: Lab) -> None:
    rivals = [Rival(name, TINY) for name in ("deep-sigmoid", "lstm", "relu")]
    text = shown(lab, "compare", *rivals)
    assert "Deep sigmoid" in text
    assert "ReLU" in text
    assert "✖ lstm: data.name: " in text


def test_the_tournament_ranks_what_has_run(lab: Lab) -> None:
    text = shown(lab, "remedies", Rival("deep-sigmoid", TINY))
    assert re.search(r"(\d+) of \1 tried", text)
    assert "as it is" in text
    assert re.search(r"^▸ 1 ", text, re.MULTILINE)


def test_the_diagram_fills_in_and_tells_of_the_place(lab: Lab) -> None:
    more = {"gains": [1.0, 4.0, 16.0], "depths": [2, 3]}
    text = shown(lab, "diagram", Rival("deep-sigmoid", TINY), **more)
    assert "gain 1, depth 2  accuracy" in text
    assert "•" in text


@pytest.mark.parametrize(
    ("room", "more"), [("remedies", {}), ("diagram", {"gains": [1.0, 4.0], "depths": [2, 3]})]
)
def test_what_was_computed_is_there_again(lab: Lab, room: str, more: dict[str, Any]) -> None:
    rival = Rival("deep-sigmoid", TINY)
    before = shown(lab, room, rival, **more)
    first = lab.session.room
    lab.tell(Gather(None), Open(2, "relu", TINY, "en"))
    lab.turn(FRAME)
    lab.tell(Ready(), Gather(room, [rival], ticket=3, **more))
    assert lab.session.room is first
    assert first is not None
    assert first.finished
    lab.tell(Open(4, "deep-sigmoid", TINY, "en"))
    again = ""
    for _ in range(20):
        answer = lab.turn(FRAME)
        lab.tell(Ready())
        if answer is not None and room in answer.pictures:
            picture = answer.pictures[room]
            again = "\n".join(plain(line) for line in (picture.title, *picture.lines))
    assert again == before


def test_a_room_of_other_settings_is_another(lab: Lab) -> None:
    shown(lab, "compare", Rival("deep-sigmoid", TINY), Rival("relu", TINY))
    first = lab.session.room
    lab.tell(Gather("compare", [Rival("tanh", TINY), Rival("relu", TINY)], ticket=1))
    assert lab.session.room is not first


@pytest.mark.slow
async def test_runs_are_searched_ticked_and_compared(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("c", "right", "escape", "j", "b", "enter")
        names = bench.controls.scenarios
        changed = Rival(names[0], ["network.activation=tanh"])
        assert "network.activation=tanh" in bench.screen()
        await pilot.press("space", *"activation=tanh", "space", *["backspace"] * 15, *"adam")
        assert "adam-wall" in bench.screen()
        assert "depth-cliff" not in bench.screen()
        await pilot.press("down", "space", "escape")
        assert bench.ear.last(Gather).rivals[1:] != [changed]
        await pilot.press("slash", "space", *"activation=tanh", "space", "down", "enter")
        assert bench.ear.last(Gather).rivals == [Rival(names[1], []), changed]
        await pilot.press("slash", *"gru", "space", *["backspace"] * 3, *"lstm", "space")
        await pilot.press(*["backspace"] * 4, *"highway", "space")
        assert "no more than 3 beside the open run" in bench.screen()
        await pilot.press("escape")
        assert bench.controls.room == "compare"


async def test_what_is_compared_goes_round(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("b")
        seen = []
        for _ in range(3):
            seen.append(bench.ear.last(View).compared)
            await pilot.press("tab")
        assert seen == ["gradient", "loss", "accuracy"]
        assert bench.ear.last(View).compared == "gradient"


async def test_a_remedy_and_a_place_are_compared_with_the_open_run(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("m")
        bench.ear.answer(bench.frame(standings=[["network.norm=batch"], []]))
        await pilot.pause()
        await pilot.press("b")
        assert bench.controls.room == "compare"
        name = bench.controls.scenario
        assert bench.ear.last(Gather).rivals == [
            Rival(name, []),
            Rival(name, ["network.norm=batch"]),
        ]
        await pilot.press("escape", "d", "b")
        place = [f"network.gain={bench.controls.gains[len(bench.controls.gains) // 2]!r}"]
        place.append(f"network.depth={DEPTHS[0]}")
        assert bench.ear.last(Gather).rivals[1:] == [
            Rival(name, ["network.norm=batch"]),
            Rival(name, place),
        ]


@pytest.mark.parametrize(("table", "words"), [("loss", "loss"), ("accuracy", "accuracy")])
def test_runs_are_compared_on_common_axes(table: str, words: str) -> None:
    lab = Lab()
    view = View([Want("compare", 70, 16)], ["grad_norm"], "update_ratio", compared=table)
    lab.tell(Open(1, "deep-sigmoid", TINY, "en"), view)
    lab.tell(Gather("compare", [Rival("deep-sigmoid", TINY), Rival("tanh", TINY)]), Train(True))
    for _ in range(8):
        lab.turn(FRAME)
    lab.tell(Ready())
    lab.session.pictures.clear()
    lab.session.pace.stale = True
    shown = lab.frame(FRAME).pictures["compare"]
    title = plain(shown.title)
    assert title.startswith(words)
    assert "Deep sigmoid" in title
    assert "● tanh" in title
    drawn = [plain(line) for line in shown.lines]
    assert len(drawn) == 16
    assert any("●" in line for line in drawn)


def test_a_game_beside_classifiers_has_no_accuracy_and_says_so() -> None:
    lab = Lab()
    view = View([Want("compare", 70, 16)], ["grad_norm"], "update_ratio", compared="accuracy")
    few = ["training.steps=3"]
    games = [Rival("gan-saturating", few), Rival("gan-non-saturating", few)]
    lab.tell(Open(1, "gan-saturating", few, "en"), view, Gather("compare", games))
    shown = [answer for _ in range(4) if (answer := lab.turn(FRAME)) is not None]
    assert "none of these runs has an accuracy" in str([answer.pictures for answer in shown])


async def test_results_are_kept_between_visits_once_it_is_allowed(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("m")
        assert bench.ear.last(Gather).keep == ""
        assert "F6 keeps results between visits" in bench.screen()
        await pilot.press("escape", "f6", "d")
        assert bench.ear.last(Gather).keep == str(results_path())
        assert load_preferences().keep
        await pilot.press("escape", "f6", "m")
        assert bench.ear.last(Gather).keep == ""
        assert not load_preferences().keep
