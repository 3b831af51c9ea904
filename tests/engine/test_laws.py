"""The laws of the literature, measured by this engine: every one that its networks can show.

Numbered as in the project's list of laws. Tolerances are what width and seeds allow; where theory
has a function for a law, what is measured is compared with that, and the published number is
checked where theory is tested.
"""

from dataclasses import replace
from itertools import pairwise
from math import exp, log, pi, sqrt

import numpy as np
import pytest
from signal_propagation import flow, spheres, wide
from vglab.engine.data.datasets import generate, split
from vglab.engine.diagnosis.diagnosis import diagnose
from vglab.engine.measure.trace import Trace
from vglab.engine.nn.activations import activation
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.initializers import INITIALIZERS
from vglab.engine.nn.network import Network
from vglab.engine.numerics import Exact
from vglab.engine.theory.mean_field import critical_gain, rate
from vglab.engine.theory.predictions import theory_for
from vglab.engine.training.optimizers import OPTIMIZERS, Settings
from vglab.engine.training.supervised import Training, supervised

CRITICAL = critical_gain(activation("sigmoid")) or 0.0


def train(a: Architecture, plan: Training, replicas: int = 3, dtype: type = np.float32) -> Trace:
    """A whole run on circles."""
    seeds = range(replicas)
    data, test = split(generate("circles", seeds, 512, 0.1, dtype), 384)
    run = supervised(Network(a, seeds, plan.batch, dtype), plan, data, test)
    for _ in run.steps:
        pass
    return run.trace


def accuracy(a: Architecture, plan: Training) -> float:
    """Of the median replica at the end, on points it has not seen."""
    trace = train(a, plan)
    return float(np.median(trace.accuracy["test"][trace.upto - 1]))


def jacobian(a: Architecture, seed: int = 0) -> Exact:
    """∂Z⁽ᴸ⁺¹⁾/∂Z⁽¹⁾ for one input: a batch of copies of it, one output's unit vector each."""
    net = Network(a, [seed], a.outputs, np.float64)
    net.forward(np.tile(spheres((1, 1, a.inputs), 1), (1, a.outputs, 1)))
    net.backward(np.eye(a.outputs)[None])
    tap = net.taps[0]
    return tap.Delta[0] * 2.0 ** -int(net.power[net.place[tap.delta], 0])


def spectrum_spread(a: Architecture, seeds: int = 3) -> float:
    """Variance of the Jacobian's squared singular values, in units of their squared mean."""
    found = [np.linalg.svd(jacobian(a, seed), compute_uv=False) ** 2 for seed in range(seeds)]
    return float(np.mean([s.var() / s.mean() ** 2 for s in found]))


@pytest.mark.sampled(7)
@pytest.mark.parametrize(
    ("changes", "depth"),
    [
        pytest.param({"activation": "sigmoid"}, 20, id="law 2, sigmoid"),
        pytest.param({"activation": "sigmoid", "gain": CRITICAL}, 20, id="law 4, sigmoid critical"),
        pytest.param({"activation": "tanh", "gain": sqrt(1 / 2)}, 30, id="law 7, tanh 1/2"),
        pytest.param({"activation": "tanh", "gain": sqrt(1 / 3)}, 30, id="law 7, tanh 1/3"),
        pytest.param({"activation": "tanh", "gain": sqrt(2)}, 30, id="law 7, tanh 2"),
        pytest.param({"activation": "tanh", "gain": 2}, 30, id="law 7, tanh 4"),
        pytest.param(
            {"activation": "tanh", "gain": sqrt(1.761), "bias_std": sqrt(0.05)},
            50,
            id="law 8, edge of chaos",
        ),
        pytest.param({"activation": "tanh", "bias_std": sqrt(0.05)}, 30, id="law 9, depth scale"),
        pytest.param({"activation": "tanh"}, 50, id="law 11, tanh 1"),
        pytest.param({"activation": "relu"}, 50, id="law 15, relu 1"),
        pytest.param({"activation": "relu", "gain": sqrt(2)}, 50, id="law 15, relu 2"),
        pytest.param({"activation": "relu", "gain": 2}, 50, id="law 15, relu 4"),
        pytest.param({"activation": "leaky_relu"}, 50, id="law 17, leaky 1"),
        pytest.param({"activation": "leaky_relu", "gain": sqrt(2)}, 50, id="law 17, leaky 2"),
        pytest.param({"activation": "linear", "gain": sqrt(1 / 2)}, 30, id="law 18, linear"),
        pytest.param({"activation": "relu", "init": "uniform"}, 30, id="law 19, PyTorch's default"),
    ],
)
def test_the_rate_per_layer(changes: dict[str, object], depth: int) -> None:
    """Near what theory has for this width: the middle of its band, a little under the law."""
    a = wide(depth, **changes)
    law = theory_for(a, 1.0)
    assert law
    y = np.log(law.band[2:-1]).mean(axis=1)
    expected = exp(-np.polyfit(np.arange(len(y)), y, 1)[0])
    measured = flow(a, replicas=4).rate()
    assert measured == pytest.approx(expected, rel=0.01)
    assert measured == pytest.approx(law.rate, rel=0.03)


