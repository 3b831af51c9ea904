"""What the worker has sent last about the scenario that is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...protocol import ABOUT, Frame, Picture, Refusal, Status
from ...render.styled_text import Lines


@dataclass
class Readings:
    """The last frame's figures, and the last picture of each chart."""

    ticket: int = 0
    """Of the last answer."""
    status: Status | None = None
    pictures: dict[str, Picture] = field(default_factory=dict[str, Picture])
    remedy: Sequence[str] = ()
    """What the remedy states that the verdict speaks for, as `--set` takes it."""
    frozen: bool = False
    """Whether charts hatch bars of layers that are not going to move."""
    factors: Mapping[str, float] = field(default_factory=dict[str, float])
    """The factor per layer: at initialization, now, by theory."""
    against: Sequence[str] = ()
    """What differs from the reference, and what that did: the longest form first."""
    critical: Sequence[tuple[float, int]] = ()
    """Of the phase diagram: the critical gain at each depth."""
    standings: Sequence[Sequence[str]] = ()
    """Of the tournament: what each entrant states, as `--set` takes it, the best first."""

    measured: Mapping[str, float | int | str | bool | None] = field(
        default_factory=dict[str, float | int | str | bool | None]
    )
    """What the run has at the paths that were asked for."""

    def take(self, answer: Frame | Refusal) -> None:
        """Keep what an answer says; a fault leaves no picture standing."""
        self.ticket = answer.ticket
        if isinstance(answer, Refusal):
            self.pictures.clear()
            return
        self.status, self.factors = answer.status, answer.factors
        self.against, self.critical = answer.against, answer.critical
        self.standings, self.measured = answer.standings, answer.measured
        self.remedy = answer.verdict.remedy if answer.verdict else ()
        self.frozen = answer.verdict is not None and answer.verdict.frozen
        self.pictures |= answer.pictures

    def current(self, ticket: int) -> Status | None:
        """Where the training is, where the last answer was to this ticket."""
        return self.status if self.ticket == ticket else None

    @property
    def rows(self) -> int:
        """Rows recorded so far."""
        return self.status.rows if self.status else 1

    @property
    def depth(self) -> int:
        """Layers of the network that is looked at."""
        return self.status.depth if self.status else 1

    @property
    def several_networks(self) -> bool:
        """Whether the run has more than one network."""
        return self.status is not None and len(self.status.networks) > 1

    def explanation(self, chart: str) -> Lines:
        """What the worker has to say of a chart; nothing where it was not asked."""
        picture = self.pictures.get(ABOUT + chart)
        return picture.lines if picture else []
