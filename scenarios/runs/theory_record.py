"""What theory says of a network, in the names of the documents. No NumPy, as in results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, Meta, UnsetType

from .diagnosis_record import DocumentPart, Number

if TYPE_CHECKING:
    from ...engine.theory.predictions import Theory

PerLayer = Annotated[Sequence[Number], Meta(description="a number a layer, input side first")]


class Prediction(DocumentPart, frozen=True):
    """What theory says of the network at initialization; a measure without a law is left out."""

    rate: Annotated[Number, Meta(description="per-layer factor of delta_rms")]
    depth_scale: Annotated[
        Number,
        Meta(description="ξ, layers in which ‖δ‖² changes by e; null at the edge of chaos"),
    ]
    band: Annotated[
        Sequence[tuple[Number, Number]],
        Meta(description="[low, high] a layer: where 95 % of networks have their delta_rms"),
    ]
    source: Annotated[str, Meta(description="where the law stands in the literature")]
    grad_norm: PerLayer | UnsetType = UNSET
    delta_rms: PerLayer | UnsetType = UNSET
    slope_rms: PerLayer | UnsetType = UNSET
    activation_mean: PerLayer | UnsetType = UNSET
    activation_std: PerLayer | UnsetType = UNSET
    saturated: PerLayer | UnsetType = UNSET
    dead: PerLayer | UnsetType = UNSET
    weight_norm: PerLayer | UnsetType = UNSET
    update_ratio: PerLayer | UnsetType = UNSET
    displacement: PerLayer | UnsetType = UNSET


MEASURES = tuple(
    name
    for name in Prediction.__struct_fields__
    if name not in ("rate", "depth_scale", "band", "source")
)
"""Of every layer, as the run document names them."""


def prediction(theory: Theory | None) -> Prediction | None:
    """What theory says, as the document has it."""
    if theory is None:
        return None
    return Prediction(
        theory.rate, theory.depth_scale, theory.band, theory.source, **theory.measures
    )