def test_law_11_tanh_with_xavier_is_a_power_law() -> None:
    for depth, expected in {10: 0.0791, 50: 0.0146}.items():
        squares = flow(wide(depth, activation="tanh"), replicas=4).log_square
        ratio = np.exp(squares[:, 0] - squares[:, -1]).mean()
        assert ratio == pytest.approx(expected, rel=0.2)


def test_law_12_13_glorots_old_initialization() -> None:
    """tanh with U(±1/√n): δ falls by 0.577 a layer, and the weights' gradients are all alike."""
    a = wide(5, 512, activation="tanh", init="uniform")
    found, law = flow(a).measures, theory_for(a, 1.0)
    assert law
    delta = found["delta_rms"].mean(axis=0)
    falls = [below / above for below, above in pairwise(delta[:5])]
    assert falls == pytest.approx([0.472, 0.543, 0.565, 0.571], abs=0.012)
    assert delta == pytest.approx(law.measures["delta_rms"], rel=0.03)
    gradients = found["grad_norm"][:, 1:5].mean(axis=0)
    assert gradients / gradients.mean() == pytest.approx(1, abs=0.05)


def test_law_14_mean_singular_value_of_a_layer() -> None:
    n = 512
    W = INITIALIZERS["lecun"](np.random.default_rng(0), n, n)
    U = INITIALIZERS["uniform"](np.random.default_rng(0), n, n)
    assert np.linalg.svd(W, compute_uv=False).mean() == pytest.approx(8 / (3 * pi), rel=5e-3)
    assert np.linalg.svd(U, compute_uv=False).mean() == pytest.approx(0.490, abs=3e-3)


def test_law_16_he_against_xavier_at_30_layers() -> None:
    he, xavier = (
        np.exp(np.subtract(*flow(wide(30, activation="relu", gain=g)).log_square[:, [0, -1]].T) / 2)
        for g in (sqrt(2), 1)
    )
    assert he.mean() == pytest.approx(1, abs=0.3)
    assert xavier.mean() == pytest.approx(sqrt(0.5) ** 29, rel=0.3)


def test_law_20_orthogonal_linear_networks_keep_all_lengths() -> None:
    a = wide(50, 64, activation="linear", init="orthogonal")
    assert np.linalg.svd(jacobian(a), compute_uv=False) == pytest.approx(1, abs=1e-12)
    gaussian = np.linalg.svd(jacobian(wide(1, 300, activation="linear")), compute_uv=False)
    assert np.log(gaussian).mean() == pytest.approx(-0.5, abs=0.03)


@pytest.mark.parametrize(
    ("changes", "a_layer"),
    [
        ({"activation": "linear"}, 1),
        ({"activation": "linear", "init": "orthogonal"}, 0),
        ({"activation": "relu", "gain": sqrt(2)}, 2),
        ({"activation": "relu", "init": "orthogonal", "gain": sqrt(2)}, 1),
    ],
    ids=str,
)
def test_law_21_spread_of_the_spectrum(changes: dict[str, object], a_layer: float) -> None:
    depth = 6
    a = wide(depth, 200, **changes)
    assert spectrum_spread(a) == pytest.approx(a_layer * depth, rel=0.15, abs=1e-9)


@pytest.mark.slow
def test_law_22_finite_width() -> None:
    """ln ‖J u‖² ~ N(-β/2, β), β = 5 L/n (Hanin & Nica 2018)."""
    found = flow(wide(20, 50, activation="relu", gain=sqrt(2)), replicas=500, batch=1).log_square
    assert found[:, 0].var() == pytest.approx(2.0, rel=0.25)
    assert found[:, 0].mean() == pytest.approx(-1.0, abs=0.25)


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "leaky_relu"])
def test_law_23_25_batch_normalization_explodes(name: str) -> None:
    """E g′²/Var g for batches without end; at 128 examples it is up to 2 % more."""
    a = wide(20, norm="batch", activation=name)
    law = theory_for(a, 1.0)
    assert law
    square = flow(a, batch=128).rate() ** 2
    assert law.rate**2 * 0.99 < square < law.rate**2 * 1.03


