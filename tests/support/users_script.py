"""What a user writes: run against the installed wheel, and checked by mypy and pyright."""

import numpy as np
import vglab
from numpy.typing import NDArray
from vglab.engine import Architecture, Network, theory_for
from vglab.engine.measure.own_measures import LayerState
from vglab.scenarios import build, document

Floats = NDArray[np.float64]


def softsign(z: NDArray[np.floating]) -> NDArray[np.floating]:
    found: NDArray[np.floating] = z / (1 + np.abs(z))
    return found


def slope(z: NDArray[np.floating]) -> NDArray[np.floating]:
    found: NDArray[np.floating] = 1 / (1 + np.abs(z)) ** 2
    return found


def size(layer: LayerState) -> Floats:
    found: Floats = np.sqrt((layer.W**2).mean(axis=(1, 2)))
    return found


vglab.register_activation("softsign", softsign, slope)
vglab.register_measure("size", size)
scenario = vglab.load("tanh", ["network.activation=softsign", "training.steps=5"])
depth: int = scenario.network.depth
run = vglab.run(scenario)
delta: Floats = run.measures["delta_rms"]
state: str = vglab.diagnose(run).state
both = vglab.compare("relu", "tanh", settings=["training.steps=5"])
titles: list[str] = [one.title for one in both.document.runs]
grid = vglab.sweep(
    "tanh", {"network.gain": [0.5, 1.0]}, ["training.steps=5"], measures=["dead"], theory=True
)
rates: list[float | None] = [
    net.theory.rate for line in grid.lines for net in line.networks.values() if net.theory
]
experiment = build(scenario)
version: str = document(scenario, experiment).version
law = theory_for(Architecture(depth=3, width=8), input_square=1.0)
print(depth, state, titles, len(rates), version, law is not None, Network.__name__, delta.shape)
