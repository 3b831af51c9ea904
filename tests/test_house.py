"""The house rules that no linter knows: sizes, docstrings, names."""

import ast
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
