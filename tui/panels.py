"""The first room's four panels: what each one draws of a scene, and what it says it is.

Each is a pure function of a scene and a size. A further panel is a further row of PANELS.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..scenarios.words import _
from . import blocks, curves, ghosts
from .bars import PerLayer, per_layer
from .blocks import HeatMap, heat_map
from .charts import Size, plot_rows
from .cleaning import Floats, band, extent, medians, thinned
from .cursor import layer_line
from .curves import OverTime, Series, over_time
from .inner import inside
from .naming import series_word
from .parts import SYMBOLS, by_budget, expected, key, note, picture, replicas, theory_of
from .roles import Role
from .runs import Line, style
from .scales import Axis, decades_axis, linear_axis, log_axis
from .scene import Scene
from .signals import signals
from .walk import walk
from .wire import Picture

_STEEP = 1e3
"""A loss that spans more than this is drawn on decades."""


def layers(scene: Scene, size: Size) -> Picture:
    """The gradient, layer by layer, as it is now."""
    first, *second = scene.measures
    levels = band(scene.latest(second[0]), log=True) if second else None
    chart = PerLayer(
        axis=log_axis(*ghosts.decades(scene, scene.measures), plot_rows(size)),
        bars=band(scene.latest(first), log=True),
        roles=by_budget(scene),
        levels=levels,
        theory=theory_of(scene, first),
        expected=expected(scene, first),
        ghost=ghosts.layer_by_layer(scene, first),
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    legend = [
        *key(scene.glyphs.eighths[7], SYMBOLS[first], Role.FIRST),
        *(key(scene.glyphs.levels[1], SYMBOLS[second[0]], Role.STRONG) if second else []),
        *(key(scene.glyphs.theory, _("theory"), Role.THEORY) if chart.theory is not None else []),
        *ghosts.entry(scene, scene.glyphs.ghost),
    ]
    lines = per_layer(chart, size, scene.glyphs)
    return picture(_subject(scene), legend, replicas(scene), lines)


def _subject(scene: Scene) -> str:
    """Whose gradient: where there are several networks, the one that is looked at."""
    several = len(scene.trace.networks) > 1
    return series_word(scene.network) if several else _("gradient")


def history(scene: Scene, size: Size) -> Picture:
    """The gradient of every layer at every step so far."""
    measure = scene.measures[0]
    chart = HeatMap(
        records=scene.trace.records[: scene.known],
        values=medians(scene.rows(measure, slice(scene.known))),
        axis=decades_axis(*scene.decades((measure,)), size.rows - 1),
        end=scene.end,
        cursor=scene.layer,
        at=scene.now if scene.back else None,
    )
    legend = [("  ", 0), (SYMBOLS[measure], style(Role.MUTED))]
    lines, time = heat_map(chart, size, scene.glyphs, scene.shades), blocks.time_axis(chart, size)
    return picture(_("layer × step"), legend, note(_("log scale")), lines, time)


def learning(scene: Scene, size: Size) -> Picture:
    """What all this is for: the loss, and how often the network is right."""
    trace, upto = scene.trace, scene.known
    steps = trace.records[:upto].astype(np.float64)
    losses = {name: values[:upto] for name, values in [*trace.loss.items()][: _losses_drawn(scene)]}
    before = ghosts.losses(scene, [*losses])
    all_losses = losses | {f"before {name}": there for name, (_steps, there) in before.items()}
    axis, shown = _loss_axis(all_losses, plot_rows(size))
    right = linear_axis(0.0, 1.0, plot_rows(size)) if trace.accuracy else None
    past = zip(before.values(), shown[len(losses) :], strict=True)
    mark = scene.glyphs.ghost
    series = [Series(axis, there, ghosts.ROLE, False, mark, at) for (at, _values), there in past]
    drawn = zip(_LOSS_ROLES, _marks(scene), shown[: len(losses)], strict=False)
    series += [line for role, mark, values in drawn for line in _curve(axis, values, role, mark)]
    if right is not None:
        accuracy = medians(trace.accuracy["test"][:upto, :, None])[:, 0]
        series.append(Series(right, accuracy, Role.SECOND, fine=False))
    chart = OverTime(steps, series, axis, right, scene.end, scene.now if scene.back else None)
    lines, time = over_time(chart, size, scene.glyphs), curves.time_axis(chart, size)
    return picture("", _learning_legend(scene, [*losses]), replicas(scene), lines, time)


_LOSS_ROLES = (Role.FIRST, Role.THIRD)


def _marks(scene: Scene) -> tuple[str, str]:
    """A fine line for the first loss, dashes for the second."""
    return "", scene.glyphs.levels[1]


def _losses_drawn(scene: Scene) -> int:
    """A classifier's training loss; both sides of a game."""
    return 1 if scene.trace.accuracy else 2


def _learning_legend(scene: Scene, losses: list[str]) -> Line:
    drawn = zip(_LOSS_ROLES, _marks(scene), losses, strict=False)
    legend = [
        run
        for role, mark, name in drawn
        for run in key(
            mark or scene.glyphs.across * 2,
            _("loss (train)") if name == "train" else series_word(name),
            role,
        )
    ]
    if scene.trace.accuracy:
        legend += key(scene.glyphs.dot, _("accuracy (test)"), Role.SECOND)
    legend += ghosts.entry(scene, scene.glyphs.ghost)
    return legend[1:]


def _loss_axis(losses: dict[str, Floats], rows: int) -> tuple[Axis, list[Floats]]:
    """An axis for losses, and the losses in its unit: decades when they span many."""
    seen = [extent(values[thinned(len(values), 400)]) for values in losses.values()]
    low = min((low for low, _high in filter(None, seen)), default=0.0)
    high = max((high for _low, high in filter(None, seen)), default=1.0)
    if low > 0 and high / low > _STEEP:
        return log_axis(np.log10(low), np.log10(high), rows), [np.log10(v) for v in losses.values()]
    return linear_axis(min(low, 0.0), high or 1.0, rows), [*losses.values()]


def _curve(axis: Axis, values: Floats, role: int, mark: str) -> list[Series]:
    """The median, and behind it the 10-90 % band of the replicas."""
    summed = band(values.T, log=False)
    edges = [Series(axis, edge, Role.FIRST_SOFT) for edge in (summed.low, summed.high)]
    return [*(edges if summed.spread else []), Series(axis, summed.middle, role, not mark, mark)]


PANELS: dict[str, Callable[[Scene, Size], Picture]] = {
    "layers": layers,
    "history": history,
    "learning": learning,
    "inside": inside,
    "layer": layer_line,
    "walk": walk,
    "signals": signals,
}
"""What the lab can draw: its four charts, the line of one layer, and what fills a room."""
