"""Optimizers against the papers' own formulas (tests/frameworks: against PyTorch and optax)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vglab.engine.numerics import WHOLE
from vglab.engine.training.optimizers import OPTIMIZERS, Memory, Settings

EVERY = pytest.mark.parametrize("name", OPTIMIZERS)
UNUSUAL = Settings(
    rate=0.03, momentum=0.8, beta1=0.85, beta2=0.95, decay=0.9, eps=1e-3, weight_decay=0.2
)
P = 6


class Paper:
    """The papers' algorithms, as plainly as they are printed."""

    def __init__(self, s: Settings, theta: Any) -> None:
        self.s, self.theta, self.t = s, theta.copy(), 0
        self.m, self.v = np.zeros_like(theta), np.zeros_like(theta)

    def sgd(self, g: Any) -> None:
        self.theta -= self.s.rate * g

    def momentum(self, g: Any) -> None:
        """Polyak 1964, "heavy ball": the last move goes on, faded."""
        self.m = self.s.momentum * self.m - self.s.rate * g
        self.theta += self.m

    def nesterov(self, g: Any) -> None:
        """Sutskever et al. 2013, eq. 3 and 4, at the place looked ahead to, where g is taken."""
        base = self.theta - self.s.momentum * self.m
        self.m = self.s.momentum * self.m - self.s.rate * g
        self.theta = base + self.m + self.s.momentum * self.m

    def adagrad(self, g: Any) -> None:
        """Duchi et al. 2011, the diagonal form."""
        self.v = self.v + g**2
        self.theta -= self.s.rate * g / (np.sqrt(self.v) + self.s.eps)

    def rmsprop(self, g: Any) -> None:
        """Tieleman & Hinton 2012, lecture 6e."""
        self.v = self.s.decay * self.v + (1 - self.s.decay) * g**2
        self.theta -= self.s.rate * g / (np.sqrt(self.v) + self.s.eps)

    def adam(self, g: Any) -> None:
        """Kingma & Ba 2015, algorithm 1."""
        self.theta -= self.s.rate * self.adams_direction(g)

    def adamw(self, g: Any) -> None:
        """Loshchilov & Hutter 2019, algorithm 2, the schedule in the rate and in the decay."""
        step = self.adams_direction(g) + self.s.weight_decay * self.theta
        self.theta -= self.s.rate * step

    def adams_direction(self, g: Any) -> Any:
        s, self.t = self.s, self.t + 1
        self.m = s.beta1 * self.m + (1 - s.beta1) * g
        self.v = s.beta2 * self.v + (1 - s.beta2) * g**2
        m_hat, v_hat = self.m / (1 - s.beta1**self.t), self.v / (1 - s.beta2**self.t)
        return m_hat / (np.sqrt(v_hat) + s.eps)


def descend(name: str, s: Settings, theta: Any, slope: Callable[[Any], Any], steps: int) -> Any:
    """The engine's optimizer, in the training loop's manner."""
    theta, step = theta.copy(), np.empty_like(theta)
    optimizer = OPTIMIZERS[name](s, theta)
    for _ in range(steps):
        optimizer.update(theta, slope(theta), step)
        optimizer.decay_weights(theta, np.empty_like(theta), step)
        theta -= step
    return theta


def descend_on_paper(
    name: str, s: Settings, theta: Any, slope: Callable[[Any], Any], steps: int
) -> Any:
    paper = Paper(s, theta)
    for _ in range(steps):
        getattr(paper, name)(slope(paper.theta))
    return paper.theta


def valley(theta: Any) -> Any:
    """The gradient of a bent valley: curvatures from 0.1 to 10, and a sine on it."""
    return np.geomspace(0.1, 10, theta.shape[-1]) * theta + np.cos(3 * theta)


def start(R: int = 2, dtype: Any = np.float64) -> Any:
    return np.random.default_rng(2).standard_normal((R, P)).astype(dtype)


