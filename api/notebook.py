"""What a notebook shows of a result: sentences, tables, and charts as small SVGs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import floor, isfinite, log10
from typing import NamedTuple

from .scenarios.documents.run import NetworkRecord
from .scenarios.i18n import figure
from .scenarios.runs.summary import finite_median

WIDE, HIGH, LEFT, BOTTOM, TOP = 460, 200, 52, 34, 20
"""Pixels: of a chart, and of its margins."""
LEGEND = 15
"""Pixels: the height of a line of the legend."""
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's, which all kinds of color vision can tell apart."""
SHOWN = ((0, "at initialization", "#56b4e9"), (-1, "at the end", "#d55e00"))
"""A record, what it is called, and its color."""
PALE, DARK = (247, 251, 255), (8, 48, 107)
"""The ends of a map's colors."""

Point = tuple[float, float]
Values = Sequence[float | None]


class SketchCurve(NamedTuple):
    """Values at places along an axis."""

    label: str
    x: Sequence[float]
    y: Values
    color: str
    dashed: bool = False


def paragraphs(lines: Iterable[str]) -> str:
    """Each line as a paragraph."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


def error_signal_chart(name: str, net: NetworkRecord) -> str:
    """delta_rms by layer, at the first record and at the last."""
    curves = [
        SketchCurve(label, [*range(len(net.layers))], medians(net, record), color)
        for record, label, color in SHOWN
    ]
    names = net.layers[0].name, net.layers[-1].name
    return curve_chart(f"delta_rms, {name}", curves, names, logarithmic=True)


def medians(net: NetworkRecord, record: int) -> list[float | None]:
    """Each layer's delta_rms at a record, the median over the replicas."""
    rows = [replica[record] for replica in net.measures.delta_rms]
    return [finite_median(layer) for layer in zip(*rows, strict=True)]


def curve_chart(
    title: str, curves: Sequence[SketchCurve], ends: tuple[str, str], logarithmic: bool = False
) -> str:
    """Curves with a legend below; `ends` stand at the ends of the axis. On a logarithmic scale what
    is 0 is left out, as is what is not finite on any."""
    drawn = [scaled(curve, logarithmic) for curve in curves]
    xs = [x for points in drawn for x, _y in points]
    ys = [y for points in drawn for _x, y in points]
    low, high = (floor(min(ys)), floor(max(ys)) + 1) if ys and logarithmic else limits(ys)
    first, last = limits(xs)

    def place(point: Point) -> Point:
        across = (point[0] - first) / (last - first) * (WIDE - LEFT - 10)
        return LEFT + across, HIGH - BOTTOM - (point[1] - low) / (high - low) * (
            HIGH - BOTTOM - TOP
        )

    above = len(curves) > 2
    parts = [
        text(4, TOP + 8, f"1e{high:g}" if logarithmic else figure(high)),
        text(4, HIGH - BOTTOM, f"1e{low:g}" if logarithmic else figure(low)),
        text(LEFT, HIGH - 18, ends[0]),
        text(WIDE - 4, HIGH - 18, ends[1], anchor="end"),
    ]
    for number, (curve, points) in enumerate(zip(curves, drawn, strict=True)):
        parts.append(line([*map(place, points)], curve.color, curve.dashed))
        across, down = (LEFT, number * LEGEND) if above else (LEFT + 150 * number, 0)
        parts.append(text(across, HIGH - 4 + down, curve.label, curve.color))
    return svg(title, HIGH + (len(curves) - 1) * LEGEND * above, parts)


def scaled(curve: SketchCurve, logarithmic: bool) -> list[Point]:
    """The points of a curve that have a place on the scale."""
    return [
        (x, log10(y) if logarithmic else y)
        for x, y in zip(curve.x, curve.y, strict=True)
        if y is not None and isfinite(y) and (y > 0 or not logarithmic)
    ]


def limits(values: Sequence[float]) -> Point:
    """The smallest and the largest, at least something apart."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def map_chart(
    title: str, across: Sequence[str], up: Sequence[str], values: Sequence[Values]
) -> str:
    """A heat map: a row of values for each of `up`, the first one at the bottom; each place says
    its value when it is pointed to."""
    known = [value for row in values for value in row if value is not None and isfinite(value)]
    low, high = limits(known)
    wide, high_of_row = (WIDE - LEFT - 10) / len(across), (HIGH - BOTTOM - TOP) / len(up)
    parts = [
        text(LEFT, HIGH - 18, across[0]),
        text(WIDE - 4, HIGH - 18, across[-1], anchor="end"),
        text(4, HIGH - BOTTOM, up[0]),
        text(4, TOP + 8, up[-1]),
        text(LEFT, HIGH - 4, f"{figure(low)} (pale) to {figure(high)} (dark)"),
    ]
    for row, (name, numbers) in enumerate(zip(up, values, strict=True)):
        for column, (other, value) in enumerate(zip(across, numbers, strict=True)):
            x, y = LEFT + column * wide, HIGH - BOTTOM - (row + 1) * high_of_row
            color = "#ccc"
            if value is not None and isfinite(value):
                color = shade((value - low) / (high - low))
            said = f"{other}, {name}: {figure(value)}"
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high_of_row:.1f}"'
                f' fill="{color}">'
                f"<title>{escape(said)}</title></rect>"
            )
    return svg(title, HIGH, parts)


def shade(share: float) -> str:
    """A color of a map, 0 the palest."""
    return "#" + "".join(
        f"{round(pale + share * (dark - pale)):02x}" for pale, dark in zip(PALE, DARK, strict=True)
    )


def svg(title: str, high: int, parts: Iterable[str]) -> str:
    """A picture of its parts."""
    said = text(WIDE / 2, 10, title, anchor="middle")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{high}" role="img"'
        f' aria-label="{escape(title)}" style="background:#fff"><title>{escape(title)}</title>'
        f"{said}{''.join(parts)}</svg>"
    )


def line(points: Sequence[Point], color: str, dashed: bool = False) -> str:
    """Points, and a line through them."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{color}"/>' for x, y in points)
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{color}"{dashes}/>{dots}'


def text(x: float, y: float, said: str, color: str = "#444", anchor: str = "start") -> str:
    """A line of text."""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="11" font-family="sans-serif"'
        f' text-anchor="{anchor}" fill="{color}">{escape(said)}</text>'
    )
