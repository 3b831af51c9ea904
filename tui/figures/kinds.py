"""What each figure shows, as curves and axes of plain numbers; nothing is drawn here.

A figure has panels, a panel has curves, and a curve has its medians over the replicas and, where
there are several, their 10-90 % band. All come from run documents (schema `vglab.run/1`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...scenarios.documents.run import NetworkRecord, RunDocument
from ...scenarios.i18n import N_, _
from ..charts.base.common import SYMBOLS
from ..charts.plotting.series import Floats, band, smoothen
from ..render.labels import series_word

At = Literal["birth", "end", "both"]
"""The record that a figure by layer shows; with `both`, rings are initialization."""
MEASURES = {
    "gradient": ("grad_norm", N_("gradient")),
    "error-signal": ("delta_rms", N_("error signal")),
    "update": ("update_ratio", N_("update of a step")),
    "displacement": ("displacement", N_("moved since init.")),
}
"""Figures that have a point a layer: the measure, and what it is called."""
SIGNALS = ("activation_std", "delta_rms", "grad_norm", "update_ratio")
_SMOOTH = 100
"""The line of a loss is a mean of this part of the records, on each side."""


Look = Literal["points", "hollow", "line", "faint", "dashes"]


@dataclass(frozen=True)
class FigureCurve:
    """One run's values along an axis."""

    name: str
    x: Floats
    middle: Floats
    low: Floats
    high: Floats
    """The 10-90 % band of the replicas; all of `middle` where there is one."""
    run: int
    """Which run it belongs to, by which it is colored."""
    look: Look = "line"
    second: bool = False
    """Whether it is of the second of a run's networks, which differs in its stroke."""


@dataclass(frozen=True)
class Panel:
    """A pair of axes, with their titles."""

    across: str
    up: str
    curves: Sequence[FigureCurve]
    logarithmic: bool = False
    whole: bool = False
    """Whether the axis across counts: its ticks are whole numbers."""
    ticks: Sequence[str] = ()
    """Words that stand at 0, 1, 2, … of the axis across."""
    factors: bool = False
    """Whether the axis across is logarithmic."""
    title: str = ""
    """What is above it, where panels differ in more than their axes."""


@dataclass(frozen=True)
class MapLine:
    """A line over a map."""

    said: str
    stroke: Literal["--", ":"]
    points: Sequence[tuple[float, float]]
    """In columns and rows: the first one's middle is 0.5."""


@dataclass(frozen=True)
class FigureMap:
    """Numbers at the places of two axes."""

    across: str
    up: str
    columns: Sequence[str]
    rows: Sequence[str]
    values: Floats
    """(rows, columns); not finite where nothing is known."""
    said: str
    """What the numbers are."""

    lines: Sequence[MapLine] = ()


Panels = Callable[[Sequence[RunDocument], At], Sequence[Panel]]


def by_layer(measure: str, said: str) -> Panels:
    """A point a layer and run, with what theory expects at initialization as dashes."""

    def panels(runs: Sequence[RunDocument], at: At) -> Sequence[Panel]:
        curves = [
            curve
            for number, run in enumerate(runs)
            for name, network in run.networks.items()
            for curve in _layer_curves(run, name, network, measure, at, number)
        ]
        up = f"{_(said)} {SYMBOLS[measure]}"
        return [Panel(_("layer, from the input"), up, curves, True, whole=True)]

    return panels


def _layer_curves(
    run: RunDocument, name: str, network: NetworkRecord, measure: str, at: At, number: int
) -> Iterator[FigureCurve]:
    records = np.array(getattr(network.measures, measure), np.float64)
    layers = np.arange(1.0, records.shape[2] + 1)
    called, second = _called(run, name), name != next(iter(run.networks))
    expected = getattr(network.theory, measure, None) if network.theory else None
    if expected:
        known = np.array(expected, np.float64)
        theory = f"{called}, {_('theory (init.)')}"
        yield FigureCurve(theory, layers, known, known, known, run=number, look="dashes")
    if at == "both":
        initial = f"{called}, {_('at initialization')}"
        yield _curve(initial, layers, records[:, 0], number, "hollow", second)
        called += f", {_('at the end')}"
    values = records[:, 0 if at == "birth" else -1]
    yield _curve(called, layers, values, number, "points", second)


