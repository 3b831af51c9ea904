"""The spec's types as an author meets them: does a value fit, and how to say what would."""

import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeGuard,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from msgspec import Meta, Struct

from ..errors import Fault, allowed_text, did_you_mean, found_text, nearest, toml_key, toml_text
from ..i18n import _
from .spec import ScenarioFile
from .vocabulary import Vocabulary

TableType = type[Struct]
"""One of the spec's tables."""

Bounds = Mapping[str, Any]
"""What Meta says of a type: ge, gt, le, lt, pattern, min_length, max_length; and the Vocabulary of
one, as `words`."""

LIMITS = ("ge", "gt", "le", "lt", "pattern", "min_length", "max_length")


@cache
def fields(table: TableType) -> dict[str, object]:
    """A table's keys and their types, in the order of the spec."""
    return get_type_hints(table, include_extras=True)


@cache
def bare_type(kind: object) -> tuple[Any, Bounds]:
    """A type without its annotations, and the bounds they set."""
    if get_origin(kind) is not Annotated:
        return kind, {}
    base, *notes = get_args(kind)
    said = [
        (name, getattr(note, name)) for note in notes if isinstance(note, Meta) for name in LIMITS
    ]
    said += [("words", note) for note in notes if isinstance(note, Vocabulary)]
    return base, {name: value for name, value in said if value is not None}


def is_table(kind: object) -> TypeGuard[TableType]:
    """Whether a type is one of the spec's tables."""
    return isinstance(kind, type) and issubclass(kind, Struct)


def choices(kind: object) -> tuple[str, ...]:
    """The words a type allows by name."""
    base, bounds = bare_type(kind)
    if get_origin(base) is Literal:
        return get_args(base)
    if "words" in bounds:
        return bounds["words"].words()
    return tuple(word for member in union_members(base) for word in choices(member))


def union_members(base: object) -> tuple[object, ...]:
    """The alternatives of a union that TOML can write: it has no null."""
    is_union = get_origin(base) in (Union, UnionType)
    return tuple(kind for kind in get_args(base) if kind is not NoneType) if is_union else ()


def type_key(base: object) -> object:
    """What a type is looked up by in the two tables below."""
    if is_table(base):
        return Struct
    return "union" if union_members(base) else get_origin(base) or base


def fits(value: object, kind: object) -> bool:
    """Whether the value is of this type and within its bounds."""
    base, bounds = bare_type(kind)
    return FITS[type_key(base)](value, base, bounds)


def fits_deeply(value: Any, kind: object) -> bool:
    """Whether the value, and a list's entries, are of this type."""
    base, _bounds = bare_type(kind)
    entries = value if get_origin(base) is tuple and isinstance(value, list) else ()
    return fits(value, kind) and all(fits(entry, get_args(base)[0]) for entry in entries)


def fits_whole(value: object, _base: object, bounds: Bounds) -> bool:
    return type(value) is int and is_within(value, bounds)


def fits_real(value: object, _base: object, bounds: Bounds) -> bool:
    return type(value) in (int, float) and is_finite(value) and is_within(value, bounds)


def is_finite(value: Any) -> bool:
    """False for nan too, and for whole numbers that no float can hold."""
    return -sys.float_info.max <= value <= sys.float_info.max


def is_within(value: Any, bounds: Bounds) -> bool:
    return (
        value >= bounds.get("ge", value)
        and value <= bounds.get("le", value)
        and ("gt" not in bounds or value > bounds["gt"])
        and ("lt" not in bounds or value < bounds["lt"])
    )


def fits_text(value: object, _base: object, bounds: Bounds) -> bool:
    if not isinstance(value, str):
        return False
    if "words" in bounds:
        return bounds["words"].has(value)
    length_fits = bounds.get("min_length", 0) <= len(value) <= bounds.get("max_length", len(value))
    return length_fits and re.search(bounds.get("pattern", ""), value) is not None


FITS: dict[object, Callable[[object, Any, Bounds], bool]] = {
    int: fits_whole,
    float: fits_real,
    str: fits_text,
    Literal: lambda value, base, _bounds: isinstance(value, str) and value in get_args(base),
    tuple: lambda value, _base, _bounds: isinstance(value, list),
    Struct: lambda value, _base, _bounds: isinstance(value, Mapping),
    "union": lambda value, base, _bounds: any(
        fits_deeply(value, kind) for kind in union_members(base)
    ),
}


def describe_type(kind: object) -> str:
    """What a type allows, in words."""
    base, bounds = bare_type(kind)
    return SAYS[type_key(base)](base, bounds)


def describe_real(_base: object, bounds: Bounds) -> str:
    low, high = bounds.get("ge", bounds.get("gt")), bounds.get("lt")
    if high is not None:
        return _("a number from {low} to just under {high}").format(low=low, high=high)
    pattern = _("a number, {low} or more") if "ge" in bounds else _("a number greater than {low}")
    return pattern.format(low=low)


