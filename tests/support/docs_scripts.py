"""The scripts beside the pages, which write generated ones and build the site."""

import importlib.util
import sys
from types import ModuleType

from shell import ROOT

DOCS = ROOT / "docs"


def script(name: str) -> ModuleType:
    """A script beside the pages."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec
    assert spec.loader
    if str(DOCS) not in sys.path:
        sys.path.append(str(DOCS))  # as for a script that is started from there
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
