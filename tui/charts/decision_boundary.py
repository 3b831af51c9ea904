"""The plane as a network sees it: a classifier's decision, or what a discriminator believes.

Colors are straight half blocks of sixteen levels; the data, and what a generator makes, lie over
them. A deep network that has not learned is one even color.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...scenarios.i18n import N_, _
from ...scenarios.schema.spec import Scenario
from ..protocol import Picture
from ..render.palette import HEAT_LEVELS, Role
from ..render.styled_text import Line, Lines, back, cells, front, merge_runs, style
from . import loss
from .base.chart import Chart
from .base.common import note, picture
from .base.legends import key
from .base.scene import Scene
from .base.table import ChartTable
from .plotting.canvas import Size
from .plotting.heatmap import Levels, paint_levels
from .plotting.series import Floats

if TYPE_CHECKING:
    from .base.snapshots import SnapshotView

_MARGIN = 0.15
"""What is seen beyond the data, as a share of their extent."""

_AWAY = 4.0
"""Times the extent of the data: fakes that lie no farther off are in the picture."""

_MOST_PLACES, _FEWEST_PLACES = 1500, 400
_LIGHT = 20_000
"""Places that a network is asked about, of one with so many parameters at most and of far larger
ones; those between are interpolated."""

_TABLE_GRID = Size(40, 20)
"""The grid of places that a table holds: as many columns, twice as many rows."""

_BRIGHT = HEAT_LEVELS * 5 // 8
"""The level from which a mark has to be dark."""


class Window(NamedTuple):
    """The part of the plane that is drawn, in data units."""

    left: float
    right: float
    foot: float
    head: float


def fits(scene: Scene) -> bool:
    """Whether the data lie in the plane."""
    return scene.look is not None and scene.look.points is not None


def draw(scene: Scene, size: Size) -> Picture:
    """What the network says of every place, and the data over it."""
    look, gan = scene.look, len(scene.trace.networks) > 1
    title = _("what D says") if gan else _("decision")
    if look is None or look.points is None or min(size) < 1:
        return picture(title, [], [], [])
    sets = _sets(look, gan)
    view = window(sets, size)
    values = _outputs(scene, "discriminator" if gan else "model", view, size)
    lines = paint_levels(heat_levels(values), scene.glyphs, scene.shades)
    marks = scene.glyphs.badges["dead"], scene.glyphs.dot
    for points, mark in zip(sets, marks, strict=False):
        lines = _over(lines, points, view, mark)
    names = (_("real"), _("made")) if gan else (_("class 0"), _("class 1"))
    legend = [run for mark, name in zip(marks, names, strict=True) for run in _key(mark, name)]
    return picture(title, legend, _caption(look, gan), lines)


def grid(scene: Scene) -> Iterator[tuple[str, float, float, float | None]]:
    """The same as numbers: the answer at a grid of places, and the points of each kind."""
    look, gan = scene.look, len(scene.trace.networks) > 1
    if look is None or look.points is None:
        return
    sets = _sets(look, gan)
    view = window(sets, _TABLE_GRID)
    values = _outputs(scene, "discriminator" if gan else "model", view, _TABLE_GRID)
    rows, columns = values.shape
    for y, row in zip(np.linspace(view.head, view.foot, rows), values, strict=True):
        for x, value in zip(np.linspace(view.left, view.right, columns), row, strict=True):
            yield "output", float(x), float(y), float(value)
    for name, points in zip(
        ("real", "made") if gan else ("class 0", "class 1"), sets, strict=False
    ):
        yield from ((name, float(x), float(y), None) for x, y in points)


def _key(mark: str, name: str) -> Line:
    return key(mark, name, Role.STRONG)


def _caption(look: SnapshotView, gan: bool) -> Line:
    critic = look.points is not None and look.points.output == "critic"
    if critic:
        return note(_("bright: more real, says the critic"))
    return note(_("bright: D says real") if gan else _("bright: class 1"))


def _sets(look: SnapshotView, gan: bool) -> list[Floats]:
    """Points of one mark each: the classes, or what is real and what is made."""
    points = look.points
    assert points is not None
    if not gan or points.latent is None:
        return [np.asarray(each, np.float64) for each in points.classes]
    made = look.output("generator", points.latent)
    return [np.asarray(points.classes[0], np.float64), made[np.isfinite(made).all(axis=1)]]


def window(sets: list[Floats], size: Size) -> Window:
    """What holds the first set and its surroundings, in the proportions of the place."""
    data = np.concatenate(sets) if len(sets) > 1 and len(sets[0]) == 0 else sets[0]
    both = np.concatenate([each for each in sets if len(each)])
    data = data if len(data) else both
    low, high = (f(np.concatenate([data, _near(both, data)]), axis=0) for f in (np.min, np.max))
    center, half = (low + high) / 2, (high - low) / 2 * (1 + _MARGIN) + 1e-9
    shape = np.array([size.columns, 2 * size.rows])
    half = shape * (half / shape).max()
    (left, foot), (right, head) = center - half, center + half
    return Window(float(left), float(right), float(foot), float(head))


def _near(points: Floats, data: Floats) -> Floats:
    """Those that are not much farther off than the data are wide."""
    low, high = data.min(axis=0), data.max(axis=0)
    wide = _AWAY * (high - low).max()
    inside = ((points >= low - wide) & (points <= high + wide)).all(axis=1)
    return points[inside]


def _outputs(scene: Scene, name: str, view: Window, size: Size) -> Floats:
    """The network's answer for every half cell, from the top: 0 for one side, 1 for the other."""
    look, layers = scene.look, scene.trace.networks[name].layers
    assert look is not None
    columns, rows = size.columns, 2 * size.rows
    parameters = sum(layer.parameters for layer in layers)
    places = max(_MOST_PLACES * min(1.0, _LIGHT / max(parameters, 1)), _FEWEST_PLACES)
    finer = max(1.0, np.sqrt(columns * rows / places))
    across = np.linspace(view.left, view.right, max(int(columns / finer), 2))
    down = np.linspace(view.head, view.foot, max(int(rows / finer), 2))
    grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    output = look.output(name, grid)[:, 0].reshape(len(down), len(across))
    kind = look.points.output if look.points else "logit"
    return interpolate(_ANSWERS[kind](output), columns, rows)