def test_law_23_whatever_the_gain() -> None:
    rates = [
        flow(wide(10, 64, norm="batch", activation="relu", gain=g), batch=32).rate()
        for g in (sqrt(0.1), sqrt(2), sqrt(50))
    ]
    assert rates == pytest.approx([rates[0]] * 3, rel=1e-9)


def test_layer_normalization() -> None:
    for name in ("sigmoid", "tanh", "relu"):
        a = wide(20, norm="layer", activation=name)
        law = theory_for(a, 1.0)
        assert law
        assert flow(a, replicas=3).rate() == pytest.approx(law.rate, rel=0.015)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "changes",
    [
        {"activation": "relu", "gain": sqrt(2), "skip_placement": "preactivation"},
        {"activation": "tanh", "skip_placement": "preactivation"},
        {"activation": "tanh", "skip_placement": "outside"},
        {"activation": "sigmoid", "skip_placement": "outside"},
        {"activation": "tanh", "skip_placement": "inside"},
        {"activation": "sigmoid", "skip_placement": "inside"},
        {"activation": "relu", "skip_placement": "preactivation", "norm": "batch"},
        {"activation": "relu", "skip_placement": "outside", "norm": "layer"},
        {"activation": "relu", "skip_placement": "outside", "skip": "projection"},
        {"activation": "relu", "skip_placement": "inside", "skip": "projection_fixed"},
    ],
    ids=str,
)
@pytest.mark.parametrize("every", [1, 2])
def test_law_26_to_29_residual_networks(changes: dict[str, object], every: int) -> None:
    """All layers, those inside a block and those between, as theory has them."""
    a = wide(16, **({"skip": "identity", "skip_every": every} | changes))
    law = theory_for(a, 1.0)
    assert law
    found = flow(a, replicas=3, batch=64 if "norm" in changes else 8)
    assert found.rate(first=1) == pytest.approx(law.rate, rel=0.025)
    predicted = 2 * np.log(law.measures["delta_rms"][:-1])
    assert found.log_square.mean(axis=0) == pytest.approx(predicted, abs=0.3)
    forward = found.measures["activation_std"].mean(axis=0)[:-1]
    assert forward == pytest.approx(law.measures["activation_std"][:-1], rel=0.2)
    slopes = found.measures["slope_rms"].mean(axis=0)
    assert slopes == pytest.approx(law.measures["slope_rms"], rel=0.06)


@pytest.mark.sampled(7)
@pytest.mark.parametrize("every", [1, 2, 3])
@pytest.mark.parametrize(
    "changes",
    [
        {"activation": "relu", "gain": sqrt(2), "skip_scale": 0.1},
        {"activation": "tanh", "gain": 3.0, "norm": "layer", "bias_std": 0.5},
        {"activation": "relu", "norm": "layer", "skip_scale": 0.3, "skip": "projection"},
        {"norm": "layer", "activation": "tanh", "gain": 2.0, "skip_placement": "outside"},
        {
            "norm": "layer",
            "gain": 2.0,
            "activation": "tanh",
            "skip": "projection",
            "skip_placement": "inside",
        },
    ],
    ids=str,
)
def test_gradients_of_residual_networks(changes: dict[str, object], every: int) -> None:
    """One example, so that ‖∂J/∂W‖ = ‖A‖ ‖∂J/∂Z‖: what scales the branch and where a
    normalization stands both count."""
    skip = {"skip": "identity", "skip_placement": "preactivation", "skip_every": every}
    a = wide(12, 128, **(skip | changes))
    found, law = flow(a, replicas=40, batch=1), theory_for(a, 1.0)
    assert law
    logs = np.log(found.measures["grad_norm"]).mean(axis=0)
    assert logs == pytest.approx(np.log(law.measures["grad_norm"]), abs=0.25)


