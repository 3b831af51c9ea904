"""The activation in use and its slope, over where a layer's sums Z have come to lie.

It shows in one look why a layer saturates: its Z lie where g is flat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...engine.nn.activations import activation
from ...scenarios.i18n import N_, _, figure
from ...scenarios.schema.activation_facts import ACTIVATION_FACTS
from ...scenarios.schema.spec import Scenario
from ..protocol import Picture
from ..render.axes import Axis, linear_axis
from ..render.palette import Role
from ..render.styled_text import Line, Lines, fit_box
from .base.chart import Chart
from .base.common import note, picture, value_at
from .base.legends import LegendEntry, legend
from .base.scene import Scene
from .base.table import BINS, ChartTable
from .plotting.canvas import Canvas, Mark, Size, plot_rows
from .plotting.series import Floats

if TYPE_CHECKING:
    from ...engine.nn.assembly import Tap

_MOST = 8192
"""The most sums Z a histogram is made of."""

_DASH = 6, 4
"""Samples of g′ that are left out, so that it differs from g without colors too."""

_USUAL = 4.0
"""The axis reaches at least this far to either side, so that a curve has its shape."""


class Shape(NamedTuple):
    """An activation g and its slope g′ at the same z, each (n,)."""

    places: Floats
    value: Floats
    slope: Floats


def draw(scene: Scene, size: Size) -> Picture:
    """g, g′ and the histogram of Z of the layer singled out, or else of the first."""
    layer = scene.layer or 1
    name = scene.tables.layers[layer - 1].activation
    Z = sums(scene, layer)
    if Z is None:
        said: Lines = [note(" " + _("the sums Z are no longer finite numbers"))]
        return picture(name, [], [], fit_box(said, size.columns, size.rows))
    lines = _lines(scene, shape_of(scene, layer, Z, 2 * size.columns), Z, _reach(Z), size)
    head = legend(name, _entries(scene, layer), size, _("g and g′"))
    return picture(*head, _caption(Z), lines)


def _reach(Z: Floats) -> Axis:
    """A symmetric axis for 99.9 % of the sums."""
    return symmetric(float(max(_USUAL, np.quantile(np.abs(Z), 0.999))))


def shape_of(scene: Scene, layer: int, Z: Floats, count: int) -> Shape:
    """A layer's activation and its slope, at places around its sums."""
    name = scene.tables.layers[layer - 1].activation
    return _sample(name, slope_of(scene), _reach(Z), count)


def symmetric(reach: float) -> Axis:
    """An axis from -reach to reach, with five ticks."""
    ticks = tuple(share * reach for share in (-1.0, -0.5, 0.0, 0.5, 1.0))
    return Axis(-reach, reach, ticks, tuple(map(figure, ticks)))


