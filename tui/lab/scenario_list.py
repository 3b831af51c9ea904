"""The list of scenarios: what can be opened, the figures of each one, the lines that show both."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ...scenarios.errors import ScenarioError
from ...scenarios.i18n import language
from ...scenarios.loading.changes import changes as changes_of
from ...scenarios.loading.changes import settings as settings_of
from ...scenarios.loading.course import chapters, preset_ids, preset_title
from ...scenarios.loading.course_folder import Course
from ...scenarios.loading.inheritance import load
from ...scenarios.schema.rules import unmet_conditions
from ...scenarios.schema.spec import Scenario, Text
from ...scenarios.userdata.loader import file_name
from ..render.glyphs import UNICODE, Glyphs
from ..render.labels import key_label
from ..render.palette import Role
from ..render.styled_text import Line, Lines, fit, fit_box, shorten, style

ALWAYS = (
    "network.depth",
    "network.width",
    "network.activation",
    "network.init",
    "gan.loss",
    "generator.activation",
    "discriminator.activation",
    "data.name",
    "training.optimizer",
    "training.rate",
    "training.batch",
    "training.steps",
    "run.seed",
)
"""What is said of every scenario it has an effect in, in this order; the rest where it is not the
default, or sets the scenario apart."""

COVERED_KEYS = (*ALWAYS, "kind")


class ListEntry(NamedTuple):
    """A scenario in the list: its title and its chapter."""

    title: str
    chapter: str


class Fact(NamedTuple):
    """A figure of a scenario, and whether it is what sets this one apart."""

    name: str
    value: str
    own: bool


@dataclass(frozen=True)
class ScenarioList:
    """What can be opened, in the order of the list."""

    ids: list[str]
    entries: list[ListEntry]
    settings: Sequence[str] = ()
    """What the person has set, for all of them."""
    recordings: bool = False
    """Whether they are recordings, of which the list has no figures."""
    course: Course | None = None
    """The course that they are the lessons of, where it is a person's own."""
    cache: dict[str, list[Fact]] = field(default_factory=dict[str, list[Fact]])

    def again(self) -> ScenarioList:
        """The same in the language in use."""
        if self.recordings:
            return list_recordings(self.ids)
        if self.course is not None:
            return list_lessons(self.course, self.settings)
        return list_scenarios(self.ids[0], self.settings)

    def lesson(self, index: int) -> Text:
        """What a course says beside a scenario, in the place of the scenario's own words."""
        return self.course.lessons[index].text if self.course else Text()

    def facts(self, index: int, changes: Sequence[str] = ()) -> list[Fact]:
        """The figures of a scenario with what is changed about it; none when it cannot be read, as
        the worker will say."""
        if self.recordings:
            return []
        name = self.ids[index]
        known = "\n".join([language(), name, *changes])
        if known not in self.cache:
            try:
                found = load(name, [*self.settings, *changes])
                self.cache[known] = facts(found, own_keys(name))
            except ScenarioError:
                self.cache[known] = []
        return self.cache[known]


def list_scenarios(scenario: str, settings: Sequence[str] = ()) -> ScenarioList:
    """The presets, and before them the scenario itself when it is a file of the user's.

    Raises ScenarioError when the scenario that is to be opened cannot be read.
    """
    opened = load(scenario, settings)
    ids = [*preset_ids()]
    entries = [
        ListEntry(preset_title(preset).in_language() or preset, chapter.title.in_language())
        for chapter in chapters()
        for preset in chapter.presets
    ]
    if scenario not in ids:
        ids.insert(0, scenario)
        entries.insert(0, ListEntry(opened.title.in_language() or opened.id, ""))
    return ScenarioList(ids, entries, settings)


def list_lessons(course: Course, settings: Sequence[str] = ()) -> ScenarioList:
    """The lessons of a person's own course."""
    entries = [
        ListEntry(
            lesson.title.in_language() or Path(lesson.scenario).stem,
            lesson.chapter.in_language(),
        )
        for lesson in course.lessons
    ]
    return ScenarioList(
        [lesson.scenario for lesson in course.lessons], entries, settings, course=course
    )


def list_recordings(files: Sequence[str]) -> ScenarioList:
    """Files that are watched, by their names; by more of the path where two are called alike."""
    names = [Path(file).name or file for file in files]
    pairs = zip(names, files, strict=True)
    titles = [name if names.count(name) == 1 else file for name, file in pairs]
    entries = [ListEntry(title, "") for title in titles]
    return ScenarioList([*files], entries, recordings=True)


def own_keys(name: str) -> frozenset[str]:
    """The keys that a preset changes against its base; none for a file of the user's."""
    if name not in preset_ids():
        return frozenset()
    return frozenset(change.key for change in changes_of(load(name)))


def facts(scenario: Scenario, own: frozenset[str]) -> list[Fact]:
    """The figures of a scenario, those among its own keys marked."""
    values = {
        key: value for key, value in settings_of(scenario) if not unmet_conditions(scenario, key)
    }
    usual = dict(settings_of(Scenario()))
    told = own | {key for key in values if values[key] != usual[key]}
    also = [key for key in values if key in told - {*COVERED_KEYS}]
    return [
        Fact(key_label(key), _value_text(key, values[key]), key in own)
        for key in (*ALWAYS, *also)
        if key in values
    ]


