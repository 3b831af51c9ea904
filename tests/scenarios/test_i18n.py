"""The lab speaks English and Spanish, and says everything in both."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner
from lock import is_locked
from vglab.scenarios import i18n as words

ROOT = Path(words.__file__).parent.parent
SPANISH = words.CATALOGS / "es" / "LC_MESSAGES" / "vglab.po"
OURS = [ROOT / "engine", ROOT / "scenarios", ROOT / "tui"]
CLICKS = Path(click.__file__).parent
OTHER_CLICK = "any release of Click may say something else, which is then in English"

ONE = "Option {name!r} requires an argument."
MANY = "Option {name!r} requires {nargs} arguments."


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es", abort_invalid=True)


def messages(folder: Path) -> set[str | tuple[str, ...]]:
    found = extract_from_dir(folder, method_map=[("**.py", "python")])
    return {tuple(m[2]) if isinstance(m[2], list) else m[2] for m in found} | {*in_calls(folder)}


def in_calls(folder: Path) -> Iterator[str]:
    """What Babel does not find in Python 3.11: calls within an f-string."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(ast.Name("_"), [ast.Constant(str(said)), *_rest]):
                    yield said
                case _:
                    pass


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "es@euro"}, "es"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "est_EE"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "es_MX"}, "es"),
        ({"LC_MESSAGES": "es_MX", "LC_ALL": "en_US"}, "en"),
        ({"LC_ALL": "en_US", "LANGUAGE": "es"}, "es"),
        ({"LANGUAGE": "", "LANG": "es_AR"}, "es"),
        ({"LANGUAGE": "ca:es:en", "LANG": "en_US"}, "es"),
        ({"LANGUAGE": "fr:en:es"}, "en"),
    ],
)
def test_the_environment_chooses(environ: dict[str, str], expected: str) -> None:
    assert words.preferred_language(environ) == expected


def test_the_language_changes_while_running() -> None:
    words.set_language("es")
    assert (words.language(), words._("Options")) == ("es", "Opciones")
    assert words.ngettext(ONE, MANY, 1) == "La opción {name!r} necesita un valor."
    assert words.ngettext(ONE, MANY, 2) == "La opción {name!r} necesita {nargs} valores."
    words.set_language("en")
    assert (words.language(), words._("Options")) == ("en", "Options")
    assert words.ngettext(ONE, MANY, 2) == MANY


@pytest.mark.skipif(not is_locked("click"), reason=OTHER_CLICK)
def test_clicks_own_sentences_follow() -> None:
    @click.command()
    @click.argument("x")
    def command(x: str) -> None:
        click.echo(x)

    words.set_language("es")
    assert "Falta el argumento 'X'." in CliRunner().invoke(command, []).output
    words.set_language("en")
    assert "Missing argument 'X'." in CliRunner().invoke(command, []).output


def test_a_child_process_speaks_the_same_language() -> None:
    words.set_language("es")
    code = "from vglab.scenarios import i18n; print(i18n._('Options'))"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert child.stdout.decode().strip() == "Opciones"


def untranslated(folder: Path, catalog: Catalog) -> list[str | tuple[str, ...]]:
    """What a folder's sources say that the catalog has not."""

    def translated(said: str | tuple[str, ...]) -> bool:
        entry = catalog.get(said[0] if isinstance(said, tuple) else said)
        return entry is not None and bool(entry.string) and all(entry.string)

    return [said for said in sorted(messages(folder), key=str) if not translated(said)]


@pytest.mark.parametrize("folder", OURS, ids=lambda folder: folder.name)
def test_everything_said_has_spanish(folder: Path, catalog: Catalog) -> None:
    assert untranslated(folder, catalog) == []


@pytest.mark.skipif(not is_locked("click"), reason=OTHER_CLICK)
def test_everything_click_says_has_spanish(catalog: Catalog) -> None:
    assert untranslated(CLICKS, catalog) == []


def test_nothing_is_translated_that_nobody_says(catalog: Catalog) -> None:
    """Click's sentences stand first; those of any release may stay."""
    ours = dropwhile(lambda m: "---- vglab ----" not in m.user_comments, catalog)
    known = {m.id[0] if isinstance(m.id, (tuple, list)) else m.id for m in ours if m.id}
    said = {m[0] if isinstance(m, tuple) else m for folder in OURS for m in messages(folder)}
    assert known, "the catalog has a part of ours"
    assert known - said == set()


def blanks(text: str) -> set[tuple[str, str]]:
    """The names a sentence leaves open."""
    return set(re.findall(r"\{(\w+)(?:![rs])?(?::[^}]*)?\}|(%\(\w+\)s)", text))


def forms(message: Message) -> tuple[list[str], list[str]]:
    return several(message.id), several(message.string)


def several(text: object) -> list[str]:
    return [str(t) for t in text] if isinstance(text, (tuple, list)) else [str(text)]


def test_translations_leave_the_same_blanks(catalog: Catalog) -> None:
    for message in (m for m in catalog if m.id):
        ids, said = forms(message)
        known = set().union(*(blanks(text) for text in ids))
        assert all(blanks(text) <= known for text in said), ids[0]
        assert blanks(said[-1]) == blanks(ids[-1]), ids[0]


def sentences(catalog: Catalog) -> list[tuple[list[str], list[str]]]:
    """What a catalog says for what, without its head, where Babel signs with its version."""
    return sorted(forms(message) for message in catalog if message.id)


def test_the_compiled_catalog_is_up_to_date(catalog: Catalog) -> None:
    with SPANISH.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert sentences(compiled) == sentences(catalog), "run `make messages`"
    assert compiled.plural_expr == catalog.plural_expr
