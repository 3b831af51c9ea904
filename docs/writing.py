"""Tables and code in Markdown, and where generated pages go."""

from collections.abc import Sequence
from pathlib import Path

GENERATED = Path(__file__).parent.parent / "build" / "generated"
"""Beside the committed pages, which `make_site.py` puts them over."""


def cell(value: object) -> str:
    """A text in a cell of a table."""
    return str(value).replace("|", "\\|")


def code(value: object) -> str:
    """A value in a cell of a table."""
    return f"`{cell(value)}`"


def row(*cells: str) -> str:
    """A line of a table."""
    return "| " + " | ".join(cells) + " |"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table."""
    return "\n".join([row(*head), row(*["---"] * len(head)), *(row(*cells) for cells in rows)])
