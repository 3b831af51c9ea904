"""Replicas in threads: the numbers are those of one thread, whatever happens on the way."""

from pathlib import Path

import numpy as np
import pytest
import vglab
from own_parts import tables_restored
from vglab.engine.measure.trace import Trace
from vglab.engine.training.supervised import Experiment
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.inheritance import load

CASES = {
    "float32's faintest gradients": ("adam", "network.depth=40", "training.steps=8"),
    "a saturated replica": ("tanh-deep", "network.init=normal", "training.steps=8"),
    "sums that cancel": ("layerwise", "training.steps=40"),
    "two networks": ("gan-saturating", "training.steps=8"),
    "time": ("rnn", "training.steps=4"),
    "weights that decay": ("adam", "training.optimizer=adamw", "training.steps=8"),
    "normalization": ("batch-norm", "training.steps=8"),
    "two replicas that diverge, late": ("relu-deep", "network.gain=3", "training.rate=3"),
    "all that diverge": ("exploding",),
}


def finished(experiment: Experiment) -> Trace:
    """The trace at the end."""
    for _upto in experiment.steps:
        pass
    return experiment.trace


def columns(trace: Trace) -> dict[str, np.ndarray]:
    """All that was recorded."""
    found = {f"loss {k}": v for k, v in trace.loss.items()} | dict(trace.accuracy) | trace.gan
    found |= {f"r2 {k}": v for k, v in trace.r2.items()}
    for name, network in trace.networks.items():
        found |= {f"{name} {k}": v for k, v in network.measures.items()}
        found |= {f"{name} {k} by step": v for k, v in (network.time or {}).items()}
        found |= {f"{name} own {k}": v for k, v in network.own.items()}
        found |= {f"{name} undecayed {k}": v for k, v in (network.undecayed or {}).items()}
    return {name: column[: trace.upto] for name, column in found.items()}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("threads", [2, 3])
def test_the_numbers_are_those_of_one_thread(case: str, threads: int) -> None:
    compare(*CASES[case], threads=threads)


def test_own_measures_and_numbers_to_learn_are_put_together(tmp_path: Path) -> None:
    rows = "\n".join(f"{x},{x * x}" for x in range(200))
    (tmp_path / "own.csv").write_text(f"x,y\n{rows}\n")
    data = [f"data.path={tmp_path / 'own.csv'}", 'data.targets="numbers"', "network.loss=squared"]
    with tables_restored():
        vglab.register_measure("size", lambda layer: np.sqrt(np.sum(layer.W**2, axis=(1, 2))))
        found = compare("relu", *data, 'run.measures=["size"]', "training.steps=8", threads=2)
    assert {"r2 train", "model own size"} <= found.keys()


def compare(name: str, *settings: str, threads: int) -> dict[str, np.ndarray]:
    """Hold several threads against one; what was recorded."""
    scenario = load(name, [*settings, "run.replicas=5"])
    one, several = finished(build(scenario)), finished(build(scenario, threads))
    expected = columns(one)
    assert columns(several).keys() == expected.keys()
    for key, column in columns(several).items():
        np.testing.assert_array_equal(column, expected[key], err_msg=key)
    assert several.finished
    assert several.done == one.done
    np.testing.assert_array_equal(several.lost_at, one.lost_at)
    np.testing.assert_array_equal(several.records[: several.upto], one.records[: one.upto])
    return expected


def test_more_threads_than_replicas_are_not_started() -> None:
    scenario = load("relu", ["run.replicas=2", "training.steps=4"])
    assert finished(build(scenario, 64)).finished
