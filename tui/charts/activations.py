"""What comes out of each layer: mean and standard deviation over batch and units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...scenarios.i18n import N_, _, figure
from ..protocol import Picture
from ..render.axes import linear_axis
from ..render.palette import Role
from .base.chart import Chart, constant, is_measured
from .base.common import FORWARD, picture, replicas, value_at
from .base.legends import LegendEntry, legend, seen
from .base.scene import Scene
from .base.table import layer_tabulator
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import Band, band, extent


def draw(scene: Scene, size: Size) -> Picture:
    """What comes out of each layer: its mean, and one standard deviation to either side."""
    mean = band(scene.latest("activation_mean"), log=False)
    deviation = band(scene.latest("activation_std"), log=False)
    around = Band(
        low=mean.middle - deviation.middle,
        middle=mean.middle,
        high=mean.middle + deviation.middle,
        zero=mean.zero & False,
        wild=mean.wild | deviation.wild,
    )
    low, high = extent(np.concatenate([around.low, around.high])) or (0.0, 1.0)
    chart = PerLayer(
        axis=linear_axis(low, high, plot_rows(size)),
        bars=around,
        roles=[Role.FIRST] * scene.depth,
        logarithmic=False,
        span=True,
        levels=replace(around, low=mean.middle, high=mean.middle),
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    lines = per_layer(chart, size, scene.glyphs)
    entries = [
        LegendEntry(scene.glyphs.levels[1], Role.STRONG, [_("mean")]),
        LegendEntry(scene.glyphs.eighths[-1], Role.FIRST_SOFT, [_("± 1 sd")]),
    ]
    shown = seen(entries, lines, scene.glyphs)
    head = legend(_("activations"), shown, size, _("activations"))
    return picture(*head, replicas(scene), lines)


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """Mean and standard deviation of a layer."""
    mean, std = (figure(value_at(scene, f"activation_{name}", layer)) for name in ("mean", "std"))
    yield f"A({layer}) = {mean} ± {std}"


CHART = Chart(
    tab=N_("activations"),
    title=N_("Activations"),
    terms=("activation",),
    reading=(
        N_(
            "The output of each layer, over batch and units: the line is the mean, the bar one "
            "standard deviation to either side."
        ),
    ),
    draw=draw,
    fits=is_measured("activation_mean"),
    table=layer_tabulator("activation_mean", "activation_std"),
    figures=figures,
    equations=constant(FORWARD, "mean(A⁽ˡ⁾) ± std(A⁽ˡ⁾)"),
)
