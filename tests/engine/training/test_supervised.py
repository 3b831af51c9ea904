"""Training as a generator: what it records and when, and what becomes of runs that diverge."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import LOSSES as TWINS
from reference import activations, forward
from reference_check import parameters
from vglab.engine.data.datasets import Dataset, generate, split
from vglab.engine.measure.trace import MEASURES, Trace, schedule
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.losses import accuracy
from vglab.engine.nn.network import Network
from vglab.engine.training.optimizers import Settings
from vglab.engine.training.supervised import Experiment, Training, supervised

BASE = Architecture(depth=4, width=6, activation="tanh", bias_std=0.1)
PLAN = Training(batch=16, steps=10, record_every=4)


def data(R: int = 2, train: int = 40, dtype: Any = np.float64) -> tuple[Dataset, Dataset]:
    return split(generate("moons", list(range(R)), train + 20, 0.1, dtype), train)


def start(plan: Training = PLAN, a: Architecture = BASE, R: int = 2, train: int = 40) -> Experiment:
    sets = data(R, train)
    return supervised(Network(a, list(range(R)), plan.batch, np.float64), plan, *sets)


def finish(run: Experiment) -> Experiment:
    for _ in run.steps:
        pass
    return run


def columns(trace: Trace) -> Iterator[Any]:
    """Every table a trace has, a row a record."""
    yield trace.records
    yield from trace.loss.values()
    yield from trace.accuracy.values()
    for network in trace.networks.values():
        yield from network.measures.values()


@given(st.integers(0, 300), st.integers(1, 400))
def test_the_schedule(steps: int, every: int) -> None:
    records = schedule(steps, every).tolist()
    assert records[0] == 0
    assert records[-1] == steps
    assert records[:-1] == list(range(0, steps, every))
    assert len(set(records)) == len(records)


@pytest.mark.parametrize(("steps", "every"), [(10, 4), (10, 5), (10, 1), (10, 99), (1, 1), (0, 1)])
def test_rows_come_when_they_are_due(steps: int, every: int) -> None:
    run = start(replace(PLAN, steps=steps, record_every=every))
    trace, due = run.trace, schedule(steps, every)
    assert (trace.upto, trace.finished, trace.steps) == (0, False, steps)
    for k, upto in enumerate(run.steps):
        assert upto == trace.upto == (due <= k).sum()
        assert trace.done == min(k + 1, steps)
        assert trace.finished == (k == steps)
    assert trace.finished
    np.testing.assert_array_equal(trace.records, due)
    assert all(np.isfinite(column).all() for column in columns(trace))
    assert trace.diverged_at is None


def test_rows_once_written_never_change_and_others_are_no_numbers() -> None:
    run = start(replace(PLAN, steps=30, record_every=3))
    kept: list[list[bytes]] = []
    for upto in run.steps:
        for column, rows in zip(columns(run.trace), kept, strict=False):
            assert [row.tobytes() for row in column[: len(rows)]] == rows
        kept = [[row.tobytes() for row in column[:upto]] for column in columns(run.trace)]
        for column in [*columns(run.trace)][1:]:
            assert np.isnan(column[upto:]).all()
    assert len(kept[0]) == 11


def test_next_takes_one_step_and_dropping_stops() -> None:
    run = start()
    theta = run.networks["model"].theta
    before = theta.copy()
    next(run.steps)
    after = theta.copy()
    assert (before != after).any()
    next(run.steps)
    assert (after != theta).any()
    run.steps.close()
    assert run.trace.done == 2
    assert not run.trace.finished


def test_a_record_is_measured_before_its_update_and_the_last_one_after_all() -> None:
    plan = replace(PLAN, steps=6, record_every=3)
    run = start(plan)
    network = run.networks["model"]
    # snapshots[k] is the network before update k; the last step only measures and moves nothing.
    snapshots = [network.theta.copy(), *(network.theta.copy() for _ in run.steps)]
    np.testing.assert_array_equal(snapshots[6], snapshots[7])
    weights = run.trace.networks["model"].measures["weight_norm"]
    for row, k in enumerate(run.trace.records):
        for r in range(2):
            network.theta[...] = snapshots[k]
            norms = [np.linalg.norm(p["W"]) for p in parameters(network, r)]
            np.testing.assert_allclose(weights[row, r], norms, rtol=1e-12)


def test_update_ratio_is_what_the_update_did() -> None:
    run = start(replace(PLAN, steps=5, record_every=1))
    network = run.networks["model"]
    ratios = run.trace.networks["model"].measures["update_ratio"]
    before = [p["W"] for p in parameters(network, 0)]
    for k, _ in enumerate(run.steps):
        after = [p["W"] for p in parameters(network, 0)]
        moved = [
            np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(after, before, strict=True)
        ]
        if k < 5:
            np.testing.assert_allclose(ratios[k, 0], moved, rtol=1e-9)
        before = after
    assert (ratios[5] > 0).all(), "the last row has the update that would come next"


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "squared"])
def test_losses_and_accuracies_are_the_twins(loss: str) -> None:
    plan = replace(PLAN, loss=loss, batch=40, steps=4, record_every=2)
    train, test = data(train=40)
    network = Network(BASE, [0, 1], 40, np.float64)
    run = supervised(network, plan, train, test)
    g = activations()["tanh"][0]
    snapshots = [network.theta.copy(), *(network.theta.copy() for _ in run.steps)]
    for row, k in enumerate(run.trace.records):
        network.theta[...] = snapshots[k]
        for r in range(2):
            P = parameters(network, r)
            for name, part in (("train", train), ("test", test)):
                Z, _, _ = forward(BASE, g, P, part.X[r], [np.zeros(1)] * len(P))
                J = TWINS[loss][0](Z, part.target[r])
                assert run.trace.loss[name][row, r] == pytest.approx(J, rel=1e-10)
                threshold = 0.5 if loss == "squared" else 0.0
                share = accuracy(Z[None], part.target[r : r + 1], threshold)[0]
                assert run.trace.accuracy[name][row, r] == share


def test_without_a_test_set_none_is_recorded() -> None:
    train, _ = data()
    run = finish(supervised(Network(BASE, [0, 1], 16, np.float64), PLAN, train, None))
    assert [*run.trace.loss] == [*run.trace.accuracy] == ["train"]


def test_batch_normalization_is_judged_by_its_running_means() -> None:
    """With a momentum of 0.1 they come to be those of the set that is trained on."""
    a = replace(BASE, norm="batch")
    plan = replace(PLAN, batch=40, steps=200, record_every=200, settings=Settings(rate=1e-9))
    train, _ = data()
    network = Network(a, [0, 1], 40, np.float64)
    run = finish(supervised(network, plan, train, train))
    np.testing.assert_allclose(run.trace.loss["train"][-1], run.trace.loss["test"][-1], rtol=1e-6)
    assert (np.abs(run.trace.loss["train"][0] - run.trace.loss["test"][0]) > 1e-3).all()


def test_training_learns() -> None:
    plan = Training(batch=40, steps=600, record_every=600, settings=Settings(rate=0.5))
    run = finish(start(plan))
    assert (run.trace.loss["train"][-1] < 0.5 * run.trace.loss["train"][0]).all()
    assert (run.trace.accuracy["test"][-1] > 0.85).all()


RATES = np.array([[0.05], [1e30]])
"""The second replica's first step throws it out of all bounds."""
UNBOUNDED = replace(BASE, activation="relu")
DIVERGING = replace(PLAN, loss="squared", steps=12, record_every=4)