def test_law_26_a_relu_behind_its_own_output_has_no_such_law() -> None:
    """Blocks add a positive mean, and ‖g‖² grows by 2.45 a block, not by 2."""
    a = wide(30, activation="relu", gain=sqrt(2), skip="identity", skip_every=1)
    assert theory_for(a, 1.0) is None
    assert flow(a, batch=8).rate() ** 2 > 2.2


@pytest.mark.slow
def test_law_28_batch_normalized_residual_relu_is_a_power_law() -> None:
    logs = list[float]()
    for depth in (20, 80):
        a = wide(depth, activation="relu", skip="identity", skip_every=1, norm="batch")
        squares = flow(replace(a, skip_placement="preactivation"), batch=128).log_square
        logs.append(float((squares[:, 0] - squares[:, -2]).mean()))
    assert (logs[1] - logs[0]) / log(4) == pytest.approx(pi / (pi - 1), abs=0.06)


def test_law_30_31_gradients_shatter_and_skips_hold_them_together() -> None:
    """The cosine of the gradients at two inputs: Π (1 - θ_l/π) in a ReLU network (arc-cosine
    kernel), far above that behind a branch of 1/√depth."""

    def cosine(a: Architecture) -> float:
        net = Network(a, range(12), 2, np.float64)
        inputs = np.eye(2, a.inputs) * sqrt(a.inputs)
        net.forward(np.tile(inputs, (12, 1, 1)))
        net.backward(np.tile(spheres((12, 1, a.outputs), 3), (1, 2, 1)))
        up = net.taps[0].Delta @ net.taps[0].W.mT
        one, other = up[:, 0], up[:, 1]
        norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
        return float((np.vecdot(one, other) / norms).mean())

    depth, theta, expected = 5, pi / 2, 1.0
    for _ in range(depth):
        expected *= 1 - theta / pi
        theta = np.arccos((np.sin(theta) + (pi - theta) * np.cos(theta)) / pi)
    plain = wide(depth, activation="relu", gain=sqrt(2))
    assert expected == pytest.approx(0.105, abs=1e-3)
    assert cosine(plain) == pytest.approx(expected, abs=0.04)
    skip = replace(plain, skip="identity", skip_every=1, skip_placement="preactivation")
    assert cosine(replace(skip, skip_scale=1 / sqrt(depth))) > 3 * cosine(plain)


@pytest.mark.parametrize(("name", "norm", "gamma"), [("tanh", 0.9, 1.0), ("sigmoid", 3.9, 0.25)])
def test_law_32_one_matrix_over_and_over(name: str, norm: float, gamma: float) -> None:
    """A recurrent network in time: ‖∂h_T/∂h_0‖ ≤ (‖W‖ γ)ᵀ (Pascanu et al. 2013), far from tight."""
    steps, n = 50, 64
    net = Network(wide(steps, n, activation=name), [0], n, np.float64)
    W = net.taps[1].W[0]
    W *= norm / np.linalg.norm(W, 2)
    for tap in net.taps[2:]:
        tap.W[0] = W
    net.forward(np.tile(spheres((1, 1, n), 1), (1, n, 1)))
    net.backward(np.eye(n)[None])
    first, last = net.taps[0].delta, net.taps[-2].delta
    exponent = net.power[net.place[first], 0] - net.power[net.place[last], 0]
    size = (
        np.linalg.norm(first.Delta[0], 2) / np.linalg.norm(last.Delta[0], 2) * 2.0 ** -int(exponent)
    )
    assert 0 < size < (norm * gamma) ** (steps - 1) / 1e6


@pytest.mark.parametrize(("width", "depth"), [(2, 10), (4, 10), (8, 50)])
def test_law_34_born_dead(width: int, depth: int) -> None:
    """A ReLU network is off for an input with probability 1 - (1 - 2⁻ᴺ)ᴸ (after Lu et al. 2019)."""
    a = Architecture(inputs=2, depth=depth, width=width, activation="relu", init="he")
    net = Network(a, range(1500), 1, np.float64)
    Z = net.forward(np.tile(spheres((1, 2), 1), (1500, 1, 1)))
    expected = 1 - (1 - 2.0**-width) ** depth
    assert (Z == 0).mean() == pytest.approx(expected, abs=4 * sqrt(0.25 / 1500))


@pytest.mark.parametrize(("g", "expected"), [(1e-6, 0.990), (1e-8, 0.5), (1e-10, 0.0099)])
def test_law_37_adams_first_step_stops_at_its_epsilon(g: float, expected: float) -> None:
    theta, step = np.zeros((1, 1)), np.empty((1, 1))
    OPTIMIZERS["adam"](Settings(rate=1e-3), theta).update(theta, np.full((1, 1), g), step)
    assert step[0, 0] == pytest.approx(1e-3 * expected, rel=1e-3)


