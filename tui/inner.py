"""What the fourth panel can show: one of several looks inside the layers.

A further one is a further row of INNER, which says of which scenarios it can be drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..engine.diagnosis import FROZEN_BUDGET
from ..scenarios.words import _
from .bars import PerLayer, per_layer
from .boundary import boundary, seen
from .charts import Size, plot_rows
from .cleaning import Band, band, extent
from .game import game, played
from .lags import lags, recurs
from .parts import SYMBOLS, by_budget, key, note, picture, replicas
from .precise import precise
from .roles import Role
from .runs import style
from .scales import linear_axis, log_axis
from .scene import Scene
from .shape import shape
from .weights import weights
from .wire import Picture


def _updates(scene: Scene, size: Size) -> Picture:
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


def _activations(scene: Scene, size: Size) -> Picture:
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


def _saturation(scene: Scene, size: Size) -> Picture:
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


def _always(scene: Scene) -> bool:
    return bool(scene.upto)


def _looked_into(scene: Scene) -> bool:
    return scene.look is not None


@dataclass(frozen=True)
class Inner:
    """One thing the fourth panel can show."""

    draw: Callable[[Scene, Size], Picture]
    fits: Callable[[Scene], bool] = _always
    """Whether the scenario has it."""


INNER = {
    "update_ratio": Inner(_updates),
    "activations": Inner(_activations),
    "saturation": Inner(_saturation),
    "shape": Inner(shape, _looked_into),
    "weights": Inner(weights, _looked_into),
    "plane": Inner(boundary, seen),
    "game": Inner(game, played),
    "lags": Inner(lags, recurs),
    "precision": Inner(precise),
}


def inside(scene: Scene, size: Size) -> Picture:
    """What goes on inside the layers: what is asked for, or the first where there is no such."""
    wanted = INNER.get(scene.inner)
    usable = wanted if wanted and wanted.fits(scene) else next(iter(INNER.values()))
    return usable.draw(scene, size)


def fitting(scene: Scene) -> list[str]:
    """What the fourth panel can show of this scenario."""
    return [name for name, inner in INNER.items() if inner.fits(scene)]
