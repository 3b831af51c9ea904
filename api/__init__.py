"""vglab from Python: `import vglab`, then load, run, diagnose, compare, sweep, plot.

    >>> import vglab
    >>> run = vglab.run("deep-sigmoid", ["training.steps=200"])
    >>> run.to_dataframe()

Every name is loaded when it is first asked for, and NumPy with those that compute. The parts they
are made of are in `vglab.scenarios` and `vglab.engine`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .frames import data_file
    from .plotting import FigureFile
    from .results import ComparisonResult, DiagnosisResult, RunResult, SweepResult
    from .running import compare, diagnose, plot, run, sweep
    from .scenarios.errors import ScenarioError, VglabError
    from .scenarios.experiment.registering import (
        register_activation,
        register_data,
        register_initializer,
        register_loss,
        register_measure,
    )
    from .scenarios.loading.inheritance import load
    from .scenarios.schema.spec import Scenario
    from .scenarios.version import VERSION as __version__

__all__ = [
    "ComparisonResult",
    "DiagnosisResult",
    "FigureFile",
    "RunResult",
    "Scenario",
    "ScenarioError",
    "SweepResult",
    "VglabError",
    "__version__",
    "compare",
    "data_file",
    "diagnose",
    "load",
    "plot",
    "register_activation",
    "register_data",
    "register_initializer",
    "register_loss",
    "register_measure",
    "run",
    "sweep",
]

MODULES: Mapping[str, Sequence[str]] = {
    ".frames": ["data_file"],
    ".plotting": ["FigureFile"],
    ".results": ["ComparisonResult", "RunResult", "SweepResult", "DiagnosisResult"],
    ".running": ["compare", "diagnose", "plot", "run", "sweep"],
    ".scenarios.errors": ["ScenarioError", "VglabError"],
    ".scenarios.experiment.registering": [
        "register_activation",
        "register_data",
        "register_initializer",
        "register_loss",
        "register_measure",
    ],
    ".scenarios.loading.inheritance": ["load"],
    ".scenarios.schema.spec": ["Scenario"],
}
"""The names that a module gives to the world."""
PLACES = {name: module for module, names in MODULES.items() for name in names}


if __spec__ is not None:
    # In a clone the packages below lie beside this one, as a namespace's do, and not in its folder:
    # import-linter looks for them there where the spec names a place.
    __spec__.has_location = False


def __getattr__(name: str) -> object:
    """Load a public name. Raises AttributeError where there is none."""
    if name == "__version__":
        return import_module(".scenarios.version", __name__).VERSION
    if name in ("engine", "scenarios"):
        return import_module(f".{name}", __name__)
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(PLACES[name], __name__), name)


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return __all__
