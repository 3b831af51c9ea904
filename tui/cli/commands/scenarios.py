"""`vglab scenarios`: print the list of presets, as a table or as JSON."""

from collections.abc import Iterator
from itertools import groupby

import click
import msgspec
from msgspec import Struct

from ....scenarios.errors import short_toml
from ....scenarios.i18n import N_
from ....scenarios.loading.changes import Change, PresetSummary, papers, presets
from ..localized import Command
from ..options import common_options, option
from ..output import print_data
from . import COMMANDS


@click.command(
    cls=Command,
    help=COMMANDS["scenarios"],
    examples=(
        ("vglab scenarios", N_("a line for each preset")),
        ("vglab scenarios --json", N_("the same for a program")),
    ),
)
@option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
@common_options
def scenarios(as_json: bool) -> None:
    print_data(as_document() if as_json else as_table())


class Entry(Struct, frozen=True):
    """A preset, as `vglab scenarios --json` has it."""

    id: str
    group: str
    title: str
    base: str
    changes: tuple[Change, ...]


def as_document() -> bytes:
    """The presets as JSON."""
    entries = [
        Entry(
            id=p.id,
            group=p.group.in_language(),
            title=p.title.in_language(),
            base=p.base,
            changes=p.changes,
        )
        for p in (*presets(), *papers())
    ]
    return msgspec.json.format(msgspec.json.encode(entries), indent=2)


def as_table() -> str:
    """The presets by chapter: id, title, and what each changes against its base."""
    return "\n".join(lines([*presets(), *papers()]))


def lines(course: list[PresetSummary]) -> Iterator[str]:
    """The table's lines."""
    wide = max(len(preset.id) for preset in course)
    chapters = groupby(course, key=lambda preset: preset.group.in_language())
    for number, (chapter, members) in enumerate(chapters):
        yield f"\n{chapter}" if number else chapter
        for preset in members:
            yield f"  {preset.id:<{wide}}  {preset.title.in_language()}"
            if preset.changes:
                changed = ", ".join(map(change_text, preset.changes))
                yield f"  {'':<{wide}}    {preset.base} + {changed}"


def change_text(change: Change) -> str:
    """A change as `key: before → after`."""
    return f"{change.key}: {short_toml(change.before)} → {short_toml(change.after)}"
