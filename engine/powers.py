"""Powers of two that keep error signals near 1: they round nothing, and exponents are kept."""

import numpy as np

from .arrays import Array, Integers, flat, roots

CALM = 1e-6, 1e6
"""Norms of an error signal that are left as they are."""
LARGEST_POWER = {4: 120, 8: 1000}
"""By bytes a number: the largest single change of scale, within the type's exponents."""
SILENT = 2**40
"""The exponent of an error signal that is not there: beside it any other is the louder one."""


def bring_near_one(up: Array) -> Integers | int:
    """Multiply each replica's error signal by a power of two where its norm left CALM; the
    exponents, (R,), or 0 where none did."""
    X = flat(up)
    squares = np.vecdot(X, X)
    each = squares.tolist()
    if CALM[0] ** 2 < min(each) and max(each) < CALM[1] ** 2:
        return 0
    size = roots(squares, [(..., X)])
    far = ((size < CALM[0]) | (size > CALM[1])) & (size > 0) & np.isfinite(size)
    largest = LARGEST_POWER[up.itemsize]
    exponent = np.minimum(np.maximum(-np.frexp(size)[1].astype(np.int64), -largest), largest) * far
    up *= np.ldexp(up.dtype.type(1), exponent)[:, None, None]
    return exponent
