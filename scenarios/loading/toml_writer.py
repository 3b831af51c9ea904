"""A resolved scenario as TOML: what `vglab show` prints, and what can be saved as a file again.

Each line that differs from the base says in a comment what the base has. Keys that have no effect
here are left out, as a file that states them would be refused.
"""

import json
from collections.abc import Iterator, Mapping
from textwrap import fill

from msgspec import Struct
from msgspec.structs import asdict, fields

from ..control_characters import escape_controls
from ..i18n import _
from ..schema.rules import unmet_conditions
from ..schema.spec import Scenario, Text
from .changes import changes

WIDE = 98
"""Columns that a line may take."""

Base = Mapping[str, object]
"""What the base has, for each key that differs."""


def scenario_toml(scenario: Scenario) -> str:
    """The scenario as a file that states every key that counts."""
    base = {change.key: change.before for change in changes(scenario)}
    entries = {key: value for key, value in asdict(scenario).items() if key != "id"}
    tables = {key: value for key, value in entries.items() if is_table(value)}
    plain = {key: value for key, value in entries.items() if key not in tables}
    lines = [f"# {escape_controls(scenario.id, keep='')}", *table_lines(scenario, plain, base, "")]
    for name, table in tables.items():
        if inside := list(table_lines(scenario, asdict(table), base, f"{name}.")):
            lines += ["", f"[{name}]", *inside]
    return "\n".join(lines)


def is_table(value: object) -> bool:
    """Whether it gets a heading of its own; a text in two languages stays on its line."""
    return isinstance(value, Struct) and not isinstance(value, Text)


def table_lines(
    scenario: Scenario, table: Mapping[str, object], base: Base, prefix: str
) -> Iterator[str]:
    """The lines of one table."""
    for key, value in table.items():
        if isinstance(value, Text) and len(value_toml(value)) > WIDE:
            yield from paragraphs(key, value)
        elif not unmet_conditions(scenario, prefix + key) and (
            prefix + key in base or not is_empty(value)
        ):
            yield f"{key} = {value_lines(value)}{base_comment(base, prefix + key)}"


def paragraphs(key: str, value: Text) -> Iterator[str]:
    """A long text, a line of the file for each line; reading it joins the lines again."""
    for language, text in asdict(value).items():
        lines = "\n\n".join(
            fill(part, WIDE, break_on_hyphens=False, break_long_words=False)
            for part in text.split("\n\n")
        )
        plain = "'''" not in text and all(map(str.isprintable, lines.split("\n")))
        yield f"{key}.{language} = " + (f"'''\n{lines}\n'''" if plain else value_toml(text))


def value_lines(value: object) -> str:
    """A value; a long list with an entry a line."""
    if isinstance(value, tuple) and len(value_toml(value)) > WIDE:
        return "[\n" + "".join(f"    {value_toml(entry)},\n" for entry in value) + "]"
    return value_toml(value)


def base_comment(base: Base, key: str) -> str:
    """What the base has instead, as a comment."""
    return "  # " + _("base: {value}").format(value=value_toml(base[key])) if key in base else ""


def is_empty(value: object) -> bool:
    """Whether nothing is said."""
    return value in (None, (), "", Text())


def value_toml(value: object) -> str:
    """A value as TOML."""
    match value:
        case Text():
            return inline_table({key: text for key, text in asdict(value).items() if text})
        case Struct():
            return inline_table(
                {f.name: v for f in fields(value) if (v := getattr(value, f.name)) != f.default}
            )
        case tuple():
            return f"[{', '.join(map(value_toml, value))}]"
        case str():
            return escape_controls(json.dumps(value, ensure_ascii=False))
        case None:
            return "–"
        case bool():
            return str(value).lower()
        case _:
            return repr(value)


def inline_table(table: Mapping[str, object]) -> str:
    """A table on one line."""
    return f"{{ {', '.join(f'{key} = {value_toml(value)}' for key, value in table.items())} }}"
