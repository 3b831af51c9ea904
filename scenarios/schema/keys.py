"""The keys that a setting can state, and what each can be: for a shell that completes them."""

from collections.abc import Iterator

from .spec import OWN, ScenarioFile
from .validation import choices, describe_type, fields, is_table

Key = tuple[str, object]
"""A dotted path, and its type."""


def setting_keys() -> Iterator[Key]:
    """Every key that says something of the experiment itself."""
    for name, kind in fields(ScenarioFile).items():
        if name in OWN:
            continue
        if is_table(kind):
            yield from ((f"{name}.{key}", inner) for key, inner in fields(kind).items())
        else:
            yield name, kind


def complete_setting(begun: str) -> Iterator[tuple[str, str]]:
    """What KEY=VALUE that was begun can become, and what is allowed there: keys before the =,
    words behind it, each of a list of a sweep."""
    key, equals, value = begun.partition("=")
    if not equals:
        yield from (
            (f"{name}=", describe_type(kind))
            for name, kind in setting_keys()
            if name.startswith(key)
        )
        return
    before, comma, last = value.rpartition(",")
    for word in choices(dict(setting_keys()).get(key)):
        if word.startswith(last):
            yield f"{key}={before}{comma}{word}", ""
