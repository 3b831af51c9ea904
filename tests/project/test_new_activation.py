"""A new activation is a row in engine/nn/activations.py and one in activation_facts.py, no more:
softsign is added so to a copy of the tree, which then knows it everywhere."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTIONS = '''
def softsign(Z: Array, A: Array) -> None:
    """g(z) = z/(1 + |z|) (Bergstra et al. 2009)."""
    np.divide(Z, 1 + np.abs(Z), out=A)


def softsign_slope(Z: Array, _: Array, S: Array) -> None:
    """g′ = 1/(1 + |z|)²."""
    np.divide(1, np.square(1 + np.abs(Z)), out=S)


def softsign_curvature(Z: Array) -> Array:
    """g″ = -2 sign(z)/(1 + |z|)³."""
    return -2 * np.sign(Z) / (1 + np.abs(Z)) ** 3


'''
ROW = '        Activation("softsign", softsign, softsign_slope, softsign_curvature, 1.0),\n'
FACTS = '        ActivationFacts("softsign", "z / (1 + |z|)", "1 / (1 + |z|)²", 1.0),\n'
GRADIENTS = """
import sys
import numpy as np
import vglab.engine, vglab.scenarios.schema.spec as spec
from vglab.engine.nn.architecture import Architecture
from vglab.engine.nn.activations import activation
from vglab.engine.nn.losses import LOSSES
from vglab.engine.nn.network import Network
from vglab.scenarios.schema.activation_facts import ACTIVATION_FACTS

assert all(path.startswith(sys.argv[1]) for path in vglab.engine.__path__)
assert "softsign" in spec.names(spec.Activation)
assert ACTIVATION_FACTS["softsign"].formula == "z / (1 + |z|)"
rng, step = np.random.default_rng(1), 1e-5
for form in ("mlp", "cnn", "lstm"):
    a = Architecture(2, 1, 3, 4, form, "softsign", bias_std=0.1, side=3, length=3)
    numbers = {"mlp": 2, "cnn": 2 * 9, "lstm": 2 * 3}[form]
    network = Network(a, [0], 6, np.float64)
    X, t = rng.standard_normal((1, 6, numbers)), rng.standard_normal((1, 6, 1))
    loss = lambda: float(LOSSES["squared"](network.forward(X), t, network.Delta)[0])
    loss()
    network.backward(network.Delta)
    network.restore()
    found = network.grad.copy()
    for i in range(network.theta.size):
        kept = network.theta[0, i]
        network.theta[0, i] = kept + step
        above = loss()
        network.theta[0, i] = kept - step
        below = loss()
        network.theta[0, i] = kept
        assert abs((above - below) / 2 / step - found[0, i]) < 1e-8, (form, i)
g, Z = activation("softsign"), np.linspace(-3, 3, 13) + 0.1
A, above, below = (np.empty_like(Z) for _ in range(3))
g.slope(Z + step, A, above)
g.slope(Z - step, A, below)
np.testing.assert_allclose(g.curvature(Z), (above - below) / 2 / step, atol=1e-8)
"""


def insert(path: Path, *pieces: tuple[str, str]) -> None:
    """Put each text before the only place where the other one stands."""
    text = path.read_text()
    for before, new in pieces:
        assert text.count(before) == 1
        text = text.replace(before, new + before)
    path.write_text(text)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages in which two files have been edited."""
    top = tmp_path_factory.mktemp("scratch")
    for folder in ("engine", "scenarios", "tui"):
        unneeded = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, top / "vglab" / folder, ignore=unneeded)
    shutil.copy(ROOT / "api" / "__main__.py", top / "vglab")
    insert(
        top / "vglab/engine/nn/activations.py",
        ("def _steepest_gelu(", FUNCTIONS.lstrip("\n")),
        ('        Activation("linear"', ROW),
    )
    insert(
        top / "vglab/scenarios/schema/activation_facts.py",
        ('        ActivationFacts("linear"', FACTS),
    )
    return top


def run(scratch: Path, *arguments: str) -> str:
    """What Python, with the copy first on its path, prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        env=os.environ | {"PYTHONPATH": str(scratch)},
        cwd=scratch,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_its_gradients_are_those_of_the_loss(scratch: Path) -> None:
    run(scratch, "-c", GRADIENTS, str(scratch))


def test_a_scenario_with_it_is_right_and_runs(scratch: Path) -> None:
    (scratch / "own.toml").write_text(
        'extends = "tanh"\n[network]\nactivation = "softsign"\n[training]\nsteps = 20\n'
    )
    run(scratch, "-m", "vglab", "check", "own.toml")
    document = json.loads(run(scratch, "-m", "vglab", "--scenario", "own.toml", "--json"))
    assert document["records"][-1] == 20
    hidden = document["networks"]["model"]["layers"][:-1]
    assert all(layer["activation"] == "softsign" for layer in hidden)


def test_remedies_know_its_critical_gain(scratch: Path) -> None:
    script = (
        "from vglab.scenarios.comparison.remedies import critical_sigma\n"
        "from vglab.scenarios.loading.inheritance import load\n"
        "print(critical_sigma(load('tanh', ['network.activation=softsign']).network))"
    )
    assert run(scratch, "-c", script) == "1.0\n"
