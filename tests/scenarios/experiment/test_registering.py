"""Parts of a person's own: checked, named in scenarios, known in other processes, and said."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import vglab
from own_parts import (
    PLUGIN,
    hinge,
    hinge_gradient,
    mish,
    mish_slope,
    stable_rank,
    stripes,
    tables_restored,
    third,
    write_plugin,
)
from vglab.engine.nn.activations import ACTIVATIONS
from vglab.scenarios.documents import schemas
from vglab.scenarios.documents.run import encode
from vglab.scenarios.schema import vocabulary
from vglab.scenarios.schema.own_parts import own_parts
from vglab.tui.cli.report import report

QUICK = ["training.steps=4", "network.depth=3", "network.width=6"]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    with tables_restored():
        yield


def register_all() -> None:
    vglab.register_activation("mish", mish, mish_slope)
    vglab.register_initializer("third", third)
    vglab.register_loss("hinge", hinge, hinge_gradient)
    vglab.register_data("stripes", stripes)
    vglab.register_measure("stable_rank", stable_rank)


NAMED = [
    "network.activation=mish",
    "network.init=third",
    "network.loss=hinge",
    "data.name=stripes",
    'run.measures=["stable_rank"]',
]


def test_a_run_of_own_parts_and_its_document() -> None:
    register_all()
    run = vglab.run("relu", [*QUICK, *NAMED, "run.replicas=2"])
    network, net = run.experiment.networks["model"], run.document.networks["model"]
    for i, tap in enumerate(network.taps):
        alone = [np.linalg.norm(W) ** 2 / np.linalg.norm(W, 2) ** 2 for W in tap.W]
        np.testing.assert_allclose(run.measures["stable_rank"][:, -1, i], alone, rtol=1e-6)
    assert network.output.outputs == 3
    assert net.theory_missing == "own_init"
    document = json.loads(encode(run.document))
    jsonschema.validate(document, json.loads(schemas.run()))
    said = {(part["kind"], part["name"]): part["source"] for part in document["own_parts"]}
    assert said == {
        ("activation", "mish"): "script",
        ("initializer", "third"): "script",
        ("loss", "hinge"): "script",
        ("data", "stripes"): "script",
        ("measure", "stable_rank"): "script",
    }
    assert "not vglab's own: activation mish (script), " in report(run.document)
    assert "own_parts" not in json.loads(encode(vglab.run("relu", QUICK).document))


def test_error_signals_come_in_their_true_size() -> None:
    """Delta is what delta_rms is the root mean square of, however small; so with the gradient."""
    vglab.register_measure("delta", lambda x: np.sqrt((x.Delta**2).mean(axis=(1, 2))))
    vglab.register_measure("grad", lambda x: np.sqrt((x.gradient**2).sum(axis=(1, 2))))
    small = ["network.depth=60", "network.width=8", "training.steps=2"]
    seen = vglab.run("deep-sigmoid", [*small, 'run.measures=["delta", "grad"]']).measures
    assert seen["delta_rms"][0, 0, 0] < 1e-38
    np.testing.assert_allclose(seen["delta"], seen["delta_rms"], rtol=1e-5)
    np.testing.assert_allclose(seen["grad"], seen["grad_norm"], rtol=1e-5)


def test_own_words_are_listed_guessed_and_in_the_schema() -> None:
    register_all()
    with pytest.raises(vglab.ScenarioError, match="linear, mish; did you mean mish") as caught:
        vglab.load("relu", ["network.activation=mihs"])
    assert caught.value.faults[0].key == "network.activation"
    table = json.loads(schemas.scenario())["$defs"]["Network"]["properties"]
    assert table["activation"]["enum"][-1] == "mish"
    with pytest.raises(vglab.ScenarioError, match="does nothing, as stripes takes no noise"):
        vglab.load("relu", ["data.name=stripes", "data.noise=0.3"])


def test_a_gan_imitates_own_points_in_the_plane_alone() -> None:
    vglab.register_data("stripes", stripes)
    vglab.register_data("cubes", lambda rng, n: (rng.uniform(size=(n, 3)), np.arange(n) % 2))
    vglab.run("gan-saturating", ["data.name=stripes", "training.steps=2"])
    with pytest.raises(vglab.ScenarioError, match="points in the plane"):
        vglab.load("gan-saturating", ["data.name=cubes"])


def test_a_wrong_derivative_is_refused_with_place_and_size() -> None:
    with pytest.raises(vglab.VglabError) as caught:
        vglab.register_activation("mish", mish, lambda z: mish_slope(z) + 1e-3 * (z > 3))
    place, miss = str(caught.value).split(" is ")[0], str(caught.value).split("off by ")[1]
    assert place.startswith("the activation mish: g′(")
    assert float(place[place.index("(") + 1 : -1]) > 3
    assert float(miss) == pytest.approx(1e-3, rel=0.05)
    with pytest.raises(vglab.VglabError, match=r"the loss hinge: gradient\(.*: off by 2"):
        vglab.register_loss("hinge", hinge, lambda z, t: -hinge_gradient(z, t))
    with pytest.raises(vglab.VglabError, match=r"g″\(.*finite differences of g′"):
        vglab.register_activation("mish", mish, mish_slope, curvature=mish)
    assert "mish" not in ACTIVATIONS
    assert not vocabulary.PARTS["activation"]


def test_kinks_are_no_wrong_derivative() -> None:
    vglab.register_activation("clip", lambda z: np.clip(z, -1, 1), lambda z: 1.0 * (np.abs(z) < 1))
    vglab.register_activation("relu_2", lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0))
    assert (ACTIVATIONS["relu_2"].kinked, ACTIVATIONS["clip"].kinked) == (True, False)
    assert ACTIVATIONS["relu_2"].steepest == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: vglab.register_activation("relu", mish, mish_slope), "the name is taken"),
        (lambda: vglab.register_activation("My g", mish, mish_slope), "small letters"),
        (lambda: vglab.register_activation("m", lambda z: z[0], mish_slope), "has the shape"),
        (lambda: vglab.register_activation("m", np.log, lambda z: 1 / z), "not a finite number"),
        (lambda: vglab.register_activation("m", lambda z: 1 // 0, mish_slope), "ZeroDivision"),
        (lambda: vglab.register_initializer("m", lambda rng, i, o: np.ones((o, i))), "the shape"),
        (
            lambda: vglab.register_initializer("m", lambda rng, i, o: np.random.rand(i, o)),
            "take every random number from rng",
        ),
        (lambda: vglab.register_loss("m", lambda z, t: z, hinge_gradient), "has the shape"),
        (lambda: vglab.register_data("m", lambda rng, n: (np.ones((n, 2)), np.ones(n))), "whole"),
        (lambda: vglab.register_data("m", lambda rng, n: (np.ones(n), np.arange(n))), "features"),
        (lambda: vglab.register_measure("m", lambda layer: 3.0), "not two numbers"),
    ],
)
def test_what_is_no_part_is_refused_in_a_line(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(vglab.VglabError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def run_command(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """`vglab`, where a folder is on the path beside it."""
    env = {**os.environ, "PYTHONPATH": str(folder), "LANGUAGE": "en"}
    command = [sys.executable, "-m", "vglab", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)


def test_an_installed_plug_in_is_found_by_its_entry_point(tmp_path: Path) -> None:
    write_plugin(tmp_path, "bends", PLUGIN.format(slope=1))
    write_plugin(tmp_path, "broken", "import nothing_of_the_kind\n")
    quick = [word for setting in QUICK for word in ("--set", setting)]
    ran = run_command(
        tmp_path, "--scenario", "relu", "--set", "network.activation=bend", *quick, "--json"
    )
    assert ran.returncode == 0, ran.stderr
    part = {"kind": "activation", "name": "bend", "source": "bends 1.2"}
    assert json.loads(ran.stdout)["own_parts"] == [part]
    (line,) = ran.stderr.splitlines()
    assert line.startswith("vglab: the plug-in broken (broken 1.2) is left out: ModuleNotFound")


@pytest.mark.slow
def test_a_plug_in_is_known_in_the_processes_of_a_sweep(tmp_path: Path) -> None:
    write_plugin(tmp_path, "bends", PLUGIN.format(slope=1))
    out = tmp_path / "grid.jsonl"
    grid = ["--over", "network.activation=tanh,bend", "--over", "network.depth=2,3"]
    ran = run_command(
        tmp_path, "sweep", "relu", *grid, "--steps", "4", "--workers", "2", "--out", str(out)
    )
    assert ran.returncode == 0, ran.stderr
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len({line["loss"]["train"] for line in lines}) == 4
    assert {line["error"] for line in lines} == {None}


LATE = """
import numpy as np
import vglab

