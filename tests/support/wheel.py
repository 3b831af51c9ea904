"""Check the contents of a wheel: `python tests/support/wheel.py dist/*.whl` (in `make wheel`).

It must hold every module, preset, translation and style sheet of the packages, and nothing else: no
test, no top-level module that could shadow a user's own.
"""

import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
PACKAGES = {"api": "vglab"} | {
    name: f"vglab/{name}" for name in ("engine", "scenarios", "tui", "watch")
}
"""Folders, and where a wheel has them."""
MAN = ".data/data/share/man/man1/vglab.1"
"""Where a wheel has the man page: `pip` puts it into share/man of the environment."""
SHIPPED = (".py", ".typed", ".toml", ".mo", ".tcss", ".html", ".npz", ".txt")


def files_to_ship() -> set[str]:
    """The paths in a wheel that the source tree has to ship."""
    return {
        f"{package}/{path.relative_to(ROOT / folder)}"
        for folder, package in PACKAGES.items()
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SHIPPED or path.name == "py.typed"
    }


def faults(names: set[str], entry_points: str) -> list[str]:
    """What is wrong with a wheel."""
    inside = {name for name in names if ".dist-info/" not in name and not name.endswith(MAN)}
    missing, stray = files_to_ship() - inside, inside - files_to_ship()
    return [
        *(f"missing: {name}" for name in sorted(missing)),
        *(f"should not be there: {name}" for name in sorted(stray)),
        *(["no `vglab` command"] if "vglab = vglab.tui.cli.main:main" not in entry_points else []),
        *(["no man page"] if not any(name.endswith(MAN) for name in names) else []),
        *(["no license"] if not any(name.endswith("/LICENSE") for name in names) else []),
    ]


def look_inside(path: Path) -> list[str]:
    """What is wrong with the wheel at a path."""
    with ZipFile(path) as wheel:
        names = set(wheel.namelist())
        points = next((name for name in names if name.endswith("/entry_points.txt")), None)
        return faults(names, wheel.read(points).decode() if points else "")


if __name__ == "__main__":
    (found,) = sys.argv[1:]
    if told := look_inside(Path(found)):
        sys.exit("\n".join(told))
    print(f"{found}: {len(files_to_ship())} files, all there")
