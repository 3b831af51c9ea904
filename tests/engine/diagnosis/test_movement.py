"""How far layers would move, against how far they do."""

from collections.abc import Sequence

import numpy as np
import pytest
from vglab.engine.data.datasets import Dataset, generate
from vglab.engine.diagnosis.diagnosis import diagnose
from vglab.engine.diagnosis.movement import horizon
from vglab.engine.measure.trace import Trace
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.network import Network
from vglab.engine.numerics import Exact
from vglab.engine.training.layerwise import layerwise
from vglab.engine.training.optimizers import OPTIMIZERS, Settings
from vglab.engine.training.stages import Stage
from vglab.engine.training.supervised import Experiment, Training, supervised

EVERY = pytest.mark.parametrize("name", OPTIMIZERS)


def points(replicas: int = 1) -> Dataset:
    return generate("circles", range(replicas), 64, 0.1, np.float64)


def train(a: Architecture, plan: Training, replicas: int = 1) -> Experiment:
    """An experiment on all points at once, to its end."""
    network = Network(a, range(replicas), plan.batch, np.float64)
    run = (layerwise if plan.stages else supervised)(network, plan, points(replicas), None)
    for _ in run.steps:
        pass
    return run


def weights(run: Experiment) -> list[Exact]:
    return [tap.W.copy() for tap in run.networks["model"].taps]


def distances(after: Sequence[Exact], before: Sequence[Exact]) -> Exact:
    """‖W - W₀‖/‖W₀‖, (R, L)."""
    return np.stack(
        [
            np.linalg.norm(W - V, axis=(1, 2)) / np.linalg.norm(V, axis=(1, 2))
            for W, V in zip(after, before, strict=True)
        ],
        axis=1,
    )


@EVERY
def test_the_foreseen_distance_is_the_one_gone_where_the_gradient_stays(name: str) -> None:
    """Steps are so small that the gradient of the whole data hardly changes on the way."""
    s, steps = Settings(rate=1e-9, decay=0.9, weight_decay=0.5), 60
    plan = Training(optimizer=name, settings=s, batch=64, steps=steps, record_every=7)
    a = Architecture(depth=3, width=6, activation="tanh")
    born = weights(train(a, Training(batch=64, steps=0)))
    run = train(a, plan)
    seen = run.trace.networks["model"]
    moved = seen.by_gradient("displacement")[-1, 0]
    if name != "adamw":
        np.testing.assert_allclose(distances(weights(run), born)[0], moved, rtol=1e-5)
    for row in range(run.trace.upto - 1):
        budget = diagnose(seen, row, steps).budget
        np.testing.assert_allclose(budget, moved, rtol=0.01)


def trace_of(name: str, steps: int = 1, **settings: float) -> Trace:
    plan = Training("binary_cross_entropy", name, Settings(**settings), 64, steps)
    return train(Architecture(depth=4, width=8), plan).trace


def test_steps_that_are_alike_count_as_they_are() -> None:
    for name in ("sgd", "adam", "adamw"):
        seen = trace_of(name).networks["model"]
        assert horizon(seen, 0, np.ones(5), 1000) == pytest.approx(np.full(5, 1000.0))


def test_momentum_at_birth_has_not_gathered_speed_yet() -> None:
    """As far as plain descent at η/(1 - μ): the budget of both is the same, but for the start."""
    fast, slow = trace_of("sgd", rate=0.1), trace_of("momentum", rate=0.01, momentum=0.9)
    sure, seen = (diagnose(t.networks["model"], 0, 2000).budget for t in (fast, slow))
    np.testing.assert_allclose(seen, sure, rtol=0.005)


def test_adaptive_first_steps_are_not_the_later_ones() -> None:
    first = {name: trace_of(name, rate=0.02).networks["model"] for name in ("rmsprop", "adagrad")}
    for name, later in (("rmsprop", 2000 * 0.1), ("adagrad", 2 * np.sqrt(2000))):
        assert horizon(first[name], 0, np.ones(5), 2000) == pytest.approx(
            np.full(5, later), rel=0.07
        )
        tiny = horizon(first[name], 0, np.full(5, 1e-20), 2000)
        assert tiny == pytest.approx(np.full(5, 2000.0)), "where ε is all, steps are alike"


def test_weight_decay_is_no_movement() -> None:
    """Sixty sigmoid layers get no signal, and decay by 2 % all the same."""
    s, steps = Settings(rate=1e-3, weight_decay=0.1), 200
    plan = Training(optimizer="adamw", settings=s, batch=64, steps=steps, record_every=100)
    seen = train(Architecture(depth=60, width=8), plan).trace.networks["model"]
    assert seen.measures["update_ratio"][:, 0, 0] == pytest.approx(np.full(3, 1e-4))
    assert seen.measures["displacement"][-1, 0, 0] == pytest.approx(0.02, rel=0.02)
    for row in range(3):
        found = diagnose(seen, row, steps)
        assert found.state == "vanishing"
        assert found.budget[0] == pytest.approx(0, abs=1e-9)
        assert seen.by_gradient("displacement")[row, 0, 0] == pytest.approx(0, abs=1e-9)


def test_displacement_is_measured_from_birth_also_in_a_network_that_grows() -> None:
    stages = (Stage(20, "all", 1), Stage(20, "all", 2), Stage(20, "last"))
    plan = Training(settings=Settings(rate=1.0), batch=64, steps=60, record_every=1, stages=stages)
    a = Architecture(depth=2, width=6, activation="tanh")
    born = weights(train(a, Training(batch=64, steps=0), replicas=2))
    run = train(a, plan, replicas=2)
    seen = run.trace.networks["model"].measures["displacement"]
    np.testing.assert_allclose(seen[-1], distances(weights(run), born), rtol=1e-9)
    assert (seen[0, :, [0, 2]] == 0).all()
    assert np.isnan(seen[19, :, 1]).all()
    assert (seen[20, :, 1] == 0).all()
    assert (seen[20, :, [0, 2]] > 0).all()
    assert (seen[41:, :, :2] == seen[40, :, :2]).all()
