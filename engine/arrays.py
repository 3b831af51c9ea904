"""Array types, and norms that neither underflow nor overflow."""

from collections.abc import Sequence
from itertools import pairwise
from types import EllipsisType

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Array = NDArray[np.floating]
"""A real array in the run's own precision (float32 or float64)."""
Exact = NDArray[np.float64]
"""What has been measured: always float64."""
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Place = slice | tuple[int, slice] | EllipsisType
"""Where a part stands in a whole."""


SAFE = {4: (1e-24, 1e31), 8: (1e-276, 1e292)}
"""By bytes a number: sums of squares between which no square that counts under- or overflowed."""


def norms(X: Array) -> Exact:
    """Euclidean norms along the last axis, (..., n) -> (...), right over the whole range of X."""
    return roots(np.vecdot(X, X), [(..., X)])


def roots(squares: Array, parts: Sequence[tuple[Place, Array]]) -> Exact:
    """Norms from plain sums of squares, which are right unless they left the number type's safe
    range: those vectors, which the parts hold with their places, are measured again."""
    result = np.sqrt(squares, dtype=np.float64)
    safe = in_safe_range(squares)
    if not safe.all():
        for at, X in parts:
            lost = ~safe[at]
            result[at][lost] = careful_norms(X[lost])
    return result


def in_safe_range(squares: Array) -> Mask:
    """Where a sum of squares has lost nothing to under- or overflow."""
    low, high = SAFE[squares.itemsize]
    return (squares > low) & (squares < high)


def careful_norms(X: Array) -> Exact:
    """The norms of X's rows, in float64; float64 rows divided by their largest entry before they
    are squared."""
    if X.itemsize < 8:
        wide = X.astype(np.float64)
        return np.sqrt(np.vecdot(wide, wide))
    largest = np.maximum(X.max(axis=-1), -X.min(axis=-1))
    seen = largest > 0
    result = np.abs(largest, dtype=np.float64)
    unit = X[seen] / largest[seen][:, None]
    result[seen] *= np.sqrt(np.vecdot(unit, unit))
    return result


def flat(X: Array, axes: int = 2) -> Array:
    """X with its last `axes` axes as one; a view wherever X is laid out so."""
    return X.reshape(*X.shape[:-axes], -1)


def stacked(views: Sequence[Array]) -> Array | None:
    """Equal arrays that lie evenly spaced in one block, as one array (len(views), ...), or None.

    Layers of one shape hold neighbouring views, so one call can serve them all.
    """
    first = views[0]
    if any(v.shape != first.shape or v.strides != first.strides for v in views):
        return None
    places = [v.__array_interface__["data"][0] for v in views]
    gaps = {b - a for a, b in pairwise(places)}
    if len(gaps) > 1 or root(first) is not root(views[-1]):
        return None
    stride = gaps.pop() if gaps else 0
    return as_strided(first, (len(views), *first.shape), (stride, *first.strides))


def root(X: Array) -> object:
    """The object that owns X's memory."""
    while isinstance(X.base, np.ndarray):
        X = X.base
    return X
