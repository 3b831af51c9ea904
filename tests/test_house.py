"""The house rules that no linter knows: sizes, docstrings, names."""

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from statistics import median

import pytest
from shell import ROOT

PACKAGES = ("api", "engine", "scenarios", "tui")
MODULES = sorted(chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES))
LONGEST_FILE, LONGEST_FUNCTION = 300, 30
USUAL_FILE, USUAL_FUNCTION = 130, 7

Function = ast.FunctionDef | ast.AsyncFunctionDef
EVERYTHING = sorted(
    chain(MODULES, *((ROOT / name).rglob("*.py") for name in ("tests", "docs", "benchmarks")))
)
HIDDEN = {
    "tui/spans.py": "Textual's, each with a way to do without",
    "tests/tui/test_spans.py": "proves that by taking them away",
    "benchmarks/side_torch.py": "PyTorch's fastest, for a fair race: `_foreach_norm`",
}
"""Files that may use what another package keeps to itself, and why."""
BY_NAME = ("getattr", "setattr", "hasattr", "import_module")
OPEN = {"_exit", "_replace", "_asdict"}
"""Names with an underscore that the standard library documents."""


def body(function: Function) -> int:
    """Lines of a function without its head and its docstring."""
    statements = function.body[ast.get_docstring(function) is not None :]
    return statements[-1].end_lineno - statements[0].lineno + 1 if statements else 0  # type: ignore


def functions(path: Path) -> list[Function]:
    """Every function of a file."""
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function)]


def lines(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text().splitlines())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_stays_small(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())) or not lines(path)
    assert lines(path) <= LONGEST_FILE
    long = {function.name: body(function) for function in functions(path)}
    assert {name: size for name, size in long.items() if size > LONGEST_FUNCTION} == {}


def test_most_are_much_smaller() -> None:
    assert median(map(lines, MODULES)) <= USUAL_FILE
    assert (
        median(body(function) for path in MODULES for function in functions(path)) <= USUAL_FUNCTION
    )


def own_names(tree: ast.AST) -> Iterator[str]:
    """What a file itself gives a name to."""
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.arg):
            yield node.arg


def used_names(tree: ast.AST) -> Iterator[str]:
    """The attributes and modules that a file asks others for, also by `getattr`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from (*node.module.split("."), *(name.name for name in node.names))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in BY_NAME:
            words = (part.value for part in node.args if isinstance(part, ast.Constant))
            yield from chain.from_iterable(str(word).split(".") for word in words)


def hidden(name: str) -> bool:
    """Whether a package keeps a name to itself."""
    return name.startswith("_") and not name.endswith("__") and name not in OPEN


def test_what_others_keep_to_themselves_is_used_in_one_file() -> None:
    trees = {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in EVERYTHING}
    ours = {"_"}.union(*(own_names(tree) for file, tree in trees.items() if file not in HIDDEN))
    theirs = {file: {*filter(hidden, used_names(tree))} - ours for file, tree in trees.items()}
    assert {file for file, names in theirs.items() if names} == set(HIDDEN), theirs
