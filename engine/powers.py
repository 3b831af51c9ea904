"""Powers of two that keep error signals near 1: they round nothing, and exponents are kept."""

import numpy as np

from .arrays import Array, Integers, flat, norms

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
    squares = np.vecdot(X, X).tolist()
    if CALM[0] ** 2 < min(squares) and max(squares) < CALM[1] ** 2:
        return 0
    size = norms(X)
    far = ((size < CALM[0]) | (size > CALM[1])) & (size > 0) & np.isfinite(size)
    exponent = np.where(far, -np.frexp(size)[1], 0)
    largest = LARGEST_POWER[up.itemsize]
    exponent = np.clip(exponent, -largest, largest)
    up *= np.ldexp(up.dtype.type(1), exponent)[:, None, None]
    return exponent
