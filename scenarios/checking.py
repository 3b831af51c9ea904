"""What one file states, held against the spec: every fault in it, not just the first."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple, get_args, get_origin

from .faults import Fault, allowed, did_you_mean, found, key_shown, nearest, written
from .kinds import Table, bare, choices, fields, fits, is_finite, is_table, says
from .spec import ScenarioFile
from .words import _

SYNONYMS = {
    "alpha": "slope",
    "batch_size": "batch",
    "batchnorm": "batch",
    "epochs": "steps",
    "glorot": "xavier",
    "initializer": "init",
    "iterations": "steps",
    "kaiming": "he",
    "layernorm": "layer",
    "layers": "depth",
    "learning_rate": "rate",
    "logistic": "sigmoid",
    "lr": "rate",
    "mse": "squared",
    "neurons": "width",
    "residual": "identity",
    "swish": "silu",
    "units": "width",
}
"""What other programs call it."""


class Place(NamedTuple):
    """Where a value stands."""

    file: str
    path: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The dotted path; a list's entries count from 0, as in an expectation."""
        return ".".join(map(key_shown, self.path))

    @property
    def named(self) -> tuple[str, str]:
        """What a fault begins with: the file and the key."""
        return self.file, self.key

    def at(self, step: str | int) -> "Place":
        """One step further in."""
        return Place(self.file, (*self.path, str(step)))


def check(value: object, kind: object, place: Place) -> Iterator[Fault]:
    """Everything about the value that its type does not allow."""
    base, _bounds = bare(kind)
    if is_table(base) and isinstance(value, Mapping):
        yield from check_table(value, base, place)
    elif not fits(value, kind):
        yield Fault(*place.named, found(value), allowed(says(kind)), hint(value, kind))
    elif get_origin(base) is tuple and isinstance(value, list):
        for i, entry in enumerate(value):
            yield from check(entry, get_args(base)[0], place.at(i))


def check_table(stated: Mapping[str, object], table: Table, place: Place) -> Iterator[Fault]:
    """The faults of each key of a table."""
    known = fields(table)
    for key, value in stated.items():
        if key in known:
            yield from check(value, known[key], place.at(key))
        else:
            keys = allowed(", ".join(known))
            question = did_you_mean(key_meant(key, place, tuple(known)))
            yield Fault(*place.at(key).named, _("no such key"), keys, question)


def key_meant(key: str, place: Place, siblings: tuple[str, ...]) -> str | None:
    """The key that was probably meant: in the same table, or standing in another one."""
    name = SYNONYMS.get(key.casefold(), key)
    if name not in siblings and name in (elsewhere := leaves()):
        return elsewhere[name]
    close = name if name in siblings else nearest(key, siblings)
    if close:
        return place.at(close).key
    close = nearest(key, leaves())
    return leaves()[close] if close else None


@cache
def leaves() -> dict[str, str]:
    """Every key inside a table of the spec, and its dotted path."""
    tables = [(name, kind) for name, kind in fields(ScenarioFile).items() if is_table(kind)]
    return {key: f"{name}.{key}" for name, kind in reversed(tables) for key in fields(kind)}


def hint(value: object, kind: object) -> str:
    """What was probably meant, where that can be told."""
    if isinstance(value, float) and not is_finite(value):
        return _("every number in a scenario is finite")
    if isinstance(value, str) and (names := choices(kind)):
        word = SYNONYMS.get(value.casefold().replace(" ", ""), value)
        return did_you_mean(word if word in names else nearest(value, names))
    anywhere = Place("")
    fitting = (other for other in respelt(value) if not any(check(other, kind, anywhere)))
    return did_you_mean(next(map(written, fitting), None))


def respelt(value: object) -> Iterator[object]:
    """The same value as another type: without its quotes, as a list of one, and so on."""
    if isinstance(value, float) and value.is_integer():
        yield int(value)
    if isinstance(value, str):
        yield from unquoted(value)
        yield [value]
        yield {"en": value}


def unquoted(text: str) -> Iterator[object]:
    """The TOML value that stands between the quotes, if it is one."""
    try:
        yield tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return
