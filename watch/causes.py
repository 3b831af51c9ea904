"""Why a layer's gradient is exactly 0 or absent, as far as a sample can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Figures = Sequence[float | None]

SUBNORMAL = {"float16": 2.0**-24, "bfloat16": 2.0**-133, "float32": 2.0**-149}
"""The smallest number above 0 of each type that is in use for training."""
NEAR = 1e3
"""How many of them an error signal is long where it is about to be rounded to 0."""


@dataclass(frozen=True)
class Sample:
    """What of a sample tells the cause, an entry a layer in forward order; None: not measured."""

    grad_norm: Figures
    weight_norm: Figures
    error_rms: Figures
    """Root mean square of the error signal as it was computed, in the loss's scale."""
    error_type: Sequence[str | None]
    silent: Sequence[bool]
    """Whether every activation of the layer is exactly 0."""
    frozen: Sequence[bool]
    blocks: Sequence[object]
    """The repeated block a layer is in, or None."""


def causes(sample: Sample) -> dict[str, str]:
    """By the layer's position as text: frozen, unused, zero_init, dead, underflow or unknown."""
    found: dict[str, str] = {}
    for layer, gradient in enumerate(sample.grad_norm):
        if sample.frozen[layer]:
            found[str(layer)] = "frozen"
        elif gradient is None:
            found[str(layer)] = "unused"
        elif gradient == 0:
            found[str(layer)] = cause_of_zero(sample, layer)
    return found


def cause_of_zero(sample: Sample, layer: int) -> str:
    """What multiplies the gradient of a layer by 0."""
    if shut(sample, layer):
        return "zero_init"
    if any(sample.silent[max(layer - 1, 0) :]):
        return "dead"
    return "underflow" if faint(sample, layer) else "unknown"


def shut(sample: Sample, layer: int) -> bool:
    """Whether a weight of exactly 0 that learns lies behind the layer, or in its block."""
    for other, weight in enumerate(sample.weight_norm):
        block = sample.blocks[layer]
        near = other > layer or (block is not None and sample.blocks[other] == block)
        if weight == 0 and other != layer and near and sample.grad_norm[other]:
            return True
    return False


def faint(sample: Sample, layer: int) -> bool:
    """Whether the error signal behind the layer is about as small as its type can be."""
    for rms, kind in list(zip(sample.error_rms, sample.error_type, strict=True))[layer:]:
        if rms:
            return rms < NEAR * SUBNORMAL.get(kind or "", 0.0)
    return False
