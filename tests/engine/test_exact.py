"""Measured right: every measure against long double, where the run's own numbers give up.

What is promised: `grad_norm` and `delta_rms` to a relative 1e-4 down to 1e-300, in float32 too.
Elsewhere the forward pass sets the limit: activations that differ in their eighth digit are equal
in float32, and a sum that cancels is known to the last digits of its terms.
"""

from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_check import (
    LONG,
    WIDE,
    Batch,
    Pass,
    backward_pass,
    block_forms,
    draw_batch,
    exact_measures,
    fitting,
    form_id,
    measure,
    other_forms,
    parameters,
    whole_pass,
)
from vglab.engine.data.datasets import generate, split
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.losses import LOSSES
from vglab.engine.nn.network import Network
from vglab.engine.training.optimizers import Settings
from vglab.engine.training.supervised import Training, supervised

pytestmark = pytest.mark.skipif(not WIDE, reason="long double is no wider than double here")

RIGHT = 1e-4
TYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
SATURATING = [name for name, g in ACTIVATIONS.items() if g.tail]


class Measured:
    """A network, what the probe reads of it, and what is true."""

    def __init__(
        self,
        a: Architecture,
        dtype: Any,
        loss: str = "squared",
        samples: int = 16,
        scale: float = 1.0,
        bias: float | None = None,
    ) -> None:
        drawn = draw_batch(a, loss, 1, samples, dtype)
        self.batch, self.loss = Batch(drawn.X * dtype(scale), drawn.target), loss
        self.network = Network(a, [0], samples, dtype)
        if bias is not None:
            for tap in self.network.taps[:-1]:
                tap.b[...] = bias
        self.eps = np.finfo(dtype).eps
        self.out_of_range = self.network.out_of_range(self.batch.X)
        self.read_again()

    def read_again(self) -> None:
        read = measure(self.network, self.batch, self.loss)
        self.read = {name: of_replicas[0] for name, of_replicas in read.items()}

    def self_contained(self) -> Pass:
        return whole_pass(self.network, self.batch, self.loss, 0)

    def as_computed(self) -> Pass:
        return backward_pass(self.network, self.batch, self.loss, 0)

    def true(self, seen: Pass) -> dict[str, Any]:
        return exact_measures(self.network, seen)

    def off(self, name: str, true: Any) -> float:
        """The largest relative error among the layers."""
        error = np.abs(self.read[name].astype(LONG) - true[name])
        return float((error / np.where(true[name] == 0, 1, np.abs(true[name]))).max())

    def check_signals(self, true: Any, tolerance: float = RIGHT) -> None:
        for name in ("delta_rms", "slope_rms", "weight_norm"):
            assert self.off(name, true) <= tolerance, name
        error = np.abs(self.read["grad_norm"] - true["grad_norm"])
        assert (error <= tolerance * true["grad_norm"] + 64 * self.eps * true["grad_terms"]).all()

    def check_shares(self, true: Any) -> None:
        """Saturated pairs and dead units: counts, but for pairs and units on the very edge."""
        pairs = self.batch.X.shape[1] * self.network.architecture.width
        assert np.abs(self.read["saturated"] - true["saturated"]).max() <= 1.5 / pairs
        assert (true["dead"] - 1e-12 <= self.read["dead"]).all()
        assert (self.read["dead"] <= true["faint"] + 1e-12).all()

    def check_activations(self, true: Any) -> None:
        """Means and deviations, as far as the forward pass knows them."""
        mean, std = true["activation_mean"], true["activation_std"]
        slack = 64 * self.eps * np.hypot(mean, std)
        assert (np.abs(self.read["activation_mean"] - mean) <= RIGHT * np.abs(mean) + slack).all()
        assert (np.abs(self.read["activation_std"] - std) <= RIGHT * std + slack).all()

    def check_update(self, true: Any) -> None:
        """Right, or what the number type has left of it: 0 under its range, no number over it."""
        read, ratio = self.read["update_ratio"], true["update_ratio"]
        limits = np.finfo(self.network.dtype)
        told = np.abs(read - ratio) <= RIGHT * ratio
        gone = (read == 0) & (true["grad_norm"] < float(limits.smallest_normal) * 1e12)
        beyond = ~np.isfinite(read) & (true["grad_norm"] > float(limits.max) / 10)
        assert (told | gone | beyond).all()

    def check_all(self) -> None:
        true = self.true(self.self_contained())
        self.check_signals(true)
        self.check_shares(true)
        self.check_activations(true)
        self.check_update(true)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("init", ["xavier", "lecun"])
