"""What is measured becomes what can be drawn: finite, logarithmic, decimated, replicas summed up.

plotext takes no NaN, no infinity, no zero on a logarithm and no value far outside its axis (it
draws for half a minute, or dies). So everything passes here first, once, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Band:
    """Replicas summed up: the median and the 10-90 % band, one value a place (NaN: nothing)."""

    low: Floats
    middle: Floats
    high: Floats
    zero: Flags
    """Places that are exactly zero: they have no logarithm, and are marked as such."""
    wild: Flags
    """Places that are infinite; NaN means that there is nothing to be measured."""

    @property
    def spread(self) -> bool:
        """Whether the replicas differ at all."""
        return bool(np.any(self.high > self.low))


def logarithm(values: Floats) -> Floats:
    """log10 of what has one, NaN for the rest."""
    drawable = np.isfinite(values) & (values > 0)
    return np.log10(values, out=np.full(values.shape, np.nan), where=drawable)


def band(replicas: Floats, log: bool) -> Band:
    """Sum up an (R, n) array along its replicas."""
    low, middle, high = _quantiles(replicas)
    wild, zero = np.isinf(middle), middle == 0
    if not log:
        clean = np.where(wild, np.nan, middle)
    else:
        low, clean, high = map(logarithm, (low, middle, high))
    return Band(
        low=_finite(low, clean), middle=clean, high=_finite(high, clean), zero=zero, wild=wild
    )


def _quantiles(replicas: Floats) -> tuple[Floats, Floats, Floats]:
    if len(replicas) == 1:
        return replicas[0], replicas[0], replicas[0]
    ordered = _sort(replicas, axis=0)
    last = len(ordered) - 1
    pick = [_interpolate(ordered, share * last) for share in (0.1, 0.5, 0.9)]
    return pick[0], pick[1], pick[2]


def _sort(values: Floats, axis: int) -> Floats:
    """Sorted, where a replica that has no number counts as infinite, unless none has one."""
    nothing = np.isnan(values)
    absent = nothing.all(axis=axis, keepdims=True)
    return np.sort(np.where(nothing & ~absent, np.inf, values), axis=axis)


def _interpolate(ordered: Floats, place: float) -> Floats:
    """Linear interpolation that leaves infinities as they are instead of making NaN of them."""
    below, above = ordered[int(np.floor(place))], ordered[int(np.ceil(place))]
    share = place - np.floor(place)
    with np.errstate(invalid="ignore"):
        mixed = below + share * (above - below)
    return np.where(np.isfinite(below) & np.isfinite(above), mixed, above)


def _finite(values: Floats, otherwise: Floats) -> Floats:
    return np.where(np.isfinite(values), values, otherwise)


def medians(table: Floats) -> Floats:
    """(T, R, n) to (T, n): the median over the replicas, infinities kept."""
    if table.shape[1] == 1:
        return table[:, 0]
    ordered = _sort(table, axis=1)
    return _interpolate(np.moveaxis(ordered, 1, 0), (table.shape[1] - 1) / 2)


def mark_divergence(table: Floats, records: NDArray[np.int64], diverged_at: int | None) -> Floats:
    """The rows with what a diverged run cannot say made infinite: it is more than nothing."""
    if diverged_at is None:
        return table
    after = (records >= diverged_at).reshape(-1, *[1] * (table.ndim - 1))
    return np.where(after & np.isnan(table), np.inf, table)


def smoothen(values: Floats, span: int) -> Floats:
    """The mean of `span` neighbors on both sides and of each value itself; fewer at the ends.

    What is not finite counts for nothing and stays as it is. O(n).
    """
    finite = np.isfinite(values)
    if span < 1 or not finite.any():
        return values
    sums = np.concatenate([[0.0], np.cumsum(np.where(finite, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(finite)])
    at = np.arange(len(values))
    low, high = np.maximum(at - span, 0), np.minimum(at + span + 1, len(values))
    many = np.maximum(counts[high] - counts[low], 1)
    return np.where(finite, (sums[high] - sums[low]) / many, values)


def every_nth(rows: int, most: int) -> slice:
    """Every 2^k-th of `rows` rows, so that no more than `most` are looked at and, as rows are
    added, those already looked at mostly stay."""
    stride = 1
    while rows // stride > most:
        stride *= 2
    return slice(0, rows, stride)


def extent(values: Floats) -> tuple[float, float] | None:
    """The smallest and largest finite value, or None when there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else None


def columns(places: Floats, values: Floats, low: float, high: float, count: int) -> list[Floats]:
    """At most two samples a column, its smallest and largest: all that `count` columns can show.

    Returns the kept places and values; a lone glitch survives, a mean would hide it.
    """
    finite = np.isfinite(values)
    places, values = places[finite], values[finite]
    if len(places) <= 2 * count:
        return [places, values]
    column = np.clip(((places - low) / (high - low or 1.0) * count).astype(int), 0, count - 1)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    keep = np.unique(np.concatenate([_extremes(values, starts), starts]))
    return [places[keep], values[keep]]


def _extremes(values: Floats, starts: NDArray[np.intp]) -> NDArray[np.intp]:
    ends = np.append(starts[1:], len(values))
    pairs = [
        (start + int(values[start:end].argmin()), start + int(values[start:end].argmax()))
        for start, end in zip(starts, ends, strict=True)
    ]
    return np.array(pairs, dtype=np.intp).ravel()
