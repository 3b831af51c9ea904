"""What a scenario teaches and how it differs from its base, in lines to stand beside its charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ....scenarios.errors import short_toml
from ....scenarios.i18n import _
from ....scenarios.loading.changes import differences, load_base
from ....scenarios.schema.spec import Scenario, is_own
from ....scenarios.userdata.description import describe_data
from ...render.glyphs import UNICODE, write_powers
from ...render.labels import key_label
from ...render.palette import Role
from ...render.styled_text import (
    Line,
    Lines,
    fit,
    fit_box,
    plain,
    shorten,
    style,
    width,
    wrap_words,
)
from ..course.step_lines import LessonState, StepText, step_text
from ..scenario_list import ListEntry

_MEASURE = 76
"""The widest line that is read with ease."""
_MARGIN = "  "


@dataclass(frozen=True)
class LessonPlace:
    """Where a lesson stands in the course."""

    chapter: str = ""
    number: int = 1
    """Of the lesson in its chapter, from 1."""
    count: int = 1
    following: str = ""
    """The title of the next lesson; nothing after the last one."""


def place_in_course(entries: Sequence[ListEntry], index: int) -> LessonPlace:
    """The place of a scenario of the list."""
    chapter = entries[index].chapter
    members = [at for at, entry in enumerate(entries) if entry.chapter == chapter]
    following = entries[index + 1].title if index + 1 < len(entries) else ""
    return LessonPlace(chapter, members.index(index) + 1, len(members), following)


@dataclass(frozen=True)
class LessonText:
    """A lesson in lines, from the top."""

    head: Lines
    """Chapter, name and step."""
    keys: Lines = field(default_factory=list[Line])
    """The keys that go on, which have to stay in sight."""
    body: Lines = field(default_factory=list[Line])
    """What follows them."""
    folded: bool = False
    """Whether that only says that the lesson comes later."""
    hint: Lines = field(default_factory=list[Line])
    """Those of the head that help with a task."""

    @property
    def lines(self) -> Lines:
        """All of them."""
        return [*self.head, *self.keys, *self.body]


def lesson_text(
    scenario: Scenario,
    place: LessonPlace,
    columns: int,
    ascii: bool = False,
    state: LessonState | None = None,
) -> LessonText:
    """The lesson, as long as it has to be; powers written out for `ascii`. Before it the step that
    a person is at, where it has steps; what tells the answer waits until the comparison. Without
    steps, what to predict follows, and where it goes on."""
    room = max(min(columns - 2 * len(_MARGIN), _MEASURE), 8)
    head = _title(scenario, place, room)
    step = step_text(scenario, state, room, ascii) if state is not None else StepText([], [])
    if state is None or state.step == "read":
        head += _differences(scenario, room)
    if state is not None and step.said:
        head += [*_indented(step.said), []]
        early = state.step in ("read", "predict", "run")
        folded = _("The lesson comes with the comparison, as it tells the answer.")
        told = [(line, style(Role.MUTED)) for line in wrap_words(folded, room)]
        lesson: Lines = [[], *([(_MARGIN, 0), line] for line in told)]
        if not early:
            lesson = [[], [(_MARGIN + _("The lesson"), style(Role.KEY, bold=True))]]
            lesson += _paragraphs(scenario, room, ascii)
        parts = (head, _indented(step.keys), lesson, _indented([*step.hint]))
        shown = [[fit(line, columns) for line in part] for part in parts]
        return LessonText(shown[0], shown[1], shown[2], folded=early, hint=shown[3])
    head += _paragraphs(scenario, room, ascii)
    question = _(
        "Before you look: by what factor does the error signal change per layer? F3 takes your "
        "guess and tells by what factor it is off. c changes one thing, y tries what the "
        "verdict suggests."
    )
    head += [[], [(_MARGIN + _("Predict, then try"), style(Role.KEY, bold=True))]]
    head += [[(_MARGIN + line, 0)] for line in wrap_words(question, room)]
    if place.following:
        words = _("next: {title} (j)").format(title=place.following)
        wrapped = wrap_words(words, room)
        head += [[], *([(_MARGIN + line, style(Role.MUTED))] for line in wrapped)]
    return LessonText([fit(line, columns) for line in head])


def _indented(lines: Lines) -> Lines:
    return [[(_MARGIN, 0), *line] for line in lines]


def squeeze(text: LessonText, rows: int) -> LessonText:
    """The lesson without what can be spared where the keys of its step would lie below: that it
    comes later, then the blank lines before them, then the chapter."""
    if text.folded and len(text.lines) > rows:
        text = replace(text, body=[])
    if len(text.head) + len(text.keys) > rows:
        text = replace(text, head=[line for line in text.head if plain(line).strip()])
    if len(text.head) + len(text.keys) > rows:
        text = replace(text, head=text.head[1:])
    return text


def line_of_hint(text: LessonText, rows: int) -> int:
    """The line from which on so many rows show the hint: the first one, where that is enough."""
    if not text.hint:
        return 0
    start = text.head.index(text.hint[0])
    in_sight = rows - len(text.keys) - 1  # that there is more below
    return start if start + len(text.hint) > in_sight else 0


def line_of_done(text: LessonText, rows: int) -> int:
    """The line from which on so many rows end with the last goal and the keys below it."""
    return max(0, len(text.head) + len(text.keys) + 1 - rows)  # that there is more below


def lesson_pane(text: LessonText, first: int, columns: int, rows: int) -> Lines:
    """So many rows of a lesson from a line on, behind an edge. Where the keys of the step lie
    below, they stand at the foot; the last row says that there is more."""
    shown = text.lines[first : first + rows]
    foot: Lines = []
    if first + rows < len(text.lines):
        more, key = _("more below"), _("pgdn")
        foot = [[(f"{_MARGIN}{more} ({key})", style(Role.KEY, bold=True))]]
    if len(text.head) + len(text.keys) > first + rows - len(foot):
        foot = [*text.keys, *foot]
    shown = fit_box([*shown[: max(rows - len(foot), 0)], *foot], columns - 2, rows)
    return [[(UNICODE.down, style(Role.FAINT)), *line, (" ", 0)] for line in shown]


def _title(scenario: Scenario, place: LessonPlace, room: int) -> Lines:
    """Chapter and name."""
    words = _("{chapter} · {number} of {count}")
    where = words.format(chapter=place.chapter, number=place.number, count=place.count)
    lines: Lines = [[(_MARGIN + shorten(where, room), style(Role.MUTED))]] if place.chapter else []
    lines.append([(_MARGIN + scenario.title.in_language(), style(Role.STRONG, bold=True))])
    return lines


def _differences(scenario: Scenario, room: int) -> Lines:
    """How a scenario differs from its base."""
    before = load_base(scenario)
    if before is None:
        return []
    heading = _("compared with {base}:").format(base=before.title.in_language())
    lines: Lines = [[(_MARGIN + heading, style(Role.MUTED))]]
    for change in differences(before, scenario):
        name, before, after = key_label(change.key), *map(_value, (change.before, change.after))
        other: Line = [(f"{_MARGIN}  {_('other {settings}').format(settings=name)}", 0)]
        lines += [other] if before == after else _change(name, before, after, room)
    return lines


def _value(value: object) -> str:
    """A value as it is shown: a word without its quotes, of a list how long it is."""
    if isinstance(value, tuple):
        return str(len(value))
    return value if isinstance(value, str) else short_toml(value)


def _change(name: str, before: str, after: str, room: int) -> Lines:
    """A setting, what it was and what it is; below one another where there is no room beside."""
    label: Line = [(f"{_MARGIN}  {name}  ", 0)]
    values: Line = [
        (before, style(Role.MUTED)),
        (" → ", style(Role.MUTED)),
        (after, style(Role.KEY, bold=True)),
    ]
    if width([*label, *values]) <= room + len(_MARGIN):
        return [[*label, *values]]
    return [label, [(f"{_MARGIN}    ", 0), *values]]


def _paragraphs(scenario: Scenario, room: int, ascii: bool) -> Iterator[Line]:
    parts = [
        scenario.lesson.in_language().strip(),
        describe_data(scenario) if is_own(scenario) else "",
    ]
    lesson = "\n\n".join(part for part in parts if part)
    for paragraph in (write_powers(lesson) if ascii else lesson).split("\n\n"):
        yield []
        for line in wrap_words(" ".join(paragraph.split()), max(room, 8)):
            yield [(_MARGIN + line, 0)]
