"""The page on which the layers of a recording are chosen, by a pattern of their names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key

from ....scenarios.i18n import _
from ...render.palette import Role
from ...render.styled_text import BOLD, Lines, fit_box, style
from ..drawing import Paint
from .page import Page

LAYERS = "layers="
"""How the pattern stands among the settings."""
LONGEST = 200


class LayerFilter(Page):
    """Takes a pattern, and gives the settings with it to `choose`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("enter", "choose", show=False),
        Binding("backspace", "erase", show=False),
    ]

    def __init__(
        self, paint: Paint, settings: Sequence[str], choose: Callable[[Sequence[str]], None]
    ) -> None:
        found = (one.removeprefix(LAYERS) for one in settings if one.startswith(LAYERS))
        self.text, self.fault = next(found, ""), ""
        super().__init__(paint, self._page)
        self._settings, self._choose = [*settings], choose

    def _page(self, columns: int, rows: int) -> Lines:
        lines: Lines = [
            [("  " + _("Layers whose names this pattern finds"), style(Role.STRONG) | BOLD)],
            [],
            [("  / ", style(Role.KEY, bold=True)), (self.text, 0), ("_", style(Role.KEY))],
            [("  " + self.fault, style(Role.FAULT))],
            [("  " + _("as in attn or ^blocks\\.[0-3]; enter: show them, empty: all"), _QUIET)],
        ]
        return fit_box(lines, columns, rows)

    def on_key(self, event: Key) -> None:
        """Take a character of the pattern."""
        if event.character and event.is_printable and len(self.text) < LONGEST:
            event.stop()
            event.prevent_default()
            self.text, self.fault = self.text + event.character, ""
            self.show()

    def action_erase(self) -> None:
        self.text, self.fault = self.text[:-1], ""
        self.show()

    def action_choose(self) -> None:
        """Show the layers, unless the pattern cannot be understood."""
        try:
            re.compile(self.text)
        except re.error as error:
            self.fault = _("not a pattern: {reason}").format(reason=error)
            self.show()
            return
        others = [one for one in self._settings if not one.startswith(LAYERS)]
        self._choose([*others, *([LAYERS + self.text] if self.text else [])])
        self.dismiss()


_QUIET = style(Role.MUTED)
