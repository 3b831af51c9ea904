"""Scenario files as they lie on disk: read, decoded and parsed, with one clear fault when not.

tomllib says where a file is broken; what is broken is said here, in both languages.
"""

import os
import re
import stat
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from ..errors import TRAINING_SCRIPT, Fault, ScenarioError, is_text, short_toml
from ..i18n import N_, _

SettingValue = float | str | Sequence[str]
Settings = Sequence[str] | Mapping[str, SettingValue]
"""As --set takes them (`network.depth=50`), or values by their keys."""
STDIN = "-"
"""The name of standard input, as the command line has it."""
LARGEST = 1 << 17
"""Bytes: no page of text comes near, and a picture or a data set opened by mistake does."""
LONG_KEY = re.compile(
    r"""(?<![\w"'-])(?:(?:"(?:[^"\\\n]|\\.){0,99}+"|'[^'\n]{0,99}+'|[\w-]{1,99}+)[ \t]{0,99}+\."""
    r"""[ \t]{0,99}+){32}"""
)
"""A dotted key far longer than any that means something: tomllib's time goes with its square."""

SYNTAX_FAULTS = {
    r"Cannot overwrite|Cannot declare|Duplicate|Cannot redefine|Cannot mutate": N_(
        "stated twice: keep one of the two"
    ),
    r"Expected '=' after": N_("expected = after the key"),
    r"Invalid initial character for a key|Invalid statement": N_("expected a key here"),
    r"Expected newline or end": N_("one key per line: something follows the value"),
    r"Unterminated string|Illegal character '\\n'|Expected \"": N_(
        "a text that begins with a quote must end with one"
    ),
    r"Unclosed array": N_("a list that begins with [ must end with ]"),
    r"Unclosed inline table": N_("a table that begins with { must end with }"),
    r"Expected '\]": N_("a heading is a name between [ and ]"),
    r"Unescaped|Invalid hex|not a Unicode": N_(
        r"\ has a meaning of its own in a text: write \\, or put the text in single quotes"
    ),
    r"Illegal character|invalid character": N_("a character that does not belong in a text file"),
    r"Invalid date": N_("no such date"),
    r"Invalid value": N_("not a valid value: put text in quotes, leave numbers bare"),
}
"""Patterns of tomllib's reports, and what is said to the file's author."""


DECIMAL_COMMA = re.compile(r"=[ \t]*[+-]?\d+,\d+[ \t]*(?:#.*)?\r?$")
"""How a line ends that states a number as it is written in many languages."""

ELSEWHERE: Mapping[str, str] = {
    ".py": TRAINING_SCRIPT,
    ".jsonl": N_("vglab plot and vglab export read a sweep's file, vglab watch a recording"),
}
"""What reads files that are taken for scenarios, by the ending of their name."""


def read(path: Path, name: str) -> dict[str, object]:
    """What a scenario file states. `name` is what faults call it.

    Raises ScenarioError with the one fault that keeps it from being read.
    """
    if path.suffix in ELSEWHERE:
        raise ScenarioError([Fault(name, "", _("not a scenario"), _(ELSEWHERE[path.suffix]))])
    data = read_bytes(path, name)
    if data.startswith(b"{"):
        raise ScenarioError([Fault(name, "", _("JSON; a scenario is TOML"), _(SHOWN))])
    stated = parse_toml(decode(data, name), name)
    if not stated:
        example = _('a scenario states at least what it changes, as in: extends = "deep-sigmoid"')
        raise ScenarioError([Fault(name, "", _("the file states nothing"), example)])
    return stated


def read_bytes(path: Path, name: str) -> bytes:
    """The file's bytes. Raises ScenarioError where it is not regular, unreadable or too large."""
    if name == STDIN:
        return refuse_size(read_stdin(), name)
    try:
        if not path.is_dir() and not stat.S_ISREG(os.stat(path).st_mode) and not is_input(path):
            raise ScenarioError([Fault(name, "", _("not a regular file"))])  # it might never end
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        from ..errors import (
            why_unreadable,  # here, as a file that can be read needs no words for it
        )

        raise ScenarioError([Fault(name, "", why_unreadable(error))]) from error
    return refuse_size(data, name)


@cache
def read_stdin() -> bytes:
    """Standard input, as far as a scenario may be long; it can be read once, and is kept."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read(LARGEST + 1)


def refuse_size(data: bytes, name: str) -> bytes:
    """The data. Raises ScenarioError where they are too large for a scenario."""
    if len(data) > LARGEST:
        size = _("the file is larger than {size} bytes").format(size=LARGEST)
        raise ScenarioError([Fault(name, "", size, _("a scenario is a page of text"))])
    return data


def is_input(path: Path) -> bool:
    """Whether it is this process's own input, as in `… | vglab check /dev/stdin` or `<(…)`."""
    return path.as_posix().startswith(("/dev/stdin", "/dev/fd/"))


