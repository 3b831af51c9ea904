"""A GAN's gradients against HIPS autograd and finite differences, its two laws, and its loop."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product
from typing import Any

import autograd
import autograd.numpy
import numpy as np
import pytest
from reference import activations, forward
from reference_check import LONG, WIDE, parameters
from vglab.engine.gan.gradient_penalty import GradientPenalty
from vglab.engine.gan.losses import GAMES
from vglab.engine.gan.players import Pass, PlayerTraining
from vglab.engine.gan.targets import TARGETS, SampleStream
from vglab.engine.gan.training import Adversarial, GanTraining, adversarial, sliced_wasserstein
from vglab.engine.nn.activations import ACTIVATIONS, activation
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.training.optimizers import Settings
from vglab.engine.training.stages import GanStage
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


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("loss", GAMES)
def test_gradients_are_those_of_autograd(loss: str, form: dict[str, Any], side: str) -> None:
    """The generator's through the discriminator, which is the very function that was trained."""
    run = game(loss, form)
    network = passed(run, side)
    network.restore()
    gradient: Any = autograd.grad
    theirs = gradient(lambda P: SIDES[side](run, P))(parameters(network, 0))
    ours = parameters(network, 0, prefix="d")
    assert close(entries(ours), entries(theirs), 1e-8)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("loss", "form"), list(product(GAMES, FORMS)), ids=str)
def test_gradients_are_those_of_finite_differences(
    loss: str, form: dict[str, Any], side: str
) -> None:
    run = game(loss, form)
    network = passed(run, side)
    network.restore()
    grad, theta = network.grad.copy(), network.theta.copy()
    direction = np.random.default_rng(5).standard_normal(theta.shape)
    direction /= np.linalg.norm(direction)
    still = Pass(None, trains=False, moves=False)
    evaluate = run.discriminate if side == "discriminator" else run.generate
    values: list[float] = []
    for step in (-2, -1, 1, 2):
        network.theta[...] = theta + step * 1e-4 * direction
        values.append(float(evaluate(still)[0]))
    slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / 12e-4
    assert slope == pytest.approx(float((grad * direction).sum()), rel=1e-6, abs=1e-11)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_curvature_is_the_slope_of_the_slope(name: str) -> None:
    Z = np.linspace(-6, 6, 241) + 0.01
    g, h = activation(name), 1e-4

    def slope(z: Any) -> Any:
        A, S = np.empty_like(z), np.empty_like(z)
        g.apply(z, A)
        g.slope(z, A, S)
        return S

    difference = (slope(Z - 2 * h) - 8 * slope(Z - h) + 8 * slope(Z + h) - slope(Z + 2 * h)) / (
        12 * h
    )
    assert g.curvature(Z) == pytest.approx(difference, abs=1e-10)


def critic(name: str, depth: int = 3) -> Network:
    a = replace(SMALL, outputs=1, depth=depth, activation=name, bias_std=0.3)
    return Network(a, [1, 2], 2 * N, np.float64)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradient_penalty_against_finite_differences(name: str) -> None:
    network = critic(name)
    penalty = GradientPenalty(network, 10.0, N)
    X = np.random.default_rng(3).standard_normal((2, N, 2))
    _, gradients = penalty.between(X)
    theta, rng = network.theta.copy(), np.random.default_rng(4)
    for tap, (dW, db) in zip(network.taps, gradients, strict=True):
        tap.dW[...], tap.db[...] = dW, db
    for _ in range(3):
        direction = rng.standard_normal(theta.shape)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        values: list[Any] = []
        for step in (-2, -1, 1, 2):
            network.theta[...] = theta + step * 1e-5 * direction
            values.append(penalty.between(X)[0])
        slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / 12e-5
        assert slope == pytest.approx((network.grad * direction).sum(axis=1), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS.keys() - {"gelu"}))
def test_gradient_penalty_against_autograd(name: str) -> None:
    """All but gelu, whose Φ the twin takes from the standard library, which autograd cannot see."""
    network = critic(name)
    penalty = GradientPenalty(network, 10.0, N)
    X = np.random.default_rng(3).standard_normal((2, N, 2))
    value, gradients = penalty.between(X)
    gradient: Any = autograd.grad
    whole: Any = autograd.value_and_grad

    def P(parameters_: Any) -> Any:
        slopes = gradient(lambda x: anp.sum(twin_logits(network, parameters_, x)))(X[0])
        return 10.0 * anp.mean((anp.sqrt(anp.sum(slopes**2, axis=1)) - 1) ** 2)

    theirs, slopes = whole(P)(parameters(network, 0))
    ours = [{"W": dW[0], "b": db[0]} for dW, db in gradients]
    assert value[0] == pytest.approx(theirs, rel=1e-10)
    assert close(entries(ours), entries(slopes), 1e-8)


