"""The claims of the course notes, in teaching order (textbook/*.toml): what each says, and what has
to be measured for it to be so.

A claim that can be tested has a rule, and cases to try it in. A case is an experiment: a preset and
settings, or a probe of the engine; `against` names a second one to compare it with.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import convert, field

from ..errors import VglabError, did_you_mean, nearest, printable
from ..i18n import _
from ..schema.records import Record
from ..schema.spec import Kebab, Text

TEXTBOOK = Path(__file__).parent.parent / "textbook"

FORMER: Mapping[str, str] = {
    "backpropagation-minimises-the-loss": "backpropagation-minimizes-the-loss",
    "batch-norm-stabilises-training": "batch-norm-stabilizes-training",
    "batch-norm-stabilises-while-training": "batch-norm-stabilizes-while-training",
    "batch-normalisation-is-a-remedy": "batch-normalization-is-a-remedy",
}
"""Ids that claims had before, which scripts may still use."""

Kind = Literal["testable", "definition", "history"]
Literature = Literal["true", "partly", "false"]


class UnknownClaim(VglabError):
    """No claim has this id; one line."""


class Setup(Record, frozen=True):
    """One experiment, on as many replicas as are asked for."""

    scenario: str = ""
    """A preset's id."""
    probe: str = ""
    """Or the name of a probe of the engine (see probes)."""
    set: tuple[str, ...] = ()
    """KEY=VALUE, as for --set; for a probe what it asks for."""

    @property
    def label(self) -> str:
        """Its name in a line."""
        return " ".join((self.scenario or self.probe, *self.set))


class Case(Setup, frozen=True):
    """An experiment in which a claim's rule is tried."""

    against: Setup | None = None
    """What it is compared with: its figures are called `other.…`."""
    alias: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of this case's own for figures, so that one rule can be tried on several."""
    when: Text = Text()
    """The condition it stands for, as it goes on after "holds when"."""

    @property
    def setups(self) -> tuple[Setup, ...]:
        """The experiments it needs."""
        own = Setup(self.scenario, self.probe, self.set)
        return (own, self.against) if self.against else (own,)


class Claim(Record, frozen=True):
    """One sentence of the notes."""

    id: Kebab
    note: str
    """The course note it stands in."""
    literature: Literature
    """What the literature says of it."""
    says: Text
    kind: Kind = "testable"
    remark: Text = Text()
    """What a teacher should add."""
    rule: tuple[str, ...] = ()
    """Conditions on the figures, all of which must be met; see verdicts."""
    cases: tuple[Case, ...] = ()


class Topic(Record, frozen=True):
    """A part of the textbook."""

    title: Text
    claim: tuple[Claim, ...]


@cache
def topics() -> tuple[Topic, ...]:
    """All claims, in teaching order."""
    files = sorted(TEXTBOOK.glob("*.toml"))
    return tuple(convert(tomllib.loads(file.read_text("utf-8")), Topic) for file in files)


def claims() -> dict[str, Claim]:
    """Every claim by its id."""
    return {claim.id: claim for topic in topics() for claim in topic.claim}


def select(wanted: Sequence[str]) -> tuple[Topic, ...]:
    """The wanted claims under their topics; all where none is named. Raises UnknownClaim."""
    known = claims()
    wanted = [FORMER.get(name, name) for name in wanted]
    for name in wanted:
        if name not in known:
            what = _("there is no claim {name}").format(name=printable(name))
            question = did_you_mean(nearest(name, known))
            raise UnknownClaim("; ".join(filter(None, (what, question))))
    if not wanted:
        return topics()
    parts = ((t, tuple(c for c in t.claim if c.id in wanted)) for t in topics())
    return tuple(Topic(topic.title, some) for topic, some in parts if some)
