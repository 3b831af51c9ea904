"""The recorder as one file: complete, and nothing of vglab in it."""

import ast
import builtins
import subprocess
import sys
from pathlib import Path

import pytest
from vglab.watch.single_file import PARTS, single_file


@pytest.mark.parametrize("framework", PARTS)
def test_every_name_is_defined_once_and_none_is_missing(framework: str) -> None:
    text = single_file(framework)
    tree = ast.parse(text)
    defined = [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assert len(defined) == len(set(defined))
    symbols = {name for node in ast.walk(tree) for name in bound(node)} | set(dir(builtins))
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    assert used - symbols - {"__name__", "__file__"} == set()
    assert "vglab.watch import" not in text
    assert "from ." not in text


def bound(node: ast.AST) -> list[str]:
    """The names that a node gives something to."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.ExceptHandler):
        return [node.name or ""]
    return [
        a.asname or a.name.split(".")[0] for a in getattr(node, "names", []) if hasattr(a, "asname")
    ]


def test_the_command_prints_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vglab", "hook", "jax"]
    printed = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path).stdout
    assert printed.decode() == single_file("jax")
