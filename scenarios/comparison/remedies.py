"""The remedies that are recommended against gradients that vanish or explode: a table.

Each is a few settings over a scenario, with the reason that is given for it. Whether it applies is
not stated here: it does where the scenario takes the settings, and they change something.
"""

from collections.abc import Callable, Sequence
from math import sqrt

from msgspec import Struct

from ..errors import ScenarioError
from ..i18n import N_
from ..loading.changes import differences
from ..loading.inheritance import load
from ..schema.activation_facts import ACTIVATION_FACTS
from ..schema.spec import NetworkSpec, Scenario

Settings = tuple[str, ...]
"""As --set takes them."""

FASTER = 10.0
"""What a rate is multiplied or divided by: less would hardly tell."""


class Remedy(Struct, frozen=True):
    """One thing that is recommended."""

    name: str
    title: str
    reason: str
    settings: Callable[[Scenario], Settings]
    """What it states over a scenario; nothing where it is not meant for it."""


def always(*settings: str) -> Callable[[Scenario], Settings]:
    """A function that returns the same settings for every scenario."""
    return lambda _scenario: settings


def critical_sigma(network: NetworkSpec) -> float:
    """The σ_w at which a layer of the network neither shrinks nor swells the error signal."""
    slope = network.slope if network.activation == "leaky_relu" else 0.0
    return ACTIVATION_FACTS[network.activation].critical_gain / sqrt(1 + slope**2)


def match_init(scenario: Scenario) -> Settings:
    """Initial weights by the activation."""
    sigma = critical_sigma(scenario.network)
    if ACTIVATION_FACTS[scenario.network.activation].rectified:
        return "network.init=he", f"network.gain={round(sigma / sqrt(2), 4)}"
    return "network.init=lecun", f"network.gain={round(sigma, 4)}"


def orthogonal_init(scenario: Scenario) -> Settings:
    """Orthogonal weights of the size that the activation needs."""
    return "network.init=orthogonal", f"network.gain={round(critical_sigma(scenario.network), 4)}"


def scale_rate(factor: float) -> Callable[[Scenario], Settings]:
    """The learning rate times a factor."""
    return lambda scenario: (f"training.rate={float(f'{scenario.training.rate * factor:.12g}')}",)


def use_gates(kind: str) -> Callable[[Scenario], Settings]:
    """A recurrent network with gates in a plain one's place."""
    settings = (f"network.architecture={kind}",)
    return lambda scenario: settings if scenario.network.architecture == "rnn" else ()


def for_gan(*settings: str) -> Callable[[Scenario], Settings]:
    """Settings for a GAN."""
    return lambda scenario: settings if scenario.kind == "gan" else ()


