"""The first room's four panels: what each one draws of a scene, and what it says it is.

Each is a pure function of a scene and a size. A further panel is a further row of PANELS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..engine.diagnosis import FROZEN_BUDGET
from ..scenarios.words import N_, _
from .bars import PerLayer, per_layer
from .blocks import HeatMap, heat_map
from .charts import Size, plot_rows
from .cleaning import Band, Floats, band, extent, logarithm, medians, thinned
from .curves import OverTime, Series, over_time
from .roles import Role
from .runs import BOLD, Line, Lines, style
from .scales import Axis, decades_axis, linear_axis, log_axis
from .scene import Scene
from .wire import Picture

SYMBOLS = {
    "grad_norm": "‖∂J/∂W‖",
    "delta_rms": "Δ rms",
    "update_ratio": "‖δW‖/‖W‖",
}
"""How a measure is written in a legend."""

_STEEP = 1e3
"""A loss that spans more than this is drawn on decades."""


def layers(scene: Scene, size: Size) -> Picture:
    """The gradient, layer by layer, as it is now."""
    first, *second = scene.measures
    levels = band(scene.latest(second[0]), log=True) if second else None
    chart = PerLayer(
        axis=log_axis(*scene.decades(scene.measures), plot_rows(size)),
        bars=band(scene.latest(first), log=True),
        roles=_by_budget(scene),
        levels=levels,
        theory=_theory(scene, first),
        ends=(_("input"), _("loss")),
    )
    legend = [
        *_key(scene.glyphs.eighths[7], SYMBOLS[first], Role.FIRST),
        *(_key(scene.glyphs.levels[1], SYMBOLS[second[0]], Role.STRONG) if second else []),
        *(
            _key(scene.glyphs.theory * 2, _("theory"), Role.THEORY)
            if chart.theory is not None
            else []
        ),
    ]
    lines = per_layer(chart, size, scene.glyphs)
    return _picture(_subject(scene), legend, _replicas(scene), lines)


def _subject(scene: Scene) -> str:
    """Whose gradient: where there are several networks, the one that is looked at."""
    names = {"generator": _("generator"), "discriminator": _("discriminator")}
    several = len(scene.trace.networks) > 1
    return names.get(scene.network, scene.network) if several else _("gradient")


def history(scene: Scene, size: Size) -> Picture:
    """The gradient of every layer at every step so far."""
    measure = scene.measures[0]
    chart = HeatMap(
        records=scene.trace.records[: scene.upto],
        values=medians(scene.rows(measure, slice(scene.upto))),
        axis=decades_axis(*scene.decades((measure,)), size.rows - 1),
        end=scene.end,
    )
    note = _note(_("log scale"))
    legend = [("  ", 0), (SYMBOLS[measure], style(Role.MUTED))]
    lines = heat_map(chart, size, scene.glyphs, scene.shades)
    return _picture(_("layer × step"), legend, note, lines)


def learning(scene: Scene, size: Size) -> Picture:
    """What all this is for: the loss, and how often the network is right."""
    trace, upto = scene.trace, scene.upto
    steps = trace.records[:upto].astype(np.float64)
    losses = {name: values[:upto] for name, values in [*trace.loss.items()][: _losses_drawn(scene)]}
    axis, shown = _loss_axis(losses, plot_rows(size))
    right = linear_axis(0.0, 1.0, plot_rows(size)) if trace.accuracy else None
    series = [
        line
        for role, values in zip(_LOSS_ROLES, shown, strict=False)
        for line in _curve(axis, values, role)
    ]
    if right is not None:
        accuracy = medians(trace.accuracy["test"][:upto, :, None])[:, 0]
        series.append(Series(right, accuracy, Role.SECOND, fine=False))
    chart = OverTime(steps, series, axis, right, scene.end)
    lines = over_time(chart, size, scene.glyphs)
    return _picture("", _learning_legend(scene, [*losses]), _replicas(scene), lines)


_LOSS_ROLES = (Role.FIRST, Role.THIRD)


def _losses_drawn(scene: Scene) -> int:
    """A classifier's training loss; both sides of a game."""
    return 1 if scene.trace.accuracy else 2


def _learning_legend(scene: Scene, losses: list[str]) -> Line:
    words = {
        "train": _("loss (train)"),
        "generator": _("generator"),
        "discriminator": _("discriminator"),
    }
    legend = [
        run
        for role, name in zip(_LOSS_ROLES, losses, strict=False)
        for run in _key(scene.glyphs.across * 2, words.get(name, name), role)
    ]
    if scene.trace.accuracy:
        legend += _key(scene.glyphs.dot, _("accuracy (test)"), Role.SECOND)
    return legend[1:]


