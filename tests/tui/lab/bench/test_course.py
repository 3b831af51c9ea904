"""The course goes from step to step by its keys, remembers how far one is, and stops nobody."""

from dataclasses import dataclass
from typing import Literal

import pytest
from lab_driver import STATUS, Bench, send_first_frame
from msgspec.structs import replace
from textual.events import Paste
from textual.pilot import Pilot
from vglab.tui.lab.bench import notices
from vglab.tui.lab.course.progress import (
    LessonProgress,
    load_progress,
    progress_path,
    save_progress,
)
from vglab.tui.lab.layout import LESSON, PANELS
from vglab.tui.protocol import Open, Step, Train, Verdict, View

DISPLACEMENT = "networks.model.measures.displacement.0.-1.0"
FINISHED = replace(STATUS, finished=True, step=2000)
OVER = {"finished": True, "diverged_at": None}
ACCURACY = "accuracy.test.0.-1"
BEGUN = replace(STATUS, rows=1, step=1)


@dataclass
class Lesson:
    """The lesson of a lab under test."""

    bench: Bench
    pilot: Pilot[None]

    async def press(self, *keys: str) -> str:
        await self.pilot.press(*keys)
        return self.bench.text(LESSON)

    async def measure(self, **more: object) -> str:
        self.bench.ear.answer(self.bench.frame(**more))
        await self.pilot.pause()
        return self.bench.text(LESSON)


async def test_a_lesson_is_walked_from_reading_to_the_next_one() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        lesson = Lesson(bench, pilot)
        assert "enter: predict" in await lesson.press("e")
        assert bench.ear.last(View).asks == [DISPLACEMENT, ACCURACY, "finished", "diverged_at"]
        assert "How far from its initial" in await lesson.press("enter")
        assert bench.ear.last(Train) == Train(False)
        assert "3e-6_" in await lesson.press("3", "e", "minus", "6")
        assert bench.controls.index == 0, "a digit opens no scenario while a number is typed"
        assert "predicted: 3e-6" in await lesson.press("enter")
        assert bench.ear.last(Train) == Train(True)
        assert "enter: see it now" in await lesson.measure(measured={DISPLACEMENT: 1e-7})
        said = await lesson.measure(status=FINISHED, measured={DISPLACEMENT: 3e-7})
        assert "Predicted 3e-6, measured" in said
        assert "off by a factor of 10" in " ".join(said.replace("│", "").split())
        assert "Make layer 1 move" in await lesson.press("enter")
        assert "Press c and set" in await lesson.press("enter")
        await lesson.press("enter")
        assert bench.ear.last(Open).settings == ["network.activation=tanh"]
        assert bench.ear.last(Open).reference == "before"
        assert "enter: next" not in bench.text(LESSON)
        assert "✔ done" not in await lesson.measure(measured={DISPLACEMENT: 0.5, ACCURACY: 0.9})
        wrecked = {DISPLACEMENT: 6435.0, ACCURACY: 0.5, **OVER}
        assert "✔ done" not in await lesson.measure(measured=wrecked)
        met = {DISPLACEMENT: 0.5, ACCURACY: 0.9, **OVER}
        assert "✔ done" in await lesson.measure(measured=met)
        assert load_progress()["deep-sigmoid"].done
        assert "backspace: back" in bench.text(LESSON)
        assert "2 of 4" in await lesson.press("enter")
        assert bench.ear.last(Open).scenario == "shallow-sigmoid"
        assert bench.ear.last(Train) == Train(False)


async def test_a_run_that_has_gone_on_begins_anew_before_a_prediction() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=replace(STATUS, rows=7))
        before = bench.ear.last(Open).run
        await pilot.press("e", "enter")
        assert bench.ear.last(Open).run > before
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("enter")
        assert bench.controls.step == "run", "no prediction is asked of anybody"
        await pilot.press("enter")
        assert "so far: step" in bench.text(LESSON)
        await send_first_frame(bench, pilot, status=FINISHED)
        assert "so far" not in bench.text(LESSON)


