"""A GAN's loop: replicas, stages, clipping, and what a row tells."""

import math
from typing import Any

import autograd
import numpy as np
import pytest
from games import (
    FORMS,
    SIDES,
    N,
    close,
    entries,
    finished,
    game,
    generator_loss,
    played,
    twin_logits,
)
from reference_check import parameters
from vglab.engine.gan.losses import GAMES
from vglab.engine.gan.players import Pass, PlayerTraining
from vglab.engine.gan.targets import TARGETS
from vglab.engine.gan.training import GanTraining, adversarial, sliced_wasserstein
from vglab.engine.training.optimizers import Settings
from vglab.engine.training.stages import GanStage

FORMS_OF_PLAY: list[dict[str, Any]] = [
    {"loss": "saturating", "discriminator_steps": 3},
    {"loss": "non_saturating", "form": {"norm": "batch"}},
    {"loss": "wasserstein", "penalty": 10.0, "discriminator_steps": 2},
    {"loss": "wasserstein", "discriminator": PlayerTraining("rmsprop", clip_weights=0.1)},
    {"stages": [GanStage(4, "discriminator"), GanStage(3, "generator"), GanStage(5)]},
]


@pytest.mark.parametrize("play", FORMS_OF_PLAY, ids=str)
def test_replicas_are_single_runs(play: dict[str, Any]) -> None:
    together = played(game(seeds=(3, 4, 5), steps=15, **play))
    for i, seed in enumerate((3, 4, 5)):
        alone = played(game(seeds=(seed,), steps=15, **play))
        for name, column in together.trace.gan.items():
            assert column[:, i] == pytest.approx(alone.trace.gan[name][:, 0], rel=1e-8)
        for name, network in together.trace.networks.items():
            for measure, values in network.measures.items():
                theirs = alone.trace.networks[name].measures[measure][:, 0]
                assert values[:, i] == pytest.approx(theirs, rel=1e-7, abs=1e-12), measure


@pytest.mark.parametrize("play", FORMS_OF_PLAY, ids=str)
def test_the_same_seed_gives_the_same_bytes_whatever_is_recorded(play: dict[str, Any]) -> None:
    every, seldom = (
        played(game(steps=20, record_every=k, dtype=np.float32, **play)) for k in (1, 20)
    )
    again = played(game(steps=20, dtype=np.float32, **play))
    other = played(game(steps=20, dtype=np.float32, seeds=(9,), **play))
    for side in SIDES:
        theta = getattr(every, side).network.theta
        assert theta.tobytes() == getattr(seldom, side).network.theta.tobytes()
        assert theta.tobytes() == getattr(again, side).network.theta.tobytes()
        assert theta.tobytes() != getattr(other, side).network.theta.tobytes()
    for name, column in every.trace.gan.items():
        assert column.tobytes() == again.trace.gan[name].tobytes()
        assert column[[0, -1]].tobytes() == seldom.trace.gan[name].tobytes()


@pytest.mark.parametrize("play", FORMS_OF_PLAY, ids=str)
def test_buffers_stay_where_they_are(play: dict[str, Any]) -> None:
    run = game(steps=6, **play)
    run.step(0)

    def places() -> list[int]:
        networks = (run.generator.network, run.discriminator.network, run.judge.network)
        arrays = [run.z, run.X, run.real, run.fake]
        arrays += [net.theta for net in networks] + [net.grad for net in networks]
        arrays += [
            value
            for net in networks
            for leaf in net.leaves
            for name, value in vars(leaf).items()
            if isinstance(value, np.ndarray) and name != "inverse"
        ]
        return [array.__array_interface__["data"][0] for array in arrays]

    before = places()
    for k in range(1, 7):
        run.step(k)
    assert places() == before
    assert run.judge.network.theta is run.discriminator.network.theta


def test_a_discriminator_of_its_own_weights_sees_for_the_generator() -> None:
    """What the generator descends is the discriminator as it stands after its step."""
    run = game(steps=1)
    run.discriminate(Pass(None, trains=True, moves=True))
    loss = run.generate(Pass(None, trains=False, moves=False))
    assert loss[0] == pytest.approx(generator_loss(run, parameters(run.generator.network, 0)))


def test_stages_move_one_network_and_measure_both() -> None:
    stages = [GanStage(3, "discriminator"), GanStage(2, "generator"), GanStage(2, "alternate")]
    run = game(steps=10, stages=stages)
    moved: list[tuple[bool, ...]] = []
    for k in range(10):
        before = [getattr(run, side).network.theta.copy() for side in SIDES]
        run.step(k)
        after = [getattr(run, side).network.theta for side in SIDES]
        moved.append(tuple(not np.array_equal(*pair) for pair in zip(before, after, strict=True)))
    run.step(10)
    assert moved == 3 * [(False, True)] + 2 * [(True, False)] + 5 * [(True, True)]
    for i, side in enumerate(SIDES):
        network = run.trace.networks[side]
        learned = [pair[i] for pair in moved] + [True]
        assert network.trained is not None
        assert (network.trained == np.array(learned)[:, None]).all()
        assert ((network.measures["update_ratio"] > 0) == network.trained[:, None]).all()
        for values in network.measures.values():
            assert np.isfinite(values).all()
        assert (network.measures["grad_norm"] > 0).all()


def test_the_discriminator_steps_several_times_a_generators_step() -> None:
    once, thrice = (game(steps=4, discriminator_steps=n) for n in (1, 3))
    for run in (once, thrice):
        played(run)
    assert thrice.discriminator.optimizer.t - 1 == 3 * 4
    assert once.discriminator.optimizer.t - 1 == thrice.generator.optimizer.t - 1 == 4


