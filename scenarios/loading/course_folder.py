"""A teacher's own course: a folder with `course.toml`, a scenario file a lesson, and its text.

    week3/course.toml        title, chapters, and the lessons of each in their order
    week3/vanishing.toml     a scenario, with [predict] and [task] where something is to be asked
    week3/vanishing.en.md    what the lesson says, in English; vanishing.es.md in Spanish

A lesson is the name of a scenario file of the folder without its ending, or a preset's id. Nothing
outside the folder is read but presets.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, get_args

from msgspec import Meta, Struct, convert

from ..errors import Fault, ScenarioError, allowed_text, did_you_mean, found_text, nearest
from ..i18n import Language, _
from ..schema.exercise import Text
from ..schema.records import Record
from ..schema.spec import Kebab, Scenario
from ..schema.validation import Place, check
from .course import is_preset_id, preset_ids
from .inheritance import join_lines, load
from .toml_reader import decode, read, read_bytes

COURSE = "course.toml"
MOST = 200
"""Lessons of a course: more are no course, and each is read before it is opened."""
LANGUAGES: tuple[str, ...] = get_args(Language)


class CourseChapter(Record, frozen=True):
    """`[[chapter]]`: a part of a course."""

    title: Text = Text()
    lessons: Annotated[
        tuple[Kebab, ...],
        Meta(description="scenario files of the folder without .toml, or presets' ids"),
    ] = ()


class CourseFile(Record, frozen=True):
    """What course.toml states."""

    title: Text = Text()
    chapter: tuple[CourseChapter, ...] = ()


class CourseLesson(Struct, frozen=True):
    """A lesson of a course."""

    scenario: str
    """A preset's id, or the path of its file."""
    chapter: Text
    title: Text
    text: Text
    """What it says, as Markdown made plain; empty where the scenario's own words stand."""


class Course(Struct, frozen=True):
    """A course that can be opened."""

    title: Text
    lessons: tuple[CourseLesson, ...]


def load_course(folder: str) -> Course:
    """The course in a folder. Raises ScenarioError with every fault of its files."""
    faults: list[Fault] = []
    file = _read_course(folder)
    lessons: list[CourseLesson] = []
    known: set[str] = set()
    for place, name, chapter in _named_lessons(folder, file):
        fault = _misplaced(folder, place, name, known, len(lessons))
        known.add(name)
        try:
            if fault:
                raise ScenarioError([fault])
            lessons.append(_lesson(folder, name, chapter.title))
        except ScenarioError as error:
            faults += error.faults
    if not known:
        what = _("a course needs a chapter with a lesson")
        example = 'lessons = ["vanishing", "relu"]'
        raise ScenarioError([Fault(os.path.join(folder, COURSE), "chapter", what, example)])
    faults += _stray_texts(folder, known)
    if faults:
        raise ScenarioError(faults)
    return Course(file.title, tuple(lessons))


def _read_course(folder: str) -> CourseFile:
    name = os.path.join(folder, COURSE)
    if not os.path.lexists(name):
        what = _("no such file: a folder is a course, and this file lists its lessons")
        raise ScenarioError([Fault(name, "", what)])
    refuse_outside(folder, Path(name), name)
    tree = read(Path(name), name)
    if faults := [*check(tree, CourseFile, Place(name))]:
        raise ScenarioError(faults)
    return convert(tree, CourseFile)


def _named_lessons(folder: str, file: CourseFile) -> Iterator[tuple[Place, str, CourseChapter]]:
    """Every lesson with its place in course.toml and its chapter."""
    start = Place(os.path.join(folder, COURSE), ("chapter",))
    for at, chapter in enumerate(file.chapter):
        for number, name in enumerate(chapter.lessons):
            yield start.at(at).at("lessons").at(number), name, chapter