async def test_a_lesson_is_taken_up_where_it_was_left() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", "0", ".", "2")
        before = bench.ear.last(Open).run
        await pilot.press("escape", "down", "e", "up")
        assert (bench.controls.step, bench.controls.lesson.answer) == ("predict", "0.2")
        assert bench.ear.last(Open).run > before, "its run begins anew"
        assert bench.ear.last(Train) == Train(False)
        assert "0.2_" in bench.text(LESSON)
        await pilot.press("escape", "down", "e", "enter")
        assert bench.controls.step == "predict"
        await pilot.press("escape", "e")
        assert bench.controls.step == "predict"
        bench.app.bench.course._step_to("task")
        await pilot.press("enter", "down", "up")
        assert "Press c" in bench.text(LESSON), "the hint is still there"


async def test_every_character_belongs_to_the_prediction() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter")
        assert "esc: close the lesson" in bench.text(LESSON)
        for word in ("cejkq:/ ", "1/256", "mucho menos"):
            before = len(bench.ear.orders)
            await pilot.press(*map(_key, word))
            assert bench.controls.lesson.answer == word
            assert (bench.controls.index, bench.controls.room) == (0, "")
            assert (bench.controls.step, bench.controls.form) == ("predict", None)
            assert len(bench.app.screen_stack) == 1
            assert bench.ear.orders[before:] == [], "no key of the lab was pressed"
            await pilot.press(*["backspace"] * len(word))
        await pilot.press("escape", "down", "e", "enter", *"cejkq", "7")
        assert "only a digit from 1 to 3" in bench.text(LESSON)
        assert (bench.controls.index, bench.controls.lesson.answer) == (1, "")
        await pilot.press("escape")
        assert not bench.controls.lesson_open


@pytest.mark.parametrize("key", ["down", "up"])
async def test_no_arrow_leaves_an_open_question(key: str) -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("j", "e", "enter", "1")
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press(key)
        assert (bench.controls.index, bench.controls.step) == (1, "predict")
        assert bench.controls.lesson.answer == "1"
        assert "predict first (enter), or close the lesson (esc)" in bench.text("verdict")
        await pilot.press("escape", "down")
        assert bench.controls.index == 2


async def test_hatched_bars_of_an_open_question_are_covered() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("j", "e")
        for frozen in (True, False):
            told = Verdict("vanishing", ["it fades"], frozen=frozen)
            await send_first_frame(bench, pilot, status=BEGUN, verdict=told)
            assert ("covered until" in bench.text("layers")) is frozen
            assert ("<layers>" in bench.text("layers")) is not frozen


async def test_the_verdict_solves_no_task_before_its_hint_is_asked_for() -> None:
    bench = Bench()
    advised = Verdict(
        "vanishing", ["it fades · y: tanh"], ["network.activation=tanh"], ["it fades"]
    )
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot, verdict=advised, status=FINISHED)
        assert "y: tanh" in bench.text("verdict")
        bench.controls.progress = {"deep-sigmoid": LessonProgress(step="task")}
        await pilot.press("e")
        assert "y: tanh" not in bench.text("verdict")
        assert "it fades" in bench.text("verdict")
        assert "y try" not in bench.text("keys")
        await pilot.press("y")
        assert not bench.controls.own
        assert "enter gives a hint first" in bench.text("verdict")
        await pilot.press("enter")
        bench.app.bench.notices._end()
        assert "y: tanh" in bench.text("verdict"), "the hint is as good"
        await pilot.press("backspace")
        assert "y: tanh" not in bench.text("verdict"), "the hint is taken back"
        await pilot.press("escape")
        assert "y: tanh" in bench.text("verdict"), "no task is open"
        await pilot.press("e", "enter", "y")
        assert bench.controls.own == {"network.activation": "tanh"}


def _key(character: str) -> str:
    names = {"?": "question_mark", ":": "colon", "/": "slash", " ": "space"}
    return names.get(character, character)


