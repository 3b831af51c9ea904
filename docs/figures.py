"""The error signal of each layer at initialization, at the end and by theory, as an SVG figure.

Plain SVG needs no plotting library and looks the same in every theme; the marks differ in shape,
not by colour alone.
"""

from collections.abc import Iterator, Sequence
from math import ceil, floor, isfinite, log10

WIDE, HIGH = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 40
MOST = 40
"""Decades shown, from the largest value down; smaller values are drawn on the lower edge."""
GRID, INK, BIRTH, END, THEORY = "#d5dae0", "#3a4450", "#5b6b7b", "#b4410c", "#1d5fbf"


class Frame:
    """The coordinates of layers and values."""

    def __init__(self, layers: int, values: Sequence[float]) -> None:
        logs = [log10(value) for value in values if isfinite(value) and value > 0] or [0.0]
        self.layers, self.top = layers, ceil(max(logs) + 0.01)
        self.low = max(floor(min(logs)), self.top - MOST)

    def x(self, layer: int) -> float:
        """The x of a layer, the input on the left."""
        return LEFT + (WIDE - LEFT - RIGHT) * (layer + 0.5) / self.layers

    def y(self, value: float) -> float:
        """The y of a value, the largest on top."""
        level = log10(value) if isfinite(value) and value > 0 else self.low
        share = (max(level, self.low) - self.low) / (self.top - self.low)
        return HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * min(share, 1.0)

    def decades(self) -> range:
        """The decades with a line, at most eleven."""
        return range(self.low, self.top + 1, max(1, ceil((self.top - self.low) / 10)))


def svg(birth: Sequence[float], end: Sequence[float], theory: Sequence[float]) -> str:
    """The figure as SVG; theory may be empty."""
    frame = Frame(len(birth), [*birth, *end, *theory])
    size = f'width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    )
    white = f'<rect width="{WIDE}" height="{HIGH}" fill="white"/>'
    parts = [head, white, *axes(frame), *marks(frame, birth, end), *line(frame, theory), "</svg>"]
    return "\n".join(parts) + "\n"


def axes(frame: Frame) -> Iterator[str]:
    """A line per decade, and a number per layer where there is room."""
    for decade in frame.decades():
        y = frame.y(10.0**decade)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDE - RIGHT}" stroke="{GRID}"/>'
        yield text(LEFT - 6, y + 4, f"1e{decade}", "end")
    every = ceil(frame.layers / 20)
    for layer in range(0, frame.layers, every):
        yield text(frame.x(layer), HIGH - BOTTOM + 18, str(layer + 1), "middle")


def text(x: float, y: float, said: str, anchor: str) -> str:
    """A label."""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" text-anchor="{anchor}">{said}</text>'


def marks(frame: Frame, birth: Sequence[float], end: Sequence[float]) -> Iterator[str]:
    """A ring per layer for initialization, a square for the end."""
    for layer, value in enumerate(birth):
        place = f'cx="{frame.x(layer):.1f}" cy="{frame.y(value):.1f}"'
        yield f'<circle {place} r="4" fill="none" stroke="{BIRTH}" stroke-width="2"/>'
    for layer, value in enumerate(end):
        place = f'x="{frame.x(layer) - 3.5:.1f}" y="{frame.y(value) - 3.5:.1f}"'
        yield f'<rect {place} width="7" height="7" fill="{END}"/>'


def line(frame: Frame, theory: Sequence[float]) -> Iterator[str]:
    """The prediction of theory, dashed."""
    if theory:
        points = " ".join(
            f"{frame.x(i):.1f},{frame.y(value):.1f}" for i, value in enumerate(theory)
        )
        yield f'<polyline points="{points}" fill="none" stroke="{THEORY}" stroke-dasharray="6 4"/>'
