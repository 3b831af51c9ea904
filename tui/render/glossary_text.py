"""A term of the glossary in lines of text: its sign, its name, its keys, what it means."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ...scenarios.loading.glossary import Term

_INDENT = "    "


def term_head(term: Term) -> str:
    """Name and sign, and what it is called in documents."""
    keys = f"  [{', '.join(term.keys)}]" if term.keys else ""
    sign = f"  {term.sign}" if term.sign else ""
    return f"{term.name.in_language()}{sign}{keys}"


def term_lines(term: Term, columns: int) -> Iterator[str]:
    """The term, and below it its meaning, no wider than so many columns."""
    yield from textwrap.wrap(term_head(term), columns, subsequent_indent=_INDENT)
    says = term.says.in_language()
    yield from textwrap.wrap(says, columns, initial_indent=_INDENT, subsequent_indent=_INDENT)