def _called(run: RunDocument, network: str) -> str:
    """A run's name in a legend; of two networks, which one it is."""
    return run.title if len(run.networks) == 1 else f"{run.title}, {series_word(network)}"


def _curve(
    name: str, x: Floats, replicas: Floats, run: int, look: Look = "line", second: bool = False
) -> FigureCurve:
    found = band(replicas, log=False)
    return FigureCurve(
        name, x, found.middle, found.low, found.high, run=run, look=look, second=second
    )


def signals(runs: Sequence[RunDocument], at: At) -> Sequence[Panel]:
    """Four measures on the same layers, one below the other."""
    names = SYMBOLS | {"activation_std": _("standard deviation of A")}
    found: list[Panel] = []
    for measure in SIGNALS:
        curves = [
            curve
            for number, run in enumerate(runs)
            for name, network in run.networks.items()
            for curve in _layer_curves(run, name, network, measure, at, number)
            if curve.look != "dashes"
        ]
        found.append(Panel(_("layer, from the input"), names[measure], curves, True, whole=True))
    return found


def loss(runs: Sequence[RunDocument], at: At) -> Sequence[Panel]:
    """Losses over the steps: what was measured, faint, and a mean of neighbors over it."""
    del at
    curves: list[FigureCurve] = []
    for number, run in enumerate(runs):
        names = ["train"] if "train" in run.loss else ["generator", "discriminator"]
        for name in names:
            curves += _loss_curves(run, name, number)
    values = np.concatenate([curve.middle[np.isfinite(curve.middle)] for curve in curves])
    steep = bool(len(values)) and values.min() > 0 and values.max() > _STEEP * values.min()
    return [Panel(_("training step"), _("loss"), curves, steep)]


_STEEP = 1e3
"""A loss that spans more is drawn on decades."""


def _loss_curves(run: RunDocument, name: str, number: int) -> Iterator[FigureCurve]:
    steps, values = np.array(run.records, np.float64), np.array(run.loss[name], np.float64)
    called = _called(run, name) if name != "train" else run.title
    second = name == "discriminator"
    measured = _curve(called, steps, values, number)
    span = len(steps) // _SMOOTH
    if span and len(values) == 1:
        edges = measured.low, measured.high
        yield FigureCurve("", steps, measured.middle, *edges, run=number, look="faint")
    mean = smoothen(measured.middle, span)
    single = len(values) == 1
    edges = (mean, mean) if single else (measured.low, measured.high)
    yield FigureCurve(called, steps, mean, *edges, run=number, second=second)


def accuracy(runs: Sequence[RunDocument], at: At) -> Sequence[Panel]:
    """The accuracy on the test set, as it was measured."""
    del at
    curves = [
        _curve(
            run.title,
            np.array(run.records, np.float64),
            np.array(run.accuracy["test"], np.float64),
            number,
        )
        for number, run in enumerate(runs)
        if "test" in run.accuracy
    ]
    return [Panel(_("training step"), _("accuracy (test)"), curves)]


KINDS: Mapping[str, Panels] = {
    **{name: by_layer(*measure) for name, measure in MEASURES.items()},
    "signals": signals,
    "loss": loss,
    "accuracy": accuracy,
}
"""The figures by name."""

OF_CHART: Mapping[str, str] = {
    "layers": "gradient",
    "history": "gradient",
    "network": "error-signal",
    "walk": "error-signal",
    "signals": "signals",
    "learning": "loss",
    "update_ratio": "update",
    "displacement": "displacement",
}
"""Which of them tells on paper what a chart of the lab tells on a screen."""
