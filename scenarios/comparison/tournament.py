"""The fix tournament: a scenario as it is, each remedy alone, and pairs of those that helped.

All on the same data and seeds. What wins is measured, not recommended.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import combinations
from math import inf
from statistics import median
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from ..i18n import _
from ..loading.inheritance import load
from ..runs.diagnosis_record import DocumentPart
from ..runs.executors import Crew
from ..runs.results import Outcome, Result, slowest_budget
from ..runs.summary import ScenarioSummary
from ..schema.spec import DType, Scenario
from .compare import Arrival, race, single_replica, summarize_against
from .remedies import REMEDIES, Entrant, apply_remedies

REPLICAS = 3
"""Networks that each entrant is tried on, where nobody asks for a number: one may be lucky."""
PROMISING = 4
"""Remedies that are tried in pairs: six pairs, about as many runs again as there were."""
CLEARER = 0.01
"""Test accuracy by which a remedy must better the scenario: a point in a hundred."""
LOWER = 0.9
"""Or else, at the same accuracy, the share of the loss that may be left; of a GAN's distance."""

Score = tuple[float, float, float]
"""Test accuracy, minus the loss (of a GAN: minus its distance), budget: more is better."""
WORST = (-1.0, -inf, -1.0)


class NewEntrant(Struct, frozen=True):
    """Somebody is about to run: a line of the table, still empty."""

    entrant: Entrant


class RankedEntrant(ScenarioSummary, frozen=True, kw_only=True):
    """One entrant, as it came out."""

    rank: Annotated[int, Meta(description="1 is the best")]
    remedies: Annotated[list[str], Meta(description="by name; none where the scenario is as it is")]
    settings: Annotated[list[str], Meta(description="what they state, as --set takes it")]
    reasons: Annotated[list[str], Meta(description="why they are recommended")]
    improved: Annotated[
        bool,
        Meta(
            description="clearly better than the scenario as it is, beyond the spread of replicas"
        ),
    ]


class Tournament(DocumentPart, frozen=True):
    """What `vglab remedies --json` prints."""

    schema: Literal["vglab.remedies/1"]
    version: Annotated[str, Meta(description="of vglab")]
    scenario: Annotated[str, Meta(description="its id")]
    seed: Annotated[int, Meta(description="of replica 0; replica i has seed + i")]
    replicas: int
    dtype: DType
    finished: Annotated[bool, Meta(description="false when it was interrupted")]
    standings: Annotated[list[RankedEntrant], Meta(description="the best first")]


@dataclass
class Field:
    """The entrants so far and the outcomes of each; the first is the scenario as it is."""

    entrants: list[Entrant] = dataclass_field(default_factory=list[Entrant])
    outcomes: list[list[Outcome]] = dataclass_field(default_factory=list[list[Outcome]])

    def enter(self, entrant: Entrant) -> NewEntrant:
        """Add an entrant without outcomes; returns the event that says so."""
        self.entrants.append(entrant)
        self.outcomes.append([])
        return NewEntrant(entrant)

    def has_run(self, i: int) -> bool:
        """Whether all replicas of an entrant have come in."""
        return len(self.outcomes[i]) >= self.entrants[i].scenario.run.replicas


Event = NewEntrant | Arrival


Recall = Callable[[Scenario], Result | None]
"""What is known already of a run of one replica; nothing where it has to be run."""


def recall_nothing(_run: Scenario) -> None:
    """Every run has to be run."""


def with_replicas(name: str, settings: Sequence[str]) -> list[str]:
    """The settings, with REPLICAS where neither they nor the scenario ask for several.

    Raises ScenarioError where the scenario cannot be loaded.
    """
    stated = any(setting.partition("=")[0].strip() == "run.replicas" for setting in settings)
    if stated or load(name, settings).run.replicas > 1:
        return [*settings]
    return [*settings, f"run.replicas={REPLICAS}"]


def tournament(
    name: str,
    settings: Sequence[str],
    hire: Callable[[], Crew],
    field: Field,
    recall: Recall = recall_nothing,
) -> Generator[Event]:
    """Run the scenario, each remedy alone, then the promising pairs; yields what happens and adds
    it to `field`.
    With a field that holds some of it already, or where a run is recalled, only the rest runs.

    Raises ScenarioError where the scenario itself cannot be loaded, CrewError where no worker is
    left.
    """
    entrants = [
        apply_remedies(name, settings),
        *(apply_remedies(name, settings, [one]) for one in REMEDIES),
    ]
    yield from run_entrants([one for one in entrants if one], hire, field, recall)
    yield from run_entrants([*promising_pairs(name, settings, field)], hire, field, recall)


def run_entrants(
    entrants: Sequence[Entrant],
    hire: Callable[[], Crew],
    field: Field,
    recall: Recall = recall_nothing,
) -> Generator[Event]:
    """Enter and run those of the entrants that have not run to the end yet; outcomes are added to
    `field`."""
    for entrant in entrants:
        if entrant not in field.entrants:
            yield field.enter(entrant)
            field.outcomes[-1] += recall_all(entrant.scenario, recall)
    late = [i for i, one in enumerate(field.entrants) if one in entrants and not field.has_run(i)]
    if not late:
        return
    for i in late:
        field.outcomes[i].clear()
    with closing(race([field.entrants[i].scenario for i in late], hire())) as arrivals:
        for arrival in arrivals:
            here = replace(arrival, scenario=late[arrival.scenario])
            field.outcomes[here.scenario].append(here.outcome)
            yield here