async def test_a_number_is_said_back_or_refused_and_never_misread() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", *map(_key, "1/256"))
        assert "1/256_  = 0.00391" in bench.text(LESSON)
        assert "enter: run it" in bench.text(LESSON)
        await pilot.press(*["backspace"] * 5, "minus", "1", "enter")
        assert "it cannot be less than 0" in bench.text(LESSON)
        await pilot.press(*["backspace"] * 2, "5", "x", "enter")
        assert "only a number, as 0.25" in bench.text(LESSON)
        assert bench.controls.step == "predict"
        await pilot.press(*["1"] * 40)
        assert "at most 24 characters" in bench.text(LESSON)


async def test_a_prediction_is_held_against_the_run_that_it_was_made_of() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", "1", "enter")
        await send_first_frame(bench, pilot, status=FINISHED, measured={DISPLACEMENT: 0.5, **OVER})
        assert "Predicted 1, measured 0.5" in " ".join(bench.text(LESSON).split())
        bench.app.bench.change_panel.apply({"network.activation": "tanh"})
        await send_first_frame(bench, pilot, status=FINISHED, measured={DISPLACEMENT: 9, **OVER})
        said = " ".join(bench.text(LESSON).replace("│", "").split())
        assert "Predicted 1, measured 0.5" in said
        assert "The charts show another run" in said
        await pilot.press("backspace")
        assert (bench.controls.step, bench.controls.own) == ("predict", {})
        await send_first_frame(bench, pilot, status=FINISHED, measured={DISPLACEMENT: 0.5, **OVER})
        assert bench.controls.step == "predict", "it does not go on by itself"
        await pilot.press("escape", "u")
        assert bench.controls.own == {"network.activation": "tanh"}, "nothing is lost"


async def test_of_a_run_that_was_left_early_nothing_is_judged() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", "1", "enter")
        bench.app.bench.change_panel.apply({"network.activation": "tanh"})
        await send_first_frame(bench, pilot, status=FINISHED, measured={DISPLACEMENT: 9, **OVER})
        said = " ".join(bench.text(LESSON).replace("│", "").split())
        assert "was left before its end" in said
        assert "measured 9" not in said


async def test_e_opens_the_first_lesson_that_is_not_done() -> None:
    names = Bench().controls.scenarios
    done = {name: LessonProgress(step="task", done=True) for name in names[:2]}
    save_progress({**done, names[2]: LessonProgress(step="predict", answer="1/4")})
    for bare in (True, False):
        bench = Bench()
        if bare:
            bench.controls.begin_course(load_progress(), bare=True)
            assert bench.controls.running, "the question of what is seen is answered"
        async with bench.app.run_test(size=(80, 24)) as pilot:
            await send_first_frame(bench, pilot)
            await pilot.press("e")
            assert bench.controls.index == (2 if bare else 0)
            assert ("1/4_" in bench.text(LESSON)) is bare, "as it was left"


async def test_a_lab_that_opens_by_itself_waits_for_the_prediction() -> None:
    bench = Bench()
    bench.controls.begin_course({}, bare=True)
    assert not bench.controls.running
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        assert "The run waits" in bench.text("verdict")
        await pilot.press("e")
        assert bench.ear.last(Train) == Train(False)
        await pilot.press("enter", "1", "enter")
        assert bench.ear.last(Train) == Train(True)


@pytest.mark.parametrize("kiosk", [False, True])
async def test_the_word_of_welcome_stays_until_a_key_is_pressed(
    kiosk: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "STANDS", 0.0)
    bench = Bench()
    bench.controls.begin_course({}, bare=True)
    bench.controls.kiosk = kiosk
    bench.controls.running = False
    async with bench.app.run_test(size=(80, 24)) as pilot:
        for _ in range(3):
            await send_first_frame(bench, pilot, status=BEGUN)
            await pilot.pause(0.05)
        assert ("e opens the course" if kiosk else "press e") in bench.text("verdict")
        await pilot.press("right")
        assert "all is well" in bench.text("verdict")
        await pilot.press("right")
        assert "all is well" in bench.text("verdict")


