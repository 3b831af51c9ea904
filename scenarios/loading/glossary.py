"""Every term of charts, verdicts and documents in plain words (glossary/terms.toml)."""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct, convert

from ..errors import VglabError, did_you_mean, nearest, printable
from ..i18n import _
from ..schema.spec import Kebab, Text

TERMS = Path(__file__).parent.parent / "glossary" / "terms.toml"


class UnknownTerm(VglabError):
    """No term is called so; one line."""


class Term(Struct, frozen=True, forbid_unknown_fields=True):
    """A word of the field."""

    id: Kebab
    name: Text
    says: Text
    sign: str = ""
    """What it is drawn by, or written as."""
    keys: tuple[str, ...] = ()
    """What it is called in documents and scenario files."""

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is found by."""
        return self.id, self.name.en, self.name.es, *self.sign.split(), *self.keys


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
    """The terms that are called so, or else those in whose names the word stands.

    Raises UnknownTerm, with the nearest name, where there is none.
    """
    asked = word.strip().casefold()
    every = [*terms()]
    exact = [term for term in every if asked in map(str.casefold, term.names)]
    if found := exact or [term for term in every if asked in " ".join(term.names).casefold()]:
        return found
    what = _("{word} is not in the glossary").format(word=printable(word))
    question = did_you_mean(nearest(asked, [name for term in every for name in term.names]))
    raise UnknownTerm("; ".join(filter(None, (what, question))))
