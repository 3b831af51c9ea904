"""From words to numbers: what is built is what was said, and never more than fits."""

import tracemalloc
from math import sqrt
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from vglab.scenarios.experiment.build import build
from vglab.scenarios.experiment.convert import architecture, training_plan
from vglab.scenarios.experiment.data import train_and_test
from vglab.scenarios.experiment.memory import TooLarge, needed_bytes
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema import records, spec
from vglab.scenarios.schema.rules import CLASSLESS
from vglab.scenarios.schema.spec import names

SMALL = ("network.depth=3", "network.width=8", "training.batch=16", "training.steps=2")
CHOICES = {
    "network.activation": spec.Activation,
    "network.init": spec.Init,
    "network.norm": spec.Norm,
    "network.skip": spec.Skip,
    "network.loss": spec.Loss,
    "data.name": records.Data,
    "training.optimizer": spec.Optimizer,
    "run.dtype": spec.DType,
}


@pytest.mark.parametrize(
    "setting",
    [f"{key}={n}" for key, kind in CHOICES.items() for n in names(kind) if n not in CLASSLESS],
)
def test_every_name_runs(setting: str) -> None:
    experiment = build(load("deep-sigmoid", [*SMALL, "training.rate=0.01", setting]))
    assert list(experiment.steps) == [1, 2, 3]
    assert np.isfinite(experiment.trace.loss["train"]).all()


@pytest.mark.parametrize("skip", names(spec.Skip)[1:])
@pytest.mark.parametrize("placement", names(spec.Placement))
def test_every_skip_runs_everywhere(skip: str, placement: str) -> None:
    settings = [f"network.skip={skip}", f"network.skip_placement={placement}"]
    experiment = build(load("deep-sigmoid", [*SMALL, *settings]))
    assert list(experiment.steps) == [1, 2, 3]


def test_what_was_said_is_built() -> None:
    experiment = build(
        load(
            "relu",
            [
                "network.depth=4",
                "network.width=6",
                "network.gain=0.5",
                "run.seed=7",
                "run.replicas=3",
                "run.dtype=float64",
                "training.steps=20",
                "training.batch=10",
                "run.record_every=5",
                "data.test=30",
            ],
        )
    )
    network = experiment.networks["model"]
    assert list(network.seeds) == [7, 8, 9]
    assert (network.dtype, network.batch) == (np.float64, 10)
    assert network.architecture == architecture(load("relu", ["network.depth=4", "network.width=6",
                                                              "network.gain=0.5"]))  # fmt: skip
    assert experiment.trace.records.tolist() == [0, 5, 10, 15, 20]
    assert len(experiment.trace.networks["model"].layers) == 5


@pytest.mark.parametrize(
    ("steps", "every"), [(1, 1), (199, 1), (200, 1), (201, 2), (2000, 10), (100_000, 500)]
)
def test_about_200_records_by_itself(steps: int, every: int) -> None:
    assert training_plan(load("relu", [f"training.steps={steps}"])).record_every == every


def test_the_scale_of_a_skip_may_follow_the_depth() -> None:
    settings = ["network.skip=identity", "network.skip_scale=1/sqrt(depth)", "network.depth=25"]
    assert architecture(load("relu", settings)).skip_scale == 1 / sqrt(25)


@pytest.mark.parametrize(
    "settings",
    [
        [],
        ["network.width=256", "network.depth=20"],
        ["run.replicas=20"],
        ["training.optimizer=adam", "network.width=256", "run.dtype=float64"],
        ["run.record_every=1", "training.steps=20000", "network.depth=20", "network.width=4"],
        ["network.skip=highway", "network.norm=batch", "network.width=128"],
        ["data.train=100000", "run.replicas=5"],
        ["data.test=50000"],
    ],
    ids=str,
)
def test_the_estimate_is_a_little_more_than_is_taken(settings: list[str]) -> None:
    scenario = load("deep-sigmoid", settings)
    estimate = needed_bytes(scenario, architecture(scenario), training_plan(scenario))
    tracemalloc.start()
    experiment = build(scenario)
    for _ in range(3):
        next(experiment.steps)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < estimate < 2 * taken


HUGE = ["run.replicas=1000", "network.width=512", "network.depth=200", "run.dtype=float64"]


def test_what_would_not_fit_is_refused_before_it_is_taken() -> None:
    tracemalloc.start()
    with pytest.raises(TooLarge, match=r"would need about [\d.e+]+ GB of memory, and .* are free"):
        build(load("relu", HUGE))
    assert tracemalloc.get_traced_memory()[1] < 10e6
    tracemalloc.stop()


def test_a_small_run_is_not_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise AssertionError

    monkeypatch.setattr(psutil, "virtual_memory", never)
    assert next(build(load("relu")).steps) == 1


@pytest.mark.usefixtures("spanish")
def test_the_refusal_counts_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vglab.scenarios.experiment.memory.LITTLE", 0)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1_500_000))
    with pytest.raises(TooLarge, match=r"necesitaría unos 0\.00\d+ GB .* hay 0\.0015 GB libres"):
        build(load("relu"))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8_000_000))
    assert next(build(load("relu")).steps) == 1


@pytest.mark.parametrize("name", ["circles", "digits", "lag"])
def test_how_many_are_tested_on_changes_nothing_that_is_learned_from(name: str) -> None:
    """And how many are learned from changes neither the first of them nor those tested on."""
    base = {"circles": "relu", "digits": "cnn", "lag": "rnn"}[name]
    plain, tested, longer = (
        train_and_test(load(base, [f"data.train={train}", f"data.test={test}"]), [0, 1], np.float32)
        for train, test in ((64, 16), (64, 48), (80, 16))
    )
    np.testing.assert_array_equal(plain[0].X, tested[0].X)
    np.testing.assert_array_equal(plain[0].X, longer[0].X[:, :64])
    np.testing.assert_array_equal(plain[1].X, tested[1].X[:, :16])
    np.testing.assert_array_equal(plain[1].X, longer[1].X)