async def test_the_word_of_welcome_does_not_hide_the_verdict_of_a_run_that_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notices, "STANDS", 0.01)
    bench = Bench()
    bench.controls.kiosk = bench.controls.running = True
    async with bench.app.run_test(size=(80, 24)) as pilot:
        for _ in range(3):
            await send_first_frame(bench, pilot, status=BEGUN)
            await pilot.pause(0.05)
        assert "all is well" in bench.text("verdict")


async def test_charts_that_tell_the_answer_are_covered_until_one_goes_on() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await send_first_frame(bench, pilot, status=BEGUN)
        assert "<layers>" in bench.text("layers")
        await pilot.press("e")
        assert "<layers>" not in bench.text("layers")
        await pilot.press("enter")
        assert "<layers>" not in bench.text("layers")
        assert "all is well" not in bench.text("verdict")
        await send_first_frame(bench, pilot, status=BEGUN)
        assert "<layers>" not in bench.text("layers")
        await pilot.press("enter")
        assert "<layers>" in bench.text("layers")
        await pilot.press("backspace", "escape")
        assert "<layers>" in bench.text("layers"), "without the lesson nothing is covered"


async def test_a_run_that_has_gone_on_is_covered_while_its_question_is_open() -> None:
    bench = Bench()
    bench.controls.index = bench.controls.scenarios.index("relu")
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot, status=replace(STATUS, rows=7))
        assert "accuracy" in bench.text("header")
        await pilot.press("e")
        assert "<layers>" not in bench.text("layers")
        assert "accuracy" not in bench.text("header")
        await send_first_frame(bench, pilot, status=BEGUN)
        assert "<layers>" in bench.text("layers")


async def test_what_answers_a_question_is_not_offered_and_its_help_opens() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e")
        for _step in ("read", "predict"):
            bar = f" {bench.text('keys')} "
            tells = ("w", "v", "a", "b", "m", "d", "F4", "F5")
            assert [key for key in tells if f" {key} " in bar] == []
            assert "? help" in bar
            await pilot.press("question_mark")
            assert len(bench.app.screen_stack) == 2
            await pilot.press("escape")
            if bench.controls.step == "read":
                await pilot.press("enter")
        assert bench.controls.lesson.answer == "", "it is no part of a number"


@pytest.mark.parametrize("way", [("escape", "e"), ("escape", "j", "k", "e")])
async def test_a_prediction_outlasts_leaving_the_lesson(way: tuple[str, ...]) -> None:
    bench = Bench()
    bench.controls.index = bench.controls.scenarios.index("shallow-sigmoid")
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", "1")
        await pilot.press(*way)
        assert (bench.controls.step, bench.controls.lesson.answer) == ("predict", "1")
        await pilot.press("enter", *way, "enter")
        assert bench.controls.lesson.answer == "1"


@pytest.mark.parametrize("step", ["reveal", "task", "run"])
async def test_beside_charts_of_the_end_the_bar_says_how_to_see_the_beginning(
    step: Literal["reveal", "task", "run"],
) -> None:
    bench = Bench()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("e")
        for status in (STATUS, FINISHED):
            await send_first_frame(bench, pilot, status=status)
            bench.app.bench.course._step_to(step)
            bench.app.bench.dashboard.draw("keys")
            told = status is FINISHED and step != "run"
            if told:
                assert bench.text("keys").index("home") < bench.text("keys").index("j k")
            assert ("home at init." in bench.text("keys")) == told