def recall_all(scenario: Scenario, recall: Recall) -> list[Outcome]:
    """What all replicas of a scenario have shown; nothing where one of them has to be run."""
    found = [recall(single_replica(scenario, r)) for r in range(scenario.run.replicas)]
    return [one for one in found if one is not None] if None not in found else []


def promising_pairs(name: str, settings: Sequence[str], field: Field) -> Iterator[Entrant]:
    """The best of the remedies that helped, two by two, where they can be had together."""
    scores = [score(outcomes) for outcomes in field.outcomes]
    alone = [i for i, one in enumerate(field.entrants) if len(one.remedies) == 1]
    helped = [i for i in alone if is_improved(field.outcomes[i], field.outcomes[0])]
    best = sorted(helped, key=lambda i: scores[i], reverse=True)[:PROMISING]
    for i, j in combinations(best, 2):
        both = [*field.entrants[i].remedies, *field.entrants[j].remedies]
        if entrant := apply_remedies(name, settings, both):
            yield entrant


def score(outcomes: Sequence[Outcome]) -> Score:
    """Medians over the replicas; those that diverged or failed count as the worst there is."""
    accuracy, gain, budget = (median(values) for values in zip(*scores_of(outcomes), strict=True))
    return accuracy, gain, budget


def scores_of(outcomes: Sequence[Outcome]) -> list[Score]:
    """The score of each replica; WORST alone where there is none."""
    return [replica_score(one) if isinstance(one, Result) else WORST for one in outcomes] or [WORST]


def replica_score(result: Result) -> Score:
    """The score of one replica; WORST where a figure of it is not finite."""
    right = result.accuracy or result.r2 or {}
    accuracy = right.get("test", 0.0)
    cost = result.loss["test"] if right else result.gan.get("distance")
    budget = slowest_budget(result)
    if accuracy is None or cost is None:
        return WORST
    return accuracy, -cost, WORST[2] if budget is None else budget


def is_better(one: Score, base: Score) -> bool:
    """Whether a score is clearly better than another."""
    return is_righter(one, base) or is_surer(one, base)


def is_righter(one: Score, base: Score) -> bool:
    """Whether its accuracy is clearly better."""
    return one[0] - base[0] > CLEARER


def is_surer(one: Score, base: Score) -> bool:
    """Whether its loss is clearly lower, at an accuracy that is no worse."""
    return one[0] - base[0] >= -CLEARER and -one[1] < LOWER * -base[1]


def is_improved(outcomes: Sequence[Outcome], base: Sequence[Outcome]) -> bool:
    """Whether an entrant is clearly better than the scenario as it is, and that is no luck of its
    seeds: what is better lies beyond the other's, but for the luckiest and unluckiest tenth."""
    own, other = scores_of(outcomes), scores_of(base)
    medians = score(outcomes), score(base)
    return any(
        better(*medians) and end(own, place, 0.1) > end(other, place, 0.9)
        for place, better in enumerate((is_righter, is_surer))
    )


def end(scores: Sequence[Score], place: int, share: float) -> float:
    """The score at a place that so many of the replicas are below: the nearest one there is."""
    ordered = sorted(one[place] for one in scores)
    return ordered[round(share * (len(ordered) - 1))]


def standings(field: Field) -> list[RankedEntrant]:
    """A standing for each entrant, the best first."""
    scores = [score(outcomes) for outcomes in field.outcomes]
    order = sorted(range(len(scores)), key=lambda i: scores[i], reverse=True)
    return [
        standing(field, i, rank, i > 0 and is_improved(field.outcomes[i], field.outcomes[0]))
        for rank, i in enumerate(order, start=1)
    ]


def standing(field: Field, i: int, rank: int, improved: bool) -> RankedEntrant:
    """The standing of entrant i."""
    entrant, first = field.entrants[i], field.entrants[0].scenario
    summary = summarize_against(first, entrant.scenario, field.outcomes[i])
    return RankedEntrant(
        **asdict(replace(summary, title=entrant_title(entrant))),
        rank=rank,
        remedies=[remedy.name for remedy in entrant.remedies],
        settings=[*entrant.settings],
        reasons=[_(remedy.reason) for remedy in entrant.remedies],
        improved=improved,
    )


def entrant_title(entrant: Entrant) -> str:
    """An entrant's title: those of its remedies, joined by +."""
    return " + ".join(_(remedy.title) for remedy in entrant.remedies) or _("as it is")


def tournament_result(field: Field, version: str, finished: bool) -> Tournament:
    """The document of the outcomes so far."""
    first = field.entrants[0].scenario
    return Tournament(
        schema="vglab.remedies/1",
        version=version,
        scenario=first.id,
        seed=first.run.seed,
        replicas=first.run.replicas,
        dtype=first.run.dtype,
        finished=finished,
        standings=standings(field),
    )
