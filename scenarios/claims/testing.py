"""Claims put to the test: every experiment that some claim needs is carried out once, and a claim
is judged as soon as its own are done.

`examine` is a generator, as everything here that takes its time: the command line drains it, and a
room of the lab can fill in verdict by verdict. No numpy here: the engine is loaded by the workers.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ..i18n import _
from ..loading.inheritance import load
from ..runs.diagnosis_record import DocumentPart, Number
from ..runs.executors import Crew
from ..runs.scheduler import Task, schedule
from ..runs.tasks import cost
from ..version import VERSION
from .catalog import Case, Claim, Kind, Literature, Setup, Topic
from .rules import OTHER, Figures, Verdict, check_rule, figure_names, holds_for_most, verdict

SEEDS = range(5)
"""Of the networks a claim is tried on, where nobody asks for others."""
PROBE_COST = 3e7
"""What a probe costs, in the unit of a run's cost."""
BIRTH = "birth."


class CaseResult(DocumentPart, frozen=True):
    """One case of a claim, and what was measured in it."""

    experiment: Annotated[str, Meta(description="a preset or a probe, and its settings")]
    against: Annotated[str | None, Meta(description="what it is compared with")]
    when: Annotated[str, Meta(description="the condition it stands for")]
    figures: Annotated[
        dict[str, tuple[Number, ...]], Meta(description="those the rule speaks of: [replica]")
    ]
    obeys: Annotated[tuple[bool, ...], Meta(description="[replica]: whether the rule is met")]
    so: Annotated[bool, Meta(description="whether most replicas obey")]


class ClaimResult(DocumentPart, frozen=True):
    """One claim, and what came of it."""

    id: str
    note: Annotated[str, Meta(description="the course note it stands in")]
    kind: Kind
    says: Annotated[str, Meta(description="the claim, in the language that was asked for")]
    literature: Annotated[Literature, Meta(description="what the literature says of it")]
    rule: Annotated[tuple[str, ...], Meta(description="what must be met, for each replica")]
    verdict: Annotated[Verdict | None, Meta(description="null for what is told, not tested")]
    when: Annotated[str, Meta(description="the conditions under which it holds, or nothing")]
    remark: Annotated[str, Meta(description="what a teacher should add, or nothing")]
    cases: tuple[CaseResult, ...]
    errors: Annotated[
        tuple[str, ...], Meta(description="why experiments could not be carried out")
    ] = ()


class Trial(Struct, frozen=True):
    """An experiment to carry out."""

    setup: Setup
    trained: bool
    """Otherwise the network at initialization says enough."""
    seeds: range

    @property
    def cost(self) -> float:
        """How long it takes, more or less, in the unit of a run's cost."""
        if self.setup.probe or not self.trained:
            return PROBE_COST
        return PROBE_COST + len(self.seeds) * cost(load(self.setup.scenario, self.setup.set))


Measured = dict[Setup, Figures | str]
"""What each experiment showed, or why it could not be carried out."""


def trials(claims: Iterable[Claim], seeds: range = SEEDS) -> list[Trial]:
    """Every experiment that the claims need, once, the longest first."""
    needed: dict[Setup, bool] = {}
    for claim in claims:
        for setup, trained in needed_setups(claim):
            needed[setup] = trained or needed.get(setup, False)
    found = [Trial(setup, trained, seeds) for setup, trained in needed.items()]
    return sorted(found, key=lambda trial: -trial.cost)


def needed_setups(claim: Claim) -> Iterator[tuple[Setup, bool]]:
    """The experiments of a claim, and whether its rule speaks of more than their birth."""
    for case in claim.cases:
        spoken = [case.alias.get(name, name) for name in figure_names(claim.rule)]
        others = [name.removeprefix(OTHER) for name in spoken if name.startswith(OTHER)]
        own = [name for name in spoken if not name.startswith(OTHER)]
        for setup, names in zip(case.setups, (own, others), strict=False):
            yield setup, not all(name.startswith(BIRTH) for name in names)


def examine(
    claims: Sequence[Claim], crew: Crew, seeds: range = SEEDS
) -> Generator[Trial | ClaimResult]:
    """Put the claims to the test.

    Yields a Trial whenever one is done (its cost moves a progress bar, whose end is the sum over
    `trials(claims, seeds)`), and right after it the Finding of every claim that can be judged now:
    one a claim, those that need no experiment first. Findings are in the language of that moment.
    Closing the generator ends the work; it closes the crew in any case. An experiment that fails,
    or kills its worker twice, is in its findings' errors. Raises CrewError where nobody is left to
    do the work.
    """
    waiting, measured = list(claims), Measured()
    with closing(crew):
        yield from judge_ready(waiting, measured)
        for trial, outcome in run_trials(trials(claims, seeds), crew):
            measured[trial.setup] = outcome
            yield trial
            yield from judge_ready(waiting, measured)