def test_one_replica_diverges_and_the_other_goes_on() -> None:
    run = finish(
        start(replace(DIVERGING, settings=Settings(rate=RATES)), replace(BASE, activation="relu"))
    )
    alone = finish(
        start(
            replace(DIVERGING, settings=Settings(rate=0.05)), replace(BASE, activation="relu"), R=1
        )
    )
    trace = run.trace
    assert trace.finished
    assert trace.diverged_at is not None
    assert trace.lost_at.tolist() == [-1, trace.diverged_at]
    assert 1 <= trace.diverged_at <= 2
    np.testing.assert_array_equal(trace.records, [0, 4, 8, 12])
    assert np.isfinite(trace.loss["train"][:, 0]).all()
    assert not np.isfinite(trace.loss["train"][1:, 1]).any()
    assert np.isnan(trace.accuracy["train"][1:, 1]).all()
    np.testing.assert_allclose(trace.loss["train"][:, :1], alone.trace.loss["train"], rtol=1e-9)
    for name in MEASURES:
        healthy, single = (t.networks["model"].measures[name] for t in (trace, alone.trace))
        np.testing.assert_allclose(healthy[:, :1], single, rtol=1e-8)


def test_a_run_ends_when_every_replica_has_diverged() -> None:
    plan = replace(DIVERGING, settings=Settings(rate=1e30))
    run = start(plan, UNBOUNDED)
    taken = list(run.steps)
    trace = run.trace
    assert trace.finished
    assert trace.diverged_at in (1, 2)
    assert len(taken) == trace.diverged_at + 1 < plan.steps
    assert trace.upto == 2
    assert trace.records[:2].tolist() == [0, trace.diverged_at]
    assert not np.isfinite(trace.loss["train"][1]).any()


@pytest.mark.parametrize("limit", [1e-3, 0.05])
def test_clipping_bounds_every_step(limit: float) -> None:
    plan = replace(PLAN, clip_norm=limit, steps=20, record_every=20, settings=Settings(rate=0.5))
    run = start(plan)
    network = run.networks["model"]
    before = network.theta.copy()
    for _ in run.steps:
        moved = np.linalg.norm(network.theta - before, axis=1)
        assert (moved <= 0.5 * limit * (1 + 1e-9)).all()
        before = network.theta.copy()
    free = finish(start(replace(plan, clip_norm=1e9)))
    unclipped = finish(start(replace(plan, clip_norm=0.0)))
    np.testing.assert_array_equal(free.networks["model"].theta, unclipped.networks["model"].theta)
    assert (free.networks["model"].theta != network.theta).any()


def test_a_batch_of_all_samples_does_not_depend_on_their_order() -> None:
    """Full gradient descent: every step sees the same samples, and the loss goes down each time."""
    plan = replace(PLAN, batch=40, steps=30, record_every=1, settings=Settings(rate=0.05))
    losses = finish(start(plan)).trace.loss["train"]
    assert (np.diff(losses, axis=0) < 0).all()


def test_one_sample_and_one_unit_are_enough() -> None:
    for norm in ("none", "batch", "layer"):
        a = Architecture(depth=1, width=1, norm=norm)
        run = finish(start(replace(PLAN, batch=1), a))
        assert np.isfinite(run.trace.loss["train"]).all()
