"""A fault in a scenario: one line that says where, what was found and what is allowed.

The line is part of the lesson, so it speaks in the words of the file's author: TOML's spelling of
the value, the key's whole path, and the name that was probably meant.
"""

import datetime
import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import fields

from .words import _

LONGEST = 60
"""Characters of a found value that are shown: enough to recognise it by."""
DEEPEST = 3
"""Levels of nesting that are shown of it."""


class Fault(Struct, frozen=True):
    """One thing that is wrong, said in the language in use when it was found."""

    file: str
    """The file's name, or `--set`."""
    key: str
    """The key's dotted path; empty when the fault is the whole file's."""
    found: str
    allowed: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = ": ".join(printable(part) for part in (self.file, self.key) if part)
        said = "; ".join(part for part in (self.found, self.allowed, self.hint) if part)
        return f"{place}: {said}"


class ScenarioError(Exception):
    """The scenario cannot be used, for these reasons."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def found(value: object) -> str:
    """What was found, said."""
    return _("found {value}").format(value=shown(value))


def allowed(what: str) -> str:
    """What is allowed, said."""
    return _("allowed: {what}").format(what=what)


def did_you_mean(name: str | None) -> str:
    """The question, or nothing where no name is near."""
    return _("did you mean {name}?").format(name=name) if name else ""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    import difflib  # here, as it is slow to load and a sound scenario needs no guess

    by_case = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(word.casefold()[:LONGEST], by_case, n=1)
    return by_case[close[0]] if close else None


def shown(value: object) -> str:
    """A value as TOML would write it, on one line and not too long."""
    text = written(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def written(value: object, depth: int = 0) -> str:
    """A value in TOML's spelling."""
    match value:
        case str():
            return f'"{printable(value)}"'
        case bool():
            return str(value).lower()
        case dict() | list() | tuple() if depth == DEEPEST:
            return "…"
        case Struct():
            return written(said(value), depth)
        case dict():
            entries = (f"{key_shown(k)} = {written(v, depth + 1)}" for k, v in value.items())
            return f"{{ {', '.join(entries)} }}"
        case list() | tuple():
            return f"[{', '.join(written(entry, depth + 1) for entry in value)}]"
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return number(value)


def said(table: Struct) -> dict[str, object]:
    """What a table says beyond the defaults."""
    return {e.name: v for e in fields(table) if (v := getattr(table, e.name)) != e.default}


def number(value: object) -> str:
    """A number; whole ones too long for Python to print are named by their size."""
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        return _("a number of more than {count} digits").format(count=LONGEST)
    return str(value)


def key_shown(key: str) -> str:
    """A key as TOML would write it: in quotes where it has to be."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{printable(key)}"'


def printable(text: str) -> str:
    """The text without anything that would break the line or steer the terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def is_text(text: str) -> bool:
    """False where Python has smuggled in bytes of the command line or a path that are no UTF-8."""
    return not re.search("[\ud800-\udfff]", text)
