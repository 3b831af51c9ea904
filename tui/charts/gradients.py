"""The first room's four panels: what each one draws of a scene, and what it says it is.

Each is a pure function of a scene and a size. A further panel is a further row of PANELS.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...engine.numerics import median
from ...scenarios.i18n import _, figure
from ..protocol import Picture
from ..render.axes import Axis, decades_axis, linear_axis, log_axis
from ..render.labels import series_word
from ..render.palette import Role
from ..render.styled_text import Line, style
from .common import (
    GHOST,
    SYMBOLS,
    by_budget,
    decades_with_ghost,
    expected,
    ghost_key,
    ghost_layers,
    ghost_losses,
    key,
    note,
    picture,
    replicas,
    theory_of,
)
from .figures import delta, gradient, law, value_at
from .plotting.canvas import Size, plot_rows
from .plotting.curves import OverTime, Series, over_time
from .plotting.curves import time_axis as curve_time_axis
from .plotting.heatmap import HeatMap, heat_map
from .plotting.heatmap import time_axis as heatmap_time_axis
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import Floats, band, extent, medians, thinned
from .scene import Scene
from .table import Table, over_steps

_STEEP = 1e3
"""A loss that spans more than this is drawn on decades."""


def draw_layers(scene: Scene, size: Size) -> Picture:
    """The gradient, layer by layer, as it is now."""
    first, *second = scene.measures
    levels = band(scene.latest(second[0]), log=True) if second else None
    chart = PerLayer(
        axis=log_axis(*decades_with_ghost(scene, scene.measures), plot_rows(size)),
        bars=band(scene.latest(first), log=True),
        roles=by_budget(scene),
        levels=levels,
        theory=theory_of(scene, first),
        expected=expected(scene, first),
        ghost=ghost_layers(scene, first),
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    legend = [
        *key(scene.glyphs.eighths[7], SYMBOLS[first], Role.FIRST),
        *(key(scene.glyphs.levels[1], SYMBOLS[second[0]], Role.STRONG) if second else []),
        *(key(scene.glyphs.theory, _("theory"), Role.THEORY) if chart.theory is not None else []),
        *ghost_key(scene, scene.glyphs.ghost),
    ]
    lines = per_layer(chart, size, scene.glyphs)
    return picture(_subject(scene), legend, replicas(scene), lines)


def _subject(scene: Scene) -> str:
    """Whose gradient: where there are several networks, the one that is looked at."""
    several = len(scene.trace.networks) > 1
    return series_word(scene.network) if several else _("gradient")


def draw_history(scene: Scene, size: Size) -> Picture:
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
    lines, time = heat_map(chart, size, scene.glyphs, scene.shades), heatmap_time_axis(chart, size)
    return picture(_("layer × step"), legend, note(_("log scale")), lines, time)


def draw_learning(scene: Scene, size: Size) -> Picture:
    """What all this is for: the loss, and how often the network is right."""
    trace, upto = scene.trace, scene.known
    steps = trace.records[:upto].astype(np.float64)
    losses = {name: values[:upto] for name, values in [*trace.loss.items()][: _losses_drawn(scene)]}
    before = ghost_losses(scene, [*losses])
    all_losses = losses | {f"before {name}": there for name, (_steps, there) in before.items()}
    axis, shown = _loss_axis(all_losses, plot_rows(size))
    right = linear_axis(0.0, 1.0, plot_rows(size)) if trace.accuracy else None
    past = zip(before.values(), shown[len(losses) :], strict=True)
    mark = scene.glyphs.ghost
    series = [Series(axis, there, GHOST, False, mark, at) for (at, _values), there in past]
    drawn = zip(_LOSS_ROLES, _marks(scene), shown[: len(losses)], strict=False)
    series += [line for role, mark, values in drawn for line in _curve(axis, values, role, mark)]
    if right is not None:
        accuracy = medians(trace.accuracy["test"][:upto, :, None])[:, 0]
        series.append(Series(right, accuracy, Role.SECOND, fine=False))
    chart = OverTime(steps, series, axis, right, scene.end, scene.now if scene.back else None)
    lines, time = over_time(chart, size, scene.glyphs), curve_time_axis(chart, size)
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
    legend += ghost_key(scene, scene.glyphs.ghost)
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


def history_table(scene: Scene) -> Table:
    """A row a record, a column a layer."""
    names = [layer.name for layer in scene.tables.layers]
    values = medians(scene.rows(scene.measures[0], slice(scene.known)))
    steps = scene.trace.records[: scene.known].tolist()
    rows = [[step, *row] for step, row in zip(steps, values.tolist(), strict=True)]
    return Table(["step", *names], rows)


def learning_table(scene: Scene) -> Table:
    """Losses and accuracies."""
    trace = scene.trace
    losses = {f"loss_{name}": values for name, values in trace.loss.items()}
    return over_steps(
        scene, losses | {f"accuracy_{name}": values for name, values in trace.accuracy.items()}
    )


def layers_figures(scene: Scene, layer: int) -> Iterator[str]:
    """Of the first chart."""
    for measure in scene.measures:
        yield from {"delta_rms": delta, "grad_norm": gradient}[measure](scene, layer)
    yield from law(scene)


def history_figures(scene: Scene, layer: int) -> Iterator[str]:
    """A layer's row of the map, from its first column to now, and the ends of the colours."""
    measure = scene.measures[0]
    born = float(medians(scene.rows(measure, slice(0, 1)))[0, layer - 1])
    now = value_at(scene, measure, layer)
    said = _("{symbol} of layer {layer}: {born} at birth, {now} now (×{share})")
    share = figure(now / born if born else None)
    yield said.format(
        symbol=SYMBOLS[measure], layer=layer, born=figure(born), now=figure(now), share=share
    )
    found = extent(scene.past(measure))
    if found:
        yield _("of all layers and steps: from {low} to {high}").format(
            low=figure(found[0]), high=figure(found[1])
        )


def learning_figures(scene: Scene, layer: int) -> Iterator[str]:
    """Losses and accuracies, first and now."""
    del layer
    for name, values in scene.trace.loss.items():
        born, now = (figure(float(median(values[row]))) for row in (0, scene.upto - 1))
        yield _("loss ({name}): {born} at birth, {now} now").format(name=name, born=born, now=now)
    for name, values in scene.trace.accuracy.items():
        now = figure(float(median(values[scene.upto - 1])))
        yield _("accuracy ({name}): {now}").format(name=name, now=now)
