"""Runs that differ in what shapes no array are trained at once, and each is what it is alone."""

import pytest
from msgspec.structs import replace
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.runs.results import Result, finite_values, slowest_budget
from vglab.scenarios.runs.scheduler import Task
from vglab.scenarios.runs.sizes import suitable_threads
from vglab.scenarios.runs.tasks import CACHE_ENTRIES, RIDES, tasks
from vglab.scenarios.runs.train import measure, replica_result, run_to_end
from vglab.scenarios.schema.spec import Scenario
from vglab.scenarios.sweep.plan import plan

QUICK = ["network.depth=3", "network.width=6", "training.steps=30", "data.train=96", "data.test=64"]


def runs(*overs: str, scenario: str = "tanh", stated: tuple[str, ...] = ()) -> list[Scenario]:
    return [run.scenario for run in plan(scenario, overs, [*QUICK, *stated]).runs]


def alike(one: Result, other: Result) -> None:
    """Equal to rounding, time aside."""
    for name in ("accuracy", "loss", "gan"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-5)
    assert one.diverged_at == other.diverged_at
    for network, seen in one.networks.items():
        expected = other.networks[network].diagnosis
        assert seen.diagnosis.state == expected.state
        assert seen.diagnosis.at_birth.budget == pytest.approx(expected.at_birth.budget, rel=1e-4)
        assert seen.diagnosis.rate == pytest.approx(expected.rate, rel=1e-3)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("overs", "scenario", "stated"),
    [
        (("network.gain=0.5,2", "training.rate=0.01,0.5", "run.seed=0:1"), "tanh", ()),
        (("network.init=he,orthogonal,normal", "network.bias_std=0,0.3"), "relu", ()),
        (("network.slope=0,0.1,0.9", "data.noise=0,0.3"), "leaky-relu", ()),
        (("training.clip_norm=0,0.01,1", "run.seed=3,9"), "relu", ("training.rate=1",)),
        (
            ("training.weight_decay=0,0.1", "training.rate=0.001,0.1"),
            "relu",
            ("training.optimizer=adamw",),
        ),
        (("network.gain=1,1e-9",), "tanh", ("network.depth=6",)),
        (
            ("network.gain=0.5,2", "network.init=he,orthogonal", "data.noise=0,0.5"),
            "relu",
            ("network.architecture=cnn", "network.width=2", "data.name=digits", "training.batch=8"),
        ),
        (
            ("network.gain=0.5,2", "training.rate=0.01,0.5", "training.clip_norm=0,0.1"),
            "tanh",
            ("network.architecture=lstm", "data.name=lag", "data.lag=5"),
        ),
        (("training.rate=0.01,0.5", "run.seed=1,4"), "relu", ("data.name=digits",)),
    ],
    ids=str,
)
def test_each_is_what_it_is_alone(
    overs: tuple[str, ...], scenario: str, stated: tuple[str, ...]
) -> None:
    all_of_them = runs(*overs, scenario=scenario, stated=stated)
    (task,) = tasks(enumerate(all_of_them))
    together = dict(zip(task.numbers, measure(task.runs), strict=True))
    for number, run in enumerate(all_of_them):
        (alone,) = measure([run])
        alike(together[number], alone)


@pytest.mark.parametrize("rate", [0.01, 0.5, 1e30])
@pytest.mark.parametrize("scenario", ["tanh", "batch-norm", "gan-saturating"])
def test_a_result_is_that_of_a_run_with_all_its_records(scenario: str, rate: float) -> None:
    short = ["training.steps=30", "run.record_every=1", f"training.rate={rate}"]
    run = load(scenario, short)
    trace = run_to_end([run]).trace
    (found,) = measure([run])
    assert replace(found, seconds=0.0) == replica_result(trace, 0, 0.0)


def test_a_run_that_diverges_leaves_the_others_alone() -> None:
    both = runs("training.rate=0.1,1e30", scenario="relu")
    kept, lost = measure(both)
    alike(kept, measure([both[0]])[0])
    assert kept.diverged_at is None
    assert lost.diverged_at is not None
    assert lost.accuracy == lost.loss == {"train": None, "test": None}
    assert lost.networks["model"].diagnosis.state == "diverged"


