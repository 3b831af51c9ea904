"""The program and its pages use the words of the field: one spelling, one Spanish word a thing."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.pofile import read_po
from shell import ROOT
from vglab.scenarios.i18n import CATALOGUES

CATALOGUE = CATALOGUES / "es" / "LC_MESSAGES" / "vglab.po"
CLICKS = re.compile(r"\{colour")
FENCED = re.compile(r"^```.*?^```$|`[^`\n]*`|\]\([^)]*\)|<!--.*?-->", re.M | re.S)
TABLES = ("scenarios/presets", "scenarios/papers", "scenarios/textbook", "scenarios/glossary")
WRONG = {
    "en": re.compile(
        r"\b(?:at birth|first weights|in the steps planned|(?:normal|initial|stabil|minim|optim)is"
        r"(?:e|ed|es|er|ers|ing|ation)|behaviours?|learnt|colours?)\b",
        re.I,
    ),
    "es": re.compile(
        r"\bal nacer\b|\bacierto\b|\bcompuertas?\b|\barreglos?\b|\bguiones? de\b|\bpesos primeros\b"
        r"|\b(?:la|una|esta) prueba (?:anterior|corrió|empieza)\b",
        re.I,
    ),
}
"""What is said otherwise: at initialization, initial weights; exactitud, puerta, array."""
COMMA = re.compile(r"(?<![\d,.\w])\d{1,3},\d+(?!\d|,\d)")
"""A number with a decimal comma: the program prints points, and so does all text."""


def texts(value: Any, language: str) -> Iterator[str]:
    """What a table of ours says in a language."""
    if isinstance(value, dict):
        if isinstance(said := value.get(language), str):
            yield said
        for inner in value.values():
            yield from texts(inner, language)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, language)


def everything_said(language: str) -> Iterator[tuple[str, str]]:
    """Every text of the program and its pages in a language, with where it stands."""
    for folder in TABLES:
        for path in (ROOT / folder).glob("*.toml"):
            for said in texts(tomllib.loads(path.read_text("utf-8")), language):
                yield path.name, said
    for page in (ROOT / "docs" / language).glob("**/*.md"):
        yield f"{language}/{page.name}", FENCED.sub("", page.read_text("utf-8"))
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            said = message.id if language == "en" else message.string
            for one in [said] if isinstance(said, str) else said or ():
                if message.id and not CLICKS.search(one):
                    yield CATALOGUE.name, one


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_fields_words_are_used(language: str) -> None:
    found = [
        f"{place}: {word[0]}"
        for place, said in everything_said(language)
        for word in WRONG[language].finditer(said)
    ]
    assert found == []


def test_decimals_have_a_point_in_both_languages() -> None:
    found = [
        f"{place}: {number[0]}"
        for language in ("en", "es")
        for place, said in everything_said(language)
        if "1,2,5" not in said
        for number in COMMA.finditer(said)
    ]
    assert found == []
    assert COMMA.findall("de 0,23⁹ y 1,16, no (4, 4) ni 1,2,5") == ["0,23", "1,16"]


def test_a_wrong_word_is_found() -> None:
    assert WRONG["en"].search("The colours at birth")
    assert not WRONG["en"].search("The colors at initialization, its optimizer")
    assert WRONG["es"].search("El acierto")
