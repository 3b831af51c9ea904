"""Verdicts on claims, from the measured figures alone.

A rule is a list of conditions, each of the form `FIGURE < NUMBER`, `FIGURE < FIGURE` or
`FIGURE < NUMBER * FIGURE`, with <, <=, > or >=. A replica obeys a rule if all conditions are met; a
case is so if most replicas obey; the claim

    holds        where all its cases are so
    holds when   where some are: those
    fails        where none is
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from .expectations import ORDERED
from .results import Number

Figures = Mapping[str, Sequence[Number]]
"""A measured figure's name, and its value for each replica; null is not finite."""
Verdict = Literal["holds", "holds when", "fails"]

MOST = 0.8
"""The share of replicas that must obey: one in five may be unlucky."""

OTHER = "other."
"""Before the figures of what a case is compared with."""

NAME, NUMBER = r"[a-z_]+(?:\.[a-z_]+)*", r"[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?"
PATTERN = re.compile(
    rf"({NAME}) ({'|'.join(ORDERED)}) (?:({NUMBER}) \* ({NAME})|({NUMBER})|({NAME}))", re.ASCII
)


class Condition(Struct, frozen=True):
    """`left comparison factor × right`; the right side is the factor alone where no figure is
    named."""

    left: str
    comparison: str
    factor: float
    right: str | None = None

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures it speaks of."""
        return (self.left, self.right) if self.right else (self.left,)

    def met(self, figures: Mapping[str, Number]) -> bool:
        """Whether it is so; what is not finite meets nothing."""
        left = figures[self.left]
        right = figures[self.right] if self.right else 1.0
        if left is None or right is None:
            return False
        return ORDERED[self.comparison](left, self.factor * right)


def condition(text: str) -> Condition:
    """Read a condition. Raises ValueError for what is none."""
    match = PATTERN.fullmatch(text)
    if not match:
        raise ValueError(f"no condition: {text}")
    left, comparison, factor, scaled, number, plain = match.groups()
    return Condition(left, comparison, float(factor or number or 1), scaled or plain)


def obeyed(rule: Sequence[str], figures: Figures) -> list[bool]:
    """For each replica, whether it obeys."""
    conditions = [condition(text) for text in rule]
    names = list(figures)
    replicas = zip(*figures.values(), strict=True)
    return [
        all(c.met(dict(zip(names, values, strict=True))) for c in conditions) for values in replicas
    ]


def is_so(obeys: Sequence[bool]) -> bool:
    """Whether most replicas obey."""
    return sum(obeys) >= MOST * len(obeys)


def verdict(cases: Sequence[bool]) -> Verdict:
    """What follows for the claim."""
    if all(cases):
        return "holds"
    return "holds when" if any(cases) else "fails"


def spoken_of(rule: Sequence[str]) -> list[str]:
    """The figures a rule speaks of, each once, in order."""
    return [*dict.fromkeys(name for text in rule for name in condition(text).figures)]
