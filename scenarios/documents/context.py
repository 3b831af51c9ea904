"""What theory foresees of a run's network at birth, for the document and for the charts.

Theory takes what it cannot know from the run itself: how large the inputs are, and the error
signal that loss and targets put in at the output layer at birth.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import UNSET, Meta, Struct, UnsetType

from ...engine.nn.losses import LOSSES
from ...engine.numerics import median
from ...engine.theory.correlations import Batch
from ...engine.theory.predictions import Theory, missing_law, theory_for
from ...engine.training.supervised import Experiment
from ..experiment.convert import training_plan
from ..experiment.data import own_scale, target_sampler, train_and_test
from ..schema.spec import Scenario, is_own
from ..userdata.loader import split_counts, table

SAMPLES = 1024
"""Points of a GAN that inputs are judged by."""
REPLICAS = 16
"""Theory reads the data of at most this number of replicas."""


def predict(scenario: Scenario, experiment: Experiment, name: str) -> Theory | None:
    """The theory of one network, once record 0 is written; None where `missing_theory` says why."""
    if missing_theory(experiment, name):
        return None
    measures = experiment.trace.networks[name].measures
    birth = {m: median(measures[m][0]) for m in ("delta_rms", "grad_norm")}
    batch = BATCHES[name](scenario, experiment)
    delta, grad = (float(layers[-1]) for layers in birth.values())
    squares = np.mean(np.square(batch.X), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = float(np.log(measures["delta_rms"][0, :, -1]).std())
    spread = spread if np.isfinite(spread) else 0.0
    network = experiment.networks[name].architecture
    return theory_for(network, squares, delta, grad, batch, spread)


def missing_theory(experiment: Experiment, name: str) -> str:
    """Why theory has nothing to say of a network, as a word; empty where it has.

    `unfinished`: layers are added while it trains, or its signals at initialization are no finite
    numbers. The other words are those of `missing_law`.
    """
    measures = experiment.trace.networks[name].measures
    if not all(np.isfinite(median(measures[m][0])).all() for m in ("delta_rms", "grad_norm")):
        return "unfinished"
    return missing_law(experiment.networks[name].architecture)


def examples(scenario: Scenario, _experiment: Experiment) -> Batch:
    """What the replicas learn from, the first REPLICAS of them: each has data of its own."""
    run = scenario.run
    seeds = range(run.seed, run.seed + min(run.replicas, REPLICAS))
    learnt, _held_back = train_and_test(scenario, seeds, np.float64)
    X, target = (np.concatenate(x, dtype=np.float64) for x in (learnt.X, learnt.target))
    return Batch(X, scenario.training.batch, target, LOSSES[training_plan(scenario).loss])


def latent_numbers(scenario: Scenario, _experiment: Experiment) -> Batch:
    """The random numbers a generator makes its points from."""
    from ...engine.gan.targets import latent

    rng = np.random.default_rng(scenario.run.seed)
    return Batch(latent(scenario.gan.latent)(rng, SAMPLES), scenario.training.batch)


def pairs(scenario: Scenario, experiment: Experiment) -> Batch:
    """The points a discriminator sees: as many real ones as fakes, which are taken to lie on a
    circle."""
    rng, draw = np.random.default_rng(scenario.run.seed), target_sampler(scenario)
    assert draw, "the rules let no GAN imitate anything else"
    real = draw(rng, SAMPLES)
    fakes = experiment.trace.networks["generator"].measures
    mean, std = (median(fakes[m][0, :, -1]) for m in ("activation_mean", "activation_std"))
    around = rng.standard_normal(real.shape)
    around *= np.sqrt((mean**2 + std**2) / np.square(around).mean(axis=1, keepdims=True))
    size = 2 * scenario.training.batch
    return Batch(np.concatenate([real, around]), size, np.repeat([[1.0], [0.0]], SAMPLES, axis=0))


BATCHES = {"model": examples, "generator": latent_numbers, "discriminator": pairs}
"""What each network is fed."""

PerFeature = list[list[float]]


class OwnData(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the user's own, as `data.path` names it."""

    path: str
    sha256: Annotated[str, Meta(description="of the file's bytes")]
    label: Annotated[str, Meta(description="the column of the classes; empty for a GAN")]
    classes: Annotated[list[str], Meta(description="numbers in their order, words in theirs")]
    train: Annotated[list[int], Meta(description="rows of each class that are learnt from")]
    test: Annotated[list[int], Meta(description="rows of each class that are held back")]
    features: Annotated[list[str], Meta(description="the columns that are learnt from")]
    mean: Annotated[
        PerFeature, Meta(description="[replica][feature]: subtracted; of the rows learnt from")
    ]
    std: Annotated[PerFeature, Meta(description="[replica][feature]: divided by; 1 if constant")]


def own_data(scenario: Scenario) -> OwnData | UnsetType:
    """What was read, where the data are a person's own."""
    if not is_own(scenario):
        return UNSET
    found, run = table(scenario), scenario.run
    seeds = range(run.seed, run.seed + (run.replicas if scenario.kind == "classifier" else 1))
    scales = [own_scale(scenario, seed) for seed in seeds]
    back = split_counts(found.counts, scenario.data.test_share)
    return OwnData(
        path=scenario.data.path,
        sha256=found.digest,
        label=found.label,
        classes=list(found.classes),
        train=[count - less for count, less in zip(found.counts, back, strict=True)],
        test=back,
        features=list(found.names),
        mean=[one.mean.tolist() for one in scales],
        std=[one.std.tolist() for one in scales],
    )
