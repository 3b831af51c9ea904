"""What a chart is, in one record: its picture, its table, its figures, its equations, its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ....scenarios.i18n import _
from ....scenarios.loading.glossary import terms_called
from ....scenarios.schema.spec import Scenario
from ...protocol import Picture
from ...render.glyphs import ASCII, write_powers
from ...render.palette import Role
from ...render.styled_text import BOLD, Lines, style, wrap_words
from ..plotting.canvas import Size
from .scene import Scene
from .table import ChartTable

_MARGIN, _MEASURE = "  ", 92

Equations = Callable[[Scene, Scenario], Sequence[str]]


def constant(*lines: str) -> Equations:
    """Equations that are the same whatever is drawn."""
    return lambda _scene, _scenario: lines


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What `?` says of a chart or a room, in English; it is translated when it is shown."""

    title: str
    reading: Sequence[str]
    """How to read it, a paragraph each."""
    figures: Callable[[Scene, int], Iterator[str]]
    """Its numbers of now in words, for a layer counted from 1."""
    equations: Equations
    terms: Sequence[str] = ()
    """The terms of the glossary that come first: ids."""
    by_layer: bool = True
    """Whether the figures are one layer's."""


def _always(scene: Scene) -> bool:
    return bool(scene.upto)


def is_measured(*measures: str) -> Callable[[Scene], bool]:
    """Whether any of these measures has a number in the last row."""

    def fits(scene: Scene) -> bool:
        if not scene.upto:
            return False
        row = scene.row_count - 1
        tables = (scene.tables.measures[name][row] for name in measures)
        return any(not np.isnan(table).all() for table in tables)

    return fits


@dataclass(frozen=True, kw_only=True)
class Chart(Explanation):
    """A chart: pure functions of a scene."""

    tab: str = ""
    """Its name among those that take turns in a panel, in English; nothing: its title."""
    draw: Callable[[Scene, Size], Picture]
    table: Callable[[Scene], ChartTable]
    """The numbers behind the picture, for CSV."""
    patient: bool = False
    """Whether drawing and sending it costs much: it waits until the first frame is there, and is
    drawn anew once a second at most while the network trains."""
    fits: Callable[[Scene], bool] = _always
    """Whether there is such a thing to draw in the scenario."""


def explain(scene: Scene, scenario: Scenario, explanation: Explanation, size: Size) -> Picture:
    """The page of a chart or a room: title, terms in plain words, equations, figures, how to read
    it; as wide as `size` and as long as it has to be."""
    room = min(size.columns - 2 * len(_MARGIN), _MEASURE)
    layer, spell = scene.layer or 1, write_powers if scene.glyphs is ASCII else str
    loud = style(Role.STRONG) | BOLD
    equations = map(spell, explanation.equations(scene, scenario))
    figures = map(spell, explanation.figures(scene, layer))
    lines: Lines = [[(_MARGIN + _(explanation.title), loud)]]
    lines += [*_wrap(map(spell, _meanings(explanation.terms)), room, Role.GROUND, "  "), []]
    lines += [*_wrap(equations, room, Role.KEY, "  "), []]
    lines += [[(_MARGIN + _when(scene, layer, explanation.by_layer), loud)]]
    lines += [*_wrap(figures, room, Role.GROUND, "  "), []]
    lines += _wrap((spell(_(words)) for words in explanation.reading), room, Role.MUTED)
    return Picture([], [], lines)


def _meanings(ids: Sequence[str]) -> Iterator[str]:
    """Terms in plain words, a paragraph each."""
    for term in terms_called(ids):
        sign = f" {term.sign}" if term.sign else ""
        yield f"{term.name.in_language()}{sign}: {term.says.in_language()}"


def _wrap(paragraphs: Iterable[str], room: int, role: Role, indent: str = "") -> Lines:
    """Lines of at most `room` columns; a number stays with its percent sign."""
    columns = max(room - len(indent), 8)
    parts = (part for line in paragraphs for part in wrap_words(line, columns, further="  "))
    return [[(_MARGIN + indent + part, style(role))] for part in parts]


def _when(scene: Scene, layer: int, by_layer: bool) -> str:
    """The heading of the figures: of which step, and of which layer they are."""
    if not by_layer:
        return _("Now, at step {step}").format(step=scene.now)
    form = _("Now, at step {step}, layer {layer} of {layers} (← → another layer)")
    return form.format(step=scene.now, layer=layer, layers=scene.depth)
