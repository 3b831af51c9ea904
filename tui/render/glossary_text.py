"""A term of the glossary in lines of text: its sign, its name, its keys, what it means."""

from __future__ import annotations

from collections.abc import Iterator

from ...scenarios.loading.glossary import Term
from .styled_text import wrap_words

_INDENT = "    "


def term_head(term: Term) -> str:
    """Name and sign, and what it is called in documents."""
    keys = f"  [{', '.join(term.keys)}]" if term.keys else ""
    sign = f"  {term.sign}" if term.sign else ""
    return f"{term.name.in_language()}{sign}{keys}"


def term_lines(term: Term, columns: int) -> Iterator[str]:
    """The term, and below it its meaning, no wider than so many columns."""
    yield from wrap_words(term_head(term), columns, further=_INDENT)
    says = term.says.in_language()
    yield from wrap_words(says, columns, _INDENT, _INDENT)
