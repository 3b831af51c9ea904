"""A GAN's own account: how sure the discriminator is, and what that leaves the generator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ...engine.numerics import median
from ...scenarios.i18n import N_, _, figure
from ...scenarios.schema.spec import Scenario
from ..protocol import Picture
from ..render.axes import Axis, linear_axis, log_axis
from ..render.palette import Role
from .base.chart import Chart
from .base.common import picture, replicas
from .base.legends import LegendEntry, legend
from .base.scene import Scene
from .base.table import ChartTable, step_table
from .plotting.canvas import Size, plot_rows
from .plotting.curves import OverTime, Series, over_time, time_axis
from .plotting.series import Floats, extent, logarithm, medians


def fits(scene: Scene) -> bool:
    """Whether the scenario is a GAN."""
    return bool(scene.trace.gan)


def draw(scene: Scene, size: Size) -> Picture:
    """What D says of real points and of fakes, and the gradient the loss in use leaves."""
    gan, upto = scene.trace.gan, scene.row_count
    steps = scene.trace.records[:upto].astype(np.float64)
    sure = "real_output" in gan
    said = [_middle(scene, f"{who}_{'output' if sure else 'logit'}") for who in ("real", "fake")]
    left = _axis(said, sure, plot_rows(size))
    share = _share(scene)
    right = _decades(share, plot_rows(size)) if share is not None else None
    real, fake = said
    dash = scene.glyphs.levels[1]
    series = [
        Series(left, real, _ROLES[0]),
        Series(left, fake, _ROLES[1], fine=False, mark=dash),
    ]
    if right is not None and share is not None:
        series.append(Series(right, share, Role.SECOND, fine=False))
    chart = OverTime(
        steps=steps,
        series=series,
        left=left,
        right=right,
        end=scene.end,
        at=scene.now if scene.back else None,
    )
    lines, time = over_time(chart, size, scene.glyphs), time_axis(chart, size)
    named = legend("", _entries(scene, sure, right is not None), size, _("game"))[1]
    return picture("", named[1:], replicas(scene), lines, time)


_ROLES = (Role.FIRST, Role.THIRD)


def _middle(scene: Scene, name: str) -> Floats:
    return medians(scene.trace.gan[name][: scene.row_count, :, None])[:, 0]


def _share(scene: Scene) -> Floats | None:
    """The saturating loss's gradient over the other one's, in decades, where both are known."""
    gan = scene.trace.gan
    if "gradient_saturating" not in gan or "gradient_non_saturating" not in gan:
        return None
    both = (_middle(scene, f"gradient_{loss}") for loss in ("saturating", "non_saturating"))
    return np.subtract(*map(logarithm, both))


def _axis(series: list[Floats], sure: bool, rows: int) -> Axis:
    low, high = (0.0, 1.0) if sure else extent(np.concatenate(series)) or (0.0, 1.0)
    return linear_axis(low, high, rows)


def _decades(share: Floats, rows: int) -> Axis:
    low, high = extent(share) or (-1.0, 0.0)
    return log_axis(min(low, high - 2.0), max(high, 0.0), rows)


def _entries(scene: Scene, sure: bool, share: bool) -> list[LegendEntry]:
    line = scene.glyphs.across * 2
    names = ("D(x)", "D(G(z))") if sure else ("f(x)", "f(G(z))")
    looks = zip(names, (line, scene.glyphs.levels[1]), _ROLES, strict=True)
    entries = [LegendEntry(mark, role, [name]) for name, mark, role in looks]
    kept = LegendEntry(scene.glyphs.dot, Role.SECOND, [_("gradient kept"), _("grad.")])
    return [*entries, kept] if share else entries


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """The medians of what was recorded of the game."""
    del layer
    for name, values in scene.trace.gan.items():
        yield f"{name.replace('_', ' ')}: {figure(float(median(values[scene.upto - 1])))}"


def table(scene: Scene) -> ChartTable:
    """The recorded series of the game, a row a record."""
    return step_table(scene, scene.trace.gan)


OBJECTIVES: Mapping[str, Sequence[str]] = {
    "saturating": (
        "J_G = mean ln(1 - D(G(z)))",
        "J_D = -0.5 mean ln D(x) - 0.5 mean ln(1 - D(G(z)))",
    ),
    "non_saturating": (
        "J_G = -mean ln D(G(z))",
        "J_D = -0.5 mean ln D(x) - 0.5 mean ln(1 - D(G(z)))",
    ),
    "wasserstein": ("J_G = -mean f(G(z))", "J_D = mean f(G(z)) - mean f(x)"),
}
"""What generator and discriminator each bring down, by the loss of the game."""


def equations(scene: Scene, scenario: Scenario) -> Sequence[str]:
    """The losses of the game in play."""
    del scene
    return OBJECTIVES[scenario.gan.loss]


CHART = Chart(
    tab=N_("game"),
    title=N_("Generator against discriminator"),
    terms=("generator", "discriminator", "distance"),
    reading=(
        N_(
            "The line is what D says of real points, dashes what it says of fakes. Dots are the "
            "gradient of the saturating loss as a share of the non-saturating one's: about D/(1 "
            "- D)."
        ),
    ),
    draw=draw,
    table=table,
    figures=figures,
    equations=equations,
    fits=fits,
    by_layer=False,
)
