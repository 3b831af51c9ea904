"""What a finished run showed, as numbers that can be stored, sent, compared and ranked.

A run here is one network, or one GAN: one seed of one scenario. Names are those of the run
document, so that an expectation reads the same for a run, a comparison and a line of a sweep.
No numpy: the lab's screen and `vglab export` read results without loading it.
"""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Annotated, Protocol

from msgspec import UNSET, Meta, Struct, UnsetType

from .diagnosis_record import DocumentPart, FinalDiagnosisRecord, Number
from .theory_record import PerLayer, Prediction

PerLayerByName = Annotated[
    dict[str, PerLayer], Meta(description="by the run document's names, own measures too")
]


class NetworkResult(DocumentPart, frozen=True):
    """One network of a run."""

    diagnosis: FinalDiagnosisRecord
    measures: Annotated[
        PerLayerByName | UnsetType,
        Meta(description="of the last record; only those that were asked for (--measure)"),
    ] = UNSET
    measures_at_birth: Annotated[
        PerLayerByName | UnsetType, Meta(description="the same of record 0")
    ] = UNSET
    theory: Annotated[
        Prediction | UnsetType | None,
        Meta(description="null where no law is known; only if it was asked for (--theory)"),
    ] = UNSET
    theory_missing: Annotated[
        str | UnsetType | None, Meta(description="why theory is null, as a word")
    ] = UNSET


class HasNetworks(Protocol):
    """A result, or a line of a sweep."""

    @property
    def networks(self) -> Mapping[str, NetworkResult]: ...


class Extras(Struct, frozen=True):
    """What a result has besides, on request."""

    measures: tuple[str, ...] = ()
    """Of each layer, at the first record and at the last."""
    theory: bool = False

    def are_in(self, result: "HasNetworks") -> bool:
        """Whether a result has all of them."""
        return all(
            set(self.measures) <= set(net.measures or ())
            and not (self.theory and net.theory is UNSET)
            for net in result.networks.values()
        )


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
    r2: Annotated[
        dict[str, Number] | UnsetType,
        Meta(description="R² of train and test, in place of accuracy; only of numbers to learn"),
    ] = UNSET


Outcome = Result | str
"""What a run showed, or in one line why it could not be carried out."""


NO_EXTRAS = Extras()


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