SHOWN = N_("vglab show relu prints one")


def decode(data: bytes, name: str) -> str:
    """The file's text, without a byte order mark. Raises ScenarioError where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = _("line {line}: not UTF-8 text").format(line=line)
        raise ScenarioError([Fault(name, "", where, _("save it as UTF-8"))]) from error


def parse_toml(text: str, name: str) -> dict[str, object]:
    """The TOML's content. Raises ScenarioError with the line and column of a syntax error."""
    if key := LONG_KEY.search(text):
        line = text.count("\n", 0, key.start()) + 1
        said = _("line {line}: a key of too many parts").format(line=line)
        raise ScenarioError([Fault(name, "", said)])
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ScenarioError([Fault(name, "", _("nested too deeply"))]) from error
    except ValueError as error:
        raise ScenarioError([Fault(name, "", syntax_fault(str(error), text))]) from error


def syntax_fault(report: str, text: str) -> str:
    """tomllib's report in our words, with the line and the column."""
    said = next(
        (said for pattern, said in SYNTAX_FAULTS.items() if re.search(pattern, report)), None
    )
    what = _(said) if said else _("not valid TOML")
    at = re.search(r"\(at line (\d+), column (\d+)\)", report)
    line, column = at.groups() if at else (text.count("\n") + 1, None)
    if DECIMAL_COMMA.search(text.split("\n")[int(line) - 1]):
        what = _("a number has a decimal point, as in 0.1")
    if column is None:
        return _("line {line}: {what}").format(line=line, what=what)
    return _("line {line}, column {column}: {what}").format(line=line, column=column, what=what)


SOURCE = "--set"

KEY = re.compile(r"\w[\w-]*(\.\w[\w-]*)*", re.ASCII)

WORD = re.compile(r"[^\"'\[\]{}#=,\n]+")
"""What needs no quotes on the command line: relu, 1/sqrt(depth), deep-sigmoid."""


def setting_trees(settings: Iterable[str]) -> list[dict[str, object]]:
    """What each setting states, as a file would: {"network": {"depth": 50}}.

    Raises ScenarioError with a fault for each that is not KEY=VALUE.
    """
    settings = tuple(settings)
    if faults := [fault for setting in settings for fault in setting_faults(setting)]:
        raise ScenarioError(faults)
    return [setting_tree(setting) for setting in settings]


def setting_faults(setting: str) -> Iterator[Fault]:
    """Why a setting cannot be read, if it cannot."""
    key, value = split_setting(setting)
    place = SOURCE, setting or short_toml(setting)
    example = _("write KEY=VALUE, as in --set network.depth=50")
    if not KEY.fullmatch(key) or LONG_KEY.search(key):
        yield Fault(*place, _("not a key"), example)
    elif not value:
        yield Fault(*place, _("no value"), example)
    elif parse_value(value) is None:
        allowed = _("write one number, one word, or a text in quotes")
        yield Fault(*place, _("the value is not valid TOML"), allowed)


def setting_tree(setting: str) -> dict[str, object]:
    """A setting as nested tables."""
    key, value = split_setting(setting)
    *tables, last = key.split(".")
    inner: dict[str, object] = {last: parse_value(value)}
    for table in reversed(tables):
        inner = {table: inner}
    return inner


def setting_texts(settings: Settings) -> list[str]:
    """Settings as --set takes them."""
    if isinstance(settings, Mapping):
        return [as_setting(key, value) for key, value in settings.items()]
    return [*settings]


def as_setting(key: str, value: SettingValue) -> str:
    """A value as --set takes it, words in a list too."""
    if isinstance(value, (tuple, list)):
        return f"{key}={list(value)!r}"
    if isinstance(value, str):
        import json

        return f"{key}={json.dumps(value)}".replace("\x7f", r"\u007f")
    if isinstance(value, bool):
        return f"{key}={str(value).lower()}"
    return f"{key}={value!r}"


def split_setting(setting: str) -> tuple[str, str]:
    """What stands before and after the first =."""
    key, _equals, value = setting.partition("=")
    return key.strip(), value.strip()


def parse_value(text: str) -> object | None:
    """A TOML value, a bare word taken as text, or None: TOML has no null."""
    if not is_text(text) or LONG_KEY.search(text):
        return None
    try:
        document = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text if WORD.fullmatch(text) else None
    return document["value"] if len(document) == 1 else None
