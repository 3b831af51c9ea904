"""What a notebook shows of a result: sentences, and the error signal by layer as a small SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import floor, log10

from .scenarios.documents.run import NetworkRecord
from .scenarios.runs.summary import finite_median

WIDE, HIGH, LEFT, BOTTOM, TOP = 420, 180, 52, 34, 12
"""Pixels: of the chart, and of its margins."""
SHOWN = ((0, "at initialization", "#56b4e9"), (-1, "at the end", "#d55e00"))
"""A record, what it is called, and its colour (Okabe and Ito's)."""

Point = tuple[float, float]


def paragraphs(lines: Iterable[str]) -> str:
    """Each line as a paragraph."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def error_signal_chart(name: str, net: NetworkRecord) -> str:
    """delta_rms by layer on a scale of powers of ten, at the first record and at the last; what is
    0 or not finite is left out."""
    curves = [medians(net, record) for record, _label, _colour in SHOWN]
    logs = [log10(value) for curve in curves for value in curve if value]
    low, high = (floor(min(logs)), floor(max(logs)) + 1) if logs else (0, 1)
    across = (WIDE - LEFT - 10) / max(len(net.layers) - 1, 1)

    def place(layer: int, value: float) -> Point:
        share = (log10(value) - low) / (high - low)
        return LEFT + layer * across, HIGH - BOTTOM - share * (HIGH - BOTTOM - TOP)

    parts = [text(4, TOP + 8, f"1e{high}"), text(4, HIGH - BOTTOM, f"1e{low}")]
    parts.append(text(LEFT, HIGH - 18, net.layers[0].name))
    parts.append(text(WIDE - 30, HIGH - 18, net.layers[-1].name))
    for number, (curve, (_record, label, colour)) in enumerate(zip(curves, SHOWN, strict=True)):
        points = [place(layer, value) for layer, value in enumerate(curve) if value]
        parts.append(line(points, colour))
        parts.append(text(LEFT + 150 * number, HIGH - 4, label, colour))
    title = f"delta_rms, {name}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" role="img"'
        f' aria-label="{escape(title)}" style="background:#fff"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def medians(net: NetworkRecord, record: int) -> list[float | None]:
    """Each layer's delta_rms at a record, the median over the replicas."""
    rows = [replica[record] for replica in net.measures.delta_rms]
    return [finite_median(layer) for layer in zip(*rows, strict=True)]


def line(points: Sequence[Point], colour: str) -> str:
    """Points, and a line through them."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in points
    )
    return f'<polyline points="{path}" fill="none" stroke="{colour}"/>{dots}'


def text(x: float, y: float, said: str, colour: str = "#444") -> str:
    """A line of text."""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="11" font-family="sans-serif"'
        f' fill="{colour}">{escape(said)}</text>'
    )
