"""Every term of charts, verdicts and documents in plain words (glossary/terms.toml)."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct, convert

from ..errors import VglabError, did_you_mean, nearest, printable
from ..i18n import _
from ..schema.spec import Kebab, Text

TERMS = Path(__file__).parent.parent / "glossary" / "terms.toml"
_LEAST_STEM = 4
"""Letters that are left of a plural, so that no "loss" is one."""


class UnknownTerm(VglabError):
    """No term is called so; one line."""


class Term(Struct, frozen=True, forbid_unknown_fields=True):
    """A word of the field."""

    id: Kebab
    name: Text
    says: Text
    also: tuple[str, ...] = ()
    """What people call it besides, in either language."""
    sign: str = ""
    """What it is drawn by, or written as."""
    keys: tuple[str, ...] = ()
    """What it is called in documents and scenario files."""

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is found by."""
        names = self.id, self.name.en, self.name.es, *self.also
        return *names, *self.sign.split(), *self.keys


class TermChapter(Struct, frozen=True, forbid_unknown_fields=True):
    """Terms that belong together."""

    title: Text
    term: tuple[Term, ...]


@cache
def term_chapters() -> tuple[TermChapter, ...]:
    """The whole glossary, in the order in which it is best read."""
    with TERMS.open("rb") as file:
        return convert(tomllib.load(file)["chapter"], tuple[TermChapter, ...])


def terms() -> Iterator[Term]:
    """All terms."""
    return (term for chapter in term_chapters() for term in chapter.term)


def terms_called(ids: Iterable[str]) -> list[Term]:
    """The terms of these ids. Raises KeyError where there is none."""
    known = {term.id: term for term in terms()}
    return [known[one] for one in ids]


def find_terms(word: str) -> list[Term]:
    """The terms that are called so, or else those in whose names the word stands, or what it is the
    plural of.

    Raises UnknownTerm, with the nearest name, where there is none.
    """
    asked = fold(word.strip())
    every = [*terms()]
    exact = [term for term in every if _is_called(term, asked)]
    if found := exact or [term for term in every if _holds(fold(" ".join(term.names)), asked)]:
        return found
    what = _("{word} is not in the glossary").format(word=printable(word))
    question = did_you_mean(nearest(asked, [name for term in every for name in term.names]))
    raise UnknownTerm("; ".join(filter(None, (what, question))))


def terms_about(typed: str) -> list[Term]:
    """The terms in whose names every word that is typed stands, those that are called just so
    first; or else those whose meaning in the language in use has them all. A plural finds its
    singular. Every term where nothing is typed."""
    asked = fold(typed).strip()
    words = [word.strip("(),.:;") or word for word in asked.split()]
    every = [*terms()]
    named = [term for term in every if _holds_all(" ".join(term.names), words)]
    found = named or [term for term in every if _holds_all(term.says.in_language(), words)]
    return sorted(found, key=lambda term: words and not _is_called(term, asked))


def meaning_of(key: str) -> str:
    """What is set by a key of a scenario, in the first clause of its term; nothing without one."""
    said = next((term.says.in_language() for term in terms() if key in term.keys), "")
    return re.split(r"[.:;](?:\s|$)", said, maxsplit=1)[0]


def _is_called(term: Term, asked: str) -> bool:
    """Whether a term is called just so, or what this is the plural of."""
    return not {*map(fold, term.names)}.isdisjoint(_forms(asked))


def _holds_all(text: str, words: Iterable[str]) -> bool:
    return all(_holds(fold(text), word) for word in words)


def _holds(text: str, word: str) -> bool:
    """Whether the word stands in a text, or what it is the plural of."""
    return any(form in text for form in _forms(word))


def _forms(word: str) -> Iterator[str]:
    """A word, and what it would be the plural of."""
    yield word
    for ending in ("s", "es"):
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            yield word.removesuffix(ending)


def fold(text: str) -> str:
    """The text without capitals and accents, as it is compared."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(mark for mark in parts if not unicodedata.combining(mark))