@pytest.mark.parametrize("seed", range(3))
def test_a_hundred_sigmoid_layers_in_float32(init: str, seed: int) -> None:
    """The contract's own case: what float64 reads, float32 reads too, and both are right."""
    a = Architecture(depth=100, width=32, activation="sigmoid", init=init)
    single, double = (Measured(a, dtype, samples=32) for dtype in (np.float32, np.float64))
    true = single.true(single.self_contained())
    assert true["delta_rms"][0] < 1e-50
    single.check_signals(true)
    double.check_signals(double.true(double.self_contained()), 1e-11)
    for name in ("grad_norm", "delta_rms"):
        np.testing.assert_allclose(single.read[name], double.read[name], rtol=RIGHT)


@TYPES
@pytest.mark.parametrize(
    ("activation", "depth", "gain"),
    [("sigmoid", 183, 0.1), ("softplus", 183, 0.05), ("sigmoid", 40, 1.4e-7)],
)
def test_down_to_1e_300(activation: str, depth: int, gain: float, dtype: Any) -> None:
    a = Architecture(depth=depth, width=8, activation=activation, init="lecun", gain=gain)
    seen = Measured(a, dtype)
    true = seen.true(seen.self_contained())
    assert 1e-304 < true["grad_norm"][0] < 1e-290
    seen.check_signals(true)


def test_long_double_itself_is_right() -> None:
    """The judge judged: forty digits by mpmath, for the same network, down to 1e-300."""
    a = Architecture(depth=174, width=3, activation="sigmoid", init="lecun", gain=0.1)
    seen = Measured(a, np.float64, samples=4)
    P = parameters(seen.network, 0)
    with mpmath.workdps(40):
        A = [mpmath.matrix(seen.batch.X[0].tolist())]
        sigma = lambda z: 1 / (1 + mpmath.exp(-z))  # noqa: E731
        for p in P[:-1]:
            A.append((A[-1] * mpmath.matrix(p["W"].tolist())).apply(sigma))
        Z = A[-1] * mpmath.matrix(P[-1]["W"].tolist())
        Delta = (Z - mpmath.matrix(seen.batch.target[0].tolist())) / 4
        norms = [mpmath.norm(A[-1].T * Delta)]
        for p, below, out in zip(reversed(P[1:]), reversed(A[:-1]), reversed(A[1:]), strict=True):
            up = Delta * mpmath.matrix(p["W"].tolist()).T
            Delta = mpmath.matrix(4, 3)
            for i in range(4):
                for j in range(3):
                    Delta[i, j] = up[i, j] * out[i, j] * (1 - out[i, j])
            norms.insert(0, mpmath.norm(below.T * Delta))
        true = seen.true(seen.self_contained())["grad_norm"]
        for mine, judge, exact in zip(seen.read["grad_norm"], true, norms, strict=True):
            assert abs(mpmath.mpf(str(judge)) / exact - 1) < 1e-15
            assert abs(mpmath.mpf(float(mine)) / exact - 1) < 1e-11
    assert true[0] < 1e-290


@pytest.mark.sampled(2)
@TYPES
@pytest.mark.parametrize("bias", [-40, -12, -7, -4, 4, 7, 12, 40])
@pytest.mark.parametrize("activation", SATURATING)
def test_every_unit_saturated(activation: str, bias: float, dtype: Any) -> None:
    a = Architecture(depth=10, width=16, activation=activation)
    seen = Measured(a, dtype, bias=bias)
    true = seen.true(seen.self_contained())
    faint = true["grad_norm"][0] < 1e-300 or true["activation_std"].max() < 1e-300
    if not seen.out_of_range and not faint:
        seen.check_signals(true)
        seen.check_shares(true)


@TYPES
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    "loud", [{"gain": 30.0}, {"init": "normal", "gain": 3.0}, {"scale": 1e4}], ids=str
)
def test_chaos_and_large_inputs(activation: str, loud: dict[str, Any], dtype: Any) -> None:
    """Most units saturated, some not; the backward pass is right about the network at hand."""
    scale = loud.get("scale", 1.0)
    a = replace(Architecture(depth=10, width=16), **{k: v for k, v in loud.items() if k != "scale"})
    seen = Measured(replace(a, activation=activation), dtype, scale=scale)
    true = seen.true(seen.as_computed())
    seen.check_signals(true)
    seen.check_shares(true)


@pytest.mark.parametrize(
    ("dtype", "gain", "size"), [(np.float32, 8.0, 1e30), (np.float64, 8e7, 1e250)]
)
@pytest.mark.parametrize("activation", ["relu", "linear", "leaky_relu", "elu"])
def test_explosions_beyond_the_number_type(
    activation: str, gain: float, size: float, dtype: Any
) -> None:
    a = Architecture(depth=18, width=32, activation=activation, init="he", gain=gain)
    seen = Measured(a, dtype)
    true = seen.true(seen.self_contained())
    assert true["grad_norm"][0] > size
    seen.check_all()


