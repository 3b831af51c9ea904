"""What to try next: the first remedy that a verdict speaks for and that the scenario takes.

A remedy is advice, not a promise: whether it helps is measured by trying it, or by a tournament.
"""

from collections.abc import Sequence

from ..i18n import N_
from ..loading.inheritance import load
from ..runs.diagnosis_record import FADING
from ..schema.spec import RECURRENT, Scenario
from .remedies import REMEDIES, Entrant, Remedy, apply_remedies

MORE = 4
"""What the steps are multiplied by where they were too few."""

MORE_STEPS = Remedy(
    "more-steps",
    N_("four times the steps"),
    N_("every layer can move, but these steps are too few to get anywhere"),
    lambda scenario: (f"training.steps={MORE * scenario.training.steps}",),
)

OPEN_GATES = Remedy(
    "open-gates",
    N_("gates that keep the state, open from the start"),
    N_("an LSTM whose gates start half closed forgets like a plain network; these start open"),
    lambda scenario: (
        f"network.architecture={'gru' if scenario.network.architecture == 'gru' else 'lstm'}",
        "network.forget_bias=4.0",
    ),
)

BY_NAME = {remedy.name: remedy for remedy in (*REMEDIES, MORE_STEPS, OPEN_GATES)}

AGAINST_FADING = {
    "sigmoid": ("batch-norm", "relu-he"),
    "tanh": ("batch-norm", "relu-he"),
    "relu": ("matched-init", "batch-norm"),
    "leaky_relu": ("matched-init", "batch-norm"),
    "linear": ("relu-he",),
}
"""By the activation; the measurements behind it are told in `documents.explanation`."""
ANY_ACTIVATION = ("batch-norm", "matched-init")

ADVISED = {
    "dead_layer": ("leaky-relu", "smaller-rate"),
    "starved": ("non-saturating",),
    "forgets": ("open-gates",),
    "step_too_large": ("clipping", "smaller-rate"),
    "rate_too_large": ("smaller-rate",),
    "overshot": ("smaller-rate",),
    "too_slow": ("larger-rate",),
    "no_better_than_chance": ("larger-rate", "smaller-rate"),
    "few_steps": ("more-steps",),
    "not_finite": ("matched-init", "smaller-rate"),
}
"""By the rule that decided the diagnosis."""

LEARNING = ("too_slow", "no_better_than_chance", "overshot", "slow")
"""Rules by which nothing, or no more, is learned. While stages of a training are still to come that
is no fault of the rate: a tenth of it spoils layerwise training, which learns in its last stage."""
CURVED = ("circles", "spirals", "xor")
"""Data on which no linear function of the input gets far."""
SATURATING = ("sigmoid", "tanh")
"""Activations whose units are off only where steps have carried them off; a leak does not help
against these steps."""


def advised_remedies(
    rule: str, scenario: Scenario, grew: bool = True, moved: bool = False
) -> list[Remedy]:
    """The remedies that a rule of the diagnosis speaks for, the best first. `grew`: whether the
    error signal was larger at the first layer than at the last at initialization. What diverges
    otherwise does so by its steps: of 6 such runs clipping kept all finite, other weights none.
    `moved`: whether a layer has gone as far as it is long. What has died on the way was carried off
    by its steps: a tenth of the rate mended 9 of 9, and 5 of them diverged with a leak.
    """
    names = ADVISED.get(rule, ())
    if rule == "not_finite" and scenario.network.skip != "none":
        names = ("skip", *names)
    if rule == "not_finite" and not grew:
        names = ADVISED["step_too_large"]
    if rule in LEARNING and scenario.training.stages:
        names = ()
    if rule in LEARNING and is_too_linear(scenario):
        names = ("relu-he",)
    if rule == "dead_layer" and moved:
        names = ("smaller-rate", *names)
    if rule == "dead_layer" and scenario.network.activation in SATURATING:
        names = ("smaller-rate",)
    if rule in FADING:
        known = AGAINST_FADING.get(scenario.network.activation, ANY_ACTIVATION)
        names = known if scenario.kind == "classifier" else ("non-saturating",)
        names = ("open-gates",) if scenario.network.architecture in RECURRENT else names
    return [BY_NAME[name] for name in names]


def is_too_linear(scenario: Scenario) -> bool:
    """Whether a classifier is one linear function of its input, whatever its rate, and its classes
    cannot be told apart by one."""
    network = scenario.network
    linear = (network.activation, network.architecture) == ("linear", "mlp")
    return scenario.kind == "classifier" and linear and scenario.data.name in CURVED


def advise(
    rule: str,
    name: str,
    settings: Sequence[str] = (),
    grew: bool = True,
    moved: bool = False,
) -> Entrant | None:
    """The scenario with the first of them that it takes; None where it takes none. `grew`, `moved`:
    see `advised_remedies`.

    Raises ScenarioError where the scenario itself cannot be loaded.
    """
    for remedy in advised_remedies(rule, load(name, settings), grew, moved):
        if found := apply_remedies(name, settings, [remedy]):
            return found
    return None
