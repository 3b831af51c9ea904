"""The course goes from step to step by its keys, remembers how far one is, and stops nobody."""

from dataclasses import dataclass

from lab_driver import STATUS, Bench, send_first_frame
from msgspec.structs import replace
from textual.pilot import Pilot
from vglab.tui.lab.course.progress import load_progress, progress_path
from vglab.tui.lab.layout import LESSON
from vglab.tui.protocol import Open, Step, Train, View

DISPLACEMENT = "networks.model.measures.displacement.0.-1.0"
FINISHED = replace(STATUS, finished=True, step=2000)
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
        assert bench.ear.last(View).asks == [DISPLACEMENT]
        assert "How far will layer 1" in await lesson.press("enter")
        assert bench.ear.last(Train) == Train(False)
        assert "3e-6_" in await lesson.press("3", "e", "minus", "6")
        assert bench.controls.index == 0, "a digit opens no scenario while a number is typed"
        assert "predicted: 3e-6" in await lesson.press("enter")
        assert bench.ear.last(Train) == Train(True)
        assert "enter: see it now" in await lesson.measure(measured={DISPLACEMENT: 1e-7})
        said = await lesson.measure(status=FINISHED, measured={DISPLACEMENT: 3e-7})
        assert "Predicted 3e-6, measured" in said
        assert "1 decades off" in " ".join(said.replace("│", "").split())
        assert "Make layer 1 move" in await lesson.press("enter")
        assert "Press c and set" in await lesson.press("enter")
        await lesson.press("enter")
        assert bench.ear.last(Open).settings == ["network.activation=tanh"]
        assert bench.ear.last(Open).reference == "before"
        assert "enter: next" not in bench.text(LESSON)
        assert "✔ done" in await lesson.measure(measured={DISPLACEMENT: 0.5})
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
        await pilot.press("j", "enter", "k")
        assert (bench.controls.step, bench.controls.lesson.answer) == ("predict", "0.2")
        assert bench.ear.last(Open).run > before, "its run begins anew"
        assert bench.ear.last(Train) == Train(False)
        assert "0.2_" in bench.text(LESSON)
        await pilot.press("j")
        assert bench.controls.step == "predict"
        await pilot.press("escape", "e")
        assert bench.controls.step == "predict"
        bench.app.bench.course._step_to("task")
        await pilot.press("enter", "k", "j")
        assert "Press c" in bench.text(LESSON), "the hint is still there"


async def test_what_is_no_part_of_a_prediction_is_told_what_is() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", "x", "v")
        assert "only a number" in bench.text(LESSON)
        assert (bench.app.screen, bench.controls.room) == (bench.app.bench, "")
        await pilot.press("5", "percent_sign")
        assert "only a number" in bench.text(LESSON)
        await pilot.press("x")
        assert (bench.controls.index, bench.controls.lesson.answer) == (0, "5")
        await pilot.press("backspace", *"mucho")
        assert "only a number" in bench.text(LESSON)
        assert (bench.controls.room, bench.controls.lesson.step) == ("", "predict")
        assert not bench.controls.all_settings
        assert len(bench.app.screen_stack) == 1
        await pilot.press("5", "backspace")
        assert "only a number" not in bench.text(LESSON)
        await pilot.press("minus", "enter")
        assert "only a number" in bench.text(LESSON)
        await pilot.press("backspace", "j", "enter", "7")
        assert "only a digit from 1 to 3" in bench.text(LESSON)
        assert (bench.controls.index, bench.controls.lesson.answer) == (1, "")


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
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await send_first_frame(bench, pilot, status=replace(STATUS, rows=7))
        assert "accuracy" in bench.text("header")
        await pilot.press("e")
        assert "<layers>" not in bench.text("layers")
        assert "accuracy" not in bench.text("header")
        await send_first_frame(bench, pilot, status=BEGUN)
        assert "<layers>" in bench.text("layers")


async def test_progress_is_kept_and_ticked_in_the_list() -> None:
    for tick in ("  1 Deep", "✔ 1 Deep"):
        bench = Bench()
        async with bench.app.run_test(size=(120, 40)) as pilot:
            await send_first_frame(bench, pilot)
            assert tick in bench.text("scenarios")
            bench.controls.lesson_open = True
            bench.app.bench.course._step_to("task")
            await send_first_frame(bench, pilot, measured={DISPLACEMENT: 0.02})
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
        assert bench.ear.last(Step) is not None
        await pilot.press("2")
        assert bench.controls.index == 1


async def test_space_runs_what_was_predicted_and_late_digits_open_nothing() -> None:
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await send_first_frame(bench, pilot, status=BEGUN)
        await pilot.press("e", "enter", "0", ".", "5", "space")
        assert (bench.controls.step, bench.controls.running) == ("run", True)
        await pilot.press("2")
        assert bench.controls.index == 0
