"""How far a person has come in the course, kept beside the preferences between visits."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from ....scenarios.loading.course import preset_ids
from ..preferences import keep, preferences_path, read_kept
from .steps import Step


class LessonProgress(Struct, frozen=True):
    """How far one lesson has come."""

    step: Step = "read"
    answer: str = ""
    """What was predicted: a number, or the number of a choice; nothing where it was passed over."""
    hint: int = 0
    """How much help there has been with its task: 1, its hint; 2, the hint was tried."""
    done: bool = False
    """Whether its task has been met, or it has none and was read to its end."""


def lesson_key(scenario: str) -> str:
    """What a scenario's progress is kept under: a preset's id, or a file's whole path."""
    return scenario if scenario in preset_ids() else os.path.abspath(scenario)


def progress_path() -> Path:
    """The file it is kept in."""
    return preferences_path().with_name("course.json")


def load_progress() -> dict[str, LessonProgress]:
    """What was kept, by the lesson's key."""
    return read_kept(progress_path(), dict[str, LessonProgress]) or {}


def save_progress(progress: Mapping[str, LessonProgress]) -> None:
    """Keep it for the next visit."""
    keep(progress_path(), progress)
