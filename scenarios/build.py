"""From words to numbers: a scenario's experiment, ready to take its first step.

The only part of the scenarios that loads the engine.
"""

from math import ceil, sqrt
from typing import Any

import numpy as np
from msgspec.structs import asdict

from ..engine.adversarial import Duel, Rule, adversarial
from ..engine.architecture import Architecture
from ..engine.data import Dataset
from ..engine.layerwise import layerwise
from ..engine.network import Network
from ..engine.optimizers import Settings
from ..engine.stages import Stage, Turn
from ..engine.training import Experiment, Training, supervised
from .memory import needed, needed_by_gan, refuse_too_large
from .samples import parts, source, target
from .spec import Layers, Player, Scenario
from .spec import Training as Stated

DTYPES: dict[str, type[np.floating]] = {"float32": np.float32, "float64": np.float64}
LOSSES = {"cross_entropy": "binary_cross_entropy", "squared": "squared"}
"""The engine's names, for data of two classes: one output decides between them."""
OF_MORE = {"cross_entropy": "softmax_cross_entropy", "squared": "squared"}
"""The same for more classes, with an output for each."""
OTHER = 2**33
"""Added to a seed, gives one that no scenario can state: the discriminator's."""
RECORDS = 200
"""About as many records as a chart has columns."""


def build(scenario: Scenario) -> Experiment:
    """The experiment. Raises TooLarge before it takes more memory than there is.

    Where float32 cannot even hold the signal at birth, it is computed in float64.
    """
    return BUILDERS[scenario.kind](scenario)


def classifier(scenario: Scenario) -> Experiment:
    """One network that learns to tell classes apart."""
    plan, net = training(scenario), architecture(scenario)
    refuse_too_large(needed(scenario, net, plan))
    network, train, test = drawn(scenario, net, plan, DTYPES[scenario.run.dtype])
    if network.out_of_range(train.X[:, : plan.batch]) and network.dtype is np.float32:
        network, train, test = drawn(scenario, net, plan, np.float64)
    loop = layerwise if plan.stages else supervised
    return loop(network, plan, train, test)


def drawn(
    scenario: Scenario, net: Architecture, plan: Training, dtype: type[np.floating]
) -> tuple[Network, Dataset, Dataset]:
    """The network at birth, and what it is trained and tested on."""
    own = seeds(scenario)
    return Network(net, own, plan.batch, dtype), *parts(scenario, own, dtype)


def seeds(scenario: Scenario) -> range:
    """One for each replica."""
    return range(scenario.run.seed, scenario.run.seed + scenario.run.replicas)


def architecture(scenario: Scenario) -> Architecture:
    """What the engine calls the network, which stands between the data and its classes."""
    network = scenario.network
    return of_layers(network, **source(scenario).ends(network.architecture))


def of_layers(layers: Layers, **ends: int) -> Architecture:
    """What the engine calls these layers, between inputs and outputs."""
    stated: dict[str, Any] = {**common(layers, Architecture), **ends}
    if stated["skip_scale"] == "1/sqrt(depth)":
        stated["skip_scale"] = 1 / sqrt(layers.depth)
    return Architecture(**stated)


def training(scenario: Scenario) -> Training:
    """What the engine calls the training."""
    stated = scenario.training
    losses = LOSSES if source(scenario).classes == 2 else OF_MORE
    return Training(
        loss=losses[scenario.network.loss],
        optimizer=stated.optimizer,
        settings=Settings(**common(stated, Settings)),
        batch=stated.batch,
        steps=stated.steps,
        record_every=every(scenario),
        clip_norm=stated.clip_norm,
        stages=[Stage(**common(stage, Stage)) for stage in stated.stages],
    )


def every(scenario: Scenario) -> int:
    """Steps from one record to the next."""
    return scenario.run.record_every or ceil(scenario.training.steps / RECORDS)


def gan(scenario: Scenario) -> Experiment:
    """Two networks: one learns to make points, the other to tell them from the real ones."""
    plan, nets = duel(scenario), players(scenario)
    refuse_too_large(needed_by_gan(scenario, nets, plan))
    pair = opponents(scenario, nets, DTYPES[scenario.run.dtype])
    if lose_digits(*pair) and pair[0].dtype is np.float32:
        pair = opponents(scenario, nets, np.float64)
    points = target(scenario)
    assert points, "the rules let no GAN imitate anything else"
    return adversarial(*pair, plan, points)


def opponents(
    scenario: Scenario, nets: dict[str, Architecture], dtype: type[np.floating]
) -> tuple[Network, Network]:
    """Generator and discriminator at birth, with first weights that are not each other's."""
    own, batch = seeds(scenario), scenario.training.batch
    other = [seed + OTHER for seed in own]
    generator = Network(nets["generator"], own, batch, dtype)
    return generator, Network(nets["discriminator"], other, 2 * batch, dtype)


def lose_digits(generator: Network, discriminator: Network) -> bool:
    """Whether a batch of typical size is too faint or too loud for their number type."""
    shapes = ((net.batch, net.architecture.inputs) for net in (generator, discriminator))
    z, X = (np.ones((len(generator.seeds), *shape), generator.dtype) for shape in shapes)
    return generator.out_of_range(z) or discriminator.out_of_range(X)


def players(scenario: Scenario) -> dict[str, Architecture]:
    """What the engine calls the networks of a GAN, which makes points in the plane."""
    latent = scenario.gan.latent
    return {
        "generator": of_layers(scenario.generator, inputs=latent, outputs=2),
        "discriminator": of_layers(scenario.discriminator, inputs=2, outputs=1),
    }


def duel(scenario: Scenario) -> Duel:
    """What the engine calls the training of a GAN."""
    game, stated = scenario.gan, scenario.training
    turns = [Turn(stage.steps, stage.network or "alternate") for stage in stated.stages]
    return Duel(
        loss=game.loss,
        generator=rule(scenario.generator, stated),
        discriminator=rule(scenario.discriminator, stated, game.clip_weights),
        discriminator_steps=game.discriminator_steps,
        penalty=game.penalty,
        steps=stated.steps,
        record_every=every(scenario),
        stages=turns or [Turn(1)],
    )


def rule(player: Player, stated: Stated, clip_weights: float = 0.0) -> Rule:
    """What turns one network's gradients into steps: its own words, or else the training's."""
    settings = Settings(**common(stated, Settings) | {"rate": player.rate or stated.rate})
    optimizer = player.optimizer or stated.optimizer
    return Rule(optimizer, settings, stated.clip_norm, clip_weights)


BUILDERS = {"classifier": classifier, "gan": gan}


def common(table: Any, record: type) -> dict[str, Any]:
    """What a table of the scenario says of an engine's record: the names are the same."""
    return {key: value for key, value in asdict(table).items() if key in record.__annotations__}