def judge_ready(waiting: list[Claim], measured: Measured) -> Iterator[ClaimResult]:
    """The claims that can be judged now; they wait no longer."""
    for claim in [*waiting]:
        if all(setup in measured for setup, _trained in needed_setups(claim)):
            waiting.remove(claim)
            yield judge(claim, measured)


def run_trials(todo: Sequence[Trial], crew: Crew) -> Generator[tuple[Trial, Figures | str]]:
    """Every trial with its figures, or with the line that says why there are none, as they come.

    Closes the crew at the end. Raises CrewError where nobody is left to do the work.
    """
    tasks = [Task((number,), (trial,)) for number, trial in enumerate(todo)]
    with closing(schedule(tasks, crew, measure_trials)) as outcomes:
        for number, outcome in outcomes:
            yield todo[number], outcome


def measure_trials(trials: tuple[Trial, ...]) -> list[Figures]:
    """The figures of trials: what a worker does, which loads the engine."""
    from .experiments import figures_of

    return [figures_of(trial.setup, trial.seeds, trial.trained) for trial in trials]


def judge(claim: Claim, measured: Measured) -> ClaimResult:
    """What came of a claim whose experiments are done."""
    needed = [measured[setup] for setup, _trained in needed_setups(claim)]
    errors = tuple(dict.fromkeys(one for one in needed if isinstance(one, str)))
    cases = () if errors else tuple(try_case(claim, case, measured) for case in claim.cases)
    said = verdict([case.so for case in cases]) if cases else None
    return ClaimResult(
        id=claim.id,
        note=claim.note,
        kind=claim.kind,
        says=claim.says.in_language(),
        literature=claim.literature,
        rule=claim.rule,
        verdict=said,
        when=holding_conditions(cases) if said == "holds when" else "",
        remark=claim.remark.in_language(),
        cases=cases,
        errors=errors,
    )


def try_case(claim: Claim, case: Case, measured: Measured) -> CaseResult:
    """The claim's rule, tried in one case."""
    seen = case_figures(case, measured)
    obeys = tuple(check_rule(claim.rule, seen))
    return CaseResult(
        experiment=case.label,
        against=case.against.label if case.against else None,
        when=case.when.in_language(),
        figures={name: tuple(seen[name]) for name in figure_names(claim.rule)},
        obeys=obeys,
        so=holds_for_most(obeys),
    )


def case_figures(case: Case, measured: Measured) -> dict[str, Sequence[Number]]:
    """All figures of a case, under the names its claim's rule has for them."""
    found: dict[str, Sequence[Number]] = {}
    for prefix, setup in zip(("", OTHER), case.setups, strict=False):
        of_setup = measured[setup]
        if not isinstance(of_setup, str):
            found |= {prefix + name: values for name, values in of_setup.items()}
    return found | {name: found[figure] for name, figure in case.alias.items()}


def holding_conditions(cases: Iterable[CaseResult]) -> str:
    """What the cases that are so have for conditions."""
    return _("; or ").join(case.when for case in cases if case.so)


class TopicResult(DocumentPart, frozen=True):
    """The claims of one topic."""

    title: str
    claims: tuple[ClaimResult, ...]


class ClaimsReport(DocumentPart, frozen=True):
    """What `vglab claims --json` prints."""

    schema: Literal["vglab.claims/1"]
    version: Annotated[str, Meta(description="of vglab")]
    seed: Annotated[int, Meta(description="of replica 0; replica i has seed + i")]
    replicas: Annotated[int, Meta(description="networks each claim was tried on")]
    finished: Annotated[bool, Meta(description="false when it was interrupted")]
    verdicts: Annotated[dict[str, int], Meta(description="how many claims have each verdict")]
    topics: Annotated[tuple[TopicResult, ...], Meta(description="in teaching order")]
    seconds: float


def claims_report(
    topics: Sequence[Topic],
    seeds: range,
    found: Mapping[str, ClaimResult],
    finished: bool,
    seconds: float,
) -> ClaimsReport:
    """The document, in teaching order."""
    parts = [
        TopicResult(t.title.in_language(), tuple(found[c.id] for c in t.claim if c.id in found))
        for t in topics
    ]
    said = [one.verdict for one in found.values()]
    return ClaimsReport(
        schema="vglab.claims/1",
        version=VERSION,
        seed=seeds.start,
        replicas=len(seeds),
        finished=finished,
        verdicts={name: said.count(name) for name in ("holds", "holds when", "fails")},
        topics=tuple(part for part in parts if part.claims),
        seconds=seconds,
    )
