"""`vglab check FOLDER` finds the faults of a course; the lab opens what has none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lab_driver import FakeLink
from shell import CommandResult
from vglab.scenarios.loading.course_folder import load_course
from vglab.tui.lab.app import LabApp
from vglab.tui.lab.course.progress import LessonProgress, save_progress
from vglab.tui.lab.scenario_list import list_lessons
from vglab.tui.lab.state import Controls

Ask = Callable[..., CommandResult]


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A course of a preset and a scenario of its own."""
    (tmp_path / "course.toml").write_text(
        '[[chapter]]\ntitle = { en = "One", es = "Uno" }\nlessons = ["relu", "mine"]\n'
    )
    (tmp_path / "mine.toml").write_text(
        'extends = "tanh"\ntitle.en = "\\u001b[31mMine"\n[task]\nsay.en = "Do it"\n'
        'goal = ["networks.model.diagnosis.rate > 2"]\n'
    )
    (tmp_path / "mine.en.md").write_text("My own \x1b[2Jwords.\n")
    return str(tmp_path)


def test_a_sound_course_is_counted_by_lessons(ask: Ask, folder: str) -> None:
    assert ask("check", folder) == (0, "", "2 lessons, no fault\n")


def test_a_path_that_no_run_has_is_a_fault(ask: Ask, folder: str) -> None:
    file = Path(folder, "mine.toml")
    file.write_text(file.read_text().replace("diagnosis.rate", "diagnose.rate"))
    status, out, _err = ask("check", folder)
    assert status == 2
    assert out.startswith(f"{file}: task.goal.0: ")
    assert "did you mean networks.model.diagnosis?" in out
    assert ask("check", str(file)).status == 2


def test_a_course_with_a_fault_is_not_opened(ask: Ask, folder: str) -> None:
    Path(folder, "mine.toml").unlink()
    status, out, _err = ask("check", folder)
    assert status == 2
    assert 'chapter.0.lessons.1: found "mine"' in out


async def test_the_lab_opens_on_the_first_lesson_that_is_left(folder: str) -> None:
    progress = {"relu": LessonProgress("task", done=True)}
    save_progress(progress)
    listed, link = list_lessons(load_course(folder)), FakeLink()
    controls = Controls(listed.ids, size=(120, 40))
    controls.begin_course(progress)
    assert controls.index == 1
    app = LabApp(link, controls, listed)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = "".join(run for line in app.bench.dashboard.screen_lines() for run, _code in line)
        assert "Do it" in text
        assert "My own" in text
        assert "✔ 1 ReLU" in text
        await pilot.press("f2")
        text = "".join(run for line in app.bench.dashboard.screen_lines() for run, _code in line)
        assert "Uno · 2 de 2" in text
        app.bench.controls.claim = 0
        app.bench.claims.open()
        assert controls.index == 1, "a claim's preset is no lesson here"
