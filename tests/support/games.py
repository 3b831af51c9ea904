"""Small GANs, and their losses in HIPS autograd."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import autograd
import autograd.numpy
import numpy as np
from reference import activations, forward
from reference_check import parameters
from vglab.engine.gan.players import Pass
from vglab.engine.gan.targets import TARGETS
from vglab.engine.gan.training import Adversarial, GanTraining
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.training.supervised import Experiment

anp: Any = autograd.numpy


N = 6


SMALL = Architecture(2, 2, depth=2, width=8, activation="tanh", bias_std=0.1)


FORMS = [
    {},
    {"activation": "sigmoid", "depth": 3},
    {"activation": "silu", "norm": "layer"},
    {"norm": "batch"},
    {"norm": "batch", "skip": "identity", "depth": 4},
    {"skip": "projection", "skip_placement": "preactivation", "depth": 4},
    {"skip": "highway", "depth": 3},
]


def game(
    loss: str = "non_saturating",
    form: dict[str, Any] | None = None,
    seeds: Iterable[int] = (0,),
    batch: int = N,
    dtype: type[np.floating] = np.float64,
    target: str = "distant",
    **plan: Any,
) -> Adversarial:
    """Two small networks of one form against each other."""
    a, own = replace(SMALL, **(form or {})), list(seeds)
    generator = Network(a, own, batch, dtype)
    opponent = Network(replace(a, outputs=1), [s + 1000 for s in own], 2 * batch, dtype)
    return Adversarial(
        generator,
        opponent,
        GanTraining(loss=loss, **plan),
        lambda rng, n: TARGETS[target](rng, n, 0.1),
    )


def played(run: Adversarial) -> Adversarial:
    """Trained to the end."""
    for k in range(run.plan.steps + 1):
        if not run.step(k):
            break
    return run


def twin_logits(network: Network, P: Any, X: Any) -> Any:
    """Replica 0 of a network, as its textbook twin."""
    a = network.architecture
    return forward(a, activations()[a.activation][0], P, X, [0.0] * len(P))[0]


def softplus(z: Any) -> Any:
    return anp.logaddexp(0, z)


GENERATOR_LOSS: dict[str, Callable[[Any], Any]] = {
    "saturating": lambda z: -anp.mean(softplus(z)),
    "non_saturating": lambda z: anp.mean(softplus(-z)),
    "wasserstein": lambda z: -anp.mean(z),
}
"""Goodfellow's E ln(1 - D) and -E ln D, with D = σ(z); Arjovsky's -E f."""


def cross_entropy(real: Any, fake: Any) -> Any:
    return (anp.mean(softplus(-real)) + anp.mean(softplus(fake))) / 2


DISCRIMINATOR_LOSS: dict[str, Callable[[Any, Any], Any]] = {
    "saturating": cross_entropy,
    "non_saturating": cross_entropy,
    "wasserstein": lambda real, fake: anp.mean(fake) - anp.mean(real),
}


def generator_loss(run: Adversarial, P: Any, name: str = "") -> Any:
    """The generator's loss (or the named one) with other parameters, by the twins."""
    opponent = run.discriminator.network
    fake = twin_logits(run.generator.network, P, run.z[0])
    X = anp.concatenate([run.judge.X[0, : len(fake)], fake]) if run.judge.beside else fake
    z = twin_logits(opponent, parameters(opponent, 0), X)[-len(fake) :]
    return GENERATOR_LOSS[name or run.plan.loss](z)


def discriminator_loss(run: Adversarial, P: Any) -> Any:
    z = twin_logits(run.discriminator.network, P, run.X[0])
    half = len(z) // 2
    return DISCRIMINATOR_LOSS[run.plan.loss](z[:half], z[half:])


SIDES: dict[str, Callable[[Adversarial, Any], Any]] = {
    "generator": generator_loss,
    "discriminator": discriminator_loss,
}


def passed(run: Adversarial, side: str) -> Network:
    """The side's network after one pass that moves nothing."""
    still = Pass(None, trains=False, moves=False)
    (run.discriminate if side == "discriminator" else run.generate)(still)
    network: Network = getattr(run, side).network
    return network


def close(ours: Any, theirs: Any, tolerance: float) -> bool:
    """Equal in proportion to the longer of the two."""
    return bool(np.linalg.norm(ours - theirs) <= tolerance * np.linalg.norm(theirs))


def entries(P: Any) -> Any:
    return np.concatenate([np.ravel(p[name]) for p in P for name in sorted(p)])


def finished(experiment: Experiment) -> Experiment:
    for _ in experiment.steps:
        pass
    return experiment
