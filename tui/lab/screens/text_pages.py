"""The page that explains the chart in focus: it goes with the training, the layer and the focus."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType

from ....scenarios.errors import shown
from ....scenarios.i18n import _
from ....scenarios.loading.changes import base, differences
from ....scenarios.schema.spec import Scenario, is_own
from ....scenarios.userdata.loader import told
from ...render.glyphs import UNICODE, written_out
from ...render.palette import Role
from ...render.styled_text import Line, Lines, boxed, style
from ..bench.navigation import Navigation
from ..drawing import Paint
from ..keymap import BENCH, LAB
from .page import Page


class Explanation(Page):
    """What there is to say of the chart in focus, and under it the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "layer(-1)", show=False),
        Binding("right,l", "layer(1)", show=False),
        Binding("tab", "aim(1)", show=False),
        Binding("shift+tab", "aim(-1)", show=False),
    ]

    def __init__(
        self, paint: Paint, explanation: Callable[[], Lines], navigation: Navigation
    ) -> None:
        super().__init__(paint, self._page)
        self._explanation, self._navigation = explanation, navigation

    def _page(self, columns: int, rows: int) -> Lines:
        said = self._explanation()
        lines = [[], *said, [], *help_page(columns, 0)] if said else help_page(columns, rows)
        return boxed(lines, columns, max(rows, len(lines)))

    def action_layer(self, by: int) -> None:
        self._navigation.layer(by)

    def action_aim(self, by: int) -> None:
        self._navigation.focus(by)


_KEYS = 11
"""Columns the names of the keys take."""


def help_page(columns: int, rows: int) -> Lines:
    """The page for a terminal of this size; longer than that where it has to be."""
    keys = [_row(_(key.shown), _(key.help)) for key in (*BENCH, *LAB) if key.help]
    marks = [
        _row(UNICODE.zero, _("exactly zero")),
        _row(UNICODE.infinite, _("not a finite number")),
        _row(UNICODE.eighths[-1], _("a bar's fainter end: where the replicas disagree")),
    ]
    heading = style(Role.STRONG, bold=True)
    blank: list[Line] = [[]] if rows > len(keys) + len(marks) + 4 else []
    lines = [
        *blank,
        [("  " + _("Keys"), heading)],
        *keys,
        *blank,
        [("  " + _("Marks"), heading)],
        *marks,
    ]
    return boxed(lines, columns, max(rows, len(lines)))


def _row(name: str, words: str) -> Line:
    return [("  ", 0), (f"{name:<{_KEYS}}", style(Role.KEY, bold=True)), (words, 0)]


_MEASURE = 76
"""The widest line that is read with ease."""
_MARGIN = "  "


def lesson_page(scenario: Scenario, ascii: bool = False) -> Callable[[int, int], Lines]:
    """The page of a scenario, for a terminal of any size; powers written out for `ascii`."""

    def page(columns: int, rows: int) -> Lines:
        room = min(columns - 2 * len(_MARGIN), _MEASURE)
        return boxed([[], *_title(scenario), *_paragraphs(scenario, room, ascii)], columns, rows)

    return page


def _title(scenario: Scenario) -> Lines:
    """Its name, and how it differs from its base."""
    lines: Lines = [[(_MARGIN + scenario.title.chosen(), style(Role.STRONG, bold=True))]]
    before = base(scenario)
    if before is None:
        return lines
    said = _("against {base}:").format(base=before.title.chosen())
    lines.append([(_MARGIN + said, style(Role.MUTED))])
    return lines + [
        _change(change.key, shown(change.before), shown(change.after))
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
    said = [scenario.lesson.chosen().strip(), told(scenario) if is_own(scenario) else ""]
    lesson = "\n\n".join(part for part in said if part)
    for paragraph in (written_out(lesson) if ascii else lesson).split("\n\n"):
        yield []
        for line in textwrap.wrap(" ".join(paragraph.split()), max(room, 8)):
            yield [(_MARGIN + line, 0)]
