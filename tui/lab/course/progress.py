"""How far a person has come in the course, kept beside the preferences between visits."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from ....scenarios.loading.course import preset_ids
from ..preferences import keep, preferences_path, read_kept
from .steps import Step, Value


class LessonProgress(Struct, frozen=True):
    """How far one lesson has come."""

    step: Step = "read"
    answer: str = ""
    """What was predicted: a number, or the number of a choice; nothing where it was passed over."""
    settings: tuple[str, ...] | None = None
    """What was set over the scenario in the run that was predicted; None: not known."""
    found: dict[str, Value] = {}
    """What that run had measured at its end, by the paths of the question; empty before."""
    hint: int = 0
    """How much help there has been with its task: 1, its hint; 2, the hint was tried."""
    done: bool = False
    """Whether its task has been met, or it has none and was read to its end."""

    def predicted(self, settings: Sequence[str]) -> bool:
        """Whether it was the run with these settings that was predicted."""
        return self.settings is None or self.settings == (*settings,)


def lesson_key(scenario: str) -> str:
    """What a scenario's progress is kept under: a preset's id, or a file's whole path."""
    return scenario if scenario in preset_ids() else os.path.abspath(scenario)


def first_unfinished(scenarios: Sequence[str], progress: Mapping[str, LessonProgress]) -> int:
    """The place of the first lesson that is not done; of the first one where all are."""
    found = (progress.get(lesson_key(name), LessonProgress()) for name in scenarios)
    return next((at for at, lesson in enumerate(found) if not lesson.done), 0)


def progress_path() -> Path:
    """The file it is kept in."""
    return preferences_path().with_name("course.json")


def load_progress() -> dict[str, LessonProgress]:
    """What was kept, by the lesson's key."""
    return read_kept(progress_path(), dict[str, LessonProgress]) or {}


def save_progress(progress: Mapping[str, LessonProgress]) -> None:
    """Keep it for the next visit."""
    keep(progress_path(), progress)
