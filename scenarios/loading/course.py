"""The presets: those that are taught, chapter by chapter (presets/course.toml), and those that
reproduce a paper (papers/)."""

import os
import tomllib
from functools import cache
from pathlib import Path

from msgspec import Struct, convert

from ..schema.spec import StoryChart, Text

PRESETS = Path(__file__).parent.parent / "presets"
PAPERS = PRESETS.with_name("papers")


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
    """The id of every preset of the course, in its order."""
    return tuple(preset for chapter in chapters() for preset in chapter.presets)


@cache
def paper_ids() -> tuple[str, ...]:
    """The id of every preset that reproduces a paper."""
    return tuple(sorted(file.stem for file in PAPERS.glob("*.toml")))


def is_preset_id(name: str | None) -> bool:
    """Whether a preset has this id, one of the course or of a paper."""
    return name in preset_ids() or name in paper_ids()


@cache
def preset_title(preset: str) -> Text:
    """What a preset calls itself. Only the head of its file is read, up to its first table: that
    takes a tenth of the time of loading it, which counts for a list of all."""
    head, *_ = preset_file(preset).read_text("utf-8").partition("\n[")
    return convert(tomllib.loads(head)["title"], Text)


def preset_file(preset: str) -> Path:
    """Where a preset is written."""
    return (PAPERS if preset in paper_ids() else PRESETS) / f"{preset}.toml"


def is_folder(name: str) -> bool:
    """Whether a name given for a scenario is that of a folder, and so of a course."""
    return not is_preset_id(name) and os.path.isdir(name)
