"""The engine: networks, their gradients, what is measured, and what theory says of it.

    from vglab.engine import Architecture, Network, Training, supervised

The names below are meant for use from outside (docs/en/api.md). Each is loaded when it is first
asked for, and NumPy with it.

Symbols, with a leading replica axis: A[r, sample, unit] activations, Z pre-activations, W[r, in,
out] weights, b biases, Delta = ∂J/∂Z error signals, S = g′(Z) slopes, theta and grad all parameters
and gradients of a network as one vector a replica. A d in front means ∂J/∂: dW, db, dA.

    Z⁽ˡ⁾ = A⁽ˡ⁻¹⁾ W⁽ˡ⁾ + b⁽ˡ⁾          nn.layers.Dense.forward
    A⁽ˡ⁾ = g(Z⁽ˡ⁾)                    nn.layers.Activate.forward
    Δ⁽ˡ⁻¹⁾ = Δ⁽ˡ⁾ W⁽ˡ⁾ᵀ ∘ g′(Z⁽ˡ⁻¹⁾)    nn.layers.Dense.backward, then nn.layers.Activate.backward
    ∂J/∂W⁽ˡ⁾ = A⁽ˡ⁻¹⁾ᵀ Δ⁽ˡ⁾            nn.layers.Dense.weight_gradients
    ∂J/∂b⁽ˡ⁾ = 1ᵀ Δ⁽ˡ⁾                the same

Read in this order (each folder says how to read it): numerics, rng; nn, networks and their
gradients; data; measure; training; diagnosis; theory; gan. deprecated holds older import paths.
The engine needs NumPy alone. It never prints, waits or calls back: training yields.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .data.datasets import Dataset, generate, split
    from .diagnosis.diagnosis import Diagnosis, diagnose
    from .gan.players import PlayerTraining
    from .gan.training import GanTraining, adversarial
    from .measure.trace import NetworkTrace, Trace
    from .nn.architecture import Architecture
    from .nn.network import Network
    from .theory.predictions import Theory, theory_for
    from .training.layerwise import layerwise
    from .training.optimizers import Settings
    from .training.stages import GanStage, Stage
    from .training.supervised import Experiment, Training, supervised

__all__ = [
    "Architecture",
    "Dataset",
    "Diagnosis",
    "Experiment",
    "GanStage",
    "GanTraining",
    "Network",
    "NetworkTrace",
    "PlayerTraining",
    "Settings",
    "Stage",
    "Theory",
    "Trace",
    "Training",
    "adversarial",
    "diagnose",
    "generate",
    "layerwise",
    "split",
    "supervised",
    "theory_for",
]

# Before NumPy is loaded: at these sizes a second BLAS thread gains little on an idle machine, and
# on a busy one a step takes many times as long. Whoever sets the variables otherwise is heard.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

MODULES: Mapping[str, Sequence[str]] = {
    ".data.datasets": ["Dataset", "generate", "split"],
    ".diagnosis.diagnosis": ["Diagnosis", "diagnose"],
    ".gan.players": ["PlayerTraining"],
    ".gan.training": ["GanTraining", "adversarial"],
    ".measure.trace": ["NetworkTrace", "Trace"],
    ".nn.architecture": ["Architecture"],
    ".nn.network": ["Network"],
    ".theory.predictions": ["Theory", "theory_for"],
    ".training.layerwise": ["layerwise"],
    ".training.optimizers": ["Settings"],
    ".training.stages": ["Stage", "GanStage"],
    ".training.supervised": ["Experiment", "Training", "supervised"],
}
"""The names that a module of this package gives to the world."""
PLACES = {name: module for module, names in MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a public name. Raises AttributeError where there is none."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(PLACES[name], __name__), name)


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return __all__


# Import paths of 0.1 that 0.2 has no more.
__path__.append(os.path.join(os.path.dirname(__file__), "deprecated"))
