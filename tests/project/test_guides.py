"""CONTRIBUTING's guides, "How to add …", are true: each is followed in a copy of the tree."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from guides import CONTRIBUTING, edit, guides
from scratch import copy_tree, run

GUIDES = guides()
KINDS = ("activation", "architecture", "chart", "preset", "claim", "sentence", "command")
TESTS = re.compile(r"\btests/[\w/]+\.py")
each = pytest.mark.parametrize("title", GUIDES)


def test_there_is_a_guide_for_each_thing_one_may_add() -> None:
    assert tuple(title.split()[1] for title in GUIDES) == KINDS


def undefined_imports(root: Path, file: str) -> list[str]:
    """Names that a module imports from its neighbors and that are not there."""
    missing = []
    for node in ast.walk(ast.parse((root / file).read_text())):
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            path = (root / file).parents[node.level - 1] / node.module.replace(".", "/")
            neighbor = path.with_suffix(".py")
            text = neighbor.read_text() if neighbor.exists() else ""
            missing += [a.name for a in node.names if neighbor.exists() and a.name not in text]
    return missing


def ruff(*words: str, cwd: Path) -> int:
    """The exit status of a check."""
    return subprocess.run([sys.executable, "-m", "ruff", "check", *words], cwd=cwd).returncode


@each
def test_a_guide_opens_as_many_files_as_it_says(title: str) -> None:
    row = f"| {title[0].lower()}{title[1:]} | "
    (count,) = (
        line.removeprefix(row).split()[0]
        for line in CONTRIBUTING.read_text().splitlines()
        if line.startswith(row)
    )
    assert int(count) == len({step.file for step in GUIDES[title]} - {""})


@each
def test_a_guide_fits_the_tree(title: str, tmp_path: Path) -> None:
    copy_tree(tmp_path)
    for step in GUIDES[title]:
        if step.file:
            edit(tmp_path, step)
    files = {step.file for step in GUIDES[title] if step.file.endswith(".py")}
    for file in files:
        assert undefined_imports(tmp_path, file) == []
    assert not files or ruff("--isolated", "--select", "F", *files, cwd=tmp_path) == 0
    used = {path for step in GUIDES[title] for path in TESTS.findall(step.body) if not step.file}
    assert {path for path in used if not (tmp_path / path).exists()} == set()


@pytest.mark.slow
@each
def test_a_guide_leads_to_what_it_promises(title: str, tmp_path: Path) -> None:
    copy_tree(tmp_path)
    assert [step for step in GUIDES[title] if not step.file]
    for step in GUIDES[title]:
        if step.file:
            edit(tmp_path, step)
            continue
        ran = run(tmp_path, step.body)
        assert ran.returncode == 0, f"{step.body}\n{ran.stdout}\n{ran.stderr}"