def _value_text(key: str, value: object) -> str:
    """A value, or how many there are of it; of a file its name."""
    if key == "data.path":
        return file_name(str(value))
    return str(len(value)) if isinstance(value, tuple) else str(value)


_APART = 4
"""Columns beside a name and its value: the mark before them, and what keeps them apart."""

_NAME = 13
"""Columns a figure's name takes in the list, at most."""


def list_lines(
    entries: Sequence[ListEntry],
    index: int,
    facts: Sequence[Fact],
    size: tuple[int, int],
    glyphs: Glyphs = UNICODE,
    done: Collection[int] = (),
) -> Lines:
    """The list, the open one marked and in sight, those ticked that are `done`, and under it what
    this one is: its own figures first, where there is no room for all."""
    columns, rows = size
    room = columns - 2
    below = fact_lines(facts, room, glyphs)
    rows_listed = list_rows(entries, index, rows, len(below))
    listed = [_entry(row, entries, index, room, glyphs, row in done) for row in rows_listed]
    if len(listed) + 1 + len(below) > rows:
        sorted_facts = sorted(facts, key=lambda fact: not fact.own)
        below = _whole_facts(sorted_facts, room, rows - len(listed) - 1, glyphs)
    lines = fit_box([*listed, _hidden(rows_listed, len(entries)), *below], room, rows)
    edge = (glyphs.down, style(Role.FAINT))
    return [[*fit(line, room), (" ", 0), edge] for line in lines]


def _hidden(shown: Sequence[int | str], count: int) -> Line:
    """How many scenarios the list has above those that are shown, and how many below."""
    numbers = [row for row in shown if isinstance(row, int)]
    above, below = (numbers[0], count - 1 - numbers[-1]) if numbers else (0, 0)
    marks = (f"{arrow} {some}" for arrow, some in (("↑", above), ("↓", below)) if some)
    return [(f" {'  '.join(marks)}", style(Role.KEY))] if above or below else []


def list_rows(entries: Sequence[ListEntry], index: int, rows: int, facts: int) -> list[int | str]:
    """What stands in the list's rows: the number of a scenario, or the name of a chapter.

    Where not all fits, it is what is around the open one, under its chapter.
    """
    room = rows - facts - 1
    full: list[int | str] = []
    for number, entry in enumerate(entries):
        if entry.chapter and (not number or entries[number - 1].chapter != entry.chapter):
            full.append(entry.chapter)
        full.append(number)
    if len(full) <= room:
        return full
    count = min(len(full), max(room, rows // 2))
    first = min(max(full.index(index) - count // 2, 0), len(full) - count)
    shown = full[first : first + count]
    if len(shown) > 1 and isinstance(shown[0], int) and isinstance(shown[1], int):
        shown[0] = entries[shown[0]].chapter or shown[0]
    return shown


def _entry(
    row: int | str,
    entries: Sequence[ListEntry],
    index: int,
    room: int,
    glyphs: Glyphs,
    done: bool = False,
) -> Line:
    if isinstance(row, str):
        return [(f" {shorten(row, room - 2, glyphs)}", style(Role.MUTED))]
    code = style(Role.ON_CHOSEN, Role.CHOSEN, bold=True) if row == index else 0
    mark = glyphs.badges["healthy"] if done else " "
    tick = code or style(Role.HEALTHY, bold=True)
    text = f"{row + 1:>2} {shorten(entries[row].title, room - 5, glyphs)}"
    return fit([(mark, tick), (text, code)], room, code)


def fact_lines(facts: Sequence[Fact], columns: int, glyphs: Glyphs = UNICODE) -> Lines:
    """The figures in so many columns, names and values below one another; a value that does not fit
    beside its name stands below it."""
    longest = min(max((len(fact.name) for fact in facts), default=0), _NAME)
    return [line for fact in facts for line in _fact(fact, longest, columns, glyphs)]


def _whole_facts(facts: Sequence[Fact], columns: int, rows: int, glyphs: Glyphs) -> Lines:
    """The lines of as many figures as fit; no name stands there without its value."""
    counts = range(len(facts), 0, -1)
    found = (fact_lines(facts[:count], columns, glyphs) for count in counts)
    return next((lines for lines in found if len(lines) <= rows), [])


def _fact(fact: Fact, longest: int, room: int, glyphs: Glyphs) -> Lines:
    mark = glyphs.pointer if fact.own else " "
    code = style(Role.KEY, bold=True) if fact.own else style(Role.MUTED)
    loud = style(Role.STRONG, bold=True) if fact.own else 0
    name = shorten(fact.name, room - 2, glyphs)
    if len(name) + len(fact.value) + _APART > room:
        value = shorten(fact.value, room - 2, glyphs)
        return [[(f"{mark} {name}", code)], [(f"{value:>{room}}", loud)]]
    name = f"{name:<{min(longest, room - len(fact.value) - _APART)}}  "
    return [[(f"{mark} {name}", code), (fact.value, loud)]]
