"""Charts of recordings alone: loss and learning rate, the gradient of the whole network, and what
stands in the place of a chart of layers where none were recorded."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import numpy as np

from ...scenarios.i18n import N_, _, figure
from ...scenarios.recordings.as_trace import Curve, RecordedTrace
from ..protocol import Picture
from ..render.axes import Axis, linear_axis, log_axis
from ..render.palette import Role
from ..render.styled_text import Lines, fit_box, style
from .base.chart import Chart, constant
from .base.common import GHOST, ghost_diverged, ghost_entry, picture
from .base.legends import LegendEntry, legend
from .base.scene import Scene
from .base.table import ChartTable
from .plotting.canvas import Size, plot_rows
from .plotting.curves import OverTime, Series, over_time, time_axis
from .plotting.series import Floats, extent, logarithm

STEEP = 1e3
"""A loss that spans more than this is drawn on decades."""
OF_ONE = ("accuracy", "acc", "val_accuracy", "train_accuracy")
"""What is noted under these names is drawn from 0 to 1, in the place of the rate."""
_NOTHING = Curve(np.zeros(0, np.int64), np.zeros(0))


def curve(scene: Scene, name: str) -> Curve:
    """A curve up to the record looked at; of the last one, all of it."""
    found = scene.trace.curves if isinstance(scene.trace, RecordedTrace) else {}
    return found.get(name, _NOTHING)


def noted_share(scene: Scene) -> str:
    """The name of a share that was noted; nothing where there is none."""
    return next((name for name in OF_ONE if len(curve(scene, name).steps)), "")


def draw_learning(scene: Scene, size: Size) -> Picture:
    """The loss at the left axis; at the right one an accuracy, where one was noted, or the rate."""
    rows, loss = plot_rows(size), curve(scene, "loss")
    ghost = curve(scene.ghost, "loss") if scene.ghost is not None else _NOTHING
    axis, (shown, past) = loss_axis([loss.values, ghost.values], rows, far=ghost_diverged(scene))
    series: list[Series] = []
    if len(ghost.steps):
        mark, at = scene.glyphs.ghost, ghost.steps.astype(np.float64)
        series.append(Series(axis, past, GHOST, fine=False, mark=mark, steps=at))
    series.append(Series(axis, shown, Role.FIRST, steps=loss.steps.astype(np.float64)))
    share = noted_share(scene)
    other = curve(scene, share or "rate")
    right = right_axis(other.values, bool(share), rows) if len(other.steps) else None
    if right is not None:
        values = other.values if share else logarithm(other.values)
        at = other.steps.astype(np.float64)
        series.append(Series(right, values, Role.SECOND, fine=False, steps=at))
    chart = over(scene, series, axis, right)
    entries = [LegendEntry(scene.glyphs.across * 2, Role.FIRST, [_("loss")])]
    if right is not None:
        entries.append(LegendEntry(scene.glyphs.dot, Role.SECOND, [share or _("rate")]))
    entries += ghost_entry(scene, scene.glyphs.ghost)
    lines = over_time(chart, size, scene.glyphs)
    named = legend("", entries, size)[1]
    return picture("", named[1:], [], lines, time_axis(chart, size))


def over(scene: Scene, series: list[Series], axis: Axis, right: Axis | None) -> OverTime:
    """Curves over the steps of the run."""
    return OverTime(
        steps=scene.trace.records[: scene.row_count].astype(np.float64),
        series=series,
        left=axis,
        right=right,
        end=scene.end,
        at=scene.now if scene.back else None,
    )


def loss_axis(of: Sequence[Floats], rows: int, far: int = 0) -> tuple[Axis, list[Floats]]:
    """An axis for losses, and the losses in its unit: decades where they span many. The last `far`
    have no say in what it spans."""
    seen = [found for values in of[: len(of) - far] if (found := extent(values))]
    low, high = min((a for a, _b in seen), default=0.0), max((b for _a, b in seen), default=1.0)
    if low > 0 and high / low > STEEP:
        return log_axis(np.log10(low), np.log10(high), rows), [logarithm(values) for values in of]
    return linear_axis(min(low, 0.0), high or 1.0, rows), [*of]


def right_axis(values: Floats, share: bool, rows: int) -> Axis | None:
    """The axis of an accuracy, or of a rate in decades; None where the rate is 0 throughout."""
    if share:
        return linear_axis(0.0, 1.0, rows)
    found = extent(logarithm(values))
    return None if found is None else log_axis(min(found[0], found[1] - 1), found[1], rows)


def learning_table(scene: Scene) -> ChartTable:
    """A row a step of which anything is known, a column a curve."""
    trace = scene.trace
    found = trace.curves if isinstance(trace, RecordedTrace) else {}
    steps = np.unique(np.concatenate([of.steps for of in found.values()] or [_NOTHING.steps]))
    columns = {name: by_step(of) for name, of in found.items()}
    rows = [[step, *(column.get(step) for column in columns.values())] for step in steps.tolist()]
    return ChartTable(["step", *columns], rows)


def by_step(of: Curve) -> dict[int, float]:
    """The values of a curve."""
    return dict(zip(of.steps.tolist(), of.values.tolist(), strict=True))


def learning_figures(scene: Scene, layer: int) -> Iterator[str]:
    """Each curve, at first and now."""
    del layer
    trace = scene.trace
    for name, of in (trace.curves if isinstance(trace, RecordedTrace) else {}).items():
        first, last = figure(float(of.values[0])), figure(float(of.values[-1]))
        yield _("{name}: {first} at first, {last} now").format(name=name, first=first, last=last)


LEARNING = Chart(
    title=N_("Loss and learning rate"),
    reading=(
        N_(
            "The loss of every step that has one, and the learning rate, on decades. Where an"
            " accuracy was noted, it is drawn instead of the rate, from 0 to 1."
        ),
    ),
    draw=draw_learning,
    table=learning_table,
    figures=learning_figures,
    equations=constant(),
    by_layer=False,
)


def draw_whole(scene: Scene, size: Size) -> Picture:
    """The norm of all gradients together over the steps, where that is all there is."""
    total = curve(scene, "total_norm")
    if not len(total.steps):
        return draw_missing(scene, size)
    values = logarithm(total.values)
    low, high = extent(values) or (-1.0, 0.0)
    axis = log_axis(min(low, high - 1), high, plot_rows(size))
    line = Series(axis, values, Role.FIRST, steps=total.steps.astype(np.float64))
    chart = over(scene, [line], axis, None)
    lines = over_time(chart, size, scene.glyphs)
    return picture(_("gradient of the whole network"), [], [], lines, time_axis(chart, size))


def draw_missing(scene: Scene, size: Size) -> Picture:
    """That no layer was recorded, and how to have it."""
    room = max(size.columns - 4, 8)
    said = [_(words) for words in MISSING if words]
    lines: Lines = [[]]
    for words in said:
        wrapped = textwrap.wrap(words, room)
        lines += [[("  " + line, style(Role.MUTED))] for line in wrapped] + [[]]
    return picture(_("no layers"), [], [], fit_box(lines, size.columns, size.rows))


MISSING = (
    N_("This file has numbers of the whole network, and none of its layers."),
    N_(
        "Two lines in the training script record them: from vglab.watch import watch;"
        " watch(model, optimizer, 'run.jsonl')."
    ),
)


def no_table(scene: Scene) -> ChartTable:
    """No layers: no rows."""
    del scene
    return ChartTable(["step", "layer"], [])


WHOLE = Chart(
    title=N_("Gradient of the whole network"),
    reading=MISSING,
    draw=draw_whole,
    table=learning_table,
    figures=learning_figures,
    equations=constant("‖∂J/∂θ‖"),
    by_layer=False,
)
NO_LAYERS = Chart(
    title=N_("No layers"),
    reading=MISSING,
    draw=draw_missing,
    table=no_table,
    figures=learning_figures,
    equations=constant(),
    by_layer=False,
)


def stand_in(scene: Scene, panel: str) -> Chart | None:
    """What a panel shows of a recording in the place of its own chart; None where that is right."""
    if not isinstance(scene.trace, RecordedTrace):
        return None
    if panel == "learning":
        return LEARNING
    if scene.depth:
        return None
    return WHOLE if panel == "history" else NO_LAYERS
