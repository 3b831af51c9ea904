"""Stages: what is frozen stays, what grows keeps what it learned, and all of it is measured."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from vglab.engine.data.datasets import generate, split
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.nn.normalization import BatchNorm
from vglab.engine.training.layerwise import Layerwise, layerwise, learning_mask, resize
from vglab.engine.training.optimizers import OPTIMIZERS, Settings
from vglab.engine.training.stages import GanStage, Stage, stage_at
from vglab.engine.training.supervised import Supervised, Training

SMALL = Architecture(depth=4, width=6, activation="tanh", bias_std=0.1)
TRAIN, TEST = 40, 24


def staged(
    stages: Sequence[Stage], a: Architecture = SMALL, seeds: Sequence[int] = (0,), **plan: Any
) -> Any:
    """A run of these stages; of the plain loop where there are none."""
    data = split(generate("circles", seeds, TRAIN + TEST, 0.1, np.float64), TRAIN)
    whole = Training(batch=8, stages=stages, **{"steps": 12, **plan})
    loop = Layerwise if stages else Supervised
    return loop(Network(a, list(seeds), 8, np.float64), whole, *data)


def finished(run: Any) -> Any:
    for k in range(run.plan.steps + 1):
        run.step(k)
    return run


def weights(network: Network) -> list[Any]:
    return [np.concatenate([t.W, t.b], axis=1) for t in network.taps]


@pytest.mark.parametrize(("k", "stage"), [(0, 0), (2, 0), (3, 1), (4, 2), (8, 2), (9, 2), (99, 2)])
def test_the_last_stage_lasts(k: int, stage: int) -> None:
    assert stage_at([GanStage(3), GanStage(1), GanStage(5)], k) == stage


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_stage_that_trains_all_is_the_plain_loop(optimizer: str) -> None:
    plain, whole = (finished(staged(stages, optimizer=optimizer)) for stages in ([], [Stage(5)]))
    assert plain.network.theta.tobytes() == whole.network.theta.tobytes()
    for name, column in plain.probe.trace.measures.items():
        assert column.tobytes() == whole.shown.measures[name].tobytes()
    for name in ("train", "test"):
        assert plain.trace.loss[name].tobytes() == whole.trace.loss[name].tobytes()
    assert whole.shown.trained.all()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize(
    ("layers", "learning"),
    [((1, 2), [0, 1]), ((3, 5), [2, 3, 4]), ("last", [4]), ("all", range(5))],
)
def test_frozen_layers_stay_and_are_measured(
    layers: Any, learning: Sequence[int], norm: str, optimizer: str
) -> None:
    run = staged([Stage(1, layers)], replace(SMALL, norm=norm), optimizer=optimizer)
    before = weights(run.network)
    parts = [leaf for leaf in run.network.leaves if "gamma" in leaf.parameters()]
    finished(run)
    learns = np.isin(np.arange(5), learning)
    moved = [not np.array_equal(*pair) for pair in zip(before, weights(run.network), strict=True)]
    assert moved == list(learns)
    assert [bool((part.gamma != 1).any()) for part in parts] == list(learns[:4])[: len(parts)]
    measures = run.shown.measures
    assert (measures["grad_norm"] > 0).all()
    assert ((measures["update_ratio"] > 0) == learns).all()
    assert (run.shown.trained == learns).all()


def test_a_layer_that_is_set_free_begins_anew() -> None:
    """Momentum gathered while it was frozen would throw it."""
    run = staged([Stage(6, "last"), Stage(6)], optimizer="momentum")
    for k in range(7):
        run.step(k)
    ratio = run.shown.measures["update_ratio"]
    gradient = run.shown.measures["grad_norm"] / run.shown.measures["weight_norm"]
    assert ratio[6] == pytest.approx(run.plan.settings.rate * gradient[6])


def test_clipping_heeds_what_learns() -> None:
    """Frozen layers' gradients do not count."""
    run = staged([Stage(1, "last")], clip_norm=1e-3, settings=Settings(rate=1.0))
    run.step(0)
    assert np.linalg.norm(run.network.step) == pytest.approx(1e-3)