@TYPES
@settings(max_examples=30)
@given(
    activation=st.sampled_from(list(ACTIVATIONS)),
    gain=st.floats(-3, 0.5).map(lambda x: 10**x),
    depth=st.integers(1, 60),
)
def test_right_or_out_of_range(dtype: Any, activation: str, gain: float, depth: int) -> None:
    """A signal too faint or too loud for the number type is told: a wider one can be taken."""
    a = Architecture(depth=depth, width=6, activation=activation, init="lecun", gain=gain)
    seen = Measured(a, dtype, samples=6)
    true = seen.true(seen.as_computed())
    if not seen.out_of_range and true["grad_norm"].min() > 1e-300:
        seen.check_signals(true)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("activation", ["relu", "linear", "tanh", "leaky_relu", "elu", "gelu"])
def test_faint_activations_want_float64(activation: str) -> None:
    """A signal that dies out going forward is beyond float32, said so, and right in float64."""
    a = Architecture(depth=150, width=16, activation=activation, init="lecun", gain=0.1)
    assert Measured(a, np.float32).out_of_range
    double = Measured(a, np.float64)
    assert not double.out_of_range
    assert double.true(double.self_contained())["activation_std"].min() < 1e-140
    double.check_all()


@pytest.mark.sampled(8)
@TYPES
@pytest.mark.parametrize("a", [*block_forms(), *other_forms()], ids=form_id)
def test_every_architecture(a: Architecture, dtype: Any) -> None:
    Measured(a, dtype).check_all()


@pytest.mark.sampled(3)
@TYPES
@pytest.mark.parametrize("where", ["inside", "outside", "preactivation"])
@pytest.mark.parametrize("every", [2, 10, 50])
def test_long_branches_that_vanish(where: str, every: int, dtype: Any) -> None:
    a = Architecture(depth=100, width=8, skip="identity", skip_every=every, skip_placement=where)
    seen = Measured(a, dtype)
    seen.check_signals(seen.true(seen.self_contained()))


@TYPES
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_measure_of_every_activation(activation: str, loss: str, dtype: Any) -> None:
    a = Architecture(depth=6, width=12, activation=activation, bias_std=0.2)
    Measured(fitting(a, loss), dtype, loss).check_all()


def test_powers_of_two_round_nothing() -> None:
    a = Architecture(depth=12, width=8, activation="sigmoid")
    seen = Measured(a, np.float64)
    assert (seen.network.power != 0).any()
    true = seen.true(seen.self_contained())
    seen.check_signals(true, 1e-13)


TRAINED: dict[str, tuple[Architecture, str, float]] = {
    "told for sure": (Architecture(depth=6, activation="relu", init="he"), "adam", 0.003),
    "the plateau of a deep sigmoid": (Architecture(depth=12, width=16), "sgd", 0.5),
    "tanh": (Architecture(depth=4, width=16, activation="tanh"), "nesterov", 0.05),
}  # fmt: skip


@pytest.mark.sampled(4)
@TYPES
@pytest.mark.parametrize("case", TRAINED)
def test_after_training(case: str, dtype: Any) -> None:
    """Where a loss has all but gone, error signals are small differences, and still told."""
    a, optimizer, rate = TRAINED[case]
    train, _ = split(generate("gaussians", [0], 80, 0.06, dtype), 64)
    plan = Training(
        batch=64, steps=1500, record_every=1500, optimizer=optimizer, settings=Settings(rate=rate)
    )
    run = supervised(Network(a, [0], 64, dtype), plan, train, None)
    for _ in run.steps:
        pass
    seen = Measured(a, dtype, "binary_cross_entropy", samples=64)
    seen.network.theta[...] = run.networks["model"].theta
    seen.batch = Batch(train.X, train.target)
    seen.read_again()
    true = seen.true(seen.as_computed())
    if case == "told for sure":
        assert true["delta_rms"][-1] < 1e-4
    seen.check_signals(true)


@pytest.mark.parametrize("gain", [5.0, 9.0, 12.0])
def test_few_saturated_units_beside_many_at_rest(gain: float) -> None:
    """With identity weights the signal passes through the two saturated units of 16 alone."""
    a = Architecture(depth=10, width=16, activation="tanh", init="identity", gain=gain)
    seen = Measured(a, np.float32)
    seen.check_signals(seen.true(seen.as_computed()))