def test_the_step_of_divergence_is_that_of_the_run_alone() -> None:
    """However seldom rows are recorded: those trained beside it go on, and make no row for it."""
    stated = ("run.record_every=17", "network.loss=squared")
    several = runs("training.rate=0.1,30,1e3", scenario="relu", stated=stated)
    together = [run.diverged_at for run in measure(several)]
    assert together == [measure([run])[0].diverged_at for run in several]
    assert together[0] is None
    assert len({*together}) == 3
    assert not {*together[1:]} & {0, 17, 30}


@pytest.mark.parametrize("key", sorted(RIDES))
def test_what_rides_is_a_key_of_the_scenario(key: str) -> None:
    table, name = key.split(".")
    assert hasattr(getattr(load("tanh"), table), name)


def test_slopes_of_images_are_tasks_of_their_own() -> None:
    stated = ("network.architecture=cnn", "data.name=digits", "training.batch=8")
    found = runs("network.slope=0.1,0.2", scenario="leaky-relu", stated=stated)
    assert [len(task.runs) for task in tasks(enumerate(found))] == [1, 1]


def test_other_axes_are_tasks_of_their_own() -> None:
    found = tasks(enumerate(runs("network.depth=2,3", "network.gain=1:2:4", "training.batch=8,16")))
    assert [len(task.runs) for task in found] == [4] * 4
    assert sorted(n for task in found for n in task.numbers) == [*range(16)]


def test_the_longest_come_first_and_every_worker_has_one() -> None:
    many = runs("network.gain=1:2:8")
    assert [len(task.runs) for task in tasks(enumerate(many))] == [8]
    assert sorted(len(task.runs) for task in tasks(enumerate(many), workers=3)) == [2, 2, 4]
    assert len(tasks(enumerate(many), workers=99)) == 8
    deep = tasks(enumerate(runs("network.depth=2,9,4")))
    assert [task.runs[0].network.depth for task in deep] == [9, 4, 2]


def test_a_task_is_no_larger_than_the_cache() -> None:
    wide = runs("run.seed=0:9", stated=("network.width=128", "training.batch=64"))
    assert all(len(task.runs) * 128 * 64 <= CACHE_ENTRIES for task in tasks(enumerate(wide)))
    huge = runs("run.seed=0:2", stated=("network.width=512", "training.batch=96"))
    assert [len(task.runs) for task in tasks(enumerate(huge))] == [1, 1, 1]


def test_of_a_gan_only_seeds_ride() -> None:
    found = tasks(
        enumerate(run.scenario for run in plan("gan-saturating", ["run.seed=0,1,2,7"]).runs)
    )
    assert sorted([run.run.seed for run in task.runs] for task in found) == [[0, 1, 2], [7]]
    rates = plan("gan-saturating", ["training.rate=0.1,0.2"]).runs
    assert len(tasks(enumerate(run.scenario for run in rates))) == 2


def test_a_gan_is_measured_too() -> None:
    stated = ["training.steps=4", "run.replicas=2"]
    task = Task((0, 1), tuple(run.scenario for run in plan("gan-saturating", [], stated).runs))
    for one in measure(task.runs):
        assert one.accuracy == {}
        assert set(one.networks) == set(one.loss) == {"generator", "discriminator"}
        assert one.gan["distance"] is not None
        budgets = [b for net in one.networks.values() for b in finite_values(net.diagnosis.budget)]
        assert slowest_budget(one) == min(budgets)


@pytest.mark.parametrize("scenario", ["tanh", "gan-non-saturating"])
def test_a_result_needs_its_first_and_last_record_alone(scenario: str) -> None:
    """Nine measures at 200 records cost more than the training, and none of it is in a result."""
    sizes = [
        f"{net}.{key}" for net in ("generator", "discriminator") for key in ("depth=2", "width=4")
    ]
    short = ["training.steps=40"] + (sizes if scenario.startswith("gan") else QUICK[:2])
    (plain,), (every,) = (
        measure([load(scenario, [*short, *more])]) for more in ([], ["run.record_every=1"])
    )
    assert replace(plain, seconds=0.0) == replace(every, seconds=0.0)


def test_replicas_get_threads_where_their_arrays_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vglab.scenarios.runs.sizes.cores", lambda: 8)
    small = ["network.width=16", "training.batch=64", "run.replicas=16"]
    assert suitable_threads(load("tanh", small)) == 1
    large = ["network.width=64", "training.batch=256"]
    assert suitable_threads(load("tanh", [*large, "run.replicas=3"])) == 3
    assert suitable_threads(load("tanh", [*large, "run.replicas=16"])) == 8
    assert suitable_threads(load("gan-saturating", ["training.batch=512", "run.replicas=2"])) == 2