async def test_the_last_goal_that_is_met_comes_into_sight() -> None:
    bench = Bench()
    bench.controls.progress = {"deep-sigmoid": LessonProgress(step="task", hint=1)}
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        lesson = Lesson(bench, pilot)
        await lesson.press("e", *["pagedown"] * 9)
        assert "✔" not in bench.text(LESSON)
        met = OVER | {ACCURACY: 0.99, DISPLACEMENT: 0.5}
        rows = (await lesson.measure(status=FINISHED, measured=met)).splitlines()
        done = next(at for at, row in enumerate(rows) if "✔ done" in row)
        assert any("✔" in row for row in rows[max(done - 3, 0) : done]), "a goal is above it"
        assert not any("more below" in row for row in rows[:done])


async def test_progress_is_kept_and_ticked_in_the_list() -> None:
    for tick in ("  1 Deep", "✔ 1 Deep"):
        bench = Bench()
        async with bench.app.run_test(size=(120, 40)) as pilot:
            await send_first_frame(bench, pilot)
            assert tick in bench.text("scenarios")
            bench.controls.lesson_open = True
            bench.app.bench.course._step_to("task")
            await send_first_frame(
                bench, pilot, measured={DISPLACEMENT: 0.02, ACCURACY: 0.9, **OVER}
            )
            assert "✔ 1 Deep" in bench.text("scenarios")


async def test_a_file_of_progress_that_is_none_counts_as_no_progress() -> None:
    progress_path().parent.mkdir(parents=True, exist_ok=True)
    for wrong in ("[]", '{"deep-sigmoid": {"step": "sleep"}}', "\0", ""):
        progress_path().write_text(wrong)
        assert load_progress() == {}


async def test_keys_are_the_labs_own_while_no_lesson_is_open() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot)
        await pilot.press("e", "e", "enter")
        assert bench.controls.zoomed
        await pilot.press("enter", "e", "s")
        assert bench.ear.last(Step) is None, "nothing is trained under a cover"
        await pilot.press("e", "s")
        assert bench.ear.last(Step) is not None
        await pilot.press("2")
        assert bench.controls.index == 1


async def test_late_digits_open_nothing() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", "0", ".", "5", "enter")
        assert (bench.controls.step, bench.controls.running) == ("run", True)
        await pilot.press("2")
        assert bench.controls.index == 0


async def test_what_is_typed_late_leaves_no_page_of_reading() -> None:
    """A backspace too many goes back to the page, and the next digit is still the prediction's."""
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", "2", "backspace", "backspace", "3")
        assert (bench.controls.step, bench.controls.index) == ("read", 0)


async def test_space_goes_on_to_the_question_and_runs_nothing_unseen() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e")
        assert "run/pause" not in bench.text("keys")
        await pilot.press("space")
        assert (bench.controls.step, bench.controls.running) == ("predict", False)
        await pilot.press("enter")
        assert "space" in bench.text("keys")


async def test_a_half_typed_prediction_is_there_at_the_next_visit() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", "0", ".", "2", "5")
        assert load_progress()["deep-sigmoid"].answer == "0.25"
        await pilot.press("backspace", "ctrl+q")
    assert load_progress()["deep-sigmoid"].answer == "0.2"


async def test_a_pasted_prediction_is_as_if_typed() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        lesson = Lesson(bench, pilot)
        await lesson.press("e", "enter")
        bench.app.post_message(Paste("3e-6\n"))
        await pilot.pause()
        assert "3e-6_" in bench.text(LESSON)
        assert bench.controls.step == "predict", "the end of a line is no enter"


async def test_thousands_or_decimals_are_asked_before_a_prediction_counts() -> None:
    bench = Bench()
    bench.controls.lang = "es"
    async with bench.app.run_test(size=(80, 24)) as pilot:
        bench.app.speak("es")
        await send_first_frame(bench, pilot, status=BEGUN)
        lesson = Lesson(bench, pilot)
        said = await lesson.press("e", "enter", "1", "full_stop", "0", "0", "0")
        assert "¿miles o decimales?" in said
        assert "enter: " not in said.replace("enter: pred", "")
        await lesson.press("enter")
        assert bench.controls.step == "predict"
        await lesson.press("backspace", "backspace", "enter")
        assert bench.controls.step == "run"


