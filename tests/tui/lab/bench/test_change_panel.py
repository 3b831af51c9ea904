"""One thing changed by keys: the form, the reference, the way back, and what the worker says."""

from copy import deepcopy
from pathlib import Path
from typing import Any, Literal

import pytest
from lab_driver import SIZE, STATUS, Bench, send_first_frame
from msgspec.structs import replace
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import OptionList
from vglab.scenarios.loading.edits import as_settings
from vglab.tui.lab.bench.form import Form
from vglab.tui.lab.course.progress import LessonProgress
from vglab.tui.lab.screens.save import Save
from vglab.tui.lab.screens.search import Search
from vglab.tui.protocol import Open, Pin, Ready, Step, Train, Verdict
from vglab.tui.render.styled_text import plain
from vglab.tui.worker.session import FRAME
from worker_driver import VIEW, Lab

QUICK = ["network.depth=3", "training.steps=40"]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def opened(bench: Bench) -> Any:
    return bench.ear.last(Open)


async def test_the_form_changes_and_the_run_starts_again_at_once(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("c", "right")
        assert "Change one thing" in bench.screen()
        assert (opened(bench).settings, opened(bench).reference) == (
            ["network.activation=tanh"],
            "before",
        )
        await pilot.press("right")
        assert (opened(bench).settings, opened(bench).reference) == (
            ["network.activation=relu"],
            "kept",
        )
        await pilot.press("down", "5", "enter")
        assert opened(bench).settings == ["network.activation=relu", "network.depth=5"]
        await pilot.press("backspace", "up", "left")
        assert opened(bench).settings == ["network.activation=tanh"]
        await pilot.press("escape")
        assert "Change one thing" not in bench.screen()
        assert "▸ activation" not in bench.screen()


async def test_escape_leaves_the_value_before_the_form(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await choose(bench, pilot, "network.depth")
        before = opened(bench)
        await pilot.press("1", "2")
        assert "esc cancel" in bench.text("keys")
        await pilot.press("escape")
        assert bench.controls.form is not None
        assert bench.controls.form.typing == ""
        assert "depth      10" in bench.text("form")
        assert "esc close" in bench.text("keys")
        await pilot.press("escape")
        assert bench.controls.form is None
        assert opened(bench) == before


@pytest.mark.parametrize(("hint", "key"), [(0, "network.activation"), (1, "network.depth")])
async def test_the_form_opens_at_what_the_open_hint_sets(bench: Bench, hint: int, key: str) -> None:
    bench.controls.index = bench.controls.scenarios.index("adam")
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        bench.controls.progress = {"adam": LessonProgress(step="task", hint=hint)}
        await pilot.press("e", "c")
        form = bench.controls.form
        assert form is not None
        assert form.entry is not None
        assert form.entry.key == key


async def test_keys_of_the_bench_work_beside_the_form(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("c", "space")
        assert bench.ear.last(Train) == Train(False)
        await pilot.press("down", "s")
        assert bench.ear.last(Step) == Step()
        await pilot.press("c", "j")
        assert opened(bench).scenario == bench.controls.scenarios[1]


@pytest.mark.parametrize("step", ["task", "reveal"])
async def test_a_change_of_a_held_run_starts_in_a_task_and_says_so_elsewhere(
    bench: Bench, step: Literal["task", "reveal"]
) -> None:
    bench.controls.progress = {"deep-sigmoid": LessonProgress(step=step)}
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot, status=replace(STATUS, rows=9))
        await pilot.press("e", "home", "c")
        assert bench.controls.running is False
        said = " ".join(bench.text("form").replace("│", " ").split())
        assert ("space runs it" in said) == (step == "reveal")
        assert "space start" in bench.text("keys")
        await pilot.press("right")
        assert bench.controls.running == (step == "task")
        assert bench.ear.last(Train) == Train(step == "task")
        assert ("space" in bench.text("keys")) == (step == "reveal")


async def test_a_typed_setting_of_a_task_is_set_and_what_is_none_changes_nothing(
    bench: Bench,
) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        before = opened(bench)
        await pilot.press("c", *"rat", "s", "enter")
        assert "rats▏" in bench.text("form")
        assert "no word here begins with rats" in bench.screen()
        assert opened(bench) == before
        await pilot.press("backspace", "e", "space", "=", "space", *"100", "enter")
        assert opened(bench).settings == ["training.rate=100"]


async def test_a_refused_value_is_one_line_and_nothing_is_opened(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        before = opened(bench)
        await pilot.press("c", "down", "9", "0", "0", "enter")
        assert "network.depth: found 900; allowed: a whole number from 1" in bench.screen()
        assert opened(bench) == before
        assert "<layers>" in bench.screen()


async def test_changes_belong_to_their_scenario_and_can_be_taken_back(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("c", "right", "escape", "j")
        assert (opened(bench).settings, opened(bench).reference) == ([], "none")
        await pilot.press("u")
        assert opened(bench).scenario == bench.controls.scenarios[1], "nothing to take back here"
        await pilot.press("k")
        assert opened(bench).settings == ["network.activation=tanh"]
        await pilot.press("u")
        assert (opened(bench).settings, opened(bench).reference) == ([], "before")


async def test_the_pinned_run_stays_the_reference(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("p")
        assert bench.ear.last(Pin) == Pin(True)
        await pilot.press("c", "right", "escape", "j")
        assert opened(bench).reference == "kept"
        await pilot.press("p", "k")
        assert bench.ear.last(Pin) == Pin(False)
        assert opened(bench).reference == "none"


@pytest.mark.parametrize("size", [(80, 24), SIZE])
async def test_what_a_change_did_is_told(bench: Bench, size: tuple[int, int]) -> None:
    async with bench.app.run_test(size=size) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("c", "right", "escape")
        bench.ear.answer(bench.frame(against=["x" * 200, "a → b: better"]))
        await pilot.pause()
        assert "═ a → b: better" in bench.screen()


async def test_the_changes_are_saved_under_a_name(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("c", "right", "escape", "x", "m", "q", "backspace", "y", "enter")
        assert "--set network.activation=tanh" in bench.screen()
        assert 'activation = "tanh"' in (tmp_path / "my.toml").read_text()
        await pilot.press("enter")
        assert "exists already" in bench.screen()
        await pilot.press("escape")
        assert not isinstance(bench.app.screen, Save)


@pytest.fixture
def lab() -> Lab:
    made = Lab()
    made.tell(Open(1, "deep-sigmoid", QUICK, "en"), VIEW, Train(True))
    return made


def frames(lab: Lab, count: int) -> Any:
    """The last of so many frames, on the way to the end."""
    last = None
    for _ in range(count):
        last = lab.turn(FRAME) or last
        lab.tell(Ready())
    return last


CHANGED = Open(
    2, "deep-sigmoid", [*QUICK, *as_settings({"network.activation": "relu"})], "en", "before"
)


def test_the_run_before_is_the_ghost_at_the_same_step(lab: Lab) -> None:
    frames(lab, 5)
    before = lab.session.subject
    lab.tell(CHANGED)
    last = frames(lab, 60)
    assert lab.session.ghosts.reference is before
    assert before is not None
    assert before.done == 40, "it has been trained along"
    assert last.against[0].startswith("before: activation sigmoid → relu: ×")
    assert "accuracy" in last.against[0]
    assert len(last.against[-1]) < len(last.against[0])
    whole = last.pictures["learning"]
    assert "before" in "".join(plain(line) for line in (whole.title, *whole.lines[:1]))


def test_a_ghost_of_another_depth_is_told_from_the_loss(lab: Lab) -> None:
    frames(lab, 3)
    deeper = [*QUICK[1:], "network.depth=6"]
    lab.tell(Open(2, "deep-sigmoid", deeper, "en", "before"))
    assert "depth 3 → 6" in frames(lab, 4).against[0]


def test_without_a_reference_nothing_is_told(lab: Lab) -> None:
    assert frames(lab, 3).against == []
    lab.tell(Open(2, "relu", QUICK, "en"))
    assert frames(lab, 3).against == []


def test_a_pinned_run_stays_whatever_is_opened(lab: Lab) -> None:
    frames(lab, 3)
    lab.tell(Pin(True))
    assert "pinned: this run. Now change it (c)" in frames(lab, 2).against[0]
    lab.tell(Open(2, "relu", QUICK, "en", "kept"))
    frame = frames(lab, 3)
    assert frame.against[0].startswith("pinned: activation sigmoid → relu")
    whole = frame.pictures["learning"]
    assert "pinned" in "".join(plain(line) for line in (whole.title, *whole.lines[:1]))
    lab.tell(Pin(False))
    assert frames(lab, 2).against == []


async def test_a_digit_or_a_letter_on_a_word_leaves_the_form_open(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("c", "right")
        before = bench.ear.last(Open)
        await pilot.press("5", "z", "w", "backspace", *"relu", "enter")
        form = bench.controls.form
        assert form is not None
        assert bench.controls.index == 0
        assert bench.controls.own == {"network.activation": "relu"}
        assert bench.ear.last(Open).ticket == before.ticket + 1


async def test_a_restart_is_taken_back_and_its_run_goes_on(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("r")
        anew = bench.ear.last(Open)
        assert anew.run > 0
        await pilot.press("c", "right", "escape", "u")
        assert (bench.ear.last(Open).settings, bench.ear.last(Open).run) == ([], anew.run)
        await pilot.press("j", "k")
        assert bench.ear.last(Open).run == anew.run
        await pilot.press("u")
        assert (bench.ear.last(Open).run, bench.ear.last(Open).reference) == (0, "none")


async def test_a_key_tries_the_remedy_that_the_verdict_speaks_for(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("y")
        assert "suggests no remedy" in bench.screen()
        said = Verdict("vanishing", ["it fades"], ["network.norm=batch"])
        await send_first_frame(bench, pilot, verdict=said)
        assert "y try it" in bench.text("keys")
        await pilot.press("y")
        assert opened(bench).settings == ["network.norm=batch"]
        assert opened(bench).reference == "before"
        await pilot.press("u")
        assert opened(bench).settings == []


def test_the_worker_says_which_key_tries_what_helps() -> None:
    lab = Lab()
    lab.tell(Open(1, "deep-sigmoid", [], "en"), VIEW)
    lab.frame()
    lab.turn()
    lab.tell(Ready())
    verdict = lab.frame(FRAME).verdict
    assert verdict is not None
    assert verdict.remedy == ["network.norm=batch"]
    assert all("ress y: batch normalization" in form for form in verdict.forms[:2])
    assert "· y: batch normalization" in verdict.forms[2]


async def test_the_list_of_words_begins_at_the_one_that_is(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await choose(bench, pilot, "network.init")
        await pilot.press("enter")
        await pilot.pause(0.5)
        found = bench.app.screen.query_one(OptionList)
        assert found.highlighted is not None
        assert "✔" in str(found.get_option_at_index(found.highlighted).prompt)
        assert found.highlighted > 0


@pytest.mark.slow
async def test_a_word_is_chosen_from_a_list(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("c", "enter")
        assert isinstance(bench.app.screen, Search)
        await pilot.press(*"selu")
        await pilot.pause(0.4)
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert opened(bench).settings == ["network.activation=selu"]
        assert bench.controls.form is not None


def test_data_steps_batch_seed_and_loss_are_in_the_form() -> None:
    form = Form("deep-sigmoid", [], {})
    wanted = {"data.name", "training.batch", "training.steps", "run.seed", "network.loss"}
    assert wanted <= {entry.key for entry in form.entries}


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1,5", "1.5"), (",5", "0.5"), ("1/256", "0.00390625"), ("2^-3", "0.125"), ("3e-2", "0.03")],
)
async def test_a_number_is_typed_as_people_write_it(bench: Bench, typed: str, value: str) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=replace(STATUS, rows=9))
        await choose(bench, pilot, "network.gain")
        for character in typed:
            await pilot.press(character)
        assert f"{typed}▏" in bench.screen()
        await pilot.press("enter")
        assert opened(bench).settings == [f"network.gain={value}"]
        assert bench.controls.record is None


async def test_a_number_that_could_be_two_is_asked(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        before = opened(bench)
        await choose(bench, pilot, "training.steps")
        await pilot.press("1", "comma", "5", "0", "0", "enter")
        assert "thousands or decimals? Write 1500, or 1.5" in bench.screen()
        assert opened(bench) == before
        await pilot.press(*["backspace"] * 5, "1", "e", "3", "enter")
        assert opened(bench).settings == ["training.steps=1000"]


@pytest.mark.parametrize("key", ["network.gain", "network.activation"])
async def test_no_character_does_anything_else_while_a_value_is_typed(
    bench: Bench, key: str
) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=replace(STATUS, rows=9))
        await choose(bench, pilot, key)
        await pilot.press("1" if key.endswith("gain") else "t")
        before, orders = deepcopy(vars(bench.controls)), [*bench.ear.orders]
        typed = bench.controls.form and bench.controls.form.typing
        for character in map(chr, range(32, 127)):
            await pilot.press(character)
            assert bench.controls.form is not None, character
            bench.controls.form.typing = typed or ""
        assert not isinstance(bench.app.screen, Search)
        assert bench.app.is_running
        assert bench.ear.orders == orders
        assert {**vars(bench.controls), "form": None} == {**before, "form": None}
        assert f"esc {'cancel' if typed else 'close'}" in bench.text("keys")
        assert "q quit" not in bench.text("keys").replace("ctrl+q quit", "")


@pytest.mark.parametrize("character", "0123456789.,-+e[]^/*%")
async def test_what_a_value_can_hold_is_for_the_form(bench: Bench, character: str) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=replace(STATUS, rows=9))
        for key in ("network.activation", "training.rate"):
            await choose(bench, pilot, key)
            orders = [*bench.ear.orders]
            await pilot.press(character)
            form = bench.controls.form
            assert form is not None
            assert form.typing or form.refusal, key
            assert bench.ear.orders == orders
            await pilot.press("backspace", "escape")


async def test_a_paste_is_typed(bench: Bench) -> None:
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await choose(bench, pilot, "network.gain")
        bench.app.post_message(Paste(" 1,5\n"))
        await pilot.pause()
        assert "1,5▏" in bench.screen()
        await pilot.press("enter")
        assert opened(bench).settings == ["network.gain=1.5"]


async def choose(bench: Bench, pilot: Pilot[None], key: str) -> None:
    """Open the form at a key."""
    await pilot.press("c")
    form = bench.controls.form
    assert form is not None
    form.at = [entry.key for entry in form.entries].index(key)
