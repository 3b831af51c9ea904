"""Nothing moves, grows or slows down during training."""

import gc
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from reference_check import NORMS, PLACEMENTS, SKIPS, draw_batch, form_id
from reference_rnn import GATES
from vglab.engine.data.datasets import Dataset, split
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.training.optimizers import OPTIMIZERS, Settings
from vglab.engine.training.supervised import Supervised, Training

BASE = Architecture(depth=6, width=8, activation="tanh", bias_std=0.1)
FORMS = [replace(BASE, activation=name) for name in ACTIVATIONS]
FORMS += [
    replace(BASE, norm=norm, skip=skip, skip_placement=where, skip_scale=0.5)
    for norm in NORMS
    for skip in SKIPS
    for where in PLACEMENTS
]
FORMS += [
    Architecture(2, 1, 3, 4, "cnn", activation="tanh", norm="batch", skip="projection", side=4),
    Architecture(2, 1, 3, 4, "cnn", activation="sigmoid", side=4),
    *(Architecture(2, 1, 2, 6, cell, "tanh", length=12) for cell in GATES),
    *(Architecture(2, 1, 2, 6, cell, "sigmoid", length=40, gain=0.5) for cell in GATES),
]


def trainer(a: Architecture, plan: Training, dtype: Any = np.float32, R: int = 2) -> Supervised:
    seeds = list(range(R))
    drawn = draw_batch(a, "binary_cross_entropy", R, 300, dtype)
    train, test = split(Dataset(drawn.X, drawn.target), 256)
    return Supervised(Network(a, seeds, plan.batch, dtype), plan, train, test)