@EVERY
@pytest.mark.parametrize("s", [Settings(), UNUSUAL], ids=["usual", "unusual"])
@pytest.mark.parametrize("steps", [1, 2, 100])
def test_steps_are_the_papers(name: str, s: Settings, steps: int) -> None:
    mine = descend(name, s, start(), valley, steps)
    papers = descend_on_paper(name, s, start(), valley, steps)
    np.testing.assert_allclose(mine, papers, rtol=1e-10, atol=1e-12)


@EVERY
def test_float32_stays_float32_and_near(name: str) -> None:
    s = replace(UNUSUAL, rate=0.01)
    theta, step = start(dtype=np.float32), np.empty((2, P), np.float32)
    optimizer = OPTIMIZERS[name](s, theta)
    for _ in range(20):
        optimizer.update(theta, valley(theta).astype(np.float32), step)
        optimizer.decay_weights(theta, np.empty_like(theta), step)
        theta -= step
    assert {memory.value.dtype for memory in optimizer.memories} <= {np.dtype(np.float32)}
    papers = descend_on_paper(name, s, start(), valley, 20)
    np.testing.assert_allclose(theta, papers, rtol=1e-4, atol=1e-5)


@EVERY
def test_each_replica_may_have_its_own_rate(name: str) -> None:
    rates, decays = [0.01, 0.05], [0.0, 0.3]
    own = replace(UNUSUAL, rate=np.array([rates]).T, weight_decay=np.array([decays]).T)
    both = descend(name, own, start(), valley, 30)
    for r in range(2):
        s = replace(UNUSUAL, rate=rates[r], weight_decay=decays[r])
        alone = descend(name, s, start()[r : r + 1], valley, 30)
        np.testing.assert_allclose(both[r : r + 1], alone, rtol=1e-13)


@EVERY
def test_without_gradient_only_decay_moves(name: str) -> None:
    theta = descend(name, UNUSUAL, start(), np.zeros_like, 1)
    shrunk = 1 - UNUSUAL.rate * UNUSUAL.weight_decay if name == "adamw" else 1.0
    np.testing.assert_allclose(theta, start() * shrunk, rtol=1e-15)


@EVERY
def test_gradients_of_any_size_give_finite_steps(name: str) -> None:
    g = np.array([[1e-30, 1e-12, 1.0, 1e15, -1e15, 0.0]], np.float32)
    step = np.empty_like(g)
    OPTIMIZERS[name](Settings(), g).update(np.zeros_like(g), g.copy(), step)
    assert np.isfinite(step).all()


@EVERY
def test_what_stood_in_the_step_is_not_read_for_faint_gradients(name: str) -> None:
    g = np.array([[1e-30, 1e-12, 1.0]], np.float32)
    signaling_nan = np.full(g.shape, 0x7FA00000, np.uint32)  # warns if read
    step = signaling_nan.view(np.float32)
    parts = [(slice(None), slice(None), True)]
    OPTIMIZERS[name](Settings(), g).update(np.zeros_like(g), g.copy(), step, parts)
    assert np.isfinite(step).all()


ADAPTIVE = pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam", "adamw"])


@ADAPTIVE
def test_adaptive_steps_do_not_ask_how_large_gradients_are(name: str) -> None:
    s = replace(UNUSUAL, eps=1e-30, weight_decay=0.0)
    small = descend(name, s, start(), lambda theta: 1e-6 * np.sign(theta), 1)
    large = descend(name, s, start(), lambda theta: 1e6 * np.sign(theta), 1)
    np.testing.assert_allclose(small, large, rtol=1e-12)


@EVERY
@pytest.mark.parametrize("gradient", [1e-12, 1e-8, 3.0])
def test_the_length_of_a_step_is_foreseen_where_the_gradient_stays_as_it_is(
    name: str, gradient: float
) -> None:
    steps, g = 300, np.full((1, 1), gradient)
    optimizer, step, seen = OPTIMIZERS[name](UNUSUAL, g), np.empty_like(g), []
    for _ in range(steps):
        optimizer.update(np.ones_like(g), g.copy(), step)
        seen.append(step.item())
    said = OPTIMIZERS[name].length(UNUSUAL, np.arange(1.0, steps + 1), np.float64(gradient))
    np.testing.assert_allclose(seen / np.max(seen), said / said.max(), rtol=1e-9)


