"""The smallest, the longest and the most lopsided of what a scenario can say: each runs to the end
and can be told of in both languages, or is refused in one line."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vglab.engine.data.datasets import generate
from vglab.scenarios.documents.run import document, encode
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.experiment.build import build
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.inheritance import load
from vglab.tui.cli.report import report

CLASSIFIERS = {"mlp": "deep-sigmoid", "cnn": "cnn", "rnn": "rnn", "lstm": "lstm", "gru": "gru"}
KINDS = pytest.mark.parametrize("kind", [*CLASSIFIERS, "gan"])
SMALL = (
    "depth=2",
    "width=3",
    "training.steps=3",
    "training.batch=4",
    "run.replicas=2",
    "run.record_every=1",
)
DATA = ("data.train=8", "data.test=4")
UNEQUAL = (
    ("depth=1",),
    ("width=1",),
    ("depth=1", "width=1"),
    ("depth=200", "width=2"),
    ("training.batch=1",),
    ("training.steps=1",),
    ("training.steps=1", "run.record_every=1000"),
    ("run.record_every=1000",),
    ("run.replicas=64",),
    ("run.replicas=1",),
    ("run.dtype=float64", "depth=1", "width=1", "training.batch=1", "run.replicas=1"),
)


def asked(kind: str, *more: str) -> list[str]:
    """A small run of that kind, and what is unequal about it; what a bare key says of a network
    holds for each."""
    tables = ("generator", "discriminator") if kind == "gan" else ("network",)
    said = [*SMALL, *(() if kind == "gan" else DATA), *more]
    said += ["data.lag=4"] if kind in ("rnn", "lstm", "gru") and "data.lag" not in str(more) else []
    bare = [f"{table}.{text}" for text in said if "." not in text.split("=")[0] for table in tables]
    return [*bare, *(text for text in said if "." in text.split("=")[0])]


def ran(kind: str, *more: str) -> Any:
    """The document of such a run, which is told of in both languages."""
    scenario = load(CLASSIFIERS.get(kind, "gan-alternating"), asked(kind, *more))
    experiment = build(scenario)
    for _ in experiment.steps:
        pass
    for language in ("es", "en"):
        set_language(language)
        run = document(scenario, experiment, 1.0)
        lines = report(run).splitlines()
        assert not [line for line in lines if {"nan", "inf", "None"} & set(line.split())]
        assert all(net.diagnosis.why in "\n".join(lines) for net in run.networks.values())
    return json.loads(encode(run), parse_constant=pytest.fail)


@pytest.mark.sampled(8)
@KINDS
@pytest.mark.parametrize("more", UNEQUAL, ids=str)
def test_unequal_cases_run_to_the_end(kind: str, more: tuple[str, ...]) -> None:
    run = ran(kind, *more)
    asks = {text.split("=")[0]: text.split("=")[1] for text in (*SMALL, *more)}
    steps, depth = int(asks["training.steps"]), int(asks["depth"])
    assert (run["finished"], run["diverged_at"]) == (True, None)
    assert (run["records"][0], run["records"][-1]) == (0, steps)
    assert len(run["records"]) == (2 if "run.record_every=1000" in more else steps + 1)
    for net in run["networks"].values():
        shape = int(asks["run.replicas"]), len(run["records"]), depth + 1
        norms = net["measures"]["grad_norm"]
        assert (len(norms), len(norms[0]), len(norms[0][0])) == shape
        assert all(number is not None for number in norms[-1][-1])


@pytest.mark.sampled(2)
@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize("seed", range(6))
def test_data_may_be_two_points(kind: str, seed: int) -> None:
    """The least there is to learn from, of one class alone for some seeds of a sequence."""
    least = ("training.batch=1", "data.train=2", "data.test=2", f"run.seed={seed}")
    run = ran(kind, *least, "run.replicas=1")
    assert run["accuracy"]["test"][0][-1] in (0, 0.5, 1)


def test_two_sequences_are_of_one_class_sometimes() -> None:
    """So that the test above tries it; points of the plane are of both by turns."""
    drawn = [generate("lag", [seed], 4, 0.1, np.float64, 4).target[0, :2] for seed in range(6)]
    assert any(target[0] == target[1] for target in drawn)


@pytest.mark.parametrize("classes", ["one", "two"])
def test_a_table_of_one_class_is_refused(tmp_path: Path, classes: str) -> None:
    last = "a" if classes == "one" else "b"
    table = tmp_path / "own.csv"
    table.write_text("x,y,class\n" + "0.1,0.2,a\n0.3,0.1,a\n0.2,0.9,a\n0.8,0.4,a\n" * 4
                     + f"0.5,0.5,{last}\n0.6,0.5,{last}\n")  # fmt: skip
    own = [f"data.path='{table}'", "training.batch=2", "training.steps=2", "network.depth=2"]
    try:
        experiment = build(load("deep-sigmoid", own))
    except ScenarioError as error:
        assert classes == "one"
        (fault,) = error.faults
        assert "\n" not in str(fault)
    else:
        assert classes == "two"
        assert [*experiment.steps][-1] == 3


@pytest.mark.parametrize("name", ["circles", "moons", "spirals", "xor", "gaussians", "digits"])
def test_every_data_set_may_be_small(name: str) -> None:
    ran("mlp", f"data.name={name}", "data.train=2", "data.test=2", "training.batch=2")


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("cnn", ("kernel=1",)),
        ("cnn", ("kernel=7", "depth=30", "width=1")),
        ("rnn", ("data.lag=1",)),
        ("gru", ("data.lag=1", "width=1", "training.batch=1")),
        ("gan", ("gan.latent=1", "data.name=ring", "gan.discriminator_steps=100")),
        ("gan", ("data.name=moons", "training.batch=1", "gan.loss=wasserstein", "width=1")),
        ("mlp", ("norm=batch", "training.batch=2", "width=1")),
        ("mlp", ("norm=batch", "norm_eps=1e-300", "activation=relu")),
        ("mlp", ("norm=layer", "width=2", "depth=1", "training.batch=1")),
        ("mlp", ("skip=identity", "skip_every=200", "depth=2")),
        ("mlp", ("skip=highway", "depth=60", "width=1", "skip_every=1")),
        ("mlp", ("activation=linear", "init=identity", "width=1", "depth=1")),
    ],
    ids=str,
)
def test_more_that_is_odd_and_works(kind: str, more: tuple[str, ...]) -> None:
    assert ran(kind, *more)["finished"]


LOUD_OR_FAINT = (
    ("training.rate=1e30",),
    ("training.rate=1e30", "training.optimizer=adam"),
    ("training.rate=1e-300",),
    ("training.eps=1e-300", "training.optimizer=adam"),
    ("training.clip_norm=1e-300",),
    ("gain=1e300",),
    ("gain=1e-300",),
    ("bias_std=1e30",),
    ("data.noise=1e30",),
)


@pytest.mark.sampled(8)
@KINDS
@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
@pytest.mark.parametrize("more", LOUD_OR_FAINT, ids=str)
def test_numbers_of_any_size_end_in_strict_json_and_a_sensible_state(
    kind: str, activation: str, more: tuple[str, ...]
) -> None:
    """A run is called diverged where a loss was not finite, and nowhere else."""
    run = ran(kind, *more, f"activation={activation}", "training.steps=20", "run.replicas=1")
    states = {net["diagnosis"]["state"] for net in run["networks"].values()}
    assert ("diverged" in states) == (run["diverged_at"] is not None)


NOTHING = ("depth=0", "width=0", "training.batch=0", "training.steps=0", "run.replicas=0")
BEYOND = ("depth=201", "width=4097", "run.replicas=1001", "run.record_every=-1", "run.seed=-1")


@KINDS
@pytest.mark.parametrize("setting", [*NOTHING, *BEYOND])
def test_nothing_and_what_is_beyond_is_refused_in_one_line(kind: str, setting: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(CLASSIFIERS.get(kind, "gan-alternating"), asked(kind, setting))
    key, found = setting.split("=")
    lines = [str(fault) for fault in caught.value.faults]
    assert len(lines) == (2 if kind == "gan" and "." not in key else 1)
    for line in lines:
        assert f"{key}: found {found}; allowed: a whole number from " in line
        assert "\n" not in line


@pytest.mark.parametrize(
    ("kind", "setting"),
    [*product(CLASSIFIERS, ("data.train=1", "data.train=0", "data.test=0")), ("rnn", "data.lag=0"),
     ("cnn", "kernel=0"), ("gan", "gan.latent=0"), ("gan", "gan.discriminator_steps=0")],
)  # fmt: skip
def test_data_of_nothing_is_refused_in_one_line(kind: str, setting: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(CLASSIFIERS.get(kind, "gan-alternating"), asked(kind, setting))
    key, found = setting.split("=")
    first, *others = map(str, caught.value.faults)
    assert f"{key}: found {found}; allowed: a whole number from " in first
    assert not [line for line in (first, *others) if "\n" in line]
