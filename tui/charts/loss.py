"""Loss and accuracy over the steps; of a GAN the losses of both players."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ...engine.numerics import median
from ...scenarios.i18n import N_, _, figure
from ...scenarios.schema.spec import Scenario
from ..protocol import Picture
from ..render.axes import Axis, linear_axis, log_axis
from ..render.labels import series_word
from ..render.palette import Role
from ..render.styled_text import Line, Lines
from .base.chart import Chart
from .base.common import (
    GHOST,
    ghost_diverged,
    ghost_entry,
    ghost_loss_entry,
    ghost_losses,
    note,
    picture,
    replicas,
)
from .base.legends import LegendEntry, legend, visible, with_legend
from .base.scene import Scene
from .base.table import ChartTable, step_table
from .gan_game import OBJECTIVES
from .plotting.canvas import Size, plot_rows
from .plotting.curves import OverTime, Series, over_time, time_axis
from .plotting.series import Floats, band, every_nth, extent, medians, smoothen

_SMOOTH = 3
"""Columns that the line of a loss is a mean of: the loss of a batch says little of the next."""

_STEEP = 1e3
"""A loss that spans more than this is drawn on decades."""


def draw(scene: Scene, size: Size) -> Picture:
    """The losses so far at the left axis, the test accuracy at the right one."""
    charts: list[OverTime] = []

    def fill(room: Size) -> tuple[Lines, list[LegendEntry]]:
        chart, entries = _chart(scene, room)
        charts.append(chart)
        lines = over_time(chart, room, scene.glyphs)
        return lines, [*entries, *visible([], lines, scene.glyphs)]

    lines, entries = with_legend(fill, size)
    named, chart = legend("", entries, size)[1], charts[-1]
    words = replicas(scene) or _axes_words(scene, chart.left, chart.right)
    return picture("", named[1:], words, lines, time_axis(chart, size))


def _chart(scene: Scene, size: Size) -> tuple[OverTime, list[LegendEntry]]:
    """The curves on their axes, and what each of them is."""
    trace, upto = scene.trace, scene.row_count
    steps = trace.records[:upto].astype(np.float64)
    losses = {name: values[:upto] for name, values in [*trace.loss.items()][: _loss_count(scene)]}
    before = ghost_losses(scene, [*losses])
    all_losses = losses | {f"before {name}": there for name, (_steps, there) in before.items()}
    axis, shown = _loss_axis(all_losses, plot_rows(size), far=len(before) * ghost_diverged(scene))
    right = linear_axis(0.0, 1.0, plot_rows(size)) if _shares(scene) else None
    past = zip(before.values(), shown[len(losses) :], strict=True)
    mark = scene.glyphs.ghost
    series = [
        Series(axis, values, GHOST, fine=False, mark=mark, steps=at) for (at, _raw), values in past
    ]
    curves = zip(_LOSS_ROLES, _marks(scene), shown[: len(losses)], strict=False)
    span = smoothing(scene, size)
    series += [
        line for role, mark, values in curves for line in _curve(axis, values, role, mark, span)
    ]
    if right is not None:
        shares = medians(_shares(scene)["test"][:upto, :, None])[:, 0]
        series.append(Series(right, np.maximum(shares, 0), Role.SECOND, fine=False))
    at = scene.now if scene.back else None
    chart = OverTime(steps, series, left=axis, right=right, end=scene.end, at=at)
    return chart, _entries(scene, losses, span)


def _axes_words(scene: Scene, left: Axis, right: Axis | None) -> Line:
    """What the axes at both sides show."""
    words = _("left: loss (log10)") if left.log else _("left: loss")
    if right is not None:
        words += " · " + (_("right: accuracy") if scene.trace.accuracy else _("right: R²"))
    return note(words)


_LOSS_ROLES = (Role.FIRST, Role.THIRD)


def _marks(scene: Scene) -> tuple[str, str]:
    """A fine line for the first loss, dashes for the second."""
    return "", scene.glyphs.levels[1]


def _loss_count(scene: Scene) -> int:
    """How many losses are drawn: a classifier's training loss, or both players' of a GAN."""
    return 1 if _shares(scene) else 2


def _shares(scene: Scene) -> dict[str, Floats]:
    """The accuracies or, where numbers are learned, R²; below 0 that is drawn as 0."""
    return scene.trace.accuracy or scene.trace.r2


def _entries(scene: Scene, losses: dict[str, Floats], span: int) -> list[LegendEntry]:
    """What is drawn by which mark: losses, and behind the mean of the first one what each batch
    has shown; the accuracy or R²; the run it is held against."""
    first = next(iter(losses.values()))
    smooth = span > 0 and first.shape[1] == 1
    curves = [
        LegendEntry(mark or scene.glyphs.across * 2, role, _loss_words(name, smooth))
        for role, mark, name in zip(_LOSS_ROLES, _marks(scene), losses, strict=False)
    ]
    batches = [_batch_entry(scene, first)] if smooth else []
    scores: list[LegendEntry] = []
    if scene.trace.accuracy:
        words = [_("accuracy (test)")] * 2 + [_("accuracy")]
        scores = [LegendEntry(scene.glyphs.dot, Role.SECOND, words)]
    elif scene.trace.r2:
        scores = [LegendEntry(scene.glyphs.dot, Role.SECOND, [_("R² (test)")])]
    name_ghost = ghost_loss_entry if scores else ghost_entry
    if reference := name_ghost(scene, scene.glyphs.ghost):
        return [*curves, *scores, *reference, *batches]  # the last goes first where room is short
    return [curves[0], *batches, *curves[1:], *scores]


def _batch_entry(scene: Scene, losses: Floats) -> LegendEntry:
    """What each batch has shown, the last one in figures."""
    now = figure(float(losses[scene.upto - 1, 0]))
    words = [_("each batch, now {loss}").format(loss=now), _("batch")]
    return LegendEntry(scene.glyphs.speck, Role.FIRST_SOFT, words)


def _loss_words(name: str, smooth: bool) -> list[str]:
    if name != "train":
        return [series_word(name)]
    if smooth:
        return [_("loss (train), mean"), *[_("mean loss")] * 3, _("mean")]
    return [_("loss (train)")] * 2 + [_("loss")]


def _loss_axis(losses: dict[str, Floats], rows: int, far: int = 0) -> tuple[Axis, list[Floats]]:
    """An axis for losses, and the losses in its unit: decades when they span many. The last `far`
    have no say in what it spans."""
    near = [*losses.values()][: len(losses) - far]
    seen = [extent(values[every_nth(len(values), 400)]) for values in near]
    low = min((low for low, _high in filter(None, seen)), default=0.0)
    high = max((high for _low, high in filter(None, seen)), default=1.0)
    if low > 0 and high / low > _STEEP:
        return log_axis(np.log10(low), np.log10(high), rows), [np.log10(v) for v in losses.values()]
    return linear_axis(min(low, 0.0), high or 1.0, rows), [*losses.values()]


def smoothing(scene: Scene, size: Size) -> int:
    """On how many records at each side the line is a mean: what is drawn in SMOOTH columns."""
    shown = int(np.searchsorted(scene.trace.records[: scene.row_count], scene.end, side="right"))
    steps = int(scene.trace.records[scene.row_count - 1]) / max(scene.end, 1)
    columns = max(size.columns * steps, 1.0)
    return int(_SMOOTH * shown / columns / 2)


def _curve(axis: Axis, values: Floats, role: int, mark: str, span: int) -> list[Series]:
    """The smoothed median, and behind it, faint, the 10-90 % band of the replicas, or what was
    measured where there is one."""
    runs = band(values.T, log=False)
    behind = [runs.low, runs.high] if runs.spread else [runs.middle] if span and not mark else []
    edges = [Series(axis, edge, Role.FIRST_SOFT) for edge in behind]
    middle = Series(axis, smoothen(runs.middle, span), role, fine=not mark, mark=mark)
    return [*edges, middle]


def table(scene: Scene) -> ChartTable:
    """Every recorded loss and accuracy, a row a record."""
    trace = scene.trace
    losses = {f"loss_{name}": values for name, values in trace.loss.items()}
    return step_table(
        scene,
        losses
        | {f"accuracy_{name}": values for name, values in trace.accuracy.items()}
        | {f"r2_{name}": values for name, values in trace.r2.items()},
    )


def figures(scene: Scene, layer: int) -> Iterator[str]:
    """Losses at initialization and now, accuracies now."""
    del layer
    for name, values in scene.trace.loss.items():
        born, now = (figure(float(median(values[row]))) for row in (0, scene.upto - 1))
        yield _("loss ({name}): {born} at initialization, {now} now").format(
            name=series_word(name), born=born, now=now
        )
    for name, values in scene.trace.accuracy.items():
        now = figure(float(median(values[scene.upto - 1])))
        yield _("accuracy ({name}): {now}").format(name=series_word(name), now=now)
    for name, values in scene.trace.r2.items():
        yield f"R² ({series_word(name)}): {figure(float(median(values[scene.upto - 1])))}"


def loss_equations(scenario: Scenario, outputs: int) -> Sequence[str]:
    """The loss J of a scenario whose network has `outputs` outputs."""
    if scenario.kind == "gan":
        return OBJECTIVES[scenario.gan.loss]
    if scenario.network.loss == "squared":
        return ("J = mean 0.5 · sum over k of (zₖ - tₖ)²",)
    if outputs == 1:
        return ("J = -mean [t ln p + (1 - t) ln(1 - p)],   p = σ(z) = 1 / (1 + e^-z)",)
    return ("J = -mean ln p_t,   pₖ = e^zₖ / sum over j of e^zⱼ",)


def equations(scene: Scene, scenario: Scenario) -> Sequence[str]:
    """The loss that is in use."""
    return loss_equations(scenario, scene.tables.layers[-1].outputs)


CHART = Chart(
    title=N_("Loss and accuracy"),
    terms=("loss", "accuracy"),
    reading=(
        N_(
            "A network that knows nothing about two classes has a loss of ln 2 = 0.693 and an "
            "accuracy of one half. If the first layers do not move, the curves stay there."
        ),
        N_(
            "A batch's loss says little of the next one's: the line is a mean over neighboring "
            "records, the faint dots are what each batch has shown, and the figure above is that "
            "of the last batch."
        ),
    ),
    draw=draw,
    table=table,
    figures=figures,
    equations=equations,
    by_layer=False,
)
