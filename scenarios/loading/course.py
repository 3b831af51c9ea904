"""The presets in the order in which they are taught, chapter by chapter (presets/course.toml)."""

import os
import tomllib
from functools import cache
from pathlib import Path

from msgspec import Struct, convert

from ..schema.spec import StoryChart, Text

PRESETS = Path(__file__).parent.parent / "presets"


class Chapter(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the course."""

    title: Text
    presets: tuple[str, ...]
    decades: tuple[int, int]
    """Decades in which the gradients and error signals of all its presets lie: their charts have
    one axis."""
    chart: StoryChart = ""
    """The chart that tells the story of its presets, where they name none of their own."""


def chapter_of(*references: str | None) -> Chapter | None:
    """The chapter of the first of these that is a preset: a scenario's id, then its base's."""
    found = (chapter for id in references for chapter in chapters() if id in chapter.presets)
    return next(found, None)


@cache
def chapters() -> tuple[Chapter, ...]:
    """The whole course."""
    with (PRESETS / "course.toml").open("rb") as file:
        return convert(tomllib.load(file)["chapter"], tuple[Chapter, ...])


@cache
def preset_ids() -> tuple[str, ...]:
    """Every preset's id, in the order of the course."""
    return tuple(preset for chapter in chapters() for preset in chapter.presets)


@cache
def preset_title(preset: str) -> Text:
    """What a preset calls itself. Only the head of its file is read, up to its first table: that
    takes a tenth of the time of loading it, which counts for a list of all."""
    head, *_ = preset_file(preset).read_text("utf-8").partition("\n[")
    return convert(tomllib.loads(head)["title"], Text)


def preset_file(preset: str) -> Path:
    """Where a preset is written."""
    return PRESETS / f"{preset}.toml"


def is_folder(name: str) -> bool:
    """Whether a name given for a scenario is that of a folder, and so of a course."""
    return name not in preset_ids() and os.path.isdir(name)
