"""The page on which is chosen what is written as a file, and on which it says where that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from ....scenarios.errors import reason
from ....scenarios.files import current_folder, write_beside
from ....scenarios.i18n import N_, _
from ...protocol import WriteResult
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, fit_box, style
from ..drawing import Paint
from ..state import Controls
from .page import Page

PICTURE, RUN, CHART, FIGURE = "picture", "run", "chart", "figure"
KINDS: Mapping[str, str] = {
    PICTURE: N_("a picture of the screen (SVG)"),
    RUN: N_("the run so far, as vglab --json prints it"),
    CHART: N_("the numbers of the focused chart (CSV)"),
    FIGURE: N_("a figure of the focused chart, for papers or slides (SVG)"),
}
"""What there is, in the order in which it is offered."""


class Export(Page):
    """Hands what is chosen to `write`; shows what that says, or what the worker says later."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,X", "dismiss", show=False),
        Binding("down,j", "choose(1)", show=False),
        Binding("up,k", "choose(-1)", show=False),
        Binding("enter,space", "write", show=False),
        *(Binding(str(at), f"write({at - 1})", show=False) for at in range(1, len(KINDS) + 1)),
    ]

    def __init__(
        self,
        paint: Paint,
        files: Callable[[], Mapping[str, str]],
        write: Callable[[str, Path], WriteResult | None],
    ) -> None:
        super().__init__(paint, self._page)
        self._files, self._write = files, write
        self._index, self._outcome = 0, (True, "")

    def _page(self, columns: int, rows: int) -> Lines:
        size = (columns, rows)
        return export_lines(self._files(), self._index, self._outcome, str(current_folder()), size)

    def action_choose(self, by: int) -> None:
        self._index = (self._index + by) % len(KINDS)
        self.show()

    def action_write(self, which: int | None = None) -> None:
        self._index = self._index if which is None else which
        kind = [*KINDS][self._index]
        written = self._write(kind, current_folder() / self._files()[kind])
        if written is not None:
            self.say(written)

    def say(self, result: WriteResult) -> None:
        """Show what has become of a file."""
        self._outcome = outcome(result)
        self.show()


def file_names(controls: Controls, step: int) -> dict[str, str]:
    """What the files would be called."""
    stem, chart = f"{Path(controls.scenario).stem}-{step}", controls.in_focus
    if chart == "inside":
        chart = controls.inner_chart or chart
    return {
        PICTURE: f"{stem}.svg",
        RUN: f"{stem}.json",
        CHART: f"{stem}-{chart}.csv".replace("_", "-"),
        FIGURE: f"{stem}-{chart}.svg".replace("_", "-"),
    }


def write_picture(path: Path, svg: str) -> WriteResult:
    """Write a picture as a new file: where it is, or why it is not."""
    try:
        return WriteResult(str(write_beside(path, svg.encode())))
    except OSError as error:
        return WriteResult(reason=reason(error))


def outcome(result: WriteResult) -> tuple[bool, str]:
    """Whether a file was written, and what to say of it."""
    if result.path:
        return True, _("written: {file}").format(file=result.path)
    return False, _("cannot write it: {reason}").format(reason=result.reason)


def export_lines(
    files: Mapping[str, str],
    index: int,
    outcome: tuple[bool, str],
    folder: str,
    size: Sequence[int],
) -> Lines:
    """The page: what there is, where it goes, and what has become of the last file."""
    loud, quiet = style(Role.STRONG) | BOLD, style(Role.MUTED)
    rows: Lines = []
    for number, (kind, words) in enumerate(KINDS.items()):
        rows += [*_row(number, _(words), files[kind], number == index), []]
    answer = style(Role.HEALTHY if outcome[0] else Role.FAULT, bold=True)
    hint = _("1 2 3 4 or enter writes it, esc goes back")
    where = _("into {folder}; existing files are never overwritten").format(folder=folder)
    lines: Lines = [[], [("  " + _("Export"), loud)], [], *rows, [("  " + where, quiet)]]
    lines += [
        [("  " + hint, quiet)],
        [],
        *([(line, answer)] for line in _break_anywhere(outcome[1], size[0])),
    ]
    return fit_box(lines, size[0], size[1])


def _row(number: int, words: str, file: str, chosen: bool) -> Lines:
    code = style(Role.ON_CHOSEN, Role.CHOSEN, bold=True) if chosen else style(Role.KEY, bold=True)
    head: Line = [("  ", 0), (f" {number + 1} ", code), (" " + words, style(Role.STRONG))]
    return [head, [("      " + file, style(Role.MUTED))]]


def _break_anywhere(words: str, columns: int) -> list[str]:
    """A line that may hold a long path, which is to be read whole."""
    room = max(columns - 4, 8)
    return ["  " + words[at : at + room] for at in range(0, len(words), room)]
