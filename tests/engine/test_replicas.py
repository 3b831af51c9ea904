"""Replicas: a batch of networks is nothing but as many single runs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from reference_check import PLACEMENTS, SKIPS, Batch, draw_batch, form_id, measure, other_forms
from vglab.engine.data.datasets import DATASETS, generate, split
from vglab.engine.measure.trace import MEASURES
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.training.optimizers import OPTIMIZERS, Settings
from vglab.engine.training.supervised import Experiment, Training, supervised

BASE = Architecture(depth=5, width=8, activation="tanh", bias_std=0.1)
PLAN = Training(batch=16, steps=6, record_every=2, settings=Settings(rate=0.05))


def experiment(
    a: Architecture, seeds: list[int], plan: Training = PLAN, data: str = "moons", dtype: Any = None
) -> Experiment:
    dtype = dtype or np.float64
    train, test = split(generate(data, seeds, 60, 0.1, dtype), 40)
    run = supervised(Network(a, seeds, plan.batch, dtype), plan, train, test)
    for _ in run.steps:
        pass
    return run


def same(a: Architecture, plan: Training = PLAN, data: str = "moons") -> None:
    """Replica 1 of three equals the run of its seed alone, in all that is recorded and trained."""
    both, alone = experiment(a, [3, 4, 5], plan, data), experiment(a, [4], plan, data)
    for column in ("train", "test"):
        for table in ("loss", "accuracy"):
            of_both, of_one = (getattr(run.trace, table)[column] for run in (both, alone))
            np.testing.assert_allclose(of_both[:, 1:2], of_one, rtol=1e-9, atol=1e-12)
    for name in MEASURES:
        batch, single = (run.trace.networks["model"].measures[name] for run in (both, alone))
        assert np.isfinite(single).all()
        np.testing.assert_allclose(batch[:, 1:2], single, rtol=1e-8, atol=1e-300)
    theta, own = (run.networks["model"].theta for run in (both, alone))
    np.testing.assert_allclose(theta[1:2], own, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation: str) -> None:
    same(replace(BASE, activation=activation))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_and_clipping(optimizer: str) -> None:
    same(BASE, replace(PLAN, optimizer=optimizer))
    same(BASE, replace(PLAN, optimizer=optimizer, clip_norm=0.02))


@pytest.mark.parametrize("data", DATASETS)
def test_every_dataset(data: str) -> None:
    same(BASE, data=data)


@pytest.mark.parametrize("norm", ["batch", "layer"])
@pytest.mark.parametrize("where", PLACEMENTS)
@pytest.mark.parametrize("skip", SKIPS)
def test_every_norm_and_skip(norm: str, skip: str, where: str) -> None:
    same(replace(BASE, norm=norm, skip=skip, skip_placement=where))


@pytest.mark.parametrize("a", list(other_forms()), ids=form_id)
def test_every_architecture(a: Architecture) -> None:
    batch = draw_batch(a, "squared", 3, 8)
    both, alone = Network(a, [3, 4, 5], 8, np.float64), Network(a, [4], 8, np.float64)
    read = measure(both, batch, "squared")
    own = measure(alone, Batch(batch.X[1:2], batch.target[1:2]), "squared")
    for name in MEASURES:
        np.testing.assert_allclose(read[name][1:2], own[name], rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(both.grad[1:2], alone.grad, rtol=1e-9, atol=1e-14)


def test_a_vanishing_neighbor_changes_nothing() -> None:
    """One replica's error signal is scaled by powers of two on its way, the other's is not."""
    vanishing = replace(BASE, activation="sigmoid", depth=30)
    architectures = [vanishing, replace(vanishing, gain=12.0)]
    X = np.random.default_rng(0).standard_normal((2, 8, 2))
    both = Network(architectures, [4, 4], 8, np.float64)
    backward(both, X)
    assert (both.power[0] != 0).tolist() == [True, False]
    for r, a in enumerate(architectures):
        alone = Network(a, [4], 8, np.float64)
        np.testing.assert_array_equal(both.theta[r], alone.theta[0])
        backward(alone, X[r : r + 1])
        np.testing.assert_allclose(both.grad[r], alone.grad[0], rtol=1e-10)


def backward(network: Network, X: Any) -> None:
    network.backward(network.forward(X) / 8)
    network.restore()


def test_same_seed_same_bytes() -> None:
    for dtype in (np.float32, np.float64):
        one, two = (experiment(BASE, [3, 4], dtype=dtype) for _ in range(2))
        assert one.networks["model"].theta.tobytes() == two.networks["model"].theta.tobytes()
        for name in MEASURES:
            tables = [run.trace.networks["model"].measures[name] for run in (one, two)]
            assert tables[0].tobytes() == tables[1].tobytes()


class Seen:
    """The data, the minibatches and the initial weights of a run."""

    def __init__(
        self, a: Architecture, plan: Training = PLAN, seeds: list[int] | None = None
    ) -> None:
        seeds = seeds or [3, 4]
        self.train, self.test = split(generate("moons", seeds, 60, 0.1, np.float32), 40)
        network = Network(a, seeds, plan.batch, np.float32)
        self.weights = [tap.W.copy() for tap in network.taps]
        run = supervised(network, plan, self.train, self.test)
        self.batches = []
        for _ in run.steps:
            self.batches.append(network.taps[0].A.copy())


CHANGES: list[dict[str, Any]] = [
    {"activation": "relu"},
    {"depth": 9},
    {"init": "he"},
    {"gain": 3.0},
    {"bias_std": 0.0},
    {"norm": "batch"},
    {"skip": "highway"},
    {"skip": "projection", "skip_placement": "preactivation"},
    {"width": 5},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_of_the_network_leaves_data_and_batches_as_they_were(
    change: dict[str, Any],
) -> None:
    before, after = Seen(BASE), Seen(replace(BASE, **change))
    assert before.train.X.tobytes() == after.train.X.tobytes()
    assert before.test.target.tobytes() == after.test.target.tobytes()
    assert len(before.batches) == len(after.batches) == PLAN.steps + 1
    for one, two in zip(before.batches, after.batches, strict=True):
        assert one.tobytes() == two.tobytes()


@pytest.mark.parametrize(
    "change",
    [c for c in CHANGES if not {"init", "gain", "width", "depth"} & {*c}],
    ids=str,
)
def test_a_change_of_what_is_around_them_leaves_first_weights_as_they_were(
    change: dict[str, Any],
) -> None:
    for one, two in zip(Seen(BASE).weights, Seen(replace(BASE, **change)).weights, strict=True):
        assert one.tobytes() == two.tobytes()


def test_a_deeper_network_begins_with_the_shallower_ones_weights() -> None:
    shallow, deep = Seen(BASE).weights, Seen(replace(BASE, depth=9)).weights
    for one, two in zip(shallow[:-1], deep, strict=False):
        assert one.tobytes() == two.tobytes()


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": "adam"},
        {"clip_norm": 1.0},
        {"settings": Settings(rate=1.0)},
        {"record_every": 5},
    ],
    ids=str,
)
def test_a_change_of_training_leaves_weights_data_and_batches(change: dict[str, Any]) -> None:
    before, after = Seen(BASE), Seen(BASE, replace(PLAN, **change))
    assert [b.tobytes() for b in before.batches] == [b.tobytes() for b in after.batches]
    assert [w.tobytes() for w in before.weights] == [w.tobytes() for w in after.weights]


def test_replicas_differ_in_all_their_streams() -> None:
    seen = Seen(replace(BASE, skip="projection"))
    assert (seen.train.X[0] != seen.train.X[1]).all()
    for W in seen.weights:
        assert (W[0] != W[1]).all()
    a = replace(BASE, skip="projection")
    network = Network(a, [3, 4], 4, np.float64)
    assert (network.theta[0] != network.theta[1]).mean() > 0.9
    flat = network.theta[0][network.theta[0] != 0]
    assert len(np.unique(flat)) == len(flat), "two layers were drawn alike"
