"""Steps of each optimizer, with settings of no default, against PyTorch and optax."""

from collections.abc import Callable, Iterator
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax
import pytest
import torch
from oracle_seeds import SEEDS
from vglab.engine.numerics import Exact
from vglab.engine.training.optimizers import OPTIMIZERS, Settings

STEPS = 60
UNUSUAL = Settings(
    rate=0.03, momentum=0.8, beta1=0.85, beta2=0.95, decay=0.9, eps=1e-3, weight_decay=0.2
)
USUAL = Settings(rate=0.01)
PARAMETERS = 40


def valley(theta: Exact) -> Exact:
    """The gradient of a bent valley: curvatures from 0.1 to 10, and a sine on it."""
    return np.geomspace(0.1, 10, theta.shape[-1]) * theta + np.cos(3 * theta)


def ours(name: str, s: Settings, theta: Exact) -> Iterator[Exact]:
    """The way down, step by step."""
    rule, theta = OPTIMIZERS[name](s, theta[None]), theta[None].copy()
    step = np.empty_like(theta)
    while True:
        gradient = valley(theta)
        rule.update(theta, gradient, step)
        rule.decay_weights(theta, gradient, step)
        theta -= step
        yield theta[0].copy()


TORCH: dict[str, Callable[[Any, Settings], Any]] = {
    "sgd": lambda p, s: torch.optim.SGD(p, s.rate),
    "momentum": lambda p, s: torch.optim.SGD(p, s.rate, momentum=s.momentum),
    "nesterov": lambda p, s: torch.optim.SGD(p, s.rate, momentum=s.momentum, nesterov=True),
    "adagrad": lambda p, s: torch.optim.Adagrad(p, s.rate, eps=s.eps),
    "rmsprop": lambda p, s: torch.optim.RMSprop(p, s.rate, alpha=s.decay, eps=s.eps),
    "adam": lambda p, s: torch.optim.Adam(p, s.rate, (s.beta1, s.beta2), s.eps),
    "adamw": lambda p, s: torch.optim.AdamW(
        p, s.rate, (s.beta1, s.beta2), s.eps, weight_decay=s.weight_decay
    ),
}
OPTAX: dict[str, Callable[[Settings], Any]] = {
    "sgd": lambda s: optax.sgd(s.rate),
    "momentum": lambda s: optax.sgd(s.rate, momentum=s.momentum),
    "nesterov": lambda s: optax.sgd(s.rate, momentum=s.momentum, nesterov=True),
    "rmsprop": lambda s: optax.rmsprop(s.rate, s.decay, s.eps, eps_in_sqrt=False),
    "adam": lambda s: optax.adam(s.rate, s.beta1, s.beta2, s.eps),
    "adamw": lambda s: optax.adamw(s.rate, s.beta1, s.beta2, s.eps, weight_decay=s.weight_decay),
}
"""All but Adagrad, whose ε optax has under the root."""


def by_torch(name: str, s: Settings, theta: Exact) -> Iterator[Exact]:
    parameters = torch.tensor(theta, requires_grad=True)
    optimizer = TORCH[name]([parameters], s)
    while True:
        parameters.grad = torch.tensor(valley(parameters.detach().numpy()))
        optimizer.step()
        yield parameters.detach().numpy().copy()


def by_optax(name: str, s: Settings, theta: Exact) -> Iterator[Exact]:
    rule, parameters = OPTAX[name](s), jnp.array(theta)
    state = rule.init(parameters)
    while True:
        updates, state = rule.update(jnp.array(valley(np.array(parameters))), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        yield np.array(parameters)


CASES = [*((by_torch, name) for name in TORCH), *((by_optax, name) for name in OPTAX)]


def test_every_optimizer_is_compared() -> None:
    assert {*TORCH} == {*OPTAX, "adagrad"} == {*OPTIMIZERS}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("s", [USUAL, UNUSUAL], ids=["usual", "unusual"])
@pytest.mark.parametrize(
    ("theirs", "name"), CASES, ids=[f"{by.__name__}-{name}" for by, name in CASES]
)
def test_every_step(
    theirs: Callable[[str, Settings, Exact], Iterator[Exact]], name: str, s: Settings, seed: int
) -> None:
    theta = np.random.default_rng(seed).standard_normal(PARAMETERS)
    pairs = zip(range(STEPS), ours(name, s, theta), theirs(name, s, theta), strict=False)
    for _, mine, true in pairs:
        np.testing.assert_allclose(mine, true, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("eps", [1e-8, 1e-20])
def test_faint_gradients_move_what_pytorchs_float32_moves(name: str, eps: float) -> None:
    """From normal numbers down to subnormal ones, and to squares that are 0."""
    s = Settings(rate=0.5, weight_decay=0.0, eps=eps)
    g = (10.0 ** -np.arange(4, 43)).astype(np.float32)[None]
    theta = torch.zeros(g.shape, dtype=torch.float32, requires_grad=True)
    reference = TORCH[name]([theta], s)
    mine, step = np.zeros_like(g), np.empty_like(g)
    optimizer = OPTIMIZERS[name](s, mine)
    for _ in range(5):
        theta.grad = torch.tensor(g.copy())
        reference.step()
        optimizer.update(mine, g.copy(), step, [(slice(None), slice(None), True)])
        mine -= step
    smallest = float(np.finfo(np.float32).smallest_subnormal)
    np.testing.assert_allclose(mine, theta.detach().numpy(), rtol=3e-2, atol=8 * smallest)
