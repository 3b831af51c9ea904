"""The program and its pages use the words of the field: one spelling, one Spanish word a thing."""

import ast
import re
import subprocess
import tokenize
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from shell import ROOT
from vglab.scenarios.i18n import CATALOGS

CATALOG = CATALOGS / "es" / "LC_MESSAGES" / "vglab.po"
CLICKS = re.compile(r"\{colour")
FENCED = re.compile(r"^```.*?^```$|`[^`\n]*`|\]\([^)]*\)|<!--.*?-->", re.M | re.S)
TABLES = ("scenarios/presets", "scenarios/papers", "scenarios/textbook", "scenarios/glossary")
WRONG = {
    "en": re.compile(
        r"\b(?:(?:at|since) birth|first weights|in the steps planned|detours?|learnt|grey"
        r"|(?:normal|initial|stabil|minim|optim|summar|recogn)is(?:e|ed|es|er|ers|ing|ation)"
        r"|(?:behavi|col|neighb|fav)our\w*|centred?|labelled|modelled|cancelled)\b",
        re.I,
    ),
    "es": re.compile(
        r"\bal nacer\b|\bacierto\b|\bcompuertas?\b|\barreglos?\b|\bguiones? de\b|\bpesos primeros\b"
        r"|\b(?:la|una|esta) prueba (?:anterior|corrió|empieza)\b",
        re.I,
    ),
}
"""What is said otherwise: at initialization, initial weights; exactitud, puerta, array."""
FOLDERS = ("api", "engine", "scenarios", "tui", "watch", "tests", "benchmarks", "docs")
CODE = re.compile(r"`[^`]*`|[\w./-]*[/_-][\w./-]*")
"""What is said in code, or is part of a name."""
BRITISH = re.compile(
    r"colour|behaviour|neighbour|favour|honour|(?<![a-z])centre|labelled|modelled|catalogue|judgement"
    r"|(?:normal|initial|stabil|minim|maxim|optim|summar|recogn|quant)is(?:e|ing|ation)"
    r"|(?<![a-z])(?:learnt|spelt|grey)(?![a-z])",
    re.I,
)
"""What no identifier, id or file name is spelled like."""
NAMED = re.compile(r"[\w.]*[\w{}][_-][\w-]+|(?<=\{)\w+(?=[}:!.\[])")
"""Names within a string: those of several words, and those that an f-string inserts."""
OURS = "tests/project/test_words.py"
KEPT = {"scenarios/claims/catalog.py"}
"""Files that name what was spelled otherwise before."""
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
    with CATALOG.open("rb") as file:
        for message in read_po(file):
            said = message.id if language == "en" else message.string
            for one in [said] if isinstance(said, str) else said or ():
                if message.id and not CLICKS.search(one):
                    yield CATALOG.name, one


def remarks(path: Path) -> Iterator[str]:
    """The docstrings, field descriptions and comments of a module, without what is code in them."""
    text = path.read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        said = node.value if isinstance(node, (ast.Expr, ast.keyword)) else None
        described = not isinstance(node, ast.keyword) or node.arg == "description"
        if described and isinstance(said, ast.Constant) and isinstance(said.value, str):
            yield said.value
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


@pytest.mark.parametrize("folder", FOLDERS)
def test_docstrings_and_comments_use_them_too(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word[0]}"
        for path in sorted((ROOT / folder).glob("**/*.py"))
        for said in remarks(path)
        for word in WRONG["en"].finditer(CODE.sub("", said))
    ]
    assert found == []


def identifiers(path: Path) -> Iterator[str]:
    """The names in a module and in its strings: keys, ids, what an f-string inserts."""
    for token in tokenize.generate_tokens(StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.NAME:
            yield token.string
        elif token.type == tokenize.STRING and not CLICKS.search(token.string):
            yield from NAMED.findall(token.string)


def test_names_are_spelled_like_the_texts() -> None:
    tracked = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    modules = [name for name in tracked if name.endswith(".py") and name != OURS]
    said = [(name, name) for name in tracked]
    said += [(name, one) for name in modules for one in identifiers(ROOT / name)]
    said += [
        (path.name, found)
        for folder in TABLES
        for path in (ROOT / folder).glob("*.toml")
        for found in re.findall(r"^id *= .*|^claim *= .*", path.read_text("utf-8"), re.M)
    ]
    assert [(name, one) for name, one in said if name not in KEPT and BRITISH.search(one)] == []


def test_a_wrong_name_is_found() -> None:
    for name in (
        "print_colours",
        "_centre",
        "normalise",
        "LEARNT",
        "batch-normalisation-is-a-remedy",
    ):
        assert BRITISH.search(name), name
    for name in ("print_colors", "entrenamiento", "optimizer", "promised", "learned"):
        assert not BRITISH.search(name), name


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
