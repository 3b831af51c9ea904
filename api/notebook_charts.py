"""What a notebook shows of many runs: scenarios side by side, and a sweep over its axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log10

from .notebook import COLORS, SketchCurve, curve_chart, map_chart, paragraphs, table
from .scenarios.comparison.compare import Comparison
from .scenarios.i18n import figure
from .scenarios.runs.results import NetworkResult
from .scenarios.runs.summary import ScenarioSummary, Spread, finite_median
from .scenarios.schema.expectations import ExpectationError
from .scenarios.sweep.axes import Value
from .scenarios.sweep.pivot import default_figure, grid, span_factors
from .scenarios.sweep.store import Line

MEASURE = "delta_rms"
"""What is drawn of layers."""
CURVES = 4
"""Values of a second axis that are told apart as curves; more are a map."""


def comparison_chart(document: Comparison) -> str:
    """The error signal by layer of every scenario: dashed at initialization, full at the end."""
    curves = [
        curve
        for number, one in enumerate(document.runs)
        for curve in scenario_curves(one, COLORS[number % len(COLORS)])
    ]
    if not curves:
        return ""
    last = max(len(curve.x) for curve in curves)
    title = f"{MEASURE}, dashed at initialization"
    return curve_chart(title, curves, ("W1", f"W{last}"), logarithmic=True)


def scenario_curves(one: ScenarioSummary, color: str) -> Iterator[SketchCurve]:
    """Two curves a network: medians over the replicas."""
    for name in one.replicas[0].networks if one.replicas else ():
        nets = [result.networks[name] for result in one.replicas]
        called = one.title if len(one.networks) == 1 else f"{one.title}, {name}"
        for birth in (True, False):
            rows = [kept(net, birth) for net in nets]
            if all(rows):
                y = [finite_median(layer) for layer in zip(*rows, strict=True)]
                said = f"{called}{', at initialization' if birth else ''}"
                yield SketchCurve(said, [*range(len(y))], y, color, dashed=birth)


def kept(net: NetworkResult, birth: bool) -> Sequence[float | None]:
    """Each layer's measure, as far as it was kept."""
    return ((net.measures_at_birth if birth else net.measures) or {}).get(MEASURE, ())


def comparison_table(document: Comparison) -> str:
    """A row a scenario: the test accuracy with its band, and how many replicas ended in what
    state."""
    figure_said = "R² (test)" if any(one.r2 for one in document.runs) else "accuracy (test)"
    head = ("", figure_said, "at initialization", "at the end")
    return table(head, map(row, document.runs))


def row(one: ScenarioSummary) -> tuple[str, str, str, str]:
    """A scenario's row."""
    states = [
        ", ".join(
            f"{state} {count}"
            for net in one.networks.values()
            for state, count in (net.at_birth if birth else net.at_end).states.items()
        )
        for birth in (True, False)
    ]
    right = one.accuracy or one.r2 or {}
    return one.title, said(right.get("test")), states[0], states[1] or "failed"


def said(spread: Spread | None) -> str:
    """A median, with its band where there is one."""
    if spread is None:
        return ""
    low, high = figure(spread.low), figure(spread.high)
    return figure(spread.median) + (f" ({low} to {high})" if low != high else "")


def sweep_chart(entries: Sequence[Line], keys: Sequence[str]) -> str:
    """The usual figure over the first two axes: curves, or a map; what went wrong where all did."""
    path = default_figure(entries)
    try:
        found = grid(entries, keys, path)
    except ExpectationError as error:
        return paragraphs([str(error)])
    across, up = ([*map(label, values)] for values in (found.across, found.up))
    if len(up) > CURVES:
        return map_chart(f"{path} over {' and '.join(keys[:2])}", across, up, found.values.tolist())
    numbers = [value for value in found.across if not isinstance(value, str)]
    x: Sequence[float] = numbers if len(numbers) == len(across) else [*range(len(across))]
    if len(numbers) > 1 and span_factors(numbers):
        x = [log10(value) for value in x]
    curves = [
        SketchCurve(f"{keys[1]} = {name}" if len(keys) > 1 else path, x, values, COLORS[i])
        for i, (name, values) in enumerate(zip(up, found.values.tolist(), strict=True))
    ]
    return curve_chart(f"{path} over {keys[0]}", curves, (across[0], across[-1]))


def label(value: Value) -> str:
    """A value of an axis."""
    return f"{value:g}" if isinstance(value, float) else str(value)
