"""Scenarios: experiments in words. TOML goes in, a checked `Scenario` comes out, `build` runs it.

    from vglab.scenarios import build, load

Read the folders in this order; each one's `__init__` says how to read it. Only what is marked *
loads the engine, and numpy with it:

    i18n, errors, control_characters, files, free_memory, version
    schema        what a scenario can say
    userdata      a person's own data as tables
    loading       from a name or a file to a checked scenario, and back to TOML
    experiment *  from a scenario to an experiment that can be stepped
    runs          many runs: tasks, who carries them out, results (train *)
    sweep         grids of runs (critical_line *)
    comparison    scenarios side by side, and the tournament of remedies
    claims        the course notes put to the test (experiments *, probes *)
    grading       scenario files of a class, graded by a rubric
    recordings    recordings of real training runs, and what they show (as_trace *, verdict *)
    documents *   the run document, its sentences, the JSON Schemas
    deprecated    import paths of before

The names below are meant for use from outside (docs/en/api.md). Each is loaded when it is first
asked for: listing and checking scenarios must not wait for numpy.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .comparison.compare import compare
    from .documents.explanation import sentence
    from .documents.run import document, encode
    from .errors import ScenarioError, VglabError
    from .experiment.build import build
    from .i18n import set_language
    from .loading.changes import changes, presets
    from .loading.inheritance import load
    from .schema.spec import Scenario

__all__ = [
    "Scenario",
    "ScenarioError",
    "VglabError",
    "build",
    "changes",
    "compare",
    "document",
    "encode",
    "load",
    "presets",
    "sentence",
    "set_language",
]

# A worker process, here or in a cluster, begins with this package: what loads numpy first in it
# loads it with one BLAS thread (see engine/__init__.py).
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

MODULES: Mapping[str, Sequence[str]] = {
    ".comparison.compare": ["compare"],
    ".documents.explanation": ["sentence"],
    ".documents.run": ["document", "encode"],
    ".errors": ["ScenarioError", "VglabError"],
    ".experiment.build": ["build"],
    ".i18n": ["set_language"],
    ".loading.changes": ["changes", "presets"],
    ".loading.inheritance": ["load"],
    ".schema.spec": ["Scenario"],
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


class Package(ModuleType):
    """This module, in which a public name stays what it is when one of the modules in deprecated/
    is imported that has the same name (`changes`, `build`): Python would put that in its place."""

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute, unless it is such a module."""
        if not (name in PLACES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


# Import paths of 0.1 that 0.2 has no more.
__path__.append(os.path.join(os.path.dirname(__file__), "deprecated"))
sys.modules[__name__].__class__ = Package
