"""What theory foresees of a run's network at initialization: for documents, for the lines of a
sweep and for charts.

Theory takes what it cannot know from the run itself: how large the inputs are, and the error
signal that loss and targets put in at the output layer at initialization.
"""

from __future__ import annotations

import numpy as np

from ...engine.nn.losses import LOSSES
from ...engine.numerics import Exact, median
from ...engine.theory.correlations import Batch
from ...engine.theory.predictions import Theory, missing_law, theory_for
from ...engine.training.supervised import Experiment
from ..schema.spec import Scenario
from ..userdata.loader import batch_size
from .convert import training_plan
from .data import target_sampler, train_and_test

SAMPLES = 1024
"""Points of a GAN that inputs are judged by."""
REPLICAS = 16
"""Theory reads the data of at most this number of replicas."""


Laws = dict[str, Theory | None]
"""By network, what theory foresees of it."""


def foresee(scenario: Scenario, experiment: Experiment) -> Laws:
    """The theory of each network, once record 0 is written.

    It takes up to a second, and may be asked in a thread beside the training: what it reads does
    not change.
    """
    return {name: predict(scenario, experiment, name) for name in experiment.networks}


def predict(
    scenario: Scenario, experiment: Experiment, name: str, replica: int | None = None
) -> Theory | None:
    """The theory of one network, once record 0 is written; None where `missing_theory` says why.

    replica: of that one alone, `scenario` being its own; else of all, by their medians.
    """
    if missing_theory(experiment, name, replica):
        return None
    measures = measures_of(experiment, name, replica)
    birth = {m: median(measures[m][0]) for m in ("delta_rms", "grad_norm")}
    batch = BATCHES[name](scenario, experiment, replica)
    delta, grad = (float(layers[-1]) for layers in birth.values())
    squares = np.mean(np.square(batch.X), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = float(np.log(measures["delta_rms"][0, :, -1]).std())
    spread = spread if np.isfinite(spread) else 0.0
    architecture = experiment.networks[name].architectures[replica or 0]
    return theory_for(architecture, squares, delta, grad, batch, spread)


def measures_of(experiment: Experiment, name: str, replica: int | None) -> dict[str, Exact]:
    """The measures of one network, (T, R, L) each, or (T, 1, L) of one replica."""
    seen = experiment.trace.networks[name]
    return (seen if replica is None else seen.replica(replica)).measures


def missing_theory(experiment: Experiment, name: str, replica: int | None = None) -> str:
    """Why theory has nothing to say of a network, as a word; empty where it has.

    `unfinished`: layers are added while it trains, or its signals at initialization are no finite
    numbers. The other words are those of `missing_law`.
    """
    measures = measures_of(experiment, name, replica)
    if not all(np.isfinite(median(measures[m][0])).all() for m in ("delta_rms", "grad_norm")):
        return "unfinished"
    return missing_law(experiment.networks[name].architecture)


def examples(scenario: Scenario, _experiment: Experiment, _replica: int | None) -> Batch:
    """What the replicas learn from, the first REPLICAS of them: each has data of its own."""
    run = scenario.run
    seeds = range(run.seed, run.seed + min(run.replicas, REPLICAS))
    learned, _held_back = train_and_test(scenario, seeds, np.float64)
    X, target = (np.concatenate(x, dtype=np.float64) for x in (learned.X, learned.target))
    return Batch(X, batch_size(scenario), target, LOSSES[training_plan(scenario).loss])


def latent_numbers(scenario: Scenario, _experiment: Experiment, _replica: int | None) -> Batch:
    """The random numbers a generator makes its points from."""
    from ...engine.gan.targets import latent

    rng = np.random.default_rng(scenario.run.seed)
    return Batch(latent(scenario.gan.latent)(rng, SAMPLES), scenario.training.batch)


def pairs(scenario: Scenario, experiment: Experiment, replica: int | None) -> Batch:
    """The points a discriminator sees: as many real ones as fakes, which are taken to lie on a
    circle."""
    rng, draw = np.random.default_rng(scenario.run.seed), target_sampler(scenario)
    assert draw, "the rules let no GAN imitate anything else"
    real = draw(rng, SAMPLES)
    fakes = measures_of(experiment, "generator", replica)
    mean, std = (median(fakes[m][0, :, -1]) for m in ("activation_mean", "activation_std"))
    around = rng.standard_normal(real.shape)
    around *= np.sqrt((mean**2 + std**2) / np.square(around).mean(axis=1, keepdims=True))
    size = 2 * scenario.training.batch
    return Batch(np.concatenate([real, around]), size, np.repeat([[1.0], [0.0]], SAMPLES, axis=0))


BATCHES = {"model": examples, "generator": latent_numbers, "discriminator": pairs}
"""What each network is fed."""
