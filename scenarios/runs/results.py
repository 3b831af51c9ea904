"""What a finished run showed, as numbers that can be stored, sent, compared and ranked.

A run here is one network, or one GAN: one seed of one scenario. Names are those of the run
document, so that an expectation reads the same for a run, a comparison and a line of a sweep.
No numpy: the lab's screen and `vglab export` read results without loading it.
"""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Annotated

from msgspec import Meta

from .diagnosis_record import DocumentPart, FinalDiagnosisRecord, Number


class NetworkResult(DocumentPart, frozen=True):
    """One network of a run."""

    diagnosis: FinalDiagnosisRecord


class Result(DocumentPart, frozen=True):
    """One run: what stood in its last record, and its diagnosis."""

    accuracy: Annotated[dict[str, Number], Meta(description="train, test; none for a GAN")]
    loss: Annotated[dict[str, Number], Meta(description="by the run document's names")]
    gan: Annotated[dict[str, Number], Meta(description="the game; none for a classifier")]
    networks: dict[str, NetworkResult]
    diverged_at: Annotated[
        int | None, Meta(description="first step with a loss not finite, or null")
    ]
    seconds: Annotated[float, Meta(description="of training; runs trained at once share them out")]


Outcome = Result | str
"""What a run showed, or in one line why it could not be carried out."""


def slowest_budget(result: Result) -> Number:
    """The budget of the layer that can move least, of any network."""
    budgets = (b for net in result.networks.values() for b in net.diagnosis.budget)
    return min(finite_values(budgets), default=None)


def finite_values(values: Iterable[Number]) -> list[float]:
    """The finite ones among the values."""
    return [value for value in values if value is not None and isfinite(value)]


def finite_or_none(value: float) -> Number:
    """The value, or null where it is not finite: equal to what comes back from JSON."""
    return value if isfinite(value) else None


def all_finite_or_none(values: Mapping[str, float]) -> dict[str, Number]:
    """The values, with null for each that is not finite."""
    return {name: finite_or_none(value) for name, value in values.items()}
