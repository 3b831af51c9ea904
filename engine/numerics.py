"""Array types, and norms that neither underflow nor overflow."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from types import EllipsisType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
"""A real array in the run's own precision (float32 or float64)."""
Exact = NDArray[np.float64]
"""What has been measured: always float64."""
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Place = slice | tuple[int, slice] | EllipsisType
"""Where a part stands in a whole."""

CACHE_LINE = 64
"""Bytes."""


def aligned_zeros(shape: Sequence[int], dtype: type[np.floating] | np.dtype[np.floating]) -> Array:
    """An array of zeros that begins with a cache line. NumPy's own begin 16 bytes after one, so
    that each AVX-512 vector lies in two, and a pass over an array takes up to 1.3 times as long."""
    kind: np.dtype[np.floating] = np.dtype(dtype)
    size = prod(shape) * kind.itemsize
    memory = np.zeros(size + CACHE_LINE, np.uint8)
    start = -memory.ctypes.data % CACHE_LINE
    return memory[start : start + size].view(kind).reshape(shape)


SAFE = {4: (1e-24, 1e31), 8: (1e-276, 1e292)}
"""By bytes a number: sums of squares between which no square that counts under- or overflowed."""


def norms(X: Array) -> Exact:
    """Euclidean norms along the last axis, (..., n) -> (...), float64; no square in them under- or
    overflows, whatever X's number type."""
    return norms_from_squares(np.vecdot(X, X), [(..., X)])


def norms_from_squares(squares: Array, parts: Sequence[tuple[Place, Array]]) -> Exact:
    """Norms from plain sums of squares, which are right unless they left the number type's safe
    range: those vectors, which the parts hold with their places, are measured again."""
    result = np.sqrt(squares, dtype=np.float64)
    low, high = SAFE[squares.itemsize]
    if not low < squares.min() <= squares.max() < high:  # false of NaN, too
        unsafe = ~((squares > low) & (squares < high))
        for at, X in parts:
            lost = unsafe[at]
            places = np.nonzero(lost)[0]
            if places.size:
                rows = slice(places[0], places[-1] + 1)
                some = rows if lost[rows].all() else lost  # neighbors need no copy
                result[at][some] = careful_norms(X[some])
    return result


def careful_norms(X: Array) -> Exact:
    """The norms of vectors (..., n), in float64; float64 ones divided by their largest entry before
    they are squared."""
    if not X.any():
        return np.zeros(X.shape[:-1])
    if X.itemsize < 8:
        wide = X.astype(np.float64)
        return np.sqrt(np.vecdot(wide, wide))
    largest = np.maximum(X.max(axis=-1), -X.min(axis=-1))
    seen = largest > 0
    result = np.abs(largest, dtype=np.float64)
    unit = X[seen] / largest[seen][:, None]
    result[seen] *= np.sqrt(np.vecdot(unit, unit))
    return result


Parts = Sequence[tuple[slice, slice, bool]]
"""Rows and columns of float32 arrays (R, P), and whether numbers in them may be subnormal: to
multiply or divide by these takes a processor some 200 times as long, so it is done in float64,
which has them as normal numbers, and rounded to float32 again."""
WHOLE: Parts = [(slice(None), slice(None), False)]


def runs(flags: Mask) -> "list[tuple[slice[int, int, None], bool]]":
    """Neighbors among the flags (n,) that are alike: their places, and what they are."""
    return [(at, bool(flags[at.start])) for at in alike(flags[:, None])]


def alike(rows: Mask) -> "list[slice[int, int, None]]":
    """The places of neighbors among the rows (n, flags) that are equal."""
    changes = np.flatnonzero((rows[1:] != rows[:-1]).any(axis=1)) + 1
    return [slice(a, b) for a, b in pairwise([0, *changes.tolist(), len(rows)])]


def flatten(X: Array, axes: int = 2) -> Array:
    """X with its last `axes` axes as one; a view wherever X is laid out so."""
    return X.reshape(*X.shape[:-axes], -1)


CALM = 1e-6, 1e6
"""Norms of an error signal that are left as they are."""
LARGEST_POWER = {4: 120, 8: 1000}
"""By bytes a number: the largest single change of scale, within the type's exponents."""
SILENT = 2**40
"""The exponent of an error signal that is not there: beside it any other is the louder one."""


def bring_near_one(Delta: Array, among: Mask | bool = True) -> Integers | int:
    """Multiply the error signals of the replicas `among` which to look, (R,), by a power of two
    where their norm left CALM; the exponents, (R,), or 0 where none did."""
    X = flatten(Delta)
    squares = np.vecdot(X, X)
    each = squares.tolist()
    if CALM[0] ** 2 < min(each) and max(each) < CALM[1] ** 2:
        return 0
    size = norms_from_squares(squares, [(..., X)])
    far = among & ((size < CALM[0]) | (size > CALM[1])) & (size > 0) & np.isfinite(size)
    largest = LARGEST_POWER[Delta.itemsize]
    exponent = np.minimum(np.maximum(-np.frexp(size)[1].astype(np.int64), -largest), largest) * far
    Delta *= np.ldexp(Delta.dtype.type(1), exponent)[:, None, None]
    return exponent


def median(values: Exact) -> Exact:
    """The median over the first axis, (n, …) -> (…); NaN where one of the n values is NaN.

    numpy's own loads its masked arrays at the first call, which takes as long as a short training.
    """
    count = len(values)
    ordered = np.sort(values, axis=0)
    middle: Exact = ordered[(count - 1) // 2 : count // 2 + 1].mean(axis=0)
    return np.where(np.isnan(ordered[-1]), ordered[-1], middle)
