"""The text on the screen of an app without a terminal, from its screenshot."""

import re
from collections import defaultdict
from html import unescape
from typing import Any

from textual.app import App

RUN = re.compile(r'<text [^>]*?x="(?P<x>[\d.]+)"[^>]*-line-(?P<row>\d+)\)">(?P<text>[^<]*)</text>')
CELL = 12.2
"""Units of the picture that a column is wide."""


def screen_text(app: App[Any]) -> str:
    """All rows of the screen; blanks at their ends may be missing."""
    rows: dict[int, str] = defaultdict(str)
    for run in RUN.finditer(app.export_screenshot()):
        row, column = int(run["row"]), round(float(run["x"]) / CELL)
        text = unescape(run["text"]).replace("\xa0", " ").rstrip("\n")
        rows[row] = rows[row].ljust(column) + text
    return "\n".join(rows[row] for row in range(max(rows, default=-1) + 1))