def g(z):
    g.calls += z.shape[:-1] == (1, 64)
    return np.tanh(z) if g.calls < 20 else 1 // 0

g.calls = 0

def register():
    vglab.register_activation("bend", g, lambda z: 1 - np.tanh(z) ** 2)
"""


def test_a_function_that_fails_in_training_ends_it_in_a_line(tmp_path: Path) -> None:
    write_plugin(tmp_path, "late", LATE)
    ran = run_command(tmp_path, "--scenario", "relu", "--set", "network.activation=bend", "--json")
    assert (ran.returncode, ran.stdout) == (1, "")
    (line,) = ran.stderr.splitlines()
    assert line.startswith("Error: the activation bend: ZeroDivisionError: ")


def test_a_plug_in_with_a_wrong_derivative_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plugin(tmp_path, "bends", PLUGIN.format(slope=2))
    monkeypatch.syspath_prepend(tmp_path)
    vglab.load("relu", ["network.activation=tanh"])
    assert "bends" not in sys.modules
    with pytest.raises(vglab.ScenarioError, match='found "bend"'):
        vglab.load("relu", ["network.activation=bend"])
    with pytest.raises(vglab.ScenarioError):
        vglab.load("relu", ["network.activation=bend"])
    (line,) = capsys.readouterr().err.splitlines()
    assert "the activation bend: g′(" in line
    sys.modules.pop("bends")


SCRIPT = """
import numpy as np
import vglab