def sums(scene: Scene, layer: int) -> Floats | None:
    """Z of a layer, as many as are needed; None where there is none to be had."""
    taps = scene.look.taps(scene.network, scene.depth, fed=True) if scene.look else []
    tap = taps[layer - 1] if taps else None
    if tap is None:
        return None
    Z = _of(tap).ravel().astype(np.float64)
    finite = Z[np.isfinite(Z)][: _MOST * max(len(Z) // _MOST, 1) : max(len(Z) // _MOST, 1)]
    return finite if len(finite) else None


def _of(tap: Tap) -> Floats:
    return np.asarray(tap.Z)[0]


def slope_of(scene: Scene) -> float:
    """The slope of a leaky activation in this network."""
    return scene.look.twin(scene.network).architecture.slope if scene.look else 0.0


def _sample(name: str, leak: float, across: Axis, count: int) -> Shape:
    g = activation(name, leak)
    places = np.linspace(across.low, across.high, count)[None, None]
    A, S = np.empty_like(places), np.empty_like(places)
    g.apply(places, A)
    g.slope(places, A, S)
    return Shape(places[0, 0], A[0, 0], S[0, 0])


def _lines(scene: Scene, shape: Shape, Z: Floats, across: Axis, size: Size) -> Lines:
    rows = plot_rows(size)
    left = linear_axis(float(min(shape.value.min(), 0)), float(shape.value.max()), rows)
    right = linear_axis(float(min(shape.slope.min(), 0)), float(shape.slope.max()), rows)
    canvas = Canvas(size, left, right)
    canvas.guide(0.0)
    canvas.ground(_bars(canvas, Z, across, scene.glyphs.eighths))
    places = (shape.places - across.low) / (across.high - across.low) * (canvas.columns - 1)
    value, slope = (
        (values - axis.low) / (axis.high - axis.low)
        for axis, values in ((left, shape.value), (right, shape.slope))
    )
    canvas.curve(places, value, scene.glyphs.curve, Role.STRONG)
    for start in range(0, len(places), sum(_DASH)):
        piece = slice(start, start + _DASH[0])
        canvas.curve(places[piece], slope[piece], scene.glyphs.curve, Role.SECOND)
    ticks = [round(across.share(tick) * (canvas.columns - 1)) for tick in across.ticks]
    canvas.across(ticks, [*across.labels], ("", "Z"))
    return canvas.lines(size, scene.glyphs)


def _bars(canvas: Canvas, Z: Floats, across: Axis, eighths: str) -> Iterator[Mark]:
    """The histogram, its tallest bar as tall as the chart; what lies outside is at its ends."""
    inside = np.clip(Z, across.low, across.high)
    counts = np.histogram(inside, canvas.columns, (across.low, across.high))[0]
    for column, share in enumerate((counts / max(int(counts.max()), 1)).tolist()):
        full, rest = divmod(round(8 * share * canvas.rows), 8)
        yield from (Mark(column, row, eighths[-1], Role.FIRST_SOFT) for row in range(full))
        if rest and full < canvas.rows:
            yield Mark(column, full, eighths[rest - 1], Role.FIRST_SOFT)


def _entries(scene: Scene, layer: int) -> list[LegendEntry]:
    line, bar = scene.glyphs.across * 2, scene.glyphs.eighths[-1]
    sums = [_("Z of layer {layer}").format(layer=layer), f"Z({layer})"]
    return [
        LegendEntry(line, Role.STRONG, ["g"]),
        LegendEntry(scene.glyphs.guide * 2, Role.SECOND, ["g′"]),
        LegendEntry(bar, Role.FIRST_SOFT, sums),
    ]


def _caption(Z: Floats) -> Line:
    return note(f"Z {figure(float(Z.mean()))} ± {figure(float(Z.std()))}")


def table(scene: Scene) -> ChartTable:
    """g and g′ in BINS equal bins of z, and how many Z lie in each."""
    layer = scene.layer or 1
    heads, Z = ("z", "g", "g_slope", "count"), sums(scene, layer)
    if Z is None:
        return ChartTable(heads, [])
    shape = shape_of(scene, layer, Z, 2 * BINS + 1)
    reach = float(shape.places[-1])
    counts = np.histogram(np.clip(Z, -reach, reach), BINS, (-reach, reach))[0]
    middles = slice(1, None, 2)
    columns = (shape.places[middles], shape.value[middles], shape.slope[middles], counts)
    return ChartTable(
        ("z", "g", "g_slope", "count"), [*zip(*(c.tolist() for c in columns), strict=True)]
    )


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """The root mean square of g′ over the layer's sums."""
    mean = figure(value_at(scene, "slope_rms", layer))
    yield _("g′ of layer {layer}, root mean square: {value}").format(layer=layer, value=mean)


def equations(scene: Scene, scenario: Scenario) -> Sequence[str]:
    """g and g′ of the layer singled out, or else of the first."""
    del scenario
    facts = ACTIVATION_FACTS[scene.tables.layers[(scene.layer or 1) - 1].activation]
    return f"g(z) = {facts.formula}", f"g′(z) = {facts.slope}"


def fits(scene: Scene) -> bool:
    """Whether the network itself can be looked into."""
    return scene.look is not None


CHART = Chart(
    tab=N_("g and g′"),
    title=N_("The activation and its slope"),
    terms=("activation", "slope"),
    reading=(
        N_(
            "The bars show where a layer's pre-activations Z lie. On flat parts of g, g′ is "
            "small, and the error signal is multiplied by it."
        ),
    ),
    draw=draw,
    table=table,
    figures=figures,
    equations=equations,
    fits=fits,
)