def test_law_38_underflow() -> None:
    """float32 has no numbers left for a sigmoid network's gradient after 72 layers; the measure
    knows it, the update is 0, and the diagnosis says so."""
    fall = log(rate(activation("sigmoid"), 1.0))
    assert log(float(np.finfo(np.float16).smallest_subnormal)) / fall == pytest.approx(
        11.5, abs=0.1
    )
    assert log(float(np.finfo(np.float32).tiny)) / fall == pytest.approx(60.5, abs=0.1)
    assert log(float(np.finfo(np.float32).smallest_subnormal)) / fall == pytest.approx(
        71.5, abs=0.1
    )
    trace = train(Architecture(depth=100, width=64), Training(steps=1), replicas=1)
    seen = trace.networks["model"]
    assert diagnose(seen, 0, 1000).underflows
    assert (seen.measures["update_ratio"][0, 0, :20] == 0).all()
    law = theory_for(Architecture(depth=100, width=64), 0.6, seen.measures["delta_rms"][0, 0, -1])
    assert law
    logs = np.log10(seen.measures["delta_rms"][0, 0]), np.log10(law.measures["delta_rms"])
    assert logs[0][0] < -60
    assert logs[0] == pytest.approx(logs[1], abs=1.5)


@pytest.mark.parametrize(
    "a",
    [
        Architecture(),
        Architecture(activation="tanh"),
        Architecture(activation="relu", init="he"),
        Architecture(activation="relu", depth=30),
        Architecture(activation="relu", init="uniform"),
        Architecture(norm="layer"),
        Architecture(skip="identity"),
        Architecture(activation="tanh", skip="identity", skip_placement="inside"),
    ],
    ids=str,
)
def test_theory_on_a_task(a: Architecture) -> None:
    """32 networks of width 32 on circles: their median lies near the law, and theirs inside the
    band; gradient norms follow too, with how far the examples agree taken from the output."""
    seeds, plan = range(32), Training(steps=1, batch=64)
    data, test = split(generate("circles", seeds, 256, 0.1, np.float32), 192)
    run = supervised(Network(a, seeds, 64), plan, data, test)
    next(run.steps)
    seen = {name: x[0] for name, x in run.trace.networks["model"].measures.items()}
    output = (float(np.median(seen[name][:, -1])) for name in ("delta_rms", "grad_norm"))
    law = theory_for(a, np.square(data.X).mean(axis=2).ravel(), *output)
    assert law
    for name, factor in {"delta_rms": 2.5, "slope_rms": 1.1, "weight_norm": 1.1}.items():
        logs = np.log(np.median(seen[name], axis=0)), np.log(law.measures[name])
        assert logs[0] == pytest.approx(logs[1], abs=log(factor)), name
    gradients = np.log(np.median(seen["grad_norm"], axis=0)[1:] / law.measures["grad_norm"][1:])
    assert gradients == pytest.approx(0, abs=log(3))
    low, high = np.array(law.band[:-1]).T
    inside = (seen["delta_rms"][:, :-1] > low) & (seen["delta_rms"][:, :-1] < high)
    assert np.isnan(low).all() or inside.mean() > 0.85


def test_finding_2_a_flat_gradient_norm_hides_total_vanishing() -> None:
    a = Architecture(activation="relu", depth=50, width=64)
    trace = train(a, Training(steps=1), replicas=5)
    d = diagnose(trace.networks["model"], 0, 2000)
    assert d.flat_gradient_hides
    assert d.ratio < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "rate", "steps", "low", "high"),
    [
        pytest.param({"gain": CRITICAL, "init": "lecun"}, 0.1, 2000, 0.9, 1, id="law 4"),
        pytest.param({"init": "lecun"}, 0.1, 2000, 0.4, 0.65, id="law 4, Xavier"),
        pytest.param({"activation": "relu", "init": "uniform"}, 0.1, 2000, 0.4, 0.65, id="law 19"),
    ],
)
def test_training(
    changes: dict[str, object], rate: float, steps: int, low: float, high: float
) -> None:
    plan = Training(settings=Settings(rate=rate), steps=steps, batch=64, record_every=steps)
    assert low <= accuracy(replace(Architecture(), **changes), plan) <= high
