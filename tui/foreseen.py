"""What theory foresees of a run's network at birth, for the document and for the charts.

Theory takes what it cannot know from the run itself: how large the inputs are, and the error
signal that loss and targets put in at the output layer at birth.
"""

import numpy as np

from ..engine.arrays import Exact
from ..engine.medians import median
from ..engine.theory import Theory, theory_for
from ..engine.training import Experiment
from ..scenarios.samples import parts, target
from ..scenarios.spec import Scenario

SAMPLES = 1024
"""Points of a GAN that inputs are judged by."""


def foreseen(scenario: Scenario, experiment: Experiment, name: str) -> Theory | None:
    """The theory of one network, once record 0 is written; None where no law is known: not of a
    network that has yet to grow."""
    measures = experiment.trace.networks[name].measures
    birth = {m: median(measures[m][0]) for m in ("delta_rms", "grad_norm")}
    if not all(np.isfinite(layers).all() for layers in birth.values()):
        return None
    inputs = INPUTS[name](scenario, experiment)
    delta, grad = (float(layers[-1]) for layers in birth.values())
    return theory_for(experiment.networks[name].architecture, inputs, delta, grad)


def squares(scenario: Scenario, _experiment: Experiment) -> Exact:
    """The mean square of each input of the first replica."""
    learnt, _held_back = parts(scenario, [scenario.run.seed], np.float64)
    return np.mean(np.square(learnt.X[0]), axis=1)


def latent_squares(scenario: Scenario, _experiment: Experiment) -> Exact:
    """Of the random numbers a generator makes its points from."""
    from ..engine.targets import latent

    rng = np.random.default_rng(scenario.run.seed)
    return np.square(latent(scenario.gan.latent)(rng, SAMPLES)).mean(axis=1)


def pair_squares(scenario: Scenario, experiment: Experiment) -> Exact:
    """Of the points a discriminator sees: as many real ones as fakes, which are taken as alike."""
    rng, draw = np.random.default_rng(scenario.run.seed), target(scenario)
    assert draw, "the rules let no GAN imitate anything else"
    real = np.square(draw(rng, SAMPLES)).mean(axis=1)
    fakes = experiment.trace.networks["generator"].measures
    mean, std = (median(fakes[m][0, :, -1]) for m in ("activation_mean", "activation_std"))
    return np.concatenate([real, np.full(SAMPLES, mean**2 + std**2)])


INPUTS = {"model": squares, "generator": latent_squares, "discriminator": pair_squares}
"""The mean squares of a network's inputs."""