async def test_no_verdict_nor_room_tells_the_answer_of_an_open_question() -> None:
    bench, factors = Bench(), {"birth": 0.2, "steps": 9.0}
    told = {"against": ["base: it fades"], "status": BEGUN, "factors": factors}
    advised = Verdict("vanishing", ["it fades"], ["network.norm=batch"])
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, verdict=advised, **told)
        assert "it fades" in bench.text("verdict")
        lesson = Lesson(bench, pilot)
        for step in ("read", "predict"):
            await lesson.press("e" if step == "read" else "enter")
            await lesson.measure(verdict=advised, **told)
            assert bench.controls.step == step
            assert "it fades" not in bench.screen()
            assert "y try it" not in bench.text("keys")
        await lesson.press("backspace")
        orders = len(bench.ear.orders)
        for key in ("y", "w", "v", "m", "b", "d", "f4", "f3"):
            await lesson.press(key)
            assert "predict first" in bench.text("verdict"), key
        assert len(bench.ear.orders) == orders, "nothing is changed, trained or shown"
        assert bench.app.screen is bench.app.bench
        await lesson.press("question_mark")
        assert "Keys" in bench.screen(), "the keys alone are explained"
        await lesson.press("escape", "escape")
        assert not bench.controls.lesson_open
        await lesson.press("y")
        assert bench.ear.last(Open).settings == ["network.norm=batch"]


async def test_a_lesson_starts_against_no_run_of_before_it() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        lesson = Lesson(bench, pilot)
        await lesson.press("c", "right", "escape")
        assert bench.ear.last(Open).reference == "before"
        await lesson.press("e")
        assert bench.ear.last(Open).reference == "none"
        await lesson.press("escape", "p", "e", "enter")
        assert bench.ear.last(Open).reference == "kept", "what is pinned stays"


async def test_what_the_course_goes_on_with_is_said_as_the_lab_opens() -> None:
    bench = Bench()
    bench.controls.begin_course({"deep-sigmoid": LessonProgress(done=True)}, bare=True)
    save_progress(bench.controls.progress)
    async with bench.app.run_test(size=(80, 24)):
        assert "e to go on with the course at lesson 2: " in bench.text("verdict")


async def test_a_task_says_how_the_lesson_is_closed() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        bench.controls.progress = {"deep-sigmoid": LessonProgress(step="task")}
        await send_first_frame(bench, pilot)
        assert "esc: close the lesson" in await Lesson(bench, pilot).press("e")


async def test_a_task_that_is_not_met_says_so_in_words() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        bench.controls.progress = {"deep-sigmoid": LessonProgress(step="task", hint=2)}
        await send_first_frame(bench, pilot)
        lesson = Lesson(bench, pilot)
        await lesson.press("e")
        bench.controls.progress = {"deep-sigmoid": LessonProgress(step="task", hint=2)}
        said = await lesson.measure(measured={DISPLACEMENT: 1e-7})
        assert "not met yet; enter: go on" in " ".join(said.replace("│", "").split())
        said = await lesson.measure(measured={DISPLACEMENT: 1e-7, **OVER})
        assert "(not met: measured" in " ".join(said.replace("│", "").split())


@pytest.mark.parametrize("looked", [False, True])
async def test_the_first_goal_that_is_not_met_is_shown_as_the_run_ends(looked: bool) -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        bench.controls.progress = {"deep-sigmoid": LessonProgress(step="task")}
        await send_first_frame(bench, pilot, status=BEGUN)
        lesson = Lesson(bench, pilot)
        await lesson.press("e", *["shift+tab"] * looked)
        before = bench.controls.panel, bench.controls.inner
        short = {ACCURACY: 0.95, DISPLACEMENT: 1e-7, **OVER}
        await lesson.measure(status=FINISHED, measured=short)
        shown = PANELS[bench.controls.panel]
        assert (shown == "inside") is not looked
        assert ((bench.controls.panel, bench.controls.inner) == before) is looked
