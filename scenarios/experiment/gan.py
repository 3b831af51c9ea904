"""A GAN's scenario as an experiment: two networks that are trained against each other.

Apart from build.py, as most scenarios are no GANs and need not load what trains one.
"""

import numpy as np

from ...engine.gan.players import PlayerTraining
from ...engine.gan.training import GanTraining, adversarial
from ...engine.nn.architecture import Architecture
from ...engine.nn.network import Network
from ...engine.training.optimizers import Settings
from ...engine.training.stages import GanStage
from ...engine.training.supervised import Experiment
from ..schema.spec import PlayerSpec, Scenario, TrainingSpec
from .convert import DTYPES, layers_architecture, record_interval, seeds, shared_fields
from .data import target_sampler
from .memory import needed_bytes_of_gan, refuse_too_large

OTHER = 2**33
"""Added to a seed, gives one that no scenario can state: the discriminator's."""


def build_gan(scenario: Scenario) -> Experiment:
    """Two networks: one learns to make points, the other to tell them from the real ones."""
    plan, nets = duel_plan(scenario), players(scenario)
    refuse_too_large(needed_bytes_of_gan(scenario, nets, plan))
    pair = draw_opponents(scenario, nets, DTYPES[scenario.run.dtype])
    if lack_range(*pair) and pair[0].dtype is np.float32:
        pair = draw_opponents(scenario, nets, np.float64)
    points = target_sampler(scenario)
    assert points, "the rules let no GAN imitate anything else"
    return adversarial(*pair, plan, points)


def estimate_gan_bytes(scenario: Scenario) -> int:
    """Bytes that the two networks and their training take at the peak."""
    return needed_bytes_of_gan(scenario, players(scenario), duel_plan(scenario))


def draw_opponents(
    scenario: Scenario, nets: dict[str, Architecture], dtype: type[np.floating]
) -> tuple[Network, Network]:
    """Generator and discriminator at initialization, with initial weights that are not each
    other's."""
    own, batch = seeds(scenario), scenario.training.batch
    other = [seed + OTHER for seed in own]
    generator = Network(nets["generator"], own, batch, dtype)
    return generator, Network(nets["discriminator"], other, 2 * batch, dtype)


def lack_range(generator: Network, discriminator: Network) -> bool:
    """Whether a batch of typical size is too faint or too loud for their number type."""
    shapes = ((net.batch, net.architecture.inputs) for net in (generator, discriminator))
    z, X = (np.ones((len(generator.seeds), *shape), generator.dtype) for shape in shapes)
    return generator.out_of_range(z) or discriminator.out_of_range(X)


def players(scenario: Scenario) -> dict[str, Architecture]:
    """What the engine calls the networks of a GAN, which makes points in the plane."""
    latent = scenario.gan.latent
    return {
        "generator": layers_architecture(scenario.generator, inputs=latent, outputs=2),
        "discriminator": layers_architecture(scenario.discriminator, inputs=2, outputs=1),
    }


def duel_plan(scenario: Scenario) -> GanTraining:
    """What the engine calls the training of a GAN."""
    game, stated = scenario.gan, scenario.training
    turns = [GanStage(stage.steps, stage.network or "alternate") for stage in stated.stages]
    return GanTraining(
        loss=game.loss,
        generator=player_rule(scenario.generator, stated),
        discriminator=player_rule(scenario.discriminator, stated, game.clip_weights),
        discriminator_steps=game.discriminator_steps,
        penalty=game.penalty,
        steps=stated.steps,
        record_every=record_interval(scenario),
        stages=turns or [GanStage(1)],
    )


def player_rule(
    player: PlayerSpec, training: TrainingSpec, clip_weights: float = 0.0
) -> PlayerTraining:
    """What turns one network's gradients into steps: its own words, or else the training's."""
    settings = Settings(
        **shared_fields(training, Settings) | {"rate": player.rate or training.rate}
    )
    optimizer = player.optimizer or training.optimizer
    return PlayerTraining(optimizer, settings, training.clip_norm, clip_weights)