@pytest.mark.parametrize("bound", [0.05, 0.3])
def test_clipped_weights_stay_within_their_bound(bound: float) -> None:
    rule = PlayerTraining("sgd", Settings(rate=0.5), clip_weights=bound)
    run = game("wasserstein", steps=5, discriminator=rule)
    network = run.discriminator.network
    assert np.abs(network.theta).max() > bound
    theta, W = network.theta.copy(), network.taps[0].W.copy()
    run.step(0)
    assert np.abs(network.theta).max() <= bound * (1 + 1e-12)
    moved = np.linalg.norm(W - network.taps[0].W) / np.linalg.norm(W)
    measures = run.trace.networks["discriminator"].measures
    assert measures["update_ratio"][0, 0, 0] == pytest.approx(moved)
    assert not np.array_equal(theta, network.theta)
    played(run)
    assert np.abs(network.theta).max() <= bound * (1 + 1e-12)


@pytest.mark.parametrize("side", SIDES)
def test_a_game_that_diverges_ends_with_a_row(side: str) -> None:
    rules = {side: PlayerTraining("sgd", Settings(rate=1e300))}
    experiment = adversarial(
        *(getattr(game(form={"activation": "relu"}), s).network for s in SIDES),
        GanTraining("wasserstein", steps=50, record_every=40, **rules),
        lambda rng, n: TARGETS["ring"](rng, n, 0.1),
    )
    trace = finished(experiment).trace
    assert trace.finished
    assert trace.diverged_at is not None
    assert trace.diverged_at < 40
    assert list(trace.records[: trace.upto]) == sorted({0, trace.diverged_at})
    assert not np.isfinite(trace.loss["generator"][trace.upto - 1]).any()


def test_one_replica_may_diverge_alone() -> None:
    run = game("wasserstein", seeds=(0, 1), steps=12, dtype=np.float32)
    run.generator.network.theta[1] = np.nan
    played(run)
    trace = run.trace
    assert (trace.diverged_at, trace.lost_at.tolist()) == (0, [-1, 0])
    assert trace.upto == 13
    assert np.isfinite(trace.loss["generator"][:, 0]).all()
    assert not np.isfinite(trace.loss["discriminator"][-1, 1])


@pytest.mark.parametrize("loss", GAMES)
def test_every_row_tells_both_gradients(loss: str) -> None:
    """What the generator gets under the loss in use, and what it would get under the other."""
    run = game(loss, steps=1, generator=PlayerTraining("sgd"))
    run.take_turns(0, 0, moves=False)
    gradient: Any = autograd.grad
    names = ["wasserstein"] if loss == "wasserstein" else ["saturating", "non_saturating"]
    for name in names:
        theirs = gradient(lambda P, name=name: generator_loss(run, P, name))
        size = np.linalg.norm(entries(theirs(parameters(run.generator.network, 0))))
        assert run.trace.gan[f"gradient_{name}"][0, 0] == pytest.approx(size, rel=1e-9)
    assert len([name for name in run.trace.gan if name.startswith("gradient_")]) == len(names)
    assert close(
        np.linalg.norm(run.generator.network.grad),
        run.trace.gan[f"gradient_{loss}"][0, 0],
        1e-9,
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sure", [0.0, 16.0, 650.0])
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_what_a_generator_would_get_is_what_it_gets(
    form: dict[str, Any], sure: float, dtype: type[np.floating]
) -> None:
    """A loss beside the one in use, and as the one in use."""
    pair = ("saturating", "non_saturating")
    runs = [game(loss, form, seeds=(0, 1), dtype=dtype, steps=1) for loss in pair]
    for run in runs:
        run.discriminator.network.output.b -= dtype(sure)
        run.take_turns(0, 0, moves=False)
    for name in pair:
        one, other = (run.trace.gan[f"gradient_{name}"][0] for run in runs)
        assert (one > 0).all()
        assert one == pytest.approx(other, rel=1e-5 if dtype is np.float32 else 1e-12)


def test_rows_tell_what_the_discriminator_says() -> None:
    run = game("saturating", steps=1)
    run.take_turns(0, 0, moves=False)
    opponent = run.discriminator.network
    z = twin_logits(opponent, parameters(opponent, 0), run.X[0])
    D = 1 / (1 + np.exp(-z))
    said = {name: column[0, 0] for name, column in run.trace.gan.items()}
    assert said["real_logit"] == pytest.approx(z[:N].mean())
    assert said["fake_logit"] == pytest.approx(z[N:].mean())
    assert said["real_output"] == pytest.approx(D[:N].mean())
    assert said["fake_output"] == pytest.approx(D[N:].mean())
    assert said["logit_ratio"] == pytest.approx(math.exp(-z[N:].mean()))
    critic = game("wasserstein").trace.gan.keys()
    assert critic == {"gradient_wasserstein", "real_logit", "fake_logit", "distance"}


def test_distance_is_how_far_points_must_move() -> None:
    X = np.random.default_rng(0).standard_normal((2, 40, 2))
    assert sliced_wasserstein(np.concatenate([X, X[:, ::-1]], axis=1)) == pytest.approx(
        0, abs=1e-12
    )
    moved = np.concatenate([X, X + np.array([3.0, 4.0])], axis=1)
    assert sliced_wasserstein(moved) == pytest.approx(5 * 2 / math.pi, rel=0.01)
