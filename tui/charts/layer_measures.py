"""What the fourth panel can show: one of several looks inside the layers.

A further one is a further row of INNER, which says of which scenarios it can be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...engine.diagnosis.diagnosis import FROZEN_BUDGET
from ...engine.measure.signals import SATURATED
from ...engine.nn.activations import ACTIVATIONS
from ...scenarios.i18n import _, figure
from ..protocol import Picture
from ..render.axes import linear_axis, log_axis
from ..render.palette import Role
from ..render.styled_text import style
from .common import SYMBOLS, by_budget, key, note, picture, replicas
from .figures import value_at
from .plotting.canvas import Size, plot_rows
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import Band, band, extent
from .scene import Scene


def draw_updates(scene: Scene, size: Size) -> Picture:
    """How far each layer moves at a step, against what it would need to move at all."""
    enough = float(np.log10(FROZEN_BUDGET / max(scene.trace.steps, 1)))
    chart = PerLayer(
        axis=log_axis(*scene.decades(("update_ratio",), enough - 1), plot_rows(size)),
        bars=band(scene.latest("update_ratio"), log=True),
        roles=by_budget(scene),
        guides=[enough],
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    legend = [("  ", 0), (SYMBOLS["update_ratio"], style(Role.MUTED))]
    lines = per_layer(chart, size, scene.glyphs)
    return picture(_("update by layer"), legend, note(_("under the line: frozen")), lines)


def draw_activations(scene: Scene, size: Size) -> Picture:
    """What comes out of each layer: its mean, and one standard deviation to either side."""
    mean = band(scene.latest("activation_mean"), log=False)
    deviation = band(scene.latest("activation_std"), log=False)
    around = Band(
        mean.middle - deviation.middle,
        mean.middle,
        mean.middle + deviation.middle,
        mean.zero & False,
        mean.wild | deviation.wild,
    )
    low, high = extent(np.concatenate([around.low, around.high])) or (0.0, 1.0)
    chart = PerLayer(
        axis=linear_axis(low, high, plot_rows(size)),
        bars=around,
        roles=[Role.FIRST] * scene.depth,
        logarithmic=False,
        span=True,
        levels=Band(around.middle, around.middle, around.middle, around.zero, around.wild),
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    legend = [
        *key(scene.glyphs.levels[1], _("mean"), Role.STRONG),
        *key(scene.glyphs.eighths[-1], _("± 1 sd"), Role.FIRST_SOFT),
    ]
    return picture(_("activations"), legend, replicas(scene), per_layer(chart, size, scene.glyphs))


def draw_saturation(scene: Scene, size: Size) -> Picture:
    """Which share of a layer hardly answers, and which does not answer at all."""
    dead = band(scene.latest("dead"), log=False)
    chart = PerLayer(
        axis=linear_axis(0.0, 1.0, plot_rows(size)),
        bars=band(scene.latest("saturated"), log=False),
        roles=[Role.FIRST] * scene.depth,
        logarithmic=False,
        levels=Band(dead.low, dead.middle, dead.high, dead.zero & False, dead.wild),
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    legend = [
        *key(scene.glyphs.eighths[7], _("saturated"), Role.FIRST),
        *key(scene.glyphs.levels[1], _("dead"), Role.STRONG),
    ]
    return picture(
        _("share of units"), legend, replicas(scene), per_layer(chart, size, scene.glyphs)
    )


def activations_figures(scene: Scene, layer: int) -> Iterator[str]:
    """What comes out of a layer."""
    mean, std = (figure(value_at(scene, f"activation_{name}", layer)) for name in ("mean", "std"))
    yield f"A({layer}) = {mean} ± {std}"


def saturation_figures(scene: Scene, layer: int) -> Iterator[str]:
    """Shares of a layer, and the slope under which a unit counts as saturated."""
    steepest = ACTIVATIONS[scene.tables.layers[layer - 1].activation].steepest
    for words, measure in ((_("saturated"), "saturated"), (_("dead"), "dead")):
        yield f"{words}: {100 * value_at(scene, measure, layer):.3g} %"
    said = _("sup |g′| = {steepest}, so a slope under {least} counts as saturated")
    yield said.format(steepest=figure(steepest), least=figure(SATURATED * steepest))
