"""Error signals of a GAN's losses, and its two laws."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from games import DISCRIMINATOR_LOSS, GENERATOR_LOSS, N, finished, game
from reference import activations, forward
from reference_check import LONG, WIDE, parameters
from vglab.engine.gan.losses import GAMES
from vglab.engine.gan.targets import TARGETS
from vglab.engine.gan.training import GanTraining, adversarial
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.training.stages import GanStage


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