def walk(thing: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Every array that hangs on an object of the engine, by its path."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        yield path, thing
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from walk(value, f"{path}[{key}]", seen)
    elif isinstance(thing, list | tuple):
        for i, value in enumerate(thing):
            yield from walk(value, f"{path}[{i}]", seen)
    elif type(thing).__module__.startswith("vglab."):
        yield from walk(getattr(thing, "__dict__", {}), path, seen)


def arrays(run: Supervised) -> dict[str, Any]:
    """The arrays of a network and its optimizer."""
    parts = {"network": run.network, "optimizer": run.optimizer, "X": run.X, "target": run.target}
    return dict(walk(parts, "", set()))


def take(run: Supervised, first: int, last: int) -> None:
    for k in range(first, last):
        run.step(k)


TRANSIENT = "[inverse]"
"""One number a unit or sample, made anew each step: γ's partner in normalization."""


def addresses(run: Supervised) -> dict[str, int]:
    """Of all arrays of real numbers; exponents, one a layer or step, are made anew."""
    return {
        path: X.__array_interface__["data"][0]
        for path, X in arrays(run).items()
        if X.dtype.kind == "f" and not path.endswith(TRANSIENT)
    }


@pytest.mark.sampled(7)
@pytest.mark.parametrize("a", FORMS, ids=form_id)
def test_buffers_stay_where_they_are(a: Architecture) -> None:
    run = trainer(a, Training(batch=16, steps=200, record_every=10))
    take(run, 0, 2)
    before = addresses(run)
    take(run, 2, 102)
    assert len(before) > 20
    assert addresses(run) == before


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizers_memories_stay_where_they_are(optimizer: str) -> None:
    run = trainer(BASE, Training(batch=16, steps=200, record_every=10, optimizer=optimizer))
    take(run, 0, 2)
    before = addresses(run)
    take(run, 2, 50)
    assert addresses(run) == before


@pytest.mark.sampled(2)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("a", FORMS, ids=form_id)
def test_a_float32_network_holds_nothing_wider(a: Architecture, optimizer: str) -> None:
    """One float64 constant in a formula would double the cost of all that follows from it."""
    run = trainer(a, Training(batch=16, steps=9, record_every=3, optimizer=optimizer))
    take(run, 0, 4)
    wide = [path for path, X in arrays(run).items() if X.dtype == np.float64]
    assert wide == []


def peak(depth: int, a: Architecture, optimizer: str) -> int:
    """The most bytes a step has in use beyond those before it."""
    plan = Training(batch=256, steps=100, record_every=100, optimizer=optimizer)
    run = trainer(replace(a, depth=depth, width=64), plan, R=1)
    take(run, 0, 3)
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        take(run, 3, 6)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return most - before


@pytest.mark.sampled(6)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("a", [
    BASE,
    replace(BASE, activation="sigmoid"),
    replace(BASE, activation="gelu"),
    replace(BASE, norm="batch"),
    replace(BASE, skip="highway"),
], ids=lambda a: f"{a.activation}-{a.norm}-{a.skip}")  # fmt: skip
def test_what_a_step_allocates_does_not_grow_with_depth(a: Architecture, optimizer: str) -> None:
    shallow, deep = peak(10, a, optimizer), peak(40, a, optimizer)
    layer = 256 * 64 * 4  # bytes of a layer's activations, and more than numpy's own buffers
    # Thirty more layers: were each to make an array of its own, there would be thirty more. A few
    # are made one after another where a layer saturates.
    assert deep < shallow + 5 * layer


@pytest.mark.slow
def test_steps_leave_nothing_behind() -> None:
    """The smallest object takes 16 bytes, so one a step would be 32000. What is left is the same
    after 200 steps and after 6000, some 1000 bytes: free lists, and the views of the last row."""
    run = trainer(BASE, Training(batch=16, steps=2400, record_every=10))
    tracemalloc.start()
    try:
        take(run, 0, 220)  # caches fill
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        take(run, 220, 2220)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 4096


def subnormal_share(arrays: Any) -> float:
    """Of all their entries."""
    entries = np.concatenate([X.ravel() for X in arrays])
    faint = (entries != 0) & (np.abs(entries) < np.finfo(entries.dtype).smallest_normal)
    return float(faint.mean())


SLOWED: dict[str, tuple[Architecture, Training]] = {
    "deep sigmoid": (Architecture(depth=100, width=16), Training()),
    "deep sigmoid, adam": (Architecture(depth=100, width=16), Training(optimizer="adam")),
    "faint sigmoid": (Architecture(depth=60, width=16, gain=0.3), Training()),
    "saturated tanh": (
        Architecture(depth=40, width=16, activation="tanh", init="normal", gain=3),
        Training(),
    ),
    "dead relu, adam": (
        Architecture(depth=20, width=16, activation="relu", init="he"),
        Training(optimizer="adam", settings=Settings(rate=0.5)),
    ),
    "momentum": (Architecture(depth=60, width=16), Training(optimizer="momentum")),
}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", SLOWED)
def test_no_product_works_on_subnormal_numbers(name: str) -> None:
    """A product of subnormal numbers takes a hundred times as long; they are counted, not timed."""
    a, plan = SLOWED[name]
    run = trainer(a, replace(plan, batch=32, steps=400, record_every=50), R=1)
    shares: list[float] = []
    for k in range(300):
        run.step(k)
        if k % 20 == 0:
            leaves = run.network.leaves
            factors = [
                leaf.__dict__[key]
                for leaf in leaves
                for key in ("A", "W", "Delta")
                if key in vars(leaf)
            ]
            shares.append(subnormal_share(factors))
    assert np.mean(shares) < 0.01, "one step in a chaotic network may have a few more"


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_two_thousand_steps_with_dead_units_end_without_subnormal_numbers(optimizer: str) -> None:
    a = Architecture(depth=8, width=16, activation="relu", init="he")
    rate = 0.001 if optimizer in ("adagrad", "rmsprop", "adam", "adamw") else 0.01
    plan = Training(
        batch=32, steps=2000, record_every=500, optimizer=optimizer, settings=Settings(rate=rate)
    )
    run = trainer(a, plan, R=1)
    for tap in run.network.taps[:-1]:
        tap.b[..., ::2] = -100  # every other unit is dead from the start
    take(run, 0, 3)
    for tap in run.network.taps[:-1]:
        tap.b[..., 1] = -100  # and one more dies with memories
    take(run, 3, 2000)
    for path, X in arrays(run).items():
        if X.dtype == np.float32 and X.size:
            assert subnormal_share([X]) < 0.001, path
