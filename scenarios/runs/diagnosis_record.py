"""The diagnosis of a network as the run document, sweeps and comparisons carry it.

No numpy: the lab's screen and `vglab export` read results without loading it.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Number = float | None
"""null stands for what is not finite."""


class DocumentPart(Struct, frozen=True, forbid_unknown_fields=True):
    """Part of a document; it knows all its keys."""


State = Literal["vanishing", "exploding", "unstable", "not_learning", "healthy", "dead", "diverged"]


FADING = ("frozen", "lost", "faded_at_birth")
"""The rules that speak of a signal that fades from layer to layer."""


class DiagnosisRecord(DocumentPart, frozen=True):
    """The diagnosis of one network at one record: the engine's, as documents carry it."""

    state: State
    rate: Annotated[Number, Meta(description="per-layer factor of delta_rms towards the input")]
    decay: Annotated[str, Meta(description="the law of delta_rms: power, exponential, undecided")]
    ratio: Annotated[Number, Meta(description="delta_rms, first over last hidden layer")]
    budget: Annotated[
        tuple[Number, ...],
        Meta(description="how far each layer can move, in its own length, as planned"),
    ]
    frozen: Annotated[
        tuple[int, ...],
        Meta(description="layers, counted from 1, with budget under 1e-2 that have moved by less"),
    ]
    flat_gradient_hides: Annotated[
        bool, Meta(description="grad_norm looks flat while delta_rms does not")
    ]
    underflows: Annotated[
        bool, Meta(description="an update is 0: its gradient, or rate × gradient, rounds to 0")
    ]
    rule: Annotated[str, Meta(description="the rule that decided, by name")]
    done: Annotated[
        tuple[int, ...],
        Meta(
            description="layers with budget under 1e-2 that have moved, in a network that learned"
        ),
    ] = ()
    stopped: Annotated[
        tuple[int, ...],
        Meta(
            description="layers with budget under 1e-2 that have moved, in a network that has not"
            " learned"
        ),
    ] = ()
    mean_rate: Annotated[
        Number,
        Meta(description="factor per layer that makes ratio in all: ratio^(1/(hidden layers - 1))"),
    ] = None
    accuracy: Annotated[
        Number, Meta(description="on the test set; null where there is none, as of a GAN")
    ] = None
    chance: Annotated[
        Number, Meta(description="the accuracy of naming the commonest class every time")
    ] = None
    displacement: Annotated[
        tuple[Number, ...] | None,
        Meta(description="how far each layer is from its initial weights, without weight decay"),
    ] = None
    half_dead: Annotated[
        tuple[int, ...],
        Meta(description="hidden layers with half of their units or more off for the whole batch"),
    ] = ()
    r2: Annotated[
        Number | UnsetType,
        Meta(description="R² on the test set, in place of accuracy; only of numbers to learn"),
    ] = UNSET


class FinalDiagnosisRecord(DiagnosisRecord, frozen=True, kw_only=True):
    """The diagnosis of the last record, and of the network at initialization."""

    at_birth: Annotated[DiagnosisRecord, Meta(description="the same of record 0")]