def _loss_axis(losses: dict[str, Floats], rows: int) -> tuple[Axis, list[Floats]]:
    """An axis for losses, and the losses in its unit: decades when they span many."""
    seen = [extent(values[thinned(len(values), 400)]) for values in losses.values()]
    low = min((low for low, _high in filter(None, seen)), default=0.0)
    high = max((high for _low, high in filter(None, seen)), default=1.0)
    if low > 0 and high / low > _STEEP:
        return log_axis(np.log10(low), np.log10(high), rows), [np.log10(v) for v in losses.values()]
    return linear_axis(min(low, 0.0), high or 1.0, rows), [*losses.values()]


def _curve(axis: Axis, values: Floats, role: int) -> list[Series]:
    """The median, and behind it the 10-90 % band of the replicas."""
    summed = band(values.T, log=False)
    edges = [Series(axis, edge, Role.FIRST_SOFT) for edge in (summed.low, summed.high)]
    return [*(edges if summed.spread else []), Series(axis, summed.middle, role)]


def inside(scene: Scene, size: Size) -> Picture:
    """What goes on inside the layers: one of INNER."""
    return INNER[scene.inner].draw(scene, size)


def _updates(scene: Scene, size: Size) -> Picture:
    """How far each layer moves at a step, against what it would need to move at all."""
    enough = float(np.log10(FROZEN_BUDGET / max(scene.trace.steps, 1)))
    chart = PerLayer(
        axis=log_axis(*scene.decades(("update_ratio",), enough - 1), plot_rows(size)),
        bars=band(scene.latest("update_ratio"), log=True),
        roles=_by_budget(scene),
        guides=[enough],
        ends=(_("input"), _("loss")),
    )
    legend = [("  ", 0), (SYMBOLS["update_ratio"], style(Role.MUTED))]
    lines = per_layer(chart, size, scene.glyphs)
    return _picture(_("update by layer"), legend, _note(_("under the line: frozen")), lines)


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
    )
    legend = [
        *_key(scene.glyphs.levels[1], _("mean"), Role.STRONG),
        *_key(scene.glyphs.eighths[-1], _("± 1 sd"), Role.FIRST_SOFT),
    ]
    return _picture(
        _("activations"), legend, _replicas(scene), per_layer(chart, size, scene.glyphs)
    )


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
    )
    legend = [
        *_key(scene.glyphs.eighths[7], _("saturated"), Role.FIRST),
        *_key(scene.glyphs.levels[1], _("dead"), Role.STRONG),
    ]
    return _picture(
        _("share of units"), legend, _replicas(scene), per_layer(chart, size, scene.glyphs)
    )


@dataclass(frozen=True)
class Inner:
    """One thing the fourth panel can show."""

    title: str
    draw: Callable[[Scene, Size], Picture]


INNER = {
    "update_ratio": Inner(N_("update by layer"), _updates),
    "activations": Inner(N_("activations"), _activations),
    "saturation": Inner(N_("share of units"), _saturation),
}

PANELS: dict[str, Callable[[Scene, Size], Picture]] = {
    "layers": layers,
    "history": history,
    "learning": learning,
    "inside": inside,
}


def _by_budget(scene: Scene) -> list[int]:
    """Layers that cannot get anywhere in the steps that are planned stand out."""
    frozen = scene.diagnosis.frozen
    return [Role.FROZEN if layer in frozen else Role.FIRST for layer in range(1, scene.depth + 1)]


def _theory(scene: Scene, measure: str) -> Floats | None:
    values = scene.theory.get(measure)
    return None if values is None else logarithm(values)


def _picture(title: str, legend: Line, caption: Line, lines: Lines) -> Picture:
    return Picture(
        [(title, style(Role.STRONG) | BOLD), *legend] if title else legend, caption, lines
    )


def _key(mark: str, words: str, role: int) -> Line:
    return [("  ", 0), (f"{mark} ", style(role)), (words, style(Role.MUTED))]


def _note(words: str) -> Line:
    return [(words, style(Role.MUTED))]


def _replicas(scene: Scene) -> Line:
    count = next(iter(scene.trace.loss.values())).shape[1]
    return _note(_("median of {count}, 10–90 %").format(count=count)) if count > 1 else []
