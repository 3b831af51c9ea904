"""A GAN's scenario played a second time by PyTorch, and every record compared."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from frameworks.networks import Tensor, Twin
from frameworks.training import RIGHT, Measures, compare, measure, optimizer_for, step
from numpy.random import Generator
from vglab.engine.numerics import Exact
from vglab.engine.rng import (
    BESIDE_STREAM,
    BETWEEN_STREAM,
    CHASE_STREAM,
    LATENT_STREAM,
    REAL_STREAM,
)
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.data import target_sampler
from vglab.scenarios.experiment.gan import OTHER
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.spec import Scenario

SMALL = (
    "generator.width=10",
    "discriminator.width=10",
    "training.batch=8",
    "training.stages=[]",
    "run.record_every=1",
    "run.dtype=float64",
)
AHEAD = 16
"""Batches that are drawn at once."""

DISCRIMINATOR: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": lambda real, fake: (F.softplus(-real).mean() + F.softplus(fake).mean()) / 2,
    "wasserstein": lambda real, fake: fake.mean() - real.mean(),
}
"""What it descends, from its outputs for real points and for fakes."""
GENERATOR: dict[str, Callable[[Tensor], Tensor]] = {
    "saturating": lambda fake: -F.softplus(fake).mean(),
    "non_saturating": lambda fake: F.softplus(-fake).mean(),
    "wasserstein": lambda fake: -fake.mean(),
}


def stream(
    draw: Callable[[Generator, int], Exact], seed: int, purpose: int, N: int
) -> Iterator[Tensor]:
    """Batches of N from a generator of the seed and the purpose."""
    rng = np.random.default_rng([seed, purpose])
    while True:
        yield from torch.tensor(draw(rng, AHEAD * N)).split(N)


def penalty(critic: Twin, real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """E (‖∇f‖ - 1)² between real points and fakes, which can be gone back through."""
    between = torch.lerp(fake, real, share).requires_grad_()
    f = critic.forward(between).output.sum()
    (slope,) = torch.autograd.grad(f, between, create_graph=True)
    return (slope.norm(dim=1) - 1).square().mean()


class Duel:
    """The two networks of a scenario, and all that is drawn for them."""

    def __init__(self, scenario: Scenario, networks: dict[str, Any]) -> None:
        self.game, self.N = scenario.gan, scenario.training.batch
        self.generator, self.discriminator = (
            Twin(networks[name]) for name in ("generator", "discriminator")
        )
        stated, seed = scenario.training, scenario.run.seed
        self.of_generator, self.of_discriminator = (
            optimizer_for(twin.parameters(), stated, player.optimizer, player.rate)
            for twin, player in (
                (self.generator, scenario.generator),
                (self.discriminator, scenario.discriminator),
            )
        )
        points = target_sampler(scenario)
        assert points
        self.real = stream(points, seed, REAL_STREAM, self.N)
        self.beside = stream(points, seed + OTHER, BESIDE_STREAM, self.N)
        self.latent = stream(self.draw_latent, seed, LATENT_STREAM, self.N)
        self.chase = stream(self.draw_latent, seed, CHASE_STREAM, self.N)
        self.between = stream(draw_share, seed + OTHER, BETWEEN_STREAM, self.N)

    def draw_latent(self, rng: Generator, count: int) -> Exact:
        return rng.standard_normal((count, self.game.latent))

    def discriminate(self) -> tuple[float, Measures]:
        """The discriminator's step: its loss, and what is measured of it."""
        twin, N = self.discriminator, self.N
        x, fake = next(self.real), self.generator.forward(next(self.latent)).output.detach()
        self.of_discriminator.zero_grad()
        seen = twin.forward(torch.cat([x, fake]))
        J = DISCRIMINATOR.get(self.game.loss, DISCRIMINATOR["cross_entropy"])(
            seen.output[:N], seen.output[N:]
        )
        J.backward()
        true = measure(twin, seen)
        if self.game.penalty:
            P = self.game.penalty * penalty(twin, x, fake, next(self.between))
            P.backward()
            J = J + P
            true["grad_norm"] = np.array([float(W.grad.norm()) for W in twin.W])
        true["update_ratio"] = step(self.of_discriminator, twin.W, self.clip)
        return J.item(), true

    def judge(self, fake: Tensor) -> Tensor:
        """The discriminator's output for fakes; beside real points where those count."""
        beside = [next(self.beside)] if self.discriminator.a.norm == "batch" else []
        return self.discriminator.forward(torch.cat([*beside, fake])).output[-len(fake) :]

    def clip(self) -> None:
        """Cut the critic's weights to their bound."""
        bound = self.game.clip_weights
        with torch.no_grad():
            for p in self.discriminator.parameters() if bound else ():
                p.clamp_(-bound, bound)

    def generate(self) -> tuple[float, Measures]:
        """The generator's step, through the discriminator as it now stands."""
        self.of_generator.zero_grad()
        seen = self.generator.forward(next(self.chase))
        J = GENERATOR[self.game.loss](self.judge(seen.output))
        J.backward()
        true = measure(self.generator, seen)
        true["update_ratio"] = step(self.of_generator, self.generator.W)
        return J.item(), true


def draw_share(rng: Generator, count: int) -> Exact:
    return rng.random((count, 1))


def follow(settings: Sequence[str], steps: int) -> None:
    """Play so many steps, and compare all records."""
    scenario = load("gan-saturating", [*SMALL, *settings, f"training.steps={steps}"])
    experiment = build(scenario)
    duel = Duel(scenario, experiment.networks)
    for _ in experiment.steps:
        pass
    trace = experiment.trace
    for k in range(steps):
        turns = {"discriminator": duel.discriminate()}
        for _ in range(scenario.gan.discriminator_steps - 1):
            duel.discriminate()
        turns["generator"] = duel.generate()
        for name, (J, true) in turns.items():
            measures = trace.networks[name].measures
            assert abs(trace.loss[name][k, 0] - J) < RIGHT * max(abs(J), 1e-3)
            compare({key: m[k, 0] for key, m in measures.items()}, true, f"of {name} at {k}")
