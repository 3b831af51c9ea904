"""What theory predicts of whole architectures, against recursions written out by hand."""

from dataclasses import replace
from itertools import pairwise
from math import e, exp, inf, log, pi, sqrt

import numpy as np
import pytest
from vglab.engine.nn.activations import ACTIVATIONS, activation
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.initializers import INITIALIZERS
from vglab.engine.theory.mean_field import averages, fixed_point
from vglab.engine.theory.predictions import Theory, derivatives_only, theory_for
from vglab.engine.theory.propagation import WEIGHT_VARIANCE

PLAIN = Architecture(inputs=3, outputs=2, depth=5, width=20, init="lecun", norm_eps=0.0)
SKIP = replace(PLAIN, skip="identity", skip_every=1)


def law(a: Architecture, square: float = 1.0) -> Theory:
    found = theory_for(a, square)
    assert found
    return found


def growth(a: Architecture) -> float:
    """The factor of ‖δ‖² per layer on the way to the input, in the middle of the network."""
    delta = law(replace(a, depth=31)).measures["delta_rms"]
    return (delta[15] / delta[16]) ** 2


@pytest.mark.parametrize("name", sorted(INITIALIZERS.keys() - {"identity"}))
@pytest.mark.parametrize("fans", [(300, 300), (100, 400), (400, 100)])
def test_weights_have_the_variance_the_theory_takes(name: str, fans: tuple[int, int]) -> None:
    W = INITIALIZERS[name](np.random.default_rng(0), *fans)
    assert W.var() == pytest.approx(WEIGHT_VARIANCE[name](*fans), rel=0.03)


@pytest.mark.parametrize("init", WEIGHT_VARIANCE)
def test_the_plain_recursion(init: str) -> None:
    a = replace(PLAIN, init=init, gain=1.3, bias_std=0.4)
    g, fans = activation("sigmoid"), [3, 20, 20, 20, 20, 20, 2]
    variance = [1.3**2 * WEIGHT_VARIANCE[init](i, o) for i, o in pairwise(fans)]
    square, seen = 0.7, list[tuple[float, float, float]]()
    for n, v in zip(fans[:5], variance[:5], strict=True):
        found = averages(g, np.array(n * v * square + 0.4**2))
        square = float(found.square)
        seen.append((float(found.slope), float(found.mean), square))
    delta = [0.25]
    for (slope, _, _), n, v in zip(reversed(seen), fans[:1:-1], variance[:0:-1], strict=True):
        delta.insert(0, sqrt(n * v * slope) * delta[0])
    found = theory_for(a, 0.7, 0.25)
    assert found
    assert found.measures["delta_rms"] == pytest.approx(delta)
    assert found.measures["slope_rms"] == pytest.approx([*(sqrt(s) for s, _, _ in seen), 1])
    assert found.measures["activation_mean"][:5] == pytest.approx([m for _, m, _ in seen])
    stds = [sqrt(s - m * m) for _, m, s in seen]
    assert found.measures["activation_std"][:5] == pytest.approx(stds)
    sizes = [sqrt(i * o * v) for (i, o), v in zip(pairwise(fans), variance, strict=True)]
    assert found.measures["weight_norm"] == pytest.approx(sizes)
    squares = [0.7, *(s for _, _, s in seen)]
    per_example = zip(pairwise(fans), squares, delta, strict=True)
    ceiling = [sqrt(i * s) * sqrt(o) * d for (i, o), s, d in per_example]
    assert found.measures["grad_norm"] == pytest.approx(ceiling)


def test_the_output_gradient_sets_the_scale_of_all() -> None:
    ceiling = law(PLAIN).measures["grad_norm"]
    found = theory_for(PLAIN, 1.0, output_grad=ceiling[-1] / 8)
    assert found
    assert found.measures["grad_norm"] == pytest.approx([norm / 8 for norm in ceiling])


