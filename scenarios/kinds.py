"""The spec's types as an author meets them: does a value fit, and how to say what would."""

import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

from .words import _

Table = type[Struct]
"""One of the spec's tables."""

Bounds = Mapping[str, Any]
"""What Meta says of a type: ge, gt, le, lt, pattern, min_length, max_length."""

LIMITS = ("ge", "gt", "le", "lt", "pattern", "min_length", "max_length")


@cache
def fields(table: Table) -> dict[str, object]:
    """A table's keys and their types, in the order of the spec."""
    return get_type_hints(table, include_extras=True)


@cache
def bare(kind: object) -> tuple[Any, Bounds]:
    """A type without its annotations, and the bounds they set."""
    if get_origin(kind) is not Annotated:
        return kind, {}
    base, *notes = get_args(kind)
    said = [
        (name, getattr(note, name)) for note in notes if isinstance(note, Meta) for name in LIMITS
    ]
    return base, {name: value for name, value in said if value is not None}


def is_table(kind: object) -> TypeGuard[Table]:
    """Is it one of the spec's tables?"""
    return isinstance(kind, type) and issubclass(kind, Struct)


def choices(kind: object) -> tuple[str, ...]:
    """The words a type allows by name."""
    base, _bounds = bare(kind)
    if get_origin(base) is Literal:
        return get_args(base)
    return tuple(word for member in members(base) for word in choices(member))


def members(base: object) -> tuple[object, ...]:
    """The alternatives of a union that TOML can write: it has no null."""
    is_union = get_origin(base) in (Union, UnionType)
    return tuple(kind for kind in get_args(base) if kind is not NoneType) if is_union else ()


def shape(base: object) -> object:
    """What a type is looked up by in the two tables below."""
    if is_table(base):
        return Struct
    return "union" if members(base) else get_origin(base) or base


def fits(value: object, kind: object) -> bool:
    """Is the value one of this type, within its bounds?"""
    base, bounds = bare(kind)
    return FITS[shape(base)](value, base, bounds)


def fits_throughout(value: Any, kind: object) -> bool:
    """Is it of this type, a list's entries too?"""
    base, _bounds = bare(kind)
    entries = value if get_origin(base) is tuple and isinstance(value, list) else ()
    return fits(value, kind) and all(fits(entry, get_args(base)[0]) for entry in entries)


def whole(value: object, _base: object, bounds: Bounds) -> bool:
    return type(value) is int and within(value, bounds)


def real(value: object, _base: object, bounds: Bounds) -> bool:
    return type(value) in (int, float) and is_finite(value) and within(value, bounds)


def is_finite(value: Any) -> bool:
    """False for nan too, and for whole numbers that no float can hold."""
    return -sys.float_info.max <= value <= sys.float_info.max


def within(value: Any, bounds: Bounds) -> bool:
    return (
        value >= bounds.get("ge", value)
        and value <= bounds.get("le", value)
        and ("gt" not in bounds or value > bounds["gt"])
        and ("lt" not in bounds or value < bounds["lt"])
    )


def text(value: object, _base: object, bounds: Bounds) -> bool:
    if not isinstance(value, str):
        return False
    length_fits = bounds.get("min_length", 0) <= len(value) <= bounds.get("max_length", len(value))
    return length_fits and re.search(bounds.get("pattern", ""), value) is not None


FITS: dict[object, Callable[[object, Any, Bounds], bool]] = {
    int: whole,
    float: real,
    str: text,
    Literal: lambda value, base, _bounds: isinstance(value, str) and value in get_args(base),
    tuple: lambda value, _base, _bounds: isinstance(value, list),
    Struct: lambda value, _base, _bounds: isinstance(value, Mapping),
    "union": lambda value, base, _bounds: any(
        fits_throughout(value, kind) for kind in members(base)
    ),
}


def says(kind: object) -> str:
    """What a type allows, in words."""
    base, bounds = bare(kind)
    return SAYS[shape(base)](base, bounds)


def says_real(_base: object, bounds: Bounds) -> str:
    low, high = bounds.get("ge", bounds.get("gt")), bounds.get("lt")
    if high is not None:
        return _("a number from {low} to just under {high}").format(low=low, high=high)
    pattern = _("a number, {low} or more") if "ge" in bounds else _("a number greater than {low}")
    return pattern.format(low=low)


def says_whole(_base: object, bounds: Bounds) -> str:
    return _("a whole number from {low} to {high}").format(low=bounds["ge"], high=bounds["le"])


def says_text(_base: object, bounds: Bounds) -> str:
    if "pattern" in bounds:
        return _("small letters, digits and single hyphens, as in relu-keeps-gradients")
    if "max_length" in bounds:
        return _("a text of 1 to {high} characters").format(high=bounds["max_length"])
    return _("a text in quotes")


SAYS: dict[object, Callable[[Any, Bounds], str]] = {
    int: says_whole,
    float: says_real,
    str: says_text,
    Literal: lambda base, _bounds: ", ".join(get_args(base)),
    Struct: lambda base, _bounds: _("a table with {keys}").format(keys=", ".join(fields(base))),
    tuple: lambda base, _bounds: _("a list, each of them {entry}").format(
        entry=says(get_args(base)[0])
    ),
    "union": lambda base, _bounds: _(" or ").join(says(kind) for kind in members(base)),
}
