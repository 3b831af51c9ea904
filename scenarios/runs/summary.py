"""What the replicas of one scenario showed, in one record: medians, and the 10-90 % band."""

from collections.abc import Iterable, Mapping, Sequence
from math import floor
from statistics import median
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from ..loading.changes import Change
from .diagnosis_record import DiagnosisRecord, DocumentPart, Number
from .results import Result, finite_values, slowest_budget


class Spread(DocumentPart, frozen=True):
    """A figure over the replicas for which it is finite; null where there is none."""

    median: Number
    low: Annotated[Number, Meta(description="10 % of the replicas are below")]
    high: Annotated[Number, Meta(description="10 % of the replicas are above")]


class Health(DocumentPart, frozen=True):
    """Diagnoses of the replicas at one record."""

    state: Annotated[str, Meta(description="of most replicas")]
    states: Annotated[dict[str, int], Meta(description="replicas in each state")]
    rate: Annotated[Spread, Meta(description="per-layer factor of delta_rms towards the input")]
    ratio: Annotated[Spread, Meta(description="delta_rms, first over last hidden layer")]
    budget: Annotated[Spread, Meta(description="of the layer that can move least")]
    mean_rate: Annotated[
        Spread, Meta(description="factor per layer that makes ratio in all, as the verdict says it")
    ] = Spread(None, None, None)


class NetworkHealth(DocumentPart, frozen=True):
    """One network, when its training was over and at initialization."""

    at_end: Health
    at_birth: Health


class ScenarioSummary(DocumentPart, frozen=True):
    """One of several scenarios held against each other."""

    scenario: Annotated[str, Meta(description="its id")]
    title: str
    changes: Annotated[tuple[Change, ...], Meta(description="what differs from the first")]
    accuracy: Annotated[dict[str, Spread], Meta(description="train, test; none for a GAN")]
    loss: Annotated[dict[str, Spread], Meta(description="by the run document's names")]
    gan: Annotated[dict[str, Spread], Meta(description="the game; none for a classifier")]
    networks: dict[str, NetworkHealth]
    budget: Annotated[Spread, Meta(description="of the layer that can move least")]
    diverged: Annotated[int, Meta(description="replicas that diverged")]
    seconds: Annotated[float, Meta(description="of training, a replica")]
    replicas: list[Result]
    errors: Annotated[
        list[str], Meta(description="why replicas could not be carried out; they are not in here")
    ]
    r2: Annotated[
        dict[str, Spread] | UnsetType,
        Meta(description="R² of train and test, in place of accuracy; only of numbers to learn"),
    ] = UNSET


def summarize(
    scenario: str, title: str, changes: Sequence[Change], outcomes: Iterable[Result | str]
) -> ScenarioSummary:
    """A scenario, and what its replicas have shown so far."""
    all_of_them = list(outcomes)
    results = [one for one in all_of_them if isinstance(one, Result)]
    return ScenarioSummary(
        scenario=scenario,
        title=title,
        changes=tuple(changes),
        accuracy=spreads([result.accuracy for result in results]),
        loss=spreads([result.loss for result in results]),
        gan=spreads([result.gan for result in results]),
        networks=network_health(results),
        budget=spread(map(slowest_budget, results)),
        diverged=sum(result.diverged_at is not None for result in results),
        seconds=sum(result.seconds for result in results) / max(1, len(results)),
        replicas=results,
        errors=[one for one in all_of_them if isinstance(one, str)],
        r2=spreads([result.r2 or {} for result in results]) or UNSET,
    )


def network_health(results: Sequence[Result]) -> dict[str, NetworkHealth]:
    """The health of each network, by its name."""
    names = results[0].networks if results else ()
    found = {name: [result.networks[name].diagnosis for result in results] for name in names}
    return {
        name: NetworkHealth(health(last), health([one.at_birth for one in last]))
        for name, last in found.items()
    }


def health(diagnoses: Sequence[DiagnosisRecord]) -> Health:
    """The diagnoses of one network's replicas."""
    names = [one.state for one in diagnoses]
    states = {name: names.count(name) for name in dict.fromkeys(names)}
    return Health(
        state=max(states, key=lambda name: states[name]),
        states=states,
        rate=spread(one.rate for one in diagnoses),
        ratio=spread(one.ratio for one in diagnoses),
        budget=spread(min(finite_values(one.budget), default=None) for one in diagnoses),
        mean_rate=spread(one.mean_rate for one in diagnoses),
    )


def spreads(values: Sequence[Mapping[str, Number]]) -> dict[str, Spread]:
    """The spread of each figure over the replicas, by its name."""
    names = dict.fromkeys(name for one in values for name in one)
    return {name: spread(one.get(name) for one in values) for name in names}


def spread(values: Iterable[Number]) -> Spread:
    """Median, 10 % and 90 % quantile of the finite values; null each where there is none."""
    ordered = sorted(finite_values(values))
    if not ordered:
        return Spread(None, None, None)
    return Spread(median(ordered), quantile(ordered, 0.1), quantile(ordered, 0.9))


def finite_median(values: Iterable[Number]) -> Number:
    """The median of those that are finite; null where none is."""
    return median(known) if (known := finite_values(values)) else None


def quantile(ordered: Sequence[float], share: float) -> float:
    """The quantile at a share from 0 to 1 of sorted values, interpolated linearly."""
    place = share * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
