"""Tables and code in Markdown."""

from collections.abc import Sequence


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