def test_gradient_penalty_joins_the_critics_gradient_at_its_exponents() -> None:
    """A critic whose error signal has left the calm range stores its gradients scaled."""
    form = {"activation": "sigmoid", "depth": 24}
    alone, both = game("wasserstein", form), game("wasserstein", form, penalty=10.0)
    plain = passed(alone, "discriminator")
    whole = passed(both, "discriminator")
    assert whole.power.any()
    assert both.penalty
    X = both.penalty.share * both.real + (1 - both.penalty.share) * both.fake
    _, gradients = both.penalty.between(X)
    plain.restore()
    whole.restore()
    for tap, other, (dW, db) in zip(whole.taps, plain.taps, gradients, strict=True):
        assert tap.dW == pytest.approx(other.dW + dW, rel=1e-9, abs=1e-300)
        assert tap.db == pytest.approx(other.db + db, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    "form", [{"norm": "batch"}, {"norm": "layer"}, {"skip": "identity"}], ids=str
)
def test_gradient_penalty_is_for_plain_layers(form: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="plain layers"):
        game("wasserstein", form, penalty=10.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("D", [0.5, 0.01, 1e-12, 1e-100, 1e-300])
def test_law_35_derivatives_to_the_logit(D: float, dtype: type[np.floating]) -> None:
    """Saturating -D, non-saturating -(1 - D), their ratio (1 - D)/D (Goodfellow et al. 2014)."""
    Z = np.full((1, 1, 1), math.log(D) - math.log1p(-D), dtype)
    slopes: dict[str, float] = {}
    for name in ("saturating", "non_saturating"):
        Delta = np.zeros_like(Z)
        _, power = GAMES[name].generator(Z, Delta)
        slopes[name] = math.ldexp(float(Delta[0, 0, 0]), -int(power[0]))
    assert slopes["saturating"] == pytest.approx(-D, rel=1e-4)
    assert slopes["non_saturating"] == pytest.approx(-(1 - D), rel=1e-4)
    assert slopes["non_saturating"] / slopes["saturating"] == pytest.approx((1 - D) / D, rel=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", GAMES)
@pytest.mark.parametrize("side", ["generator", "discriminator"])
def test_error_signals_are_the_derivatives_of_the_losses(
    side: str, loss: str, dtype: type[np.floating]
) -> None:
    """Against long double, with logits far out on both sides, in each of two replicas."""
    spread = np.array([-600.0, -40, -3, 0, 2, 30, 500, 650]) if WIDE else np.linspace(-30, 30, 8)
    Z = np.stack([spread, spread / 400])[..., None].astype(dtype)
    Delta = np.zeros_like(Z)
    value, power = getattr(GAMES[loss], side)(Z, Delta)
    z = Z.astype(LONG)
    sign = np.repeat([-1, 1], 4)[:, None] if side == "discriminator" else -1
    sure = sign * z if side == "discriminator" or loss == "non_saturating" else z
    weight = np.ones_like(z) if loss == "wasserstein" else 1 / (1 + np.exp(-sure))
    count = 4 if (side, loss) == ("discriminator", "wasserstein") else 8
    slope = sign * weight / count
    size = np.sqrt((slope**2).sum(axis=(1, 2)))
    ours = Delta.astype(LONG) * LONG(2) ** -power[:, None, None]
    assert (np.sqrt(((ours - slope) ** 2).sum(axis=(1, 2))) <= 1e-4 * size).all()
    halves = z[:, :4], z[:, 4:]
    losses = GENERATOR_LOSS if side == "generator" else DISCRIMINATOR_LOSS
    for r in range(2):
        arguments = (z[r],) if side == "generator" else (halves[0][r], halves[1][r])
        assert value[r] == pytest.approx(float(losses[loss](*arguments)), rel=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("z", [-1e5, -750.0, -8.0, -6.5, 0.0, 40.0])
def test_error_signals_are_as_loud_as_float32_likes_them(
    z: float, dtype: type[np.floating]
) -> None:
    """Only where all are faint are they multiplied, however faint they are."""
    Z = np.array([z, z - 1, -math.inf], dtype).reshape(1, 3, 1)
    Delta = np.zeros_like(Z)
    _, power = GAMES["saturating"].generator(Z, Delta)
    assert bool(power[0] > 0) == (z < -7)
    assert np.abs(Delta).max() > 1e-4
    for logit, slope in zip(Z[0, :2, 0].tolist(), Delta[0, :2, 0].tolist(), strict=True):
        log_slope = math.log(-3 * slope) - int(power[0]) * math.log(2)
        assert log_slope == pytest.approx(-float(np.logaddexp(0, -logit)), rel=1e-12, abs=1e-6)
    assert Delta[0, 2, 0] == 0


@pytest.mark.skipif(not WIDE, reason="long double is no wider than double here")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sure", [20.0, 100.0, 650.0])
@pytest.mark.parametrize("loss", ["saturating", "non_saturating"])
def test_generator_is_measured_right_however_sure_the_discriminator_is(
    loss: str, sure: float, dtype: type[np.floating]
) -> None:
    """Down to 1e-300, also where the discriminator tells fakes by a logit of -650."""
    form = {"activation": "sigmoid", "depth": 8}
    run = game(loss, form, dtype=dtype, record_every=1, steps=1)
    opponent = run.discriminator.network
    opponent.output.b -= dtype(sure)
    run.take_turns(0, 0, moves=False)
    network, measures = run.generator.network, run.trace.networks["generator"].measures
    a = network.architecture
    g, dg = activations()[a.activation]

    def sweep(net: Network, X: Any) -> tuple[Any, Any, list[Any]]:
        P = parameters(net, 0, LONG)
        Z, given, _ = forward(net.architecture, g, P, X, [0.0] * len(P))
        return P, Z, given

    P, fake, given = sweep(network, run.z[0].astype(LONG))
    Q, z, seen = sweep(opponent, fake)
    s = 1 if loss == "saturating" else -1
    Delta = -1 / (1 + np.exp(-s * z)) / N
    Deltas: list[Any] = []
    for p, Z in zip(reversed(Q), [*reversed(seen), None], strict=True):
        Delta = Delta @ p["W"].T * (1 if Z is None else dg(Z))
    Deltas.append(Delta)
    for p, Z in zip(reversed(P[1:]), reversed(given), strict=True):
        Deltas.insert(0, Deltas[0] @ p["W"].T * dg(Z))
    rms = [np.sqrt((D**2).mean()) * N for D in Deltas]
    inputs = [run.z[0].astype(LONG), *map(g, given)]
    grads = [np.sqrt(((A.T @ D) ** 2).sum()) for A, D in zip(inputs, Deltas, strict=True)]
    assert float(rms[0]) < 1e-5
    assert measures["delta_rms"][0, 0] == pytest.approx([float(v) for v in rms], rel=1e-4)
    assert measures["grad_norm"][0, 0] == pytest.approx([float(v) for v in grads], rel=1e-4)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_law_36_a_sure_discriminator_starves_the_saturating_loss(seed: int) -> None:
    """Disjoint supports and a generator that stands still (Arjovsky & Bottou 2017, section 2)."""
    a = Architecture(2, 2, depth=2, width=64, activation="tanh", init="xavier")
    opponent = replace(a, outputs=1, activation="relu", init="he")
    plan = GanTraining(
        "saturating", steps=2500, record_every=2500, stages=[GanStage(1, "discriminator")]
    )
    experiment = adversarial(
        Network(a, [seed], 64),
        Network(opponent, [seed + 1000], 128),
        plan,
        lambda rng, n: TARGETS["distant"](rng, n, 0.1),
    )
    theta = experiment.networks["generator"].theta.copy()
    finished(experiment)
    gan = experiment.trace.gan
    assert np.array_equal(theta, experiment.networks["generator"].theta)
    starved = gan["gradient_saturating"][:, 0]
    fed = gan["gradient_non_saturating"][:, 0]
    assert starved[-1] < starved[0] * 10**-2.5
    assert fed[-1] > 5 * fed[0]
    assert gan["logit_ratio"][-1, 0] > 1e3
    assert gan["fake_output"][-1, 0] < 0.01
    assert gan["real_output"][-1, 0] > 0.99


def finished(experiment: Experiment) -> Experiment:
    for _ in experiment.steps:
        pass
    return experiment


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


@pytest.mark.parametrize("name", TARGETS)
def test_targets_are_drawn_anew(name: str) -> None:
    rng = np.random.default_rng(0)
    first, second = (TARGETS[name](rng, 50, 0.05) for _ in range(2))
    assert first.shape == second.shape == (50, 2)
    assert not np.array_equal(first, second)


def test_ring_has_eight_clouds() -> None:
    X = TARGETS["ring"](np.random.default_rng(0), 4000, 0.02)
    angle = np.arctan2(X[:, 1], X[:, 0]) / (2 * np.pi / 8)
    counts = np.unique(np.round(angle).astype(int) % 8, return_counts=True)[1]
    assert len(counts) == 8
    assert counts.min() > 400
    assert np.abs(angle - np.round(angle)).max() < 0.1
    assert np.hypot(*X.T) == pytest.approx(np.full(4000, 2.0), abs=0.12)


def test_feed_keeps_a_batch_and_goes_on() -> None:
    def feed() -> SampleStream:
        return SampleStream(
            lambda rng, n: rng.standard_normal((n, 2)), [1, 2], 9, np.empty((2, 5, 2))
        )

    def batches(feed: SampleStream, keeps: Iterable[bool]) -> list[Any]:
        result: list[Any] = []
        for keep in keeps:
            X = np.empty((2, 5, 2))
            feed.fill(X, keep)
            result.append(X)
        return result

    plain = batches(feed(), [False] * 40)
    kept = batches(feed(), [i % 3 == 0 for i in range(60)])
    assert np.array_equal(plain, [kept[i] for i in range(60) if i % 3])
    assert np.array_equal(kept[3], kept[4])
    assert len({X.tobytes() for X in plain}) == 40