def test_examples_of_different_length_are_averaged_in_the_end() -> None:
    small, large, both = (
        theory_for(PLAIN, squares) for squares in (0.1, 9.0, [0.1, 9.0, 0.1, 9.0])
    )
    assert small
    assert large
    assert both
    for name in ("delta_rms", "slope_rms"):
        ends = np.square([small.measures[name], large.measures[name]])
        assert both.measures[name] == pytest.approx(np.sqrt(ends.mean(axis=0)))


def test_many_examples_cost_no_accuracy() -> None:
    squares = np.random.default_rng(0).gamma(1.0, 1.0, 4096)
    exact = [law(PLAIN, s).measures["delta_rms"][0] for s in squares[:512]]
    found = theory_for(PLAIN, squares[:512])
    assert found
    assert found.measures["delta_rms"][0] == pytest.approx(
        np.sqrt(np.square(exact).mean()), rel=1e-3
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("relu", pi / (pi - 1)), ("tanh", 1.178), ("sigmoid", 1.034), ("leaky_relu", 1.244)],
)
@pytest.mark.parametrize("gain", [0.1, 1.0, 7.0])
def test_batch_normalization_explodes_at_any_gain(name: str, expected: float, gain: float) -> None:
    a = replace(PLAIN, norm="batch", activation=name, gain=gain, bias_std=0.5)
    assert growth(a) == pytest.approx(expected, abs=6e-4)


def test_layer_normalization_keeps_relu_and_leaves_sigmoid_vanishing() -> None:
    a = replace(PLAIN, norm="layer")
    assert growth(replace(a, activation="relu")) == pytest.approx(1)
    assert growth(replace(a, activation="relu", bias_std=1.0, gain=3.0)) == pytest.approx(9 / 11)
    assert sqrt(growth(a)) == pytest.approx(0.391, abs=1e-3)


def test_an_epsilon_calms_normalization() -> None:
    a = replace(PLAIN, norm="batch", activation="relu")
    assert growth(replace(a, norm_eps=0.1)) < growth(a)


def test_a_residual_block_with_he_doubles_the_square() -> None:
    a = replace(SKIP, skip_placement="preactivation", activation="relu", init="he")
    assert growth(a) == pytest.approx(2)
    assert growth(replace(a, skip_scale=0.5)) == pytest.approx(1.25)
    assert growth(replace(a, skip="projection")) == pytest.approx(3)


def test_a_branch_of_one_over_root_depth_adds_up_to_e() -> None:
    depth = 200
    a = replace(SKIP, skip_placement="preactivation", activation="relu", init="he", depth=depth)
    delta = law(replace(a, skip_scale=1 / sqrt(depth))).measures["delta_rms"]
    assert (delta[0] / delta[-2]) ** 2 == pytest.approx(e, rel=0.01)


def test_batch_normalized_residual_relu_grows_as_a_power_law() -> None:
    a = replace(SKIP, skip_placement="preactivation", activation="relu", norm="batch")
    short, long = (law(replace(a, depth=d)).measures["delta_rms"] for d in (320, 640))
    exponent = 2 * log(long[0] / long[-2] / (short[0] / short[-2])) / log(2)
    assert exponent == pytest.approx(pi / (pi - 1), abs=0.01)


def test_tanh_residual_grows_as_the_exponential_of_a_root() -> None:
    a = replace(SKIP, skip_placement="preactivation", activation="tanh")
    roots = list[float]()
    for depth in (25, 50, 100, 200):
        delta = law(replace(a, depth=depth)).measures["delta_rms"]
        roots.append(2 * log(delta[0] / delta[-3]) / sqrt(depth))
    assert roots == pytest.approx([0.96, 1.02, 1.06, 1.07], abs=0.05)


def test_a_skip_outside_saves_sigmoid_and_one_inside_does_not() -> None:
    inside, outside = (
        law(replace(SKIP, depth=20, skip_placement=p)) for p in ("inside", "outside")
    )
    assert inside.rate < 0.4
    assert outside.rate > 1