def _misplaced(folder: str, place: Place, name: str, known: set[str], count: int) -> Fault | None:
    """Why a lesson cannot stand there."""
    if name in known:
        return Fault(*place.labels, found_text(name), _("this lesson is there already"))
    if count >= MOST:
        what = _("a course has {count} lessons at most").format(count=MOST)
        return Fault(*place.labels, found_text(name), what)
    files = scenario_names(folder)
    if name in files or is_preset_id(name):
        return None
    what = _("no file {name}.toml in the folder, and no preset").format(name=name)
    known_files = allowed_text(", ".join(files)) if files else ""
    question = did_you_mean(nearest(name, (*preset_ids(), *files)))
    return Fault(*place.labels, f"{found_text(name)}: {what}", known_files, question)


def scenario_names(folder: str) -> list[str]:
    """The scenario files of a folder, without their endings."""
    stems = (Path(name).stem for name in _names(folder) if name.endswith(".toml"))
    return sorted(stem for stem in stems if stem != Path(COURSE).stem)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _lesson(folder: str, name: str, chapter: Text) -> CourseLesson:
    """A lesson and its text. Raises ScenarioError where a file of it is amiss."""
    path = os.path.join(folder, f"{name}.toml")
    scenario = path if os.path.lexists(path) else name
    if scenario == path:
        refuse_outside(folder, Path(path), path)
    found = load(scenario)
    refuse_sources_outside(folder, found, scenario)
    if found.task.attempt:
        load(scenario, found.task.attempt)
    texts = {code: _text(folder, f"{name}.{code}.md") for code in LANGUAGES}
    return CourseLesson(scenario, chapter, found.title, Text(**texts))


def refuse_outside(folder: str, path: Path, name: str) -> None:
    """Raises ScenarioError where a file of the folder is a link that leads out of it."""
    whole = os.path.realpath(folder)
    if os.path.commonpath([whole, os.path.realpath(path)]) != whole:
        raise ScenarioError([Fault(name, "", _("it leads out of the course's folder"))])


def refuse_sources_outside(folder: str, scenario: Scenario, name: str) -> None:
    """Raises ScenarioError where a lesson, or a base of it, takes data or a base from outside."""
    if scenario.data.path:
        refuse_outside(folder, Path(scenario.data.path), f"{name}: data.path")
    base = scenario.extends
    while base is not None and not is_preset_id(base):
        refuse_outside(folder, Path(base), f"{name}: extends")
        base = load(base).extends


def _text(folder: str, name: str) -> str:
    """The text of a lesson in one language; nothing where there is none."""
    path = Path(folder, name)
    if not os.path.lexists(path):
        return ""
    refuse_outside(folder, path, str(path))
    return plain_markdown(decode(read_bytes(path, str(path)), str(path)))


def _stray_texts(folder: str, lessons: set[str]) -> Iterator[Fault]:
    """Texts that no lesson shows: of no such lesson, or in no such language."""
    wanted = [f"{name}.{code}.md" for name in sorted(lessons) for code in LANGUAGES]
    for name in sorted(_names(folder)):
        if name.endswith(".md") and name.count(".") > 1 and name not in wanted:
            what = _("no lesson of the course shows this text")
            allowed = allowed_text(_("NAME.en.md and NAME.es.md, NAME being a lesson"))
            question = did_you_mean(nearest(name, wanted))
            yield Fault(os.path.join(folder, name), "", what, allowed, question)


_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*")
_ITEM = re.compile(r"\s{0,8}(?:[-*+]|(\d{1,3})[.)])[ \t]+(.*)")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,300}\)")
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")


def plain_markdown(text: str) -> str:
    """Paragraphs of plain text: headings and the items of lists are paragraphs of their own, marks
    of emphasis and of code are left out, links are their words."""
    paragraphs: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            paragraphs.append([])
        elif heading := _HEADING.fullmatch(line):
            paragraphs += [[heading[1]], []]
        elif item := _ITEM.fullmatch(line):
            paragraphs.append([f"{item[1]}. {item[2]}" if item[1] else f"- {item[2]}"])
        elif not line.strip():
            paragraphs.append([])
        else:
            paragraphs[-1].append(line)
    whole = "\n\n".join("\n".join(lines) for lines in paragraphs if lines)
    return join_lines(_MARKS.sub("", _LINK.sub(r"\1", whole)))
