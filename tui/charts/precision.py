"""The precision lens as a chart: how small gradients are, against what number types can hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...engine.diagnosis.precision import NUMBER_TYPES, lenses
from ...scenarios.i18n import N_, _, figure
from ..protocol import Picture
from ..render.axes import log_axis
from ..render.palette import Role
from ..render.precision_text import precision_lines
from .base.chart import Chart, constant
from .base.common import GRADIENT, note, picture
from .base.legends import LegendEntry, legend, seen
from .base.scene import Scene
from .base.table import ChartTable, Columns, summary_columns, table_from_columns
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import Floats, band, extent, logarithm, medians

_FEWEST_DECADES = 4.0
LINES = {kind.name: float(np.log10(kind.zero)) for kind in NUMBER_TYPES if kind.name != "bfloat16"}
"""Below which decade a type has only zeros; bfloat16's is near float32's."""


def entries(scene: Scene, norms: Floats) -> Floats:
    """The typical entry of each layer's ∂J/∂W, its root mean square, from norms (…, L)."""
    return norms / np.sqrt(scene.tables.sizes)


def draw(scene: Scene, size: Size) -> Picture:
    """Layers that float16 would lose stand out."""
    lens = lenses(scene.tables, scene.upto - 1)[0]
    found = extent(logarithm(entries(scene, scene.past("grad_norm")))) or (-1.0, 0.0)
    low = min(found[0], found[1] - _FEWEST_DECADES, LINES["float16"] - 1)
    chart = PerLayer(
        axis=log_axis(low, found[1], plot_rows(size)),
        bars=band(entries(scene, scene.latest("grad_norm")), log=True),
        roles=[
            Role.FROZEN if layer in lens.zero else Role.FIRST for layer in range(1, scene.depth + 1)
        ],
        guides=[line for line in LINES.values() if line >= low],
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    lines = per_layer(chart, size, scene.glyphs)
    named = [
        LegendEntry(
            scene.glyphs.eighths[-1], Role.FIRST, [_("typical entry of ∂J/∂W"), "∂J/∂W", "∂J/∂W"]
        ),
        LegendEntry(scene.glyphs.frozen[-1], Role.FROZEN, [_("0 in float16")]),
    ]
    head = legend(_("precision"), seen(named, lines, scene.glyphs), size, _("precision"))
    words = note(_("under a line: 0 in {types}").format(types=", ".join(LINES)))
    return picture(*head, words, lines)


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """A layer's typical entry, what float16 keeps of it, and every type's account of all layers."""
    found = lenses(scene.tables, scene.upto - 1)
    typical = medians(entries(scene, scene.latest("grad_norm"))[None])[0, layer - 1]
    said = _("typical entry of ∂J/∂W({layer}): {value}; float16 rounds {share} of them to 0")
    share = f"{figure(100 * found[0].lost[layer - 1])} %"
    yield said.format(layer=layer, value=figure(float(typical)), share=share)
    yield from precision_lines(found)


def table(scene: Scene) -> ChartTable:
    """The typical entry of each layer's gradient, and the share that a type rounds to 0."""
    found, count = lenses(scene.tables, scene.upto - 1), scene.depth
    columns: Columns = {"step": [scene.now] * count, "layer": range(1, count + 1)}
    columns["name"] = [layer.name for layer in scene.tables.layers]
    columns |= summary_columns("entry_rms", entries(scene, scene.latest("grad_norm"))[None], row=0)
    return table_from_columns(columns | {f"lost_{lens.type}": lens.lost for lens in found})


CHART = Chart(
    tab=N_("precision"),
    title=N_("What narrower number types would keep"),
    terms=("underflow",),
    reading=(
        N_(
            "A bar is the typical entry of a layer's gradient: its length over the root of the"
            " number n of weights. A type rounds to 0 what is under its line. A loss scale of"
            " 2^k multiplies the loss, and with it every gradient, before it is rounded."
        ),
    ),
    draw=draw,
    table=table,
    figures=figures,
    equations=constant("‖∂J/∂W⁽ˡ⁾‖ / √n", GRADIENT),
)
