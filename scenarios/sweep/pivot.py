"""A sweep as a grid of numbers: the median at each place of two axes, for a heat map or a table.

Over depth and σ_w this is the phase diagram of the literature, and mean-field theory's critical
line goes with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median

import msgspec
import numpy as np
from numpy.typing import NDArray

from ..i18n import _
from ..runs.diagnosis_record import Number
from ..runs.results import finite_values
from ..schema.expectations import ExpectationError, look_up, parse
from .axes import Value
from .store import Line, encode_line

SPAN = 100.0
"""Positive numbers whose ends differ by more than this factor are spaced by factors."""
DENSE = 0.25
"""Of a grid's places this share has a run at least; points drawn at random lie in boxes instead."""
MOST = 48
"""Places an axis has at most: a terminal has no room for more."""


@dataclass(frozen=True)
class Grid:
    """Two axes and what came out at each of their places."""

    across: Sequence[Value]
    up: Sequence[Value]
    values: NDArray[np.float64]
    """(up, across); not a number where there was no run, ∞ where no run's figure is finite."""


def default_figure(entries: Iterable[Line]) -> str:
    """The figure that is shown unless another is asked for."""
    known = [*entries]
    if any(entry.r2 for entry in known):
        return "r2.test"
    return "gan.distance" if any(entry.gan for entry in known) else "accuracy.test"


def grid(entries: Sequence[Line], keys: Sequence[str], path: str) -> Grid:
    """The median of each place, over seeds and all other axes.

    Raises ExpectationError where the path leads to no number.
    """
    points = [[axis_value(entry, key) for entry in entries] for key in (*keys, "", "")[:2]]
    several = [sort_values(values) for values in points]
    crowded = len(set(zip(*points, strict=True))) < DENSE * len(several[0]) * len(several[1])
    boxes = round(len(entries) ** 0.5) if crowded else MOST
    places = [place_values(values, boxes) for values in several]
    found: dict[tuple[Value, Value], list[Number]] = defaultdict(list)
    for x, y, entry in zip(*points, entries, strict=True):
        found[places[0][x], places[1][y]].append(read_figure(entry, path))
    across, up = (sort_values(place.values()) for place in places)
    values = np.full((len(up), len(across)), np.nan)
    for (x, y), some in found.items():
        values[up.index(y), across.index(x)] = median(finite_values(some) or [np.inf])
    return Grid(across, up, values)


def axis_value(entry: Line, key: str) -> Value:
    """Where a run stands on an axis; a grid of one axis is one place high."""
    return entry.seed if key == "run.seed" else entry.at[key] if key else ""


def place_values(several: Sequence[Value], most: int) -> Mapping[Value, Value]:
    """The place of each value: itself, or the middle of its box where there are too many."""
    numbers = [value for value in several if not isinstance(value, str)]
    if len(several) <= most or len(numbers) < len(several):
        return {value: value for value in several}
    return bin_values([float(number) for number in numbers], most)


def bin_values(numbers: Sequence[float], boxes: int) -> Mapping[Value, Value]:
    """Each number's box, by its middle; the boxes are of one width."""
    edges = np.linspace(numbers[0], numbers[-1], boxes + 1)
    if span_factors(numbers):
        edges = np.geomspace(numbers[0], numbers[-1], boxes + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    which = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, boxes - 1)
    return {value: float(f"{middles[box]:.3g}") for value, box in zip(numbers, which, strict=True)}


def span_factors(numbers: Sequence[float]) -> bool:
    """Whether they are better spaced by factors."""
    return min(numbers) > 0 and max(numbers) > SPAN * min(numbers)


def sort_values(values: Iterable[Value]) -> list[Value]:
    """Numbers by size, words by the alphabet, each once."""
    return sorted(set(values), key=lambda value: (isinstance(value, str), value))


def read_figure(entry: Line, path: str) -> Number:
    """What the path says of a run. Raises ExpectationError where it is no number."""
    if entry.error is not None:
        return None
    value = look_up(parse(f"{path} == 0"), msgspec.json.decode(encode_line(entry)))
    if value is not None and (isinstance(value, (bool, str)) or not isfinite(value)):
        raise ExpectationError(_("{path} is not a number").format(path=path))
    return value
