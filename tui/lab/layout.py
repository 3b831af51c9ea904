"""Where everything stands, for every size of terminal. Numbers in, rectangles out.

Wide: the scenarios at the left, four charts with frames. A plain 80 by 24: four charts with a title
row each, the scenarios on a key. Smaller: one chart at a time. Smaller still: no room for a lab.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ..protocol import Want

FOUR = ("layers", "history", "learning", "inside")
SIX = ("layers", "history", "network", "learning", "inside", "beside")
"""The charts of a plain and of a wide screen, in reading order."""

PANELS = (*FOUR, "network", "beside")
"""All of them."""

INSIDE = "inside"
"""The panel in which charts take turns."""

GRADIENT_CHARTS = ("layers", "history", "compare")
"""Where the measure of the gradient is shown that a key chooses."""

MANY = ("compare", "remedies", "diagram", "claims")
"""Rooms of many runs."""

ROOMS = ("walk", "signals", *MANY)
"""What fills the whole place of the four."""

FORM, AGAINST = "form", "against"
"""The form in which one thing is changed, and the line that tells what that did."""

LAYER = "layer"
"""The line that tells of one layer."""

LESSON = "lesson"
"""What the open scenario teaches, beside the charts."""
_LESSON_COLUMNS = 42

SIDEBAR = 27
"""Wide enough for every preset's title."""
USUAL = 80, 24
"""Columns and rows of a terminal that does not say how large it is."""
_LARGEST = 500, 200
"""Columns and rows that are drawn of a terminal, however large it says it is: each cell costs
memory and time, and 65535 × 65535 of them more than there is."""
WIDE = 100
"""Columns from which on the list has a place of its own beside the charts."""
_TALL, _ROOMY = 30, 36
_FOUR = (80, 22)
_SIX = (160, 36)
_LEAST = (60, 18)
_TWO = (40, 28)
"""The place beside a lesson that has room for two charts."""


def usable(size: Sequence[object]) -> tuple[int, int]:
    """The columns and rows to draw, of those a terminal says it has."""
    columns, rows = (
        int(max(0, min(most, said))) if isinstance(said, int | float) else usual
        for said, most, usual in zip(size, _LARGEST, USUAL, strict=True)
    )
    return columns, rows


def has_room(columns: int, rows: int) -> bool:
    """Whether there is room for a lab."""
    return columns >= _LEAST[0] and rows >= _LEAST[1]


class Rect(NamedTuple):
    """A place on the screen, in cells."""

    x: int
    y: int
    columns: int
    rows: int


@dataclass(frozen=True)
class LayoutPlan:
    """The places of what is to be seen; what has none is hidden."""

    places: dict[str, Rect]
    boxed: bool = False
    """Whether charts have frames."""

    def wants(self) -> list[Want]:
        """What to have drawn: the charts in sight, at the sizes inside their frames."""
        charts = [name for name in (*PANELS, *ROOMS) if name in self.places]
        inner = {name: self.inside(self.places[name]) for name in charts}
        return [Want(name, *size) for name, size in inner.items() if min(size) > 0]

    def layer_wants(self) -> list[Want]:
        """The line of one layer, where it has a place."""
        place = self.places.get(LAYER)
        return [Want(LAYER, place.columns, place.rows)] if place else []

    def inside(self, place: Rect) -> tuple[int, int]:
        """What a chart's frame leaves: both sides when boxed, else a title row and a gap."""
        taken = (2, 2) if self.boxed else (1, 1)
        return place.columns - taken[0], place.rows - taken[1]


def plan(
    columns: int,
    rows: int,
    panel: str,
    zoomed: bool = False,
    list_open: bool = False,
    form: bool = False,
    against: bool = False,
    lesson: bool = False,
) -> LayoutPlan:
    """The plan for a terminal; `panel` is the chart in focus, `list_open` shows the scenarios,
    `form` the form in their place, `against` the line of what a change did, and `lesson` the lesson
    at the right of the charts."""
    if not has_room(columns, rows):
        return LayoutPlan({"message": Rect(0, 0, columns, rows)})
    boxed, wide = rows >= _TALL, columns >= WIDE
    says = 3 if rows >= _ROOMY else 2 if boxed else 1
    tells = 2 if boxed else 1
    body = Rect(0, 1, columns, rows - 2 - says - tells - against)
    places = {
        "header": Rect(0, 0, columns, 1),
        LAYER: Rect(0, body.y + body.rows, columns, tells),
        **({AGAINST: Rect(0, rows - 2 - says, columns, 1)} if against else {}),
        "verdict": Rect(0, rows - 1 - says, columns, says),
        "keys": Rect(0, rows - 1, columns, 1),
    }
    if wide or list_open or form:
        side = SIDEBAR if wide else columns // 2
        at_right = columns - side if form and not wide else 0
        places[FORM if form else "scenarios"] = Rect(at_right, 1, side, body.rows)
    if wide:
        body = body._replace(x=SIDEBAR, columns=columns - SIDEBAR)
    if lesson:
        body, places[LESSON] = _split(body, min(_LESSON_COLUMNS, columns // 2))
    single = zoomed or columns < _FOUR[0] or rows < _FOUR[1] or (lesson and body.columns < WIDE)
    seen = charts_of(columns - _LESSON_COLUMNS * lesson, rows)
    two = lesson and not zoomed and body.columns >= _TWO[0] and body.rows >= _TWO[1]
    beside = (panel, "learning" if panel == "layers" else "layers") if two else (panel,)
    charts = _grid(body, seen) if not single else _stack(body, beside)
    return LayoutPlan(places | charts, boxed)


def _split(body: Rect, columns: int) -> tuple[Rect, Rect]:
    """A place without so many columns at its right, and those."""
    left = body.columns - columns
    return body._replace(columns=left), body._replace(x=body.x + left, columns=columns)


def charts_of(columns: int, rows: int) -> tuple[str, ...]:
    """The charts that a screen of this size has."""
    return SIX if columns >= _SIX[0] and rows >= _SIX[1] else FOUR


def _stack(body: Rect, charts: Sequence[str]) -> dict[str, Rect]:
    """One below the other; what does not divide goes to the foot."""
    edges = [body.y + body.rows * at // len(charts) for at in range(len(charts) + 1)]
    places = [Rect(body.x, y, body.columns, end - y) for y, end in pairwise(edges)]
    return dict(zip(charts, places, strict=True))


def _grid(body: Rect, charts: Sequence[str]) -> dict[str, Rect]:
    """In two rows; what does not divide goes to the right and to the foot."""
    upper, count = body.rows // 2, len(charts) // 2
    edges = [body.x + body.columns * at // count for at in range(count + 1)]
    down = ((body.y, upper), (body.y + upper, body.rows - upper))
    places = [Rect(x, y, end - x, rows) for y, rows in down for x, end in pairwise(edges)]
    return dict(zip(charts, places, strict=True))