SKIP = ("network.skip=identity", 'network.skip_scale="1/sqrt(depth)"')
REMEDIES = (
    Remedy(
        "matched-init",
        N_("activation-matched initial weights"),
        N_("weights and slopes together make up the factor per layer; these weights make it 1"),
        match_init,
    ),
    Remedy(
        "relu-he",
        N_("ReLU with He's weights"),
        N_(
            "its slope is 1 wherever a unit is on, and He's factor 2 makes up for those"
            " that are off"
        ),
        always("network.activation=relu", "network.init=he", "network.gain=1.0"),
    ),
    Remedy(
        "leaky-relu",
        N_("leaky ReLU with He's weights"),
        N_("as ReLU, and no unit can die, as its slope is nowhere 0"),
        always("network.activation=leaky_relu", "network.init=he", "network.gain=1.0"),
    ),
    Remedy(
        "selu",
        N_("SELU with LeCun's weights"),
        N_("made so that mean and variance of the activations return to 0 and 1 in every layer"),
        always("network.activation=selu", "network.init=lecun", "network.gain=1.0"),
    ),
    Remedy(
        "orthogonal",
        N_("orthogonal initial weights"),
        N_("they rotate the error signal without stretching or shrinking it"),
        orthogonal_init,
    ),
    Remedy(
        "batch-norm",
        N_("batch normalization"),
        N_("every unit gets mean 0 and variance 1 over the batch, where activations are steep"),
        always("network.norm=batch"),
    ),
    Remedy(
        "layer-norm",
        N_("layer normalization"),
        N_("every example gets mean 0 and variance 1 over the units, whatever the batch"),
        always("network.norm=layer"),
    ),
    Remedy(
        "skip",
        N_("skip connections around the layers"),
        N_("the error signal has a way back that passes through no weights and no slopes"),
        always(*SKIP, "network.skip_placement=outside"),
    ),
    Remedy(
        "skip-preactivation",
        N_("pre-activation skip connections"),
        N_("the way back is free from the last layer to the first: no activation stands in it"),
        always(*SKIP, "network.skip_placement=preactivation"),
    ),
    Remedy(
        "highway",
        N_("highway layers"),
        N_("trained gates decide how much of the signal goes around a layer"),
        always("network.skip=highway"),
    ),
    Remedy(
        "adam",
        N_("Adam"),
        N_("each weight's step is divided by its own gradient's size, so small ones count too"),
        always("training.optimizer=adam", "training.rate=0.001"),
    ),
    Remedy(
        "larger-rate",
        N_("a larger learning rate"),
        N_("ten times the step for ten times less gradient"),
        scale_rate(FASTER),
    ),
    Remedy(
        "smaller-rate",
        N_("a smaller learning rate"),
        N_("steps a tenth as long cannot overshoot as far"),
        scale_rate(1 / FASTER),
    ),
    Remedy(
        "clipping",
        N_("gradient clipping"),
        N_("no gradient longer than 1 gets through, so one explosion cannot undo everything"),
        always("training.clip_norm=1.0"),
    ),
    Remedy(
        "lstm",
        N_("LSTM"),
        N_(
            "a cell adds up over time what its gates let in, and the error signal flows"
            " back through the sum"
        ),
        use_gates("lstm"),
    ),
    Remedy(
        "gru",
        N_("GRU"),
        N_("a gate carries the state over unchanged, and the error signal with it"),
        use_gates("gru"),
    ),
    Remedy(
        "non-saturating",
        N_("the non-saturating loss"),
        N_(
            "its gradient is largest where the discriminator is sure and the saturating loss's is 0"
        ),
        for_gan("gan.loss=non_saturating"),
    ),
    Remedy(
        "wasserstein",
        N_("the Wasserstein loss with a gradient penalty"),
        N_("a critic tells how far off the points are, however sure it is"),
        for_gan("gan.loss=wasserstein", "gan.penalty=10.0"),
    ),
)


class Entrant(Struct, frozen=True):
    """A scenario with none, one or two remedies."""

    remedies: tuple[Remedy, ...]
    settings: Settings
    scenario: Scenario


def apply_remedies(
    name: str, base_settings: Sequence[str], remedies: Sequence[Remedy] = ()
) -> Entrant | None:
    """The scenario with the remedies, or None where they do not apply to it together."""
    plain = load(name, base_settings)
    stating = [remedy.settings(plain) for remedy in remedies]
    settings = tuple(setting for one in stating for setting in one)
    if are_contradictory(settings):
        return None
    try:
        scenario = load(name, [*base_settings, *settings])
    except ScenarioError:
        return None
    found = Entrant(tuple(remedies), settings, scenario)
    return found if all(has_effect(plain, name, base_settings, one) for one in stating) else None


def are_contradictory(settings: Settings) -> bool:
    """Whether a key is stated with two values."""
    return len({setting.partition("=")[0] for setting in settings}) < len(set(settings))


def has_effect(
    plain: Scenario, name: str, base_settings: Sequence[str], settings: Settings
) -> bool:
    """Whether the settings alone change anything."""
    try:
        return bool(differences(plain, load(name, [*base_settings, *settings])))
    except ScenarioError:
        return False
