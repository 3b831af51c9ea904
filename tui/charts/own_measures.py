"""A chart for each measure of a person's own: by layer, and by layer through the steps.

A measure gives one number a layer and replica at every record. Numbers that are all positive and
span decades are drawn on decades, others on a linear axis; marks stand in the place of bars where
some are negative, as a bar has to begin somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from inspect import cleandoc

import numpy as np

from ...engine.measure.own_measures import OWN_MEASURES
from ...scenarios.i18n import N_, _, figure
from ..protocol import Picture
from ..render.axes import Axis, linear_axis, log_axis
from ..render.palette import Role
from .base.chart import Chart, constant
from .base.common import ghost_entry, ghost_layers, note, picture, replicas, value_at
from .base.legends import key
from .base.scene import OWN, Scene
from .base.table import layer_tabulator, layers_by_step
from .plotting.canvas import Size, plot_rows
from .plotting.heatmap import HeatMap, heat_map, time_axis
from .plotting.layer_bars import PerLayer, per_layer
from .plotting.series import band, extent, medians

_STEEP = 1e2
"""A measure that spans more than this is drawn on decades."""

STEPS = "steps."
"""Before the name of a measure's chart through the steps."""


def own_charts(scene: Scene) -> dict[str, Chart]:
    """The charts of the measures that a run takes beside ours, by name."""
    charts: dict[str, Chart] = {}
    for name in scene.tables.own:
        charts[OWN + name] = by_layer(name)
        charts[STEPS + OWN + name] = by_step(name)
    return charts


def by_layer(name: str) -> Chart:
    """The chart of a measure at the record looked at."""
    return Chart(
        tab=name,
        title=name,
        reading=[*_said(name), N_("Your own measure, layer by layer: see Your own parts.")],
        draw=partial(_draw_layers, name),
        table=layer_tabulator(OWN + name),
        figures=partial(_figures, name),
        equations=constant(),
    )


def by_step(name: str) -> Chart:
    """The map of a measure at every record so far."""
    title = _("{measure} by step").format(measure=name)
    return Chart(
        tab=title,
        title=title,
        reading=[
            *_said(name),
            N_(
                "Your own measure: a row is a layer, the loss at the top; a column is a step; the "
                "color is the value, as the bar at the right says."
            ),
        ],
        draw=partial(_draw_steps, name),
        table=partial(layers_by_step, measure=OWN + name),
        figures=partial(_figures, name),
        equations=constant(),
    )


def _said(name: str) -> list[str]:
    """What the first paragraph of the measure's own docstring says, where it has one."""
    words = cleandoc(getattr(OWN_MEASURES.get(name), "__doc__", None) or "").partition("\n\n")[0]
    return [" ".join(words.split())] if words.strip() else []


def _axis(scene: Scene, name: str, rows: int) -> tuple[Axis, bool]:
    """The axis that holds what was measured so far, and whether it is of decades."""
    low, high = extent(scene.past(OWN + name)) or (0.0, 1.0)
    if low > 0 and high / low > _STEEP:
        return log_axis(float(np.log10(low)), float(np.log10(high)), rows), True
    return linear_axis(min(low, 0.0), max(high, 0.0) or float(low >= 0), rows), False


def _draw_layers(name: str, scene: Scene, size: Size) -> Picture:
    axis, log = _axis(scene, name, plot_rows(size))
    found = band(scene.latest(OWN + name), log=log)
    nothing = np.full_like(found.middle, np.nan)
    absent = replace(found, low=nothing, middle=nothing, high=nothing, zero=found.zero & False)
    marks = axis.low < 0 and not log
    before = ghost_layers(scene, OWN + name, log=log)
    chart = PerLayer(
        axis=axis,
        bars=absent if marks else found,
        roles=[Role.FIRST] * scene.depth,
        logarithmic=log,
        levels=found if marks else None,
        ghost=before,
        guides=[0.0] if marks else (),
        ends=(_("input"), _("loss")),
        cursor=scene.layer,
    )
    there = ghost_entry(scene, scene.glyphs.ghost) if before is not None else []
    words = [run for entry in there for run in key(entry.mark, entry.forms[-1], entry.role)]
    return picture(name, words, replicas(scene), per_layer(chart, size, scene.glyphs))


def _draw_steps(name: str, scene: Scene, size: Size) -> Picture:
    axis, log = _axis(scene, name, size.rows - 1)
    chart = HeatMap(
        records=scene.trace.records[: scene.row_count],
        values=medians(scene.rows(OWN + name, slice(scene.row_count))),
        axis=axis,
        end=scene.end,
        cursor=scene.layer,
        at=scene.now if scene.back else None,
        log=log,
    )
    lines, time = heat_map(chart, size, scene.glyphs, scene.shades), time_axis(chart, size)
    return picture(name, [], note(_("log scale")) if log else [], lines, time)


def _figures(name: str, scene: Scene, layer: int) -> Iterator[str]:
    """The value of a layer now and at the first record, and the ends over all layers and steps."""
    born = float(medians(scene.rows(OWN + name, slice(0, 1)))[0, layer - 1])
    said = _("{measure} of layer {layer}: {born} at initialization, {now} now")
    now = figure(value_at(scene, OWN + name, layer))
    yield said.format(measure=name, layer=layer, born=figure(born), now=now)
    found = extent(scene.past(OWN + name))
    if found:
        yield _("of all layers and steps: from {low} to {high}").format(
            low=figure(found[0]), high=figure(found[1])
        )