def grown() -> list[Stage]:
    return [Stage(4, "all", 1), Stage(4, (2, 3), 2), Stage(4, (3, 5))]


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_a_network_grows_behind_what_it_has_learned(norm: str) -> None:
    a = replace(SMALL, norm=norm)
    run, drawn = staged(grown(), a), weights(Network(a, [0], 8, np.float64))
    for k, depth, new in ((0, 1, [1]), (4, 2, [2]), (8, 4, [3, 4])):
        before = weights(run.network)
        means = running_means(run.network)
        run.enter(run.plan.stages[k // 4], run.trace.records)
        after = weights(run.network)
        assert len(after) == depth + 1
        assert np.array_equal(before[-1], after[-1])
        for i in range(depth):
            expected = drawn[i] if i + 1 in new else before[i]
            assert np.array_equal(after[i], expected)
        for old, now in zip(means, running_means(run.network), strict=False):
            assert np.array_equal(old, now)
        for step in range(k, k + 4):
            run.step(step)
        assert run.networks["model"] is run.network


def running_means(network: Network) -> list[Any]:
    found = [leaf for leaf in network.leaves if isinstance(leaf, BatchNorm)]
    return [leaf.running_mean.copy() for leaf in found]


def test_layers_to_come_have_no_measures() -> None:
    run = finished(staged(grown()))
    measures = run.shown.measures
    assert [layer.name for layer in run.shown.layers] == ["W1", "W2", "W3", "W4", "W5"]
    for name, column in measures.items():
        here = np.isfinite(column[:, 0])
        assert (here[:4] == [True, False, False, False, True]).all(), name
        assert (here[4:8] == [True, True, False, False, True]).all(), name
        assert here[8:].all(), name
    trained = run.shown.trained
    assert (trained[:4] == [True, False, False, False, True]).all()
    assert (trained[4:8] == [False, True, False, False, True]).all()
    assert (trained[8:] == [False, False, True, True, True]).all()
    assert ((measures["update_ratio"][:, 0] > 0) == trained).all()


def test_a_network_that_never_grows_is_a_shallow_one() -> None:
    """Its row of measures is that of a plain network with the same weights, but for how far it is
    from those it was born with: here they are given to it later."""
    run = finished(staged([Stage(1, "all", 2)]))
    shallow = staged([], replace(SMALL, depth=2))
    whole = Network(SMALL, [0], 8, np.float64)
    shallow.network.theta[...] = resize(whole, whole.theta, 2)[0].theta
    finished(shallow)
    assert shallow.network.theta.tobytes() == run.network.theta.tobytes()
    for name, column in shallow.probe.trace.measures.items():
        if name != "displacement":
            assert np.array_equal(column, run.shown.measures[name][:, :, [0, 1, 4]])
    assert np.array_equal(shallow.trace.loss["test"], run.trace.loss["test"])


def test_replicas_are_single_runs() -> None:
    together = finished(staged(grown(), seeds=(3, 4, 5)))
    for i, seed in enumerate((3, 4, 5)):
        alone = finished(staged(grown(), seeds=(seed,)))
        for name, column in together.shown.measures.items():
            theirs = alone.shown.measures[name][:, 0]
            assert column[:, i] == pytest.approx(theirs, rel=1e-8, nan_ok=True), name
        assert together.trace.loss["test"][:, i] == pytest.approx(alone.trace.loss["test"][:, 0])


@pytest.mark.parametrize("every", [1, 5, 12])
def test_the_same_seed_gives_the_same_bytes_whatever_is_recorded(every: int) -> None:
    first, second = (finished(staged(grown(), record_every=k)) for k in (1, every))
    assert first.network.theta.tobytes() == second.network.theta.tobytes()
    assert first.trace.loss["test"][-1] == second.trace.loss["test"][-1]


def test_a_run_may_end_before_its_stages_and_go_on_behind_them() -> None:
    short, long = (finished(staged(grown(), steps=steps)) for steps in (6, 20))
    assert len(short.network.taps) == 3
    assert len(long.network.taps) == 5
    assert (long.shown.trained[12:] == [False, False, True, True, True]).all()


def test_every_parameter_belongs_to_one_layer() -> None:
    for norm in ("none", "batch", "layer"):
        for skip in ("none", "projection", "highway"):
            network = Network(replace(SMALL, norm=norm, skip=skip), [0], 8)
            whole = sum(learning_mask(network, i, i) for i in range(1, 6))
            assert (np.asarray(whole) == 1).all()
            sizes = [int(learning_mask(network, i, i).sum()) for i in range(1, 6)]
            assert sizes == network.parameter_counts()


def test_a_network_with_skips_does_not_grow() -> None:
    a = replace(SMALL, skip="identity")
    finished(staged([Stage(1, (1, 2))], a))
    with pytest.raises(ValueError, match="does not grow"):
        staged([Stage(1, "all", 2)], a)


def test_a_run_that_diverges_in_a_later_stage_ends_with_a_row() -> None:
    data = split(generate("circles", [0], TRAIN + TEST, 0.1, np.float32), TRAIN)
    plan = Training(
        loss="squared",
        settings=Settings(rate=1e30),
        batch=8,
        steps=30,
        record_every=30,
        stages=[Stage(3, (1, 1), 1), Stage(3, "all")],
    )
    a = replace(SMALL, activation="relu")
    experiment = layerwise(Network(a, [0], 8), plan, *data)
    for _ in experiment.steps:
        pass
    trace = experiment.trace
    assert trace.finished
    assert trace.diverged_at is not None
    assert trace.records[trace.upto - 1] == trace.diverged_at < 30
