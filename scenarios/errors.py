"""A fault in a scenario: one line that says where, what was found and what is allowed.

The line is part of the lesson, so it speaks in the words of the file's author: TOML's spelling of
the value, the key's whole path, and the name that was probably meant.
"""

import datetime
import errno
import re
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import fields

from .i18n import N_, _

TRAINING_SCRIPT = N_("a training script records itself by vglab.watch, and vglab watch shows that")
"""What is said where a Python file is given for a scenario or a recording."""

LONGEST = 60
"""Characters of a found value that are shown: enough to recognize it by."""
ROOM = 300
"""Characters of a path, a key or a hint that are shown."""
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
        place = ": ".join(shorten(printable(part)) for part in (self.file, self.key) if part)
        parts = (self.found, self.allowed, shorten(self.hint))
        said = "; ".join(part for part in parts if part)
        return f"{place}: {said}"


MOST_FAULTS = 50
"""The most faults that are listed: a file with more of them is no scenario."""


class VglabError(Exception):
    """The base of every exception that is vglab's own; it says in one line a fault what is wrong.

    A subclass is also the built-in exception it stands for (OSError, MemoryError, ValueError) where
    there is one.
    """


class ScenarioError(VglabError):
    """The scenario cannot be used, for the reasons in `faults`."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        first, *rest = faults
        if (more := len(rest) + 1 - MOST_FAULTS) > 0:
            what = _("and {count} more faults").format(count=more)
            rest[MOST_FAULTS - 1 :] = [Fault(first.file, "", what)]
        self.faults = (first, *rest)
        super().__init__("\n".join(map(str, self.faults)))


def found_text(value: object) -> str:
    """What was found, said."""
    return _("found {value}").format(value=short_toml(value))


def allowed_text(what: str) -> str:
    """What is allowed, said."""
    return _("allowed: {what}").format(what=what)


def did_you_mean(name: str | None) -> str:
    """The question, or nothing where no name is near."""
    return _("did you mean {name}?").format(name=name) if name else ""


def nearest(word: str, names: Iterable[str], least: float = 0.6) -> str | None:
    """The name that was probably meant; least: how alike it has to be, from 0 to 1."""
    import difflib  # here, as it is slow to load and a sound scenario needs no guess

    by_case = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(word.casefold()[:LONGEST], by_case, n=1, cutoff=least)
    return by_case[close[0]] if close else None


def short_toml(value: object) -> str:
    """A value as TOML would write it, on one line and not too long."""
    text = toml_text(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def shorten(text: str) -> str:
    """What a line has room for: nobody reads a name of a thousand letters."""
    return text if len(text) <= ROOM else text[: ROOM - 1] + "…"


def toml_text(value: object, depth: int = 0) -> str:
    """A value in TOML's spelling."""
    match value:
        case str():
            return f'"{printable(value)}"'
        case bool():
            return str(value).lower()
        case dict() | list() | tuple() if depth == DEEPEST:
            return "…"
        case Struct():
            return toml_text(non_defaults(value), depth)
        case dict():
            entries = (f"{toml_key(k)} = {toml_text(v, depth + 1)}" for k, v in value.items())
            return f"{{ {', '.join(entries)} }}"
        case list() | tuple():
            return f"[{', '.join(toml_text(entry, depth + 1) for entry in value)}]"
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return number_text(value)


def non_defaults(table: Struct) -> dict[str, object]:
    """What a table says beyond the defaults."""
    return {e.name: v for e in fields(table) if (v := getattr(table, e.name)) != e.default}


def number_text(value: object) -> str:
    """A number; whole ones too long for Python to print are named by their size."""
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        return _("a number of more than {count} digits").format(count=LONGEST)
    return str(value)


def toml_key(key: str) -> str:
    """A key as TOML would write it: in quotes where it has to be."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{printable(key)}"'


def printable(text: str) -> str:
    """The text without anything that would break the line or steer the terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def is_text(text: str) -> bool:
    """False where Python has smuggled in bytes of the command line or a path that are no UTF-8."""
    return not re.search("[\ud800-\udfff]", text)


Reasons = Mapping[int, str]

USUAL: Reasons = {
    errno.EACCES: N_("you do not have permission to write here"),
    errno.EDQUOT: N_("no space left: your quota is used up"),
    errno.EFBIG: N_("the file has grown beyond the size allowed"),
    errno.EIO: N_("reading or writing failed"),
    errno.EISDIR: N_("a folder, not a file"),
    errno.ELOOP: N_("a broken link"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ENOENT: N_("no such file or folder"),
    errno.ENOSPC: N_("no space left on the disk"),
    errno.ENOTDIR: N_("part of the path is a file, not a folder"),
    errno.EPERM: N_("you do not have permission to write here"),
    errno.EROFS: N_("the disk is read-only"),
}
"""By the number of the error, where something was to be written."""
UNREADABLE: Reasons = {
    errno.EACCES: N_("you do not have permission to read this file"),
    errno.EISDIR: N_("a folder, not a file"),
    errno.ENOENT: N_("no such file"),
    errno.EPERM: N_("you do not have permission to read this file"),
}
"""The same where a file was to be read."""
DENIED: Reasons = dict.fromkeys((errno.EACCES, errno.EPERM), N_("permission denied"))
"""The same where nobody knows what was to be done."""


def reason(error: OSError, first: Reasons = USUAL) -> str:
    """Why, in the language in use; these words before the usual ones. What is not usual is said
    as the system says it."""
    number = error.errno or 0
    said = first.get(number) or USUAL.get(number)
    return _(said) if said else error.strerror or str(error) or type(error).__name__


def why_unreadable(error: OSError) -> str:
    """Why a file cannot be read."""
    if (error.errno or 0) in UNREADABLE:
        return reason(error, UNREADABLE)
    return _("the file cannot be read ({reason})").format(reason=reason(error))


def describe(error: OSError) -> str:
    """Why something cannot be done, with the file's name where the error has one."""
    return ": ".join(map(str, filter(None, (error.filename, reason(error, DENIED)))))


def one_line(error: BaseException) -> str:
    """What any error says, without line breaks; its type's name where it says nothing."""
    words = describe(error) if isinstance(error, OSError) else str(error)
    return " ".join(words.split()) or type(error).__name__
