"""A sweep before it begins: its runs, their names, and what is refused."""

from pathlib import Path

import msgspec
import pytest
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.sweep.plan import digest, plan
from vglab.scenarios.sweep.stated import ROOT, restore

GAIN, DEPTH = "network.gain=0.5:1.5:3", "network.depth=2:3"


def test_a_grid_is_every_combination_with_every_seed() -> None:
    found = plan("tanh", [GAIN, DEPTH], ["run.replicas=2", "run.seed=5"])
    assert found.keys == ("network.gain", "network.depth")
    places = [(*run.at.values(), run.scenario.run.seed) for run in found.runs]
    assert places == [(g, d, s) for g in (0.5, 1.0, 1.5) for d in (2, 3) for s in (5, 6)]


def test_each_run_is_the_scenario_that_set_would_give() -> None:
    (run,) = plan("tanh", ["network.gain=2", "training.rate=0.3"], ["training.steps=9"]).runs
    expected = load("tanh", ["training.steps=9", "network.gain=2", "training.rate=0.3"])
    assert run.scenario == expected
    assert run.at == {"network.gain": 2.0, "training.rate": 0.3}


def test_seeds_are_an_axis_too_and_no_run_is_twice() -> None:
    found = plan("tanh", ["run.seed=0:3"], ["run.replicas=2"])
    assert [run.scenario.run.seed for run in found.runs] == [0, 1, 2, 3, 4]
    assert all(run.at == {} for run in found.runs)


def test_one_file_can_be_continued_by_more_values_and_seeds() -> None:
    digest = plan("tanh", [GAIN], ["training.steps=9"]).digest
    assert plan("tanh", ["network.gain=7"], ["training.steps=9", "run.seed=4"]).digest == digest
    random = plan("tanh", ["network.gain=1:2"], ["training.steps=9", "run.replicas=3"], random=2)
    assert random.digest == digest
    for overs, stated in (
        ([GAIN], ["training.steps=10"]),
        ([DEPTH], ["training.steps=9"]),
        ([GAIN, DEPTH], ["training.steps=9"]),
    ):
        assert plan("tanh", overs, stated).digest != digest
    assert plan("relu", [GAIN], ["training.steps=9"]).digest != digest


def test_random_points_are_the_same_each_time_and_more_begin_alike() -> None:
    overs = ["network.gain=0.5:3", "training.rate=1e-4:1:log"]
    ten = [run.at for run in plan("tanh", overs, random=10).runs]
    assert [run.at for run in plan("tanh", overs, random=20).runs][:10] == ten
    assert len({run["network.gain"] for run in ten}) == 10
    assert [run.at for run in plan("tanh", overs, ["run.seed=1"], random=10).runs] != ten


@pytest.mark.parametrize(
    ("overs", "stated", "said"),
    [
        (["network.gain=1,0"], [], "network.gain: found 0; allowed: a number greater than 0"),
        (["network.gian=1,2"], [], "did you mean network.gain?"),
        (["network.activation=relu,tahn"], [], "did you mean tanh?"),
        (["network.slope=0.1,0.3"], [], "does nothing unless network.activation is leaky_relu"),
        (["training.batch=64,600"], [], "at most data.train = 512"),
        (["network.gain=nan"], [], "every number in a scenario must be finite"),
        (["run.seed=0:9999", "network.gain=1:2:11"], [], "110000 runs are more than 100000"),
        (["run.seed=0:9999"], ["run.replicas=11"], "110000 runs are more than 100000"),
    ],
)
def test_what_no_scenario_may_say_no_sweep_may(
    overs: list[str], stated: list[str], said: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        plan("tanh", overs, stated)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("tanh", ["training.steps=9", "network.bias_std=0.2"]),
        ("shallow-sigmoid", ["training.optimizer=sgd", "run.dtype=float64"]),
        ("layerwise", []),
        ("gan-wasserstein", ["training.rate=0.001"]),
        ("he-2015-22", ["data.name=moons"]),
        ("mine.toml", ["network.width=7"]),
        ("bare.toml", []),
    ],
)
def test_a_sweep_can_be_restored_from_what_it_states(
    name: str, stated: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A preset and what differs from it are the scenario, of a file of one's own as well."""
    monkeypatch.chdir(tmp_path)
    own = {"own.csv": "a,b,label\n" + "1,2,x\n3,1,y\n" * 60, "bare.toml": "[network]\ndepth = 3\n"}
    own["middle.toml"] = 'extends = "relu"\n[data]\npath = "own.csv"\ndrop = ["b"]\n'
    own["mine.toml"] = 'extends = "middle.toml"\n[network]\ndepth = 4\n'
    for file, text in own.items():
        Path(file).write_text(text)
    made = plan(name, ["run.seed=0:1"], stated)
    written = msgspec.json.decode(msgspec.json.encode(made.stated))
    assert written == made.stated
    found = restore(made.preset, written)
    assert found
    assert digest(found, []) == made.digest
    assert made.preset == {"mine.toml": "relu", "bare.toml": ROOT}.get(name, name)


def test_what_is_no_longer_there_cannot_be_restored() -> None:
    assert restore("tanh", {"data.path": "gone.csv"}) is None
    assert restore("gone", {}) is None
    assert restore("tanh", {"training.stages": [{"depth": 1}]}) is None
