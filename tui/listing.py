"""The list of presets, for a person and for a program."""

from collections.abc import Iterator
from itertools import groupby

import msgspec
from msgspec import Struct

from ..scenarios.changes import Change
from ..scenarios.course import ids
from ..scenarios.faults import shown
from ..scenarios.reading import Summary, presets


class Entry(Struct, frozen=True):
    """A preset, as `vglab scenarios --json` has it."""

    id: str
    group: str
    title: str
    changes: tuple[Change, ...]


def is_preset(name: str) -> bool:
    """Whether it is a preset's id."""
    return name in ids()


def as_document() -> bytes:
    """The presets as JSON."""
    entries = [Entry(p.id, p.group.chosen(), p.title.chosen(), p.changes) for p in presets()]
    return msgspec.json.format(msgspec.json.encode(entries), indent=2)


def as_table() -> str:
    """The presets by chapter: id, title, and what each changes against its base."""
    return "\n".join(lines(presets()))


def lines(course: list[Summary]) -> Iterator[str]:
    """The table's lines."""
    wide = max(len(preset.id) for preset in course)
    chapters = groupby(course, key=lambda preset: preset.group.chosen())
    for number, (chapter, members) in enumerate(chapters):
        yield f"\n{chapter}" if number else chapter
        for preset in members:
            yield f"  {preset.id:<{wide}}  {preset.title.chosen()}"
            if preset.changes:
                yield f"  {'':<{wide}}    {', '.join(map(changed, preset.changes))}"


def changed(change: Change) -> str:
    """A change in one phrase."""
    return f"{change.key}: {shown(change.before)} → {shown(change.after)}"
