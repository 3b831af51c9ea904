"""What can be taken away from the lab as a file, and the page on which it is chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..scenarios.words import N_, _
from .controls import Controls
from .roles import Role
from .runs import BOLD, Line, Lines, boxed, style

_FROM_A_SERVER = re.compile(r',\s*url\("https?://[^"]*"\) format\("[^"]*"\)')
_TYPEFACES = "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace"

PICTURE, RUN, CHART = "picture", "run", "chart"
KINDS: Mapping[str, str] = {
    PICTURE: N_("a picture of the screen (SVG)"),
    RUN: N_("the run so far, as vglab --json prints it"),
    CHART: N_("the numbers of the chart in focus (CSV)"),
}
"""What there is, in the order in which it is offered."""


def names(controls: Controls, step: int) -> dict[str, str]:
    """What the files would be called."""
    stem, chart = f"{Path(controls.scenario).stem}-{step}", controls.in_focus
    if chart == "inside":
        chart = controls.inner if controls.inner in controls.charts else controls.charts[0]
    return {
        PICTURE: f"{stem}.svg",
        RUN: f"{stem}.json",
        CHART: f"{stem}-{chart}.csv".replace("_", "-"),
    }


def by_itself(svg: str) -> str:
    """A picture that asks no server for its typeface: it takes the reader's own."""
    return _FROM_A_SERVER.sub("", svg).replace("Fira Code, monospace", _TYPEFACES)


def told(path: str, reason: str) -> tuple[bool, str]:
    """Whether a file was written, and what to say of it."""
    if path:
        return True, _("written: {file}").format(file=path)
    return False, _("it cannot be written: {reason}").format(reason=reason)


def page(
    files: Mapping[str, str],
    chosen: int,
    said: tuple[bool, str],
    folder: str,
    size: Sequence[int],
) -> Lines:
    """The page: what there is, where it goes, and what has become of the last."""
    loud, quiet = style(Role.STRONG) | BOLD, style(Role.MUTED)
    rows: Lines = []
    for number, (kind, words) in enumerate(KINDS.items()):
        rows += [*_row(number, _(words), files[kind], number == chosen), []]
    answer = style(Role.HEALTHY if said[0] else Role.FAULT, bold=True)
    hint = _("1 2 3 or enter writes it, esc goes back")
    where = _("into {folder}; nothing is written over").format(folder=folder)
    lines: Lines = [[], [("  " + _("Export"), loud)], [], *rows, [("  " + where, quiet)]]
    lines += [[("  " + hint, quiet)], [], *([(line, answer)] for line in _broken(said[1], size[0]))]
    return boxed(lines, size[0], size[1])


def _row(number: int, words: str, file: str, chosen: bool) -> Lines:
    code = style(Role.ON_CHOSEN, Role.CHOSEN, bold=True) if chosen else style(Role.KEY, bold=True)
    head: Line = [("  ", 0), (f" {number + 1} ", code), (" " + words, style(Role.STRONG))]
    return [head, [("      " + file, style(Role.MUTED))]]


def _broken(words: str, columns: int) -> list[str]:
    """A line that may hold a long path, which is to be read whole."""
    room = max(columns - 4, 8)
    return ["  " + words[at : at + room] for at in range(0, len(words), room)]
