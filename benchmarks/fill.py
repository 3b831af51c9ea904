"""Writes what all.py found into the tables of docs/*/speed.md.

    python benchmarks/fill.py [--from FOLDER]

A table follows a line `<!-- fill: NAME -->`; its rows stand in the order of the figures, and keep
their first cell, which says in each language what the row is of. Tables whose part of all.py was
not run stay as they are.
"""

import argparse
import json
import re
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGES = sorted((HERE.parent / "docs").glob("*/speed.md"))
Rows = list[list[str]]
MARK = re.compile(r"<!-- fill: (\w+) -->")
SIDES = ("vglab", "vglab, nothing measured", "torch", "jax")
GROWTH = {
    "depth": "time a layer, µs",
    "replicas": "time a step and replica, µs",
    "age": "time a step, µs",
    "memory": "peak memory, MiB",
}
HEAD = 2
"""Lines of a table before its rows."""


def race(found: dict[str, Any]) -> Rows:
    """The floor's milliseconds, then every side in multiples of it."""
    rows: Rows = []
    for best in found["race"].values():
        others = (f"{best[side] / best['floor']:.2f}" if side in best else "–" for side in SIDES)
        rows.append([f"{1e3 * best['floor']:.3g} ms", *others])
    return rows


def startup(found: dict[str, Any]) -> Rows:
    """Least and median seconds; the first round of all only warms up."""
    rows: Rows = []
    for _, *counted in found["startup"].values():
        rows.append([f"{min(counted):.3f}", f"{sorted(counted)[len(counted) // 2]:.3f}"])
    return rows


def growth(title: str) -> Callable[[dict[str, Any]], Rows]:
    """A part of scaling.py: figures, and in times the first."""

    def rows(found: dict[str, Any]) -> Rows:
        values = list(found["scaling"][title].values())
        return [[f"{value:.3g}", f"{value / values[0]:.2f}"] for value in values]

    return rows


def lab(found: dict[str, Any]) -> Rows:
    """What is asked of the lab, and what was measured on each network."""
    figures, goals = found["lab"]["figures"], found["lab"]["goals"]
    rows: Rows = []
    for name in next(iter(figures.values())):
        goal = goals.get(name)
        limit = f"{'≥' if goal['at_least'] else '≤'} {goal['limit']:g}" if goal else ""
        values = (each[name] for each in figures.values())
        rows.append(
            [limit, *(f"{value:.0f}" if value >= 100 else f"{value:.3g}" for value in values)]
        )
    return rows


TABLES: dict[str, Callable[[dict[str, Any]], Rows]] = {
    "race": race,
    "startup": startup,
    "lab": lab,
    **{name: growth(title) for name, title in GROWTH.items()},
}


def filled(text: str, found: dict[str, Any]) -> str:
    """The page with its marked tables' figures renewed."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        mark = MARK.fullmatch(line)
        if mark and ("scaling" if mark[1] in GROWTH else mark[1]) in found:
            rows = TABLES[mark[1]](found)
            room = takewhile(lambda row: row.startswith("|"), lines[i + 2 + HEAD :])
            if len(list(room)) != len(rows):
                raise SystemExit(f"{mark[1]}: {len(rows)} rows of figures for another table")
            for at, cells in enumerate(rows, i + 2 + HEAD):
                label = lines[at].split(" | ")[0]
                lines[at] = " | ".join([label, *cells]) + " |"
    return "\n".join(lines)


def main() -> None:
    """Fill both languages' pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, default=HERE.parent / "build" / "bench")
    folder = parser.parse_args().folder
    found = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    for page in PAGES:
        page.write_text(filled(page.read_text(), found))
        print(page)


if __name__ == "__main__":
    main()
