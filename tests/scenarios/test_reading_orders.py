"""Each folder of the scenarios says how to read it, and leaves no module out."""

import ast
import re
from pathlib import Path

import pytest
from shell import ROOT

FOLDERS = sorted(
    path.parent
    for path in (ROOT / "scenarios").rglob("__init__.py")
    if path.parent.name != "deprecated"
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_reading_order_names_every_module(folder: Path) -> None:
    said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
    words = set(re.findall(r"\w+", said))
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert modules | packages <= words