def subnormal(X: Any) -> int:
    return int(((X != 0) & (np.abs(X) < np.finfo(X.dtype).smallest_normal)).sum())


@pytest.mark.sampled(2)
@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_fades_never_gets_stuck_among_subnormal_numbers(name: str, dtype: Any) -> None:
    """A dead unit's gradient is 0 from some step on; 0.9 of the smallest number is itself."""
    theta = np.random.default_rng(2).standard_normal((1, 200)).astype(dtype)
    step, alive = np.empty_like(theta), np.arange(200) < 100
    optimizer = OPTIMIZERS[name](Settings(rate=1e-3), theta)
    memories = optimizer.memories
    rng = np.random.default_rng(4)
    for k in range(2000 if dtype == np.float32 else 7000):
        g = rng.standard_normal(theta.shape).astype(dtype) * (alive if k > 5 else 1)
        optimizer.update(theta, g, step)
        theta -= step
        assert sum(subnormal(memory.value) for memory in memories) == 0
    assert name in ("sgd", "adagrad") or memories
    for memory in memories:
        assert (memory.value[:, alive] != 0).all()
        if memory.factor < 0.95:
            assert (memory.value[:, ~alive] == 0).all()


@given(st.floats(0.0, 0.9999), st.floats(1e-20, 1e6))
def test_what_is_remembered_fades_until_it_is_nothing(factor: float, first: float) -> None:
    memory = Memory(np.zeros((1, 1)), factor)
    memory.value[...] = first
    for t in range(1, 60):
        memory.settle(t, slice(None), slice(None))
        memory.value *= factor
        assert memory.value[0, 0] == pytest.approx(first * factor**t, rel=1e-12, abs=1e-290)


ROWS = slice(None)
MIXED = [(ROWS, slice(0, 2), True), (ROWS, slice(2, 5), False), (ROWS, slice(5, P), True)]


@EVERY
def test_steps_are_alike_whichever_way_they_are_computed(name: str) -> None:
    thetas = []
    for parts in (WHOLE, MIXED):
        theta, step = start(dtype=np.float32), np.empty((2, P), np.float32)
        optimizer = OPTIMIZERS[name](UNUSUAL, theta)
        for _ in range(20):
            optimizer.update(theta, valley(theta).astype(np.float32), step, parts)
            theta -= step
        thetas.append(theta)
    np.testing.assert_allclose(*thetas, rtol=1e-5, atol=1e-6)


@EVERY
def test_a_replica_keeps_its_rate_beside_one_whose_gradients_are_faint(name: str) -> None:
    rates = np.array([[0.05], [0.2]], np.float32)
    apart = [(slice(0, 1), ROWS, True), (slice(1, 2), ROWS, False)]
    settings = replace(UNUSUAL, rate=rates, weight_decay=rates / 10)
    thetas = []
    for parts in (WHOLE, apart):
        theta, step = start(dtype=np.float32), np.empty((2, P), np.float32)
        optimizer = OPTIMIZERS[name](settings, theta)
        for _ in range(20):
            optimizer.update(theta, valley(theta).astype(np.float32), step, parts)
            theta -= step
        thetas.append(theta)
    np.testing.assert_allclose(thetas[1][0], thetas[0][0], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(thetas[1][1], thetas[0][1])


@EVERY
def test_squares_of_faint_gradients_are_no_subnormal_numbers(name: str) -> None:
    """A float32 gradient of 1e-20 has no normal square; the step is that of float64."""
    sizes = np.logspace(-30, 0, 61)[None]
    both = [np.zeros(sizes.shape, dtype) for dtype in (np.float32, np.float64)]
    rules = [OPTIMIZERS[name](Settings(rate=1e-3), theta) for theta in both]
    for k in range(200):
        g = sizes * (1 + 0.5 * np.sin(k))
        steps = [np.empty_like(theta) for theta in both]
        for rule, theta, step in zip(rules, both, steps, strict=True):
            rule.update(theta, g.astype(theta.dtype), step)
        assert sum(subnormal(memory.value) for memory in rules[0].memories) == 0
        np.testing.assert_allclose(*steps, rtol=1e-5)