def describe_whole(_base: object, bounds: Bounds) -> str:
    return _("a whole number from {low} to {high}").format(low=bounds["ge"], high=bounds["le"])


def describe_text(_base: object, bounds: Bounds) -> str:
    if "words" in bounds:
        return ", ".join(bounds["words"].words()) or _("one that is registered, and none is")
    if "pattern" in bounds:
        return _("small letters, digits and single hyphens, as in relu-keeps-gradients")
    if "max_length" in bounds:
        return _("a text of 1 to {high} characters").format(high=bounds["max_length"])
    return _("a text in quotes")


SAYS: dict[object, Callable[[Any, Bounds], str]] = {
    int: describe_whole,
    float: describe_real,
    str: describe_text,
    Literal: lambda base, _bounds: ", ".join(get_args(base)),
    Struct: lambda base, _bounds: _("a table with {keys}").format(keys=", ".join(fields(base))),
    tuple: lambda base, _bounds: _("a list, each entry {entry}").format(
        entry=describe_type(get_args(base)[0])
    ),
    "union": lambda base, _bounds: _(" or ").join(
        describe_type(kind) for kind in union_members(base)
    ),
}


class Place(NamedTuple):
    """A value's place: its file and its path."""

    file: str
    path: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The dotted path; a list's entries count from 0, as in an expectation."""
        return ".".join(map(toml_key, self.path))

    @property
    def labels(self) -> tuple[str, str]:
        """What a fault begins with: the file and the key."""
        return self.file, self.key

    def at(self, step: str | int) -> "Place":
        """One step further in."""
        return Place(self.file, (*self.path, str(step)))


def check(value: object, kind: object, place: Place) -> Iterator[Fault]:
    """Everything about the value that its type does not allow."""
    base, _bounds = bare_type(kind)
    if is_table(base) and isinstance(value, Mapping):
        yield from check_table(value, base, place)
    elif not fits(value, kind):
        yield Fault(
            *place.labels, found_text(value), allowed_text(describe_type(kind)), hint(value, kind)
        )
    elif get_origin(base) is tuple and isinstance(value, list):
        for i, entry in enumerate(value):
            yield from check(entry, get_args(base)[0], place.at(i))


def check_table(tree: Mapping[str, object], table: TableType, place: Place) -> Iterator[Fault]:
    """The faults of each key of a table."""
    known = fields(table)
    for key, value in tree.items():
        if key in known:
            yield from check(value, known[key], place.at(key))
        else:
            keys = allowed_text(", ".join(known))
            question = did_you_mean(intended_key(key, place, tuple(known)))
            yield Fault(*place.at(key).labels, _("no such key"), keys, question)


def intended_key(key: str, place: Place, siblings: tuple[str, ...]) -> str | None:
    """The key that was probably meant: in the same table, or standing in another one."""
    from .synonyms import KEYS, our_name  # here, as a sound scenario needs none

    name = our_name(key, KEYS)
    if name not in siblings and name in (elsewhere := leaf_paths()):
        return elsewhere[name]
    close = name if name in siblings else nearest(key, siblings)
    if close:
        return place.at(close).key
    close = nearest(key, leaf_paths(), FAR)
    return leaf_paths()[close] if close else None


FAR = 0.75
"""How alike a key of another table has to be: dropout is not data.drop."""


@cache
def leaf_paths() -> dict[str, str]:
    """Every key inside a table of the spec, and its dotted path."""
    tables = [(name, kind) for name, kind in fields(ScenarioFile).items() if is_table(kind)]
    return {key: f"{name}.{key}" for name, kind in reversed(tables) for key in fields(kind)}


def hint(value: object, kind: object) -> str:
    """The nearest allowed name, if one is near enough."""
    if isinstance(value, float) and not is_finite(value):
        return _("every number in a scenario must be finite")
    if isinstance(value, str) and (names := choices(kind)):
        from .synonyms import WORDS, our_name

        word = our_name(value, WORDS)
        return did_you_mean(word if word in names else nearest(value, names))
    anywhere = Place("")
    fitting = (other for other in respellings(value) if not any(check(other, kind, anywhere)))
    return did_you_mean(next(map(toml_text, fitting), None))


def respellings(value: object) -> Iterator[object]:
    """The same value as another type: without its quotes, as a list of one, and so on."""
    if isinstance(value, float) and value.is_integer():
        yield int(value)
    if isinstance(value, str):
        yield from unquote(value)
        yield [value]
        yield {"en": value}


def unquote(text: str) -> Iterator[object]:
    """The TOML value that stands between the quotes, if it is one."""
    try:
        yield tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return
