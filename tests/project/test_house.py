"""What the tree promises: folders, arrows between files, and what docstrings say."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from shell import ROOT

PACKAGES = ("api", "engine", "scenarios", "tui", "watch")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
FOLDERS = sorted({path.parent for path in MODULES})
LONGEST_FILE, LONGEST_FUNCTION, FULLEST_FOLDER = 400, 30, 16
MOST_BY_POSITION = 6
"""Arguments that a reader still tells apart by their order."""
COLLECTIONS = ("charts", "commands", "screens")
"""Folders in which each module is one thing of a kind: there may be many of them."""

SCRIPTS = sorted(path for name in ("benchmarks", "docs") for path in (ROOT / name).rglob("*.py"))
EVERYTHING = [
    *MODULES,
    *SCRIPTS,
    *sorted((ROOT / "tests").rglob("*.py")),
]
HIDDEN = {
    "tui/lab/textual_patches.py": "Textual's, each with a way to do without",
    "tests/tui/lab/test_textual_patches.py": "proves that by taking them away",
    "watch/pytorch/sampling.py": "PyTorch's end of a backward pass, with a way to do without",
    "tests/frameworks/test_watch_compiled.py": "counts graph breaks in `torch._dynamo`",
    "benchmarks/side_torch.py": "PyTorch's fastest, for a fair race: `_foreach_norm`",
}
"""Files that may use what another package keeps to itself, and why."""
BY_NAME = ("getattr", "setattr", "hasattr", "import_module")
OPEN = {"_exit", "_replace", "_asdict"}
"""Names with an underscore that the standard library documents."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """The module in a file, from the top: `engine.nn.layers`; a package by its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


KNOWN = {name_of(path): path for path in MODULES}


def imported(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports, inside functions and for types only included."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            module = ".".join(filter(None, base))
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield inner if inner in KNOWN else module


def body(function: Function) -> int:
    """Lines of a function without its head and its docstring."""
    statements = function.body[ast.get_docstring(function) is not None :]
    return statements[-1].end_lineno - statements[0].lineno + 1 if statements else 0  # type: ignore


def test_no_files_import_each_other_in_a_circle() -> None:
    arrows = {name: {*imported(path)} & {*KNOWN} for name, path in KNOWN.items()}
    assert sum(map(len, arrows.values())) > 500
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    "folder", [folder for folder in FOLDERS if folder.name not in COLLECTIONS], ids=name_of
)
def test_a_folder_can_be_taken_in_at_a_glance(folder: Path) -> None:
    modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= FULLEST_FOLDER


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_holds_and_keeps_to_it(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    assert len(path.read_text().splitlines()) <= LONGEST_FILE
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    assert {f.name: body(f) for f in functions if body(f) > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_a_script_says_what_it_does_and_keeps_to_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(name_of(path))
    assert len(places) > 200
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_records_of_many_fields_are_built_by_the_names_of_their_fields() -> None:
    trees = {name_of(path): ast.parse(path.read_text()) for path in MODULES}
    nodes = [(name, node) for name, tree in trees.items() for node in ast.walk(tree)]
    classes = {node.name for _name, node in nodes if isinstance(node, ast.ClassDef)}
    calls = [(name, node) for name, node in nodes if isinstance(node, ast.Call)]
    built = [(name, call) for name, call in calls if called(call) in {*classes, "cls"}]
    assert len(built) > 400
    assert [(name, called(call)) for name, call in built if len(call.args) > MOST_BY_POSITION] == []


def called(call: ast.Call) -> str:
    """The last name of what a call calls: `open` in `path.open()`."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


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
            for word in words:
                yield from str(word).split(".")


def hidden(name: str) -> bool:
    """Whether a package keeps a name to itself."""
    return name.startswith("_") and not name.endswith("__") and name not in OPEN


def test_what_others_keep_to_themselves_is_used_in_one_file() -> None:
    trees = {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in EVERYTHING}
    ours = {"_"}.union(*(own_names(tree) for file, tree in trees.items() if file not in HIDDEN))
    theirs = {file: {*filter(hidden, used_names(tree))} - ours for file, tree in trees.items()}
    assert {file for file, names in theirs.items() if names} == set(HIDDEN), theirs
