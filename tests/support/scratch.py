"""A copy of the tree in a scratch folder, in which a guide can be followed without harm."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from shell import ROOT

PACKAGES = ("engine", "scenarios", "tui")
FOLDERS = (*PACKAGES, "api", "requirements", "tests")


def copy_tree(folder: Path) -> None:
    """Copy what tests and the program need; `.venv` is a link to the environment in use."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    package = folder / "path" / "vglab"
    package.mkdir(parents=True)
    for name in PACKAGES:
        (package / name).symlink_to(folder / name)
    for module in (folder / "api").glob("*.py"):
        (package / module.name).symlink_to(module)
    (folder / ".venv").symlink_to(sys.prefix)


def run(folder: Path, script: str) -> "subprocess.CompletedProcess[str]":
    """Run a shell script in the copy, where `vglab.*` is the copy's code."""
    env = {**os.environ, "PYTHONPATH": str(folder / "path"), "LANGUAGE": "en"}
    return subprocess.run(
        ["bash", "-ec", script], cwd=folder, env=env, capture_output=True, text=True, timeout=600
    )
