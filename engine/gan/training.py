"""Two networks against each other (Goodfellow et al. 2014, algorithm 1).

    in each training step
        discriminator_steps times:                                  Adversarial.discriminate
            draw real points x and latent z, N of each
            descend the discriminator's loss on [x; G(z)], one batch of 2N
        draw latent z                                               Adversarial.generate
        descend the generator's loss on G(z), through the discriminator as it now stands

A row of the trace shows each network in the pass that its update comes from: the discriminator as
the step finds it, the generator seen by the discriminator that has just moved. In a stage that
trains one network, the other is measured all the same and gets a step of zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..measure.trace import Trace, empty_column, schedule
from ..nn.network import Network
from ..numerics import Array, Exact, Integers, Mask
from ..rng import CHASE_STREAM, LATENT_STREAM, REAL_STREAM
from ..training.stages import GanStage, stage_at
from ..training.supervised import Experiment, drive
from .gradient_penalty import GradientPenalty
from .losses import GAMES, Game
from .players import Judge, Pass, Player, PlayerTraining
from .targets import Draw, SampleStream, latent


@dataclass(frozen=True)
class GanTraining:
    """How two networks are trained against each other."""

    loss: str = "non_saturating"
    generator: PlayerTraining = field(default_factory=PlayerTraining)
    discriminator: PlayerTraining = field(default_factory=PlayerTraining)
    discriminator_steps: int = 1
    penalty: float = 0.0
    """λ of the gradient penalty; 0 for none."""
    steps: int = 1000
    record_every: int = 1
    stages: Sequence[GanStage] = (GanStage(1),)
    """The last one lasts to the end."""


TRAINED = {
    "discriminator": ("discriminator",),
    "generator": ("generator",),
    "alternate": ("discriminator", "generator"),
}
"""The networks that learn in a stage."""


def losses_to_compare(loss: str) -> list[str]:
    """The losses whose gradients a row shows side by side, the one in use last."""
    pair = ["non_saturating", "saturating"]
    return sorted(pair, key=loss.__eq__) if loss in pair else [loss]


def adversarial(
    generator: Network, discriminator: Network, plan: GanTraining, target: Draw
) -> Experiment:
    """An experiment in which `generator` (made for batches of N) learns to imitate `target` against
    `discriminator` (made for batches of 2N)."""
    run = Adversarial(generator, discriminator, plan, target)
    networks = {"generator": generator, "discriminator": discriminator}
    return Experiment(run.trace, drive(run.trace, run.step), networks)


class Adversarial:
    """The algorithm of the module's head."""

    def __init__(
        self, generator: Network, discriminator: Network, plan: GanTraining, target: Draw
    ) -> None:
        self.plan, self.game = plan, GAMES[plan.loss]
        R, N, dtype = len(generator.seeds), generator.batch, generator.dtype
        records = schedule(plan.steps, plan.record_every)
        self.generator = Player(generator, plan.generator, records)
        self.discriminator = Player(discriminator, plan.discriminator, records)
        self.judge = Judge(discriminator, N, target)
        self.penalty = GradientPenalty(discriminator, plan.penalty, N) if plan.penalty else None
        self.z = np.empty((R, N, generator.architecture.inputs), dtype)
        self.X = np.empty((R, 2 * N, generator.architecture.outputs), dtype)
        self.real, self.fake = self.X[:, :N], self.X[:, N:]
        draw, seeds = latent(self.z.shape[2]), generator.seeds
        self.points = SampleStream(target, seeds, REAL_STREAM, self.real)
        self.latent = SampleStream(draw, seeds, LATENT_STREAM, self.z)
        self.chase = SampleStream(draw, seeds, CHASE_STREAM, self.z)
        self.compared = losses_to_compare(plan.loss)
        self.share = empty_column(records, R) if plan.loss == "saturating" else None
        made = replace(self.generator.trace, share=self.share)
        self.trace = Trace(
            plan.steps,
            records,
            {name: empty_column(records, R) for name in ("generator", "discriminator")},
            {},
            {"generator": made, "discriminator": self.discriminator.trace},
            gan=empty_columns(self.compared, self.game, records, R),
        )

    @np.errstate(all="ignore")
    def step(self, k: int) -> bool:
        """Training step k; False once no replica has finite losses. Step `plan.steps` only
        measures."""
        trace = self.trace
        row = trace.upto if k == trace.records[trace.upto] else None
        alive = self.take_turns(k, row, moves=k < trace.steps)
        trace.mark_diverged(k, alive)
        if row is None and not alive.any():
            row = trace.upto
            self.take_turns(k, row, moves=False)
        if row is not None:
            trace.records[row] = k
            trace.upto = row + 1
        return bool(alive.any())

    def take_turns(self, k: int, row: int | None, moves: bool) -> Mask:
        """The stage's moves, and all measures where a row is due; the replicas with finite
        losses."""
        trained = TRAINED[self.plan.stages[stage_at(self.plan.stages, k)].network]
        alive = np.ones(len(self.z), np.bool_)
        if "discriminator" in trained or row is not None:
            this = Pass(row, "discriminator" in trained, moves)
            alive &= np.isfinite(self.discriminate(this))
            if len(trained) == 2 and moves:
                for _ in range(self.plan.discriminator_steps - 1):
                    alive &= np.isfinite(self.discriminate(Pass(None, True, True)))
        if "generator" in trained or row is not None:
            alive &= np.isfinite(self.generate(Pass(row, "generator" in trained, moves)))
        return alive

    def discriminate(self, this: Pass) -> Exact:
        """The discriminator's step on [x; G(z)]; its loss."""
        network, keep = self.discriminator.network, not this.trains
        self.points.fill(self.real, keep)
        self.latent.fill(self.z, keep)
        self.fake[...] = self.generator.network.forward(self.z)
        loss, power = self.game.discriminator(network.forward(self.X), network.Delta)
        watch = None if this.row is None else self.discriminator.probe.watch
        network.backward(network.Delta, power, watch=watch)
        if self.penalty:
            loss = loss + self.penalty.add(self.real, self.fake, keep)
        if this.row is not None:
            self.trace.loss["discriminator"][this.row] = loss
            self.write(this.row, discriminator_outputs(network.output.Z, self.game))
            self.write(this.row, {"distance": sliced_wasserstein(self.X)})
        self.discriminator.descend(this)
        return loss

    def generate(self, this: Pass) -> Exact:
        """The generator's step on G(z), through the discriminator; its loss."""
        self.chase.fill(self.z, keep=not this.trains)
        self.judge.forward(self.generator.network.forward(self.z), keep=not this.trains)
        names = [self.plan.loss] if this.row is None else self.compared
        losses = {name: self.generator_gradients(name, this.row) for name in names}
        if this.row is not None:
            self.trace.loss["generator"][this.row] = losses[self.plan.loss]
            self.record_share(this.row)
        self.generator.descend(this)
        return losses[self.plan.loss]

    def generator_gradients(self, name: str, row: int | None) -> Exact:
        """The generator's gradients under the named loss, by way of the judge; its loss."""
        generator = self.generator.network
        loss, Delta, power = self.judge.generator_signal(GAMES[name].generator)
        due = row is not None and name == self.plan.loss
        generator.backward(Delta, power, watch=self.generator.probe.watch if due else None)
        if row is not None:
            self.write(row, {f"gradient_{name}": generator.gradient_norm()})
        return loss

    def record_share(self, row: int) -> None:
        """Write into a row ‖gradient by the saturating loss‖ / ‖by the non-saturating one‖."""
        gan = self.trace.gan
        if self.share is not None:
            self.share[row] = gan["gradient_saturating"][row] / gan["gradient_non_saturating"][row]

    def write(self, row: int, said: dict[str, Exact]) -> None:
        """Write values (R,) into a row of `trace.gan`."""
        for name, value in said.items():
            self.trace.gan[name][row] = value