def _sigmoid(z: Floats) -> Floats:
    return 0.5 + 0.5 * np.tanh(z / 2)


def _rescale(f: Floats) -> Floats:
    """Between the least and the most that is said: a critic's scale means nothing."""
    finite = f[np.isfinite(f)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    return (f - low) / (high - low) if high > low else np.full(f.shape, 0.5)


_ANSWERS: dict[str, Callable[[Floats], Floats]] = {
    "logit": _sigmoid,
    "share": np.asarray,
    "critic": _rescale,
}
"""Maps outputs to 0…1, by their kind."""


def interpolate(values: Floats, columns: int, rows: int) -> Floats:
    """A grid (m, n) interpolated bilinearly to (rows, columns)."""
    y, x = (
        np.linspace(0, count - 1, places)
        for count, places in zip(values.shape, (rows, columns), strict=True)
    )
    i, j = (
        np.minimum(at.astype(int), count - 2)
        for at, count in zip((y, x), values.shape, strict=True)
    )
    u, v = (y - i)[:, None], (x - j)[None, :]
    upper = values[i][:, j] * (1 - v) + values[i][:, j + 1] * v
    lower = values[i + 1][:, j] * (1 - v) + values[i + 1][:, j + 1] * v
    return upper * (1 - u) + lower * u


def heat_levels(values: Floats) -> Levels:
    """Values 0…1 as levels of color, 0…15; what is not finite is the middle one.

    One half lies in the middle of a level, not between two: a network that knows nothing keeps its
    color.
    """
    clear = np.where(np.isfinite(values), values, 0.5).clip(0, 1)
    level = np.rint(clear * (HEAT_LEVELS - 2))
    return (level + (level > HEAT_LEVELS // 2 - 1)).astype(np.int16)


def _over(lines: Lines, points: Floats, view: Window, mark: str) -> Lines:
    """The points as marks on the ground of their cells."""
    columns = len([*cells(lines[0])]) if lines else 0
    x = (points[:, 0] - view.left) / (view.right - view.left) * columns
    y = (view.head - points[:, 1]) / (view.head - view.foot) * len(lines)
    inside = (x >= 0) & (x < columns) & (y >= 0) & (y < len(lines))
    at = {(int(row), int(column)) for row, column in zip(y[inside], x[inside], strict=True)}
    marked = [[*cells(line)] for line in lines]
    for row, column in at:
        marked[row][column] = (mark, _on(marked[row][column][1]))
    return [merge_runs(line) for line in marked]


def _on(code: int) -> int:
    """The style of a mark on a cell: dark on bright ground, bright on dark."""
    ground = back(code) or front(code)
    if ground < Role.HEAT:
        return code
    return style(Role.ON_LOW if ground - Role.HEAT < _BRIGHT else Role.ON_HIGH, ground)


def table(scene: Scene) -> ChartTable:
    """The output at a grid of places, and the data points."""
    return ChartTable(("what", "x", "y", "value"), [*grid(scene)])


def equations(scene: Scene, scenario: Scenario) -> Sequence[str]:
    """What the network says of a place x."""
    del scene
    if scenario.kind == "gan":
        critic = scenario.gan.loss == "wasserstein"
        return ("f(x)",) if critic else ("D(x) = σ(f(x)) = 1 / (1 + e^-f(x))",)
    return ("p(x) = σ(z(x)) = 1 / (1 + e^-z(x))",)


CHART = Chart(
    tab=N_("decision"),
    title=N_("The network's output over the plane"),
    terms=("accuracy",),
    reading=(
        N_(
            "Every point of the plane is given to the network; bright is near 1, dark near 0. A "
            "deep network that has not learned says the same everywhere."
        ),
    ),
    draw=draw,
    table=table,
    figures=loss.figures,
    equations=equations,
    fits=fits,
    patient=True,
    by_layer=False,
)
