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

from ..i18n import N_, _
from ..runs.diagnosis_record import Number
from ..schema.expectations import ORDERINGS

Figures = Mapping[str, Sequence[Number]]
"""A measured figure's name, and its value for each replica; null is not finite."""
Verdict = Literal["holds", "holds when", "fails"]

MOST = 0.8
"""The share of replicas that must obey: one in five may be unlucky."""

OTHER = "other."
"""Before the figures of what a case is compared with."""

NAME, NUMBER = r"[a-z_]+(?:\.[a-z_]+)*", r"[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?"
PATTERN = re.compile(
    rf"({NAME}) ({'|'.join(ORDERINGS)}) (?:({NUMBER}) \* ({NAME})|({NUMBER})|({NAME}))", re.ASCII
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
        return ORDERINGS[self.comparison](left, self.factor * right)


def parse_condition(text: str) -> Condition:
    """Read a condition. Raises ValueError for what is none."""
    match = PATTERN.fullmatch(text)
    if not match:
        raise ValueError(f"no condition: {text}")
    left, comparison, factor, scaled, number, plain = match.groups()
    return Condition(left, comparison, float(factor or number or 1), scaled or plain)


def check_rule(rule: Sequence[str], figures: Figures) -> list[bool]:
    """For each replica, whether it obeys."""
    conditions = [parse_condition(text) for text in rule]
    names = list(figures)
    replicas = zip(*figures.values(), strict=True)
    return [
        all(c.met(dict(zip(names, values, strict=True))) for c in conditions) for values in replicas
    ]


def holds_for_most(obeys: Sequence[bool]) -> bool:
    """Whether most replicas obey."""
    return sum(obeys) >= MOST * len(obeys)


def verdict(cases: Sequence[bool]) -> Verdict:
    """What follows for the claim."""
    if all(cases):
        return "holds"
    return "holds when" if any(cases) else "fails"


def figure_names(rule: Sequence[str]) -> list[str]:
    """The figures a rule speaks of, each once, in order."""
    return [*dict.fromkeys(name for text in rule for name in parse_condition(text).figures)]


FIGURES: Mapping[str, str] = {
    "rate": N_("error signal, factor per layer"),
    "ratio": N_("error signal, first/last layer"),
    "step_ratio": N_("error signal, first/last step"),
    "decades": N_("decades lost by the error signal"),
    "slowest": N_("movement budget, slowest layer"),
    "gradient_first": N_("gradient norm, first layer"),
    "gradient_last": N_("gradient norm, last hidden layer"),
    "gradient_deep": N_("gradient norm, deep layer"),
    "gradient_opposite": N_("gradient norm, at the other end"),
    "delta_deep": N_("error signal, deep layer"),
    "delta_opposite": N_("error signal, at the other end"),
    "weight_first": N_("norm of the weights, first layer"),
    "slope": N_("slopes alone, factor per layer"),
    "saturated": N_("share of saturated units"),
    "dead": N_("share of dead units"),
    "accuracy": N_("accuracy"),
    "learning_speed": N_("1000 / steps to an accuracy of 0.9 that lasts"),
    "loss_first": N_("first loss"),
    "loss_last": N_("last loss"),
    "moved": N_("relative displacement of the weights"),
    "moved_first": N_("relative displacement of the first layer"),
    "moved_last": N_("relative displacement of the last layer"),
    "moved_deep": N_("relative movement of the deep layer"),
    "moved_dead": N_("largest relative displacement of a dead unit's weights"),
    "dependence": N_("movement of the tenth layer's activations, first layer's = 1"),
    "distance": N_("distance from the real points"),
    "gradient_own": N_("generator's gradient"),
    "gradient": N_("gradient that reaches the unit"),
    "share_vanishing": N_("share of networks whose signal vanishes"),
    "share_exploding": N_("share of networks whose signal explodes"),
    "update_error": N_("relative error of the step"),
    "product_error": N_("relative error of Xᵀ Δ⁽¹⁾"),
    "recursion_error": N_("relative error of the recursion"),
    "elementwise_error": N_("relative error of the product of slopes"),
    "gradient_zero_or_one": N_("share of the loss's derivatives that are 0 or 1"),
    "steepest_of_sigmoid": N_("largest slope of the sigmoid"),
    "flattest_of_sigmoid": N_("smallest slope of the sigmoid"),
    "flattest_of_tanh": N_("smallest slope of tanh"),
    "flattest_of_relu": N_("smallest slope of ReLU"),
    "slope_of_sigmoid": N_("rms slope of the sigmoid, z ~ N(0, 1)"),
    "slope_of_tanh": N_("rms slope of tanh, z ~ N(0, 1)"),
    "slope_of_relu": N_("rms slope of ReLU, z ~ N(0, 1)"),
    "relu_zero_or_one": N_("share of points where both are so"),
    "relu_slope": N_("slope of ReLU"),
    "relu_slope_above": N_("ReLU's slope above 0"),
}
WHEN: Mapping[str, str] = {
    "birth": N_("{figure}, at initialization"),
    "end": N_("{figure}, at the end"),
    "other": N_("{figure} [other]"),
}
PROBES: Mapping[str, str] = {
    "equations": N_("a small network, by finite differences"),
    "activations": N_("the activations, on a fine grid"),
    "random_gains": N_("100 random networks"),
    "early_activations": N_("the activations of a network of ten layers"),
    "dead_units": N_("the units of a ReLU network"),
    "dead_weights": N_("a ReLU network while units die"),
}
"""What is looked at where no preset is run."""


def figure_text(figure: str) -> str:
    """A figure in words."""
    *prefixes, base = figure.split(".")
    said = _(FIGURES[base])
    for prefix in reversed(prefixes):
        said = _(WHEN[prefix]).format(figure=said)
    return said