DIRECTIONS = 8
"""Lines that points are projected on."""
LINES = np.array([[f(np.pi * i / DIRECTIONS) for i in range(DIRECTIONS)] for f in (np.cos, np.sin)])


def empty_columns(
    losses: list[str], game: Game, records: Integers, replicas: int
) -> dict[str, Exact]:
    """Empty columns (T, R) of all that is recorded."""
    names = [f"gradient_{loss}" for loss in losses]
    names += ["real_logit", "fake_logit", "distance"]
    if game.probability:
        names += ["real_output", "fake_output", "logit_ratio"]
    return {name: empty_column(records, replicas) for name in names}


def discriminator_outputs(Z: Array, game: Game) -> dict[str, Exact]:
    """What the discriminator says, from its logits Z (R, 2N, 1) of [real; fake]."""
    z = Z.reshape(len(Z), 2, -1).astype(np.float64)
    N = z.shape[2]
    real, fake = z.sum(axis=2).T / N
    said = {"real_logit": real, "fake_logit": fake}
    if not game.probability:
        return said
    # 1/(1 + e⁻ᶻ) keeps all its digits where it is near 0.
    real_output, fake_output = (1 / (1 + np.exp(-z))).sum(axis=2).T / N
    outputs = {"real_output": real_output, "fake_output": fake_output}
    return said | outputs | {"logit_ratio": np.exp(-fake)}


def sliced_wasserstein(X: Array) -> Exact:
    """The sliced Wasserstein distance between the halves of X (R, 2N, 2): on each of some lines,
    how far the points of one must move on average to lie as those of the other."""
    along = (LINES.T @ X.astype(np.float64).mT).reshape(len(X), DIRECTIONS, 2, -1)
    along.sort(axis=3)
    return np.abs(along[:, :, 0] - along[:, :, 1]).mean(axis=(1, 2))
