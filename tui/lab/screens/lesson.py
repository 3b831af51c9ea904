"""The page of what a scenario teaches, and of how it differs from its base."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from ....scenarios.errors import short_toml
from ....scenarios.i18n import _
from ....scenarios.loading.changes import differences, load_base
from ....scenarios.schema.spec import Scenario, is_own
from ....scenarios.userdata.loader import describe_data
from ...render.glyphs import write_powers
from ...render.palette import Role
from ...render.styled_text import Line, Lines, fit_box, style

_MEASURE = 76
"""The widest line that is read with ease."""
_MARGIN = "  "


def lesson_page(scenario: Scenario, ascii: bool = False) -> Callable[[int, int], Lines]:
    """The page of a scenario, for a terminal of any size; powers written out for `ascii`."""

    def page(columns: int, rows: int) -> Lines:
        room = min(columns - 2 * len(_MARGIN), _MEASURE)
        return fit_box([[], *_title(scenario), *_paragraphs(scenario, room, ascii)], columns, rows)

    return page


def _title(scenario: Scenario) -> Lines:
    """Its name, and how it differs from its base."""
    lines: Lines = [[(_MARGIN + scenario.title.in_language(), style(Role.STRONG, bold=True))]]
    before = load_base(scenario)
    if before is None:
        return lines
    heading = _("against {base}:").format(base=before.title.in_language())
    lines.append([(_MARGIN + heading, style(Role.MUTED))])
    return lines + [
        _change(change.key, short_toml(change.before), short_toml(change.after))
        for change in differences(before, scenario)
    ]


def _change(key: str, before: str, after: str) -> Line:
    return [
        (f"{_MARGIN}  {key}  ", 0),
        (before, style(Role.MUTED)),
        (" → ", style(Role.MUTED)),
        (after, style(Role.KEY, bold=True)),
    ]


def _paragraphs(scenario: Scenario, room: int, ascii: bool) -> Iterator[Line]:
    parts = [
        scenario.lesson.in_language().strip(),
        describe_data(scenario) if is_own(scenario) else "",
    ]
    lesson = "\n\n".join(part for part in parts if part)
    for paragraph in (write_powers(lesson) if ascii else lesson).split("\n\n"):
        yield []
        for line in textwrap.wrap(" ".join(paragraph.split()), max(room, 8)):
            yield [(_MARGIN + line, 0)]
