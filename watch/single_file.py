"""The recorder as one file, to copy to where nothing can be installed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PYTORCH = (
    *("recording", "layers", "causes", "budget"),
    *("pytorch/guard", "pytorch/tensors", "pytorch/model", "pytorch/signals", "pytorch/notes"),
    *("pytorch/packing", "pytorch/sampling", "pytorch/scaler", "pytorch/watch"),
)
PARTS = {
    "torch": PYTORCH,
    "lightning": (*PYTORCH, "lightning"),
    "hf": (*PYTORCH, "huggingface"),
    "jax": ("recording", "layers", "records", "jax_training"),
}
"""The modules that each framework takes, each behind those it needs; the last is what is called."""


def single_file(framework: str) -> str:
    """The source of a module that needs nothing but Python and the framework; a key of PARTS."""
    *_, last = parts = [source(name) for name in PARTS[framework]]
    imports: dict[str, None] = {}
    bodies: list[str] = []
    for text in parts:
        tree = ast.parse(text)
        kept = [node for node in tree.body[1:] if not is_import(node)]
        imports.update(dict.fromkeys(outside_imports(tree, text)))
        bodies.append("\n".join(segments(text, kept)))
    usage = (ast.get_docstring(ast.parse(last)) or "").replace("vglab.watch", "vglab_watch")
    head = (
        f'"""{usage}\n\nSave this as vglab_watch.py; `vglab watch FILE` reads what it writes.\n"""'
    )
    future = "from __future__ import annotations"
    return "\n\n".join([head, future, "\n".join(sorted(imports)), *bodies]) + "\n"


def source(name: str) -> str:
    """The text of a module of this package."""
    return (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")


def is_import(node: ast.stmt) -> bool:
    """Whether a statement imports."""
    return isinstance(node, ast.Import | ast.ImportFrom)


def outside_imports(tree: ast.Module, text: str) -> Iterator[str]:
    """The imports of a module that are of no module of this package."""
    for node in tree.body:
        ours = isinstance(node, ast.ImportFrom) and (node.level or node.module == "__future__")
        if is_import(node) and not ours:
            yield " ".join((ast.get_source_segment(text, node) or "").split())


def segments(text: str, nodes: list[ast.stmt]) -> Iterator[str]:
    """The lines of statements, with their decorators, and with the comments before them."""
    lines = text.splitlines()
    for node in nodes:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(d.lineno for d in decorators)])
        while lines[first - 2].startswith("#"):
            first -= 1
        gap = "\n\n" if isinstance(node, ast.ClassDef | ast.FunctionDef) else ""
        yield gap + "\n".join(lines[first - 1 : node.end_lineno])
