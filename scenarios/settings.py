"""`--set network.depth=50`: one key stated on the command line, over what the file says."""

import re
import tomllib
from collections.abc import Iterable, Iterator

from .faults import Fault, ScenarioError, is_text, shown
from .words import _

SOURCE = "--set"

KEY = re.compile(r"\w[\w-]*(\.\w[\w-]*)*", re.ASCII)

WORD = re.compile(r"[^\"'\[\]{}#=,\n]+")
"""What needs no quotes on the command line: relu, 1/sqrt(depth), deep-sigmoid."""


def stated(settings: Iterable[str]) -> list[dict[str, object]]:
    """What each setting states, as a file would: {"network": {"depth": 50}}.

    Raises ScenarioError with a fault for each that is not KEY=VALUE.
    """
    settings = tuple(settings)
    if faults := [fault for setting in settings for fault in faults_of(setting)]:
        raise ScenarioError(faults)
    return [tree(setting) for setting in settings]


def faults_of(setting: str) -> Iterator[Fault]:
    """Why a setting cannot be read, if it cannot."""
    key, value = halves(setting)
    place = SOURCE, setting or shown(setting)
    example = _("write KEY=VALUE, as in --set network.depth=50")
    if not KEY.fullmatch(key):
        yield Fault(*place, _("this is no key"), example)
    elif not value:
        yield Fault(*place, _("no value"), example)
    elif value_of(value) is None:
        allowed = _("write one number, one word, or a text in quotes")
        yield Fault(*place, _("the value is not valid TOML"), allowed)


def tree(setting: str) -> dict[str, object]:
    """A setting as nested tables."""
    key, value = halves(setting)
    *tables, last = key.split(".")
    inner: dict[str, object] = {last: value_of(value)}
    for table in reversed(tables):
        inner = {table: inner}
    return inner


def as_setting(key: str, value: float | str) -> str:
    """A value as --set takes it."""
    if isinstance(value, str):
        import json

        return f"{key}={json.dumps(value)}".replace("\x7f", r"\u007f")
    return f"{key}={value!r}"


def halves(setting: str) -> tuple[str, str]:
    """What stands before and after the first =."""
    key, _equals, value = setting.partition("=")
    return key.strip(), value.strip()


def value_of(text: str) -> object | None:
    """A TOML value, a bare word taken as text, or None: TOML has no null."""
    if not is_text(text):
        return None
    try:
        document = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text if WORD.fullmatch(text) else None
    return document["value"] if len(document) == 1 else None