def curve(z):
    return z / (1 + np.abs(z))

def slope(z):
    return 1 / (1 + np.abs(z)) ** 2

{register}

if __name__ == "__main__":
    {register}
    over = {{"network.activation": ["bend"], "network.depth": [2, 3]}}
    found = vglab.sweep("relu", over, ["training.steps=3"], workers=2)
    print([line.error or line.loss["train"] > 0 for line in found.lines])
"""
CALL = 'vglab.register_activation("bend", curve, slope)'
LAMBDA = 'vglab.register_activation("bend", lambda z: curve(z), lambda z: slope(z))'


@pytest.mark.slow
def test_what_a_script_registers_is_sent_to_its_workers(tmp_path: Path) -> None:
    """Functions of the script; one without a name cannot be, and a line says so."""
    script = tmp_path / "own.py"
    script.write_text(SCRIPT.replace("{register}", "", 1).format(register=CALL))
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert ran.stdout.strip() == "[True, True]", ran.stderr
    script.write_text(SCRIPT.replace("{register}", "", 1).format(register=LAMBDA))
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert "bend: cannot be sent to other processes" in ran.stderr.splitlines()[-1]


def test_a_part_that_is_not_known_here_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    vglab.register_activation("mish", mish, mish_slope)
    scenario = vglab.load("relu", ["network.activation=mish", *QUICK])
    assert [part.name for part in own_parts(scenario)] == ["mish"]
    monkeypatch.setitem(vocabulary.PARTS, "activation", {})
    with pytest.raises(vglab.VglabError, match="the activation mish is not registered in this"):
        vglab.run(scenario)
