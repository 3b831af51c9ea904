"""The precision lens: where a gradient would be exactly 0 in a narrower number type.

The engine's figures are right to 1e-300, so what a type would have done to them can be told from
them: a type rounds to 0 all that is under half its smallest number. A layer's entries are taken as
normal numbers of the measured root mean square, ‖∂J/∂W‖/√n for n of them; then the share that is
lost, erf(zero/(√2 rms)), follows from the norm alone. Loss scaling multiplies every gradient by 2ᵏ
before it is rounded (Micikevicius et al. 2018, "Mixed Precision Training", section 3.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, erf, floor, frexp, inf, log2, sqrt

import numpy as np

from ..measure.trace import NetworkTrace
from ..numerics import median


@dataclass(frozen=True)
class NumberType:
    """A binary floating-point type, by its limits."""

    name: str
    smallest: float
    """The smallest subnormal number."""
    normal: float
    """The smallest normal number: below it, digits go."""
    largest: float

    @property
    def zero(self) -> float:
        """What rounds to 0: half the smallest number and all below."""
        return self.smallest / 2


NUMBER_TYPES = (
    NumberType("float16", 2.0**-24, 2.0**-14, 65504.0),
    NumberType("bfloat16", 2.0**-133, 2.0**-126, (2 - 2.0**-7) * 2.0**127),
    NumberType("float32", 2.0**-149, 2.0**-126, (2 - 2.0**-23) * 2.0**127),
)
"""IEEE 754 binary16 and binary32, and Google's bfloat16, which has float32's exponents."""

GONE = 0.999
"""A layer whose entries round to 0 in this share and more reads as exactly 0."""


@dataclass(frozen=True)
class Lens:
    """One network's weight gradients as one type would hold them; layers are counted from 1."""

    type: str
    lost: tuple[float, ...]
    """The share of entries that round to 0, a layer."""
    zero: tuple[int, ...]
    """Layers whose gradient would read as exactly 0."""
    subnormal: tuple[int, ...]
    """Layers that lose digits: their typical entry is below the smallest normal number."""
    overflow: tuple[int, ...]
    """Layers whose typical entry is beyond the largest number."""
    scale: int | None
    """The loss scale's exponent k that makes every layer's typical entry normal and none
    overflow; None where no scale does both."""


def lenses(network: NetworkTrace, row: int) -> tuple[Lens, ...]:
    """The network's gradients of one record (medians over the replicas), seen in each type."""
    norm = median(network.measures["grad_norm"][row])
    rms = [float(x) for x in norm / np.sqrt(network.sizes)]
    return tuple(lens(kind, rms) for kind in NUMBER_TYPES)


def lens(kind: NumberType, rms: list[float]) -> Lens:
    """Gradients of these root mean squares, a layer each, in one type."""
    share = tuple(lost_share(kind, value) for value in rms)
    return Lens(
        kind.name,
        share,
        layer_numbers(part >= GONE for part in share),
        layer_numbers(0 < value < kind.normal for value in rms),
        layer_numbers(value > kind.largest for value in rms),
        loss_scale(kind, rms),
    )


def lost_share(kind: NumberType, rms: float) -> float:
    """The share of normal entries N(0, rms²) that round to 0: P(|x| ≤ zero) = erf(zero/(√2
    rms))."""
    if not rms > 0:
        return 1.0 if rms == 0 else 0.0
    return erf(min(kind.zero / rms, 1e9) / sqrt(2))


def loss_scale(kind: NumberType, rms: list[float]) -> int | None:
    """The least k ≥ 0 for which every typical entry, times 2ᵏ, is a normal number of the type."""
    alive = [value for value in rms if 0 < value < inf]
    if not alive:
        return None
    k = max(0, ceil(log2(kind.normal) - log2(min(alive))))
    return k if log2(max(alive)) + k < floor(frexp(kind.largest)[1]) else None


def layer_numbers(flags: Iterable[bool]) -> tuple[int, ...]:
    """The places, from 1, of what is true."""
    return tuple(i for i, flag in enumerate(flags, 1) if flag)
