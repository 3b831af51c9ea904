"""`--set KEY=VALUE`: what it states, and what is said where it states nothing."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.loading.toml_reader import setting_trees
from vglab.scenarios.schema.spec import Scenario


@pytest.mark.parametrize(
    ("setting", "tree"),
    [
        ("network.depth=50", {"network": {"depth": 50}}),
        ("training.rate=1e-3", {"training": {"rate": 0.001}}),
        ("network.activation=relu", {"network": {"activation": "relu"}}),
        ("network.activation='relu'", {"network": {"activation": "relu"}}),
        ("network.activation=leaky_relu", {"network": {"activation": "leaky_relu"}}),
        ("network.skip_scale=1/sqrt(depth)", {"network": {"skip_scale": "1/sqrt(depth)"}}),
        (" network.depth = 50 ", {"network": {"depth": 50}}),
        ("title.en=A longer title", {"title": {"en": "A longer title"}}),
        ("title.en=ε → 0", {"title": {"en": "ε → 0"}}),
        ("claim=['a','b']", {"claim": ["a", "b"]}),
        ("network={depth = 3}", {"network": {"depth": 3}}),
        ("expect=['a.b == c']", {"expect": ["a.b == c"]}),
    ],
)
def test_stated(setting: str, tree: dict[str, object]) -> None:
    assert setting_trees([setting]) == [tree]


def test_later_settings_win_and_tables_merge() -> None:
    scenario = load(
        "relu",
        ["network.depth=3", "network={width = 8}", "network.depth=4", "training.batch=16"],
    )
    assert (scenario.network.depth, scenario.network.width) == (4, 8)
    assert scenario.training.batch == 16
    assert scenario.network.activation == "relu"


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("network.depth", "network.depth: no value; write KEY=VALUE, as in"),
        ("network.depth=", "network.depth=: no value; write KEY=VALUE, as in"),
        ("", '"": not a key; write KEY=VALUE, as in'),
        ("=3", "=3: not a key; write KEY=VALUE, as in"),
        ("network..depth=3", "network..depth=3: not a key; write KEY=VALUE, as in"),
        ("network depth=3", "network depth=3: not a key; write KEY=VALUE, as in"),
        ("--set=3", "--set=3: not a key; write KEY=VALUE, as in"),
        ("claim=[1,", "claim=[1,: the value is not valid TOML; write one number, one word,"),
        ("title.en='x", "title.en='x: the value is not valid TOML;"),
        ("title.en='x' 'y'", "title.en='x' 'y': the value is not valid TOML;"),
        ("run.seed=1\nb=2", r"run.seed=1\nb=2: the value is not valid TOML;"),
        ("network.depth=ten", 'network.depth: found "ten"; allowed: a whole number from 1 to 200'),
        ("network.depth=1.5.2", 'network.depth: found "1.5.2"; allowed: a whole number'),
        ("network.depth=True", 'network.depth: found "True"; allowed: a whole number'),
        ("network.depth.x=3", "network.depth: found { x = 3 }; allowed: a whole number"),
        ("network.activation=rleu", 'network.activation: found "rleu"; allowed: sigmoid, tanh,'),
        ("depth=3", "depth: no such key; allowed: extends,"),
        ("training.rate=nan", "training.rate: found nan; allowed: a number greater than 0;"),
        ("extends=tanh", "extends: a base is stated in a file, not here"),
        ("network.skip_scale=0.5", "network.skip_scale: found 0.5; does nothing unless"),
        ("training.batch=1000", "training.batch: found 1000; allowed: at most data.train = 512"),
        ("title.en=\udcff", r"title.en=\udcff: the value is not valid TOML;"),
        (f"claim={'[' * 3000}", "claim=[[[[["),
    ],
)
def test_faults(setting: str, line: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load("relu", [setting])
    found = [str(fault) for fault in caught.value.faults]
    assert found[0].startswith(f"--set: {line}"), found
    assert all(text.isprintable() for text in found)


def test_every_setting_is_judged() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("relu", ["network.depth=0", "network.width=0"])
    assert len(caught.value.faults) == 2
    with pytest.raises(ScenarioError) as caught:
        load("relu", ["network.depth", "network.width"])
    assert len(caught.value.faults) == 2


def test_settings_that_work_only_together() -> None:
    scenario = load("relu", ["network.skip_scale=1/sqrt(depth)", "network.skip=identity"])
    assert scenario.network.skip_scale == "1/sqrt(depth)"


def test_a_setting_may_idle_what_the_file_states() -> None:
    assert load("leaky-relu", ["network.activation=relu"]).network.activation == "relu"


@pytest.mark.usefixtures("spanish")
def test_in_spanish() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("relu", ["network.depth"])
    assert str(caught.value) == (
        "--set: network.depth: falta el valor;"
        " escriba CLAVE=VALOR, por ejemplo --set network.depth=50"
    )


@pytest.mark.parametrize("key", ["training.momentum=0.9", "training.weight_decay=0.01"])
def test_a_key_that_does_nothing_is_refused_whatever_its_value(key: str) -> None:
    """0.9 is momentum's default, and what anybody from PyTorch would write under plain sgd."""
    with pytest.raises(ScenarioError, match="does nothing unless"):
        load("relu", [key])


def test_a_stated_data_set_begins_anew(tmp_path: Path) -> None:
    """Of the person who grades: not a file, noise or sizes of the person who is graded."""
    (tmp_path / "easy.csv").write_text("a,label\n" + "1,u\n-1,v\n" * 50)
    own, tame = tmp_path / "own.toml", tmp_path / "tame.toml"
    own.write_text('extends = "relu"\n[data]\npath = "easy.csv"\ntest_share = 0.5\n')
    tame.write_text('extends = "relu"\n[data]\nnoise = 0.0\ntrain = 100\ntest = 2\n')
    for file in (own, tame):
        assert load(file, ["data.name=circles"]).data == Scenario().data
        assert load(file, ["data.name=moons", "data.noise=0.2"]).data == replace(
            Scenario().data, name="moons", noise=0.2
        )
    assert load(tame).data.noise == 0


def test_a_fault_of_data_is_told_of_the_file_that_names_them(tmp_path: Path) -> None:
    """Not of the preset that is extended, nor of a setting that has nothing to do with it."""
    (tmp_path / "few.csv").write_text("a,label\n" + "1,u\n-1,v\n" * 10)
    mine, plain = tmp_path / "mine.toml", tmp_path / "plain.toml"
    plain.write_text('extends = "deep-sigmoid"\n[data]\npath = "few.csv"\n')
    mine.write_text(plain.read_text() + 'label = "klass"\n')
    with pytest.raises(ScenarioError) as caught:
        load(mine, ["training.steps=3"])
    assert str(caught.value).startswith(f'{mine}: data.label: few.csv: found "klass"')
    with pytest.raises(ScenarioError) as caught:
        load(plain, ["data.label=klass"])
    assert str(caught.value).startswith("--set: data.label: few.csv: ")
