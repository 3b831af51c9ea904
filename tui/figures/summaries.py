"""Figures of many runs: scenarios side by side by layer, and a sweep over its axes.

All come from results (schemas `vglab.compare/1` and `vglab.sweep/1`); nothing is drawn here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import nan
from typing import Literal

import numpy as np

from ...scenarios.comparison.compare import Comparison
from ...scenarios.i18n import _
from ...scenarios.runs.diagnosis_record import Number
from ...scenarios.runs.results import NetworkResult
from ...scenarios.runs.summary import ScenarioSummary, spread
from ...scenarios.schema.spec import Scenario
from ...scenarios.sweep.axes import Value
from ...scenarios.sweep.critical_line import Point, critical_points, trainable_points
from ...scenarios.sweep.pivot import (
    Grid,
    axis_value,
    grid,
    read_figure,
    sort_values,
    span_factors,
)
from ...scenarios.sweep.store import Line
from ..charts.base.common import SYMBOLS
from ..charts.plotting.series import Floats, band
from .kinds import MEASURES, At, FigureCurve, FigureMap, MapLine, Panel

CURVES = 6
"""Values of a second axis that are told apart as curves; more are a map."""


def comparison_panel(document: Comparison, chart: str, at: At) -> Panel:
    """A point a layer and scenario, with the band of the replicas. chart: a name of MEASURES."""
    measure, said = MEASURES[chart]
    curves = [
        layer_curve(one, values, number)
        for number, one in enumerate(document.runs)
        for values in layer_values(one, measure, at)
    ]
    up = f"{_(said)} {SYMBOLS[measure]}"
    return Panel(_("layer, from the input"), up, curves, True, whole=True)


def layer_curve(one: ScenarioSummary, values: Floats, number: int) -> FigureCurve:
    """A scenario's replicas (R, L) as one curve."""
    found = band(values, log=False)
    x = np.arange(1.0, values.shape[1] + 1)
    return FigureCurve(one.title, x, found.middle, found.low, found.high, run=number, look="points")


def layer_values(one: ScenarioSummary, measure: str, at: At) -> list[Floats]:
    """A measure of each network, (R, L)."""
    networks = [[*result.networks.values()] for result in one.replicas]
    return [
        np.array([measures_of(net, at)[measure] for net in nets], np.float64)
        for nets in zip(*networks, strict=True)
        if all(measure in measures_of(net, at) for net in nets)
    ]


def measures_of(net: NetworkResult, at: At) -> dict[str, Sequence[float | None]]:
    """What was kept of each layer, of that record."""
    return {**((net.measures_at_birth if at == "birth" else net.measures) or {})}


def sweep_figure(
    entries: Sequence[Line], keys: Sequence[str], path: str, scenario: Scenario | None = None
) -> Panel | FigureMap:
    """The number at `path` of each line over the first two keys: curves, with the band of the
    seeds and of all other axes, or a map where the second key has many values.

    Raises ExpectationError where the path leads to no number.
    """
    found = grid(entries, keys, path)
    up = keys[1] if len(keys) > 1 else ""
    if len(found.up) > CURVES:
        return sweep_map(found, keys, path, scenario)
    several: dict[Value, dict[Value, list[Number]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        here = several[axis_value(entry, up)]
        here[axis_value(entry, keys[0])].append(read_figure(entry, path))
    across = sort_values(axis_value(entry, keys[0]) for entry in entries)
    words = [*map(label, across)] if any(isinstance(value, str) for value in across) else []
    places = {value: float(i if words else value) for i, value in enumerate(across)}
    curves = [
        spread_curve(f"{up} = {label(value)}" if up else "", several[value], places, number)
        for number, value in enumerate(found.up)
    ]
    numbers = [] if words else [*places.values()]
    factors = len(numbers) > 1 and span_factors(numbers)
    return Panel(keys[0], path, curves, ticks=words, factors=factors)


def sweep_map(
    found: Grid, keys: Sequence[str], path: str, scenario: Scenario | None = None
) -> FigureMap:
    """A grid as a map, with the lines of theory over it where the scenario is known.

    keys: all that is varied but the seed, the two axes first.
    """
    columns, rows = ([*map(label, values)] for values in (found.across, found.up))
    up = keys[1] if len(keys) > 1 else ""
    lines = theory_lines(found, keys, scenario) if scenario else ()
    return FigureMap(keys[0], up, columns, rows, found.values, said=path, lines=[*lines])


def theory_lines(found: Grid, keys: Sequence[str], scenario: Scenario) -> Iterator[MapLine]:
    """What theory has over gain and depth: the critical σ_w, and 6 ξ_c (Schoenholz et al. 2017)."""
    known: tuple[tuple[str, Literal["--", ":"], list[Point]], ...] = (
        ("6 ξ_c", "--", trainable_points(scenario, keys, found)),
        (_("critical σ_w"), ":", critical_points(scenario, keys, found)),
    )
    for said, stroke, points in known:
        axes = zip(*points, strict=True), (found.across, found.up)
        places = [places_of(values, axis) for values, axis in zip(*axes, strict=False)]
        if over := [*zip(*places, strict=True)]:
            yield MapLine(said, stroke, over)


def places_of(values: Sequence[float], axis: Sequence[Value]) -> list[float]:
    """Where values lie on an axis whose places are numbers: the middle of the first is 0.5. What
    lies beyond the last is drawn on the edge."""
    numbers = [float(value) for value in axis if not isinstance(value, str)]
    if not values or len(numbers) < max(len(axis), 2):
        return []
    middles = np.arange(len(numbers)) + 0.5
    return np.interp(values, numbers, middles, right=len(numbers) + 0.5).tolist()


def spread_curve(
    name: str, at: dict[Value, list[Number]], places: dict[Value, float], number: int
) -> FigureCurve:
    """The median of the values at each place, and their 10-90 % band."""
    here = [value for value in places if value in at]
    spreads = [spread(at[value]) for value in here]
    middle, low, high = (
        np.array([nan if each is None else each for each in values], np.float64)
        for values in zip(*((one.median, one.low, one.high) for one in spreads), strict=True)
    )
    x = np.array([places[value] for value in here])
    return FigureCurve(name, x, middle, low, high, run=number, look="points")


def label(value: Value) -> str:
    """A value of an axis."""
    return f"{value:g}" if isinstance(value, float) else str(value)