def test_skips_over_two_layers_add_the_product_of_both() -> None:
    a = replace(SKIP, skip_placement="preactivation", activation="relu", init="he", depth=9)
    delta = law(replace(a, skip_every=2)).measures["delta_rms"]
    assert np.square(np.divide(delta[0:6:2], delta[2:8:2])) == pytest.approx([2, 2, 2])
    assert np.square(np.divide(delta[1:8:2], delta[2:9:2]))[:3] == pytest.approx([1, 1, 1])


def test_units_followed_one_by_one_are_gaussian_where_g_is_straight() -> None:
    a = replace(SKIP, skip_placement="inside", activation="linear", depth=12)
    assert growth(a) == pytest.approx(2, rel=2e-3)
    assert growth(a) == pytest.approx(growth(replace(a, skip="projection")), rel=2e-3)


@pytest.mark.parametrize(
    "a",
    [
        replace(PLAIN, architecture="cnn"),
        replace(PLAIN, architecture="lstm"),
        replace(PLAIN, init="identity"),
        replace(SKIP, skip="highway"),
        replace(SKIP, activation="relu", skip_placement="outside"),
        replace(SKIP, activation="gelu", skip_placement="inside"),
        replace(SKIP, norm="batch", skip_placement="inside"),
    ],
)
def test_no_law_is_made_up(a: Architecture) -> None:
    assert theory_for(a, 1.0) is None


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_a_theory(name: str) -> None:
    for a in (PLAIN, replace(PLAIN, norm="batch"), replace(SKIP, skip_placement="preactivation")):
        found = law(replace(a, activation=name))
        assert np.isfinite(found.measures["delta_rms"]).all()
        assert "‖δ_l‖²" in found.source


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "a",
    [
        Architecture(depth=200, width=512, init="normal", activation="relu"),
        Architecture(depth=200, width=512, init="normal", activation="relu", gain=30.0),
        Architecture(depth=200, gain=1e-4),
        Architecture(depth=200, gain=1e-9, activation="relu"),
        Architecture(depth=1, width=1),
        replace(SKIP, depth=200, skip_placement="preactivation", activation="relu", gain=50.0),
        replace(SKIP, depth=200, skip_placement="outside", gain=0.01),
        replace(SKIP, depth=100, skip_placement="inside", activation="tanh", gain=100.0),
    ],
)
def test_extremes_are_predicted_without_a_warning(a: Architecture) -> None:
    found = theory_for(a, 1.0, 0.5, 0.1)
    assert found
    assert not np.isnan([*found.measures["delta_rms"], found.rate]).any()
    assert theory_for(a, 1.0, 0.0, 0.0)


def test_the_rate_survives_where_delta_does_not() -> None:
    found = law(Architecture(depth=200, init="lecun", activation="relu", gain=1e-3))
    assert found.measures["delta_rms"][0] == 0
    assert found.rate == pytest.approx(1e-3 / sqrt(2))


def test_the_depth_scale_belongs_to_the_rate() -> None:
    start = fixed_point(activation("tanh"), 1.0, 0.05) - 0.05
    found = law(replace(PLAIN, activation="tanh", bias_std=sqrt(0.05), depth=40), start)
    assert found.depth_scale == pytest.approx(3.63, abs=0.01)
    assert exp(-1 / found.depth_scale) == pytest.approx(found.rate**2)
    assert law(replace(PLAIN, activation="relu", init="he", width=64)).depth_scale == inf


def test_derivatives_alone_tell_another_story() -> None:
    large = law(replace(PLAIN, activation="relu", gain=2.0, depth=10, outputs=20))
    naive = derivatives_only(large)
    assert naive[0] == pytest.approx(0.5**5)
    assert large.measures["delta_rms"][0] == pytest.approx(2**5), "they even point the wrong way"
    right = law(replace(PLAIN, depth=10, outputs=20))
    assert derivatives_only(right) == pytest.approx(right.measures["delta_rms"])
