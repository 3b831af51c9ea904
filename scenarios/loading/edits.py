"""One thing changed about a scenario: which keys there are to change, and what a change leads to.

Words only: a scenario and what is stated over it, as `--set` takes it. No numbers are computed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ..schema.rules import NEEDS, clashes, unmet_conditions, value_at
from ..schema.spec import Scenario, ScenarioFile
from ..schema.validation import choices, fields, is_table
from .inheritance import load
from .toml_reader import as_setting

Changes = Mapping[str, str]
"""Keys and what they are set to, as it is written behind the `=`."""

NETWORK = (
    "activation",
    "slope",
    "depth",
    "width",
    "init",
    "gain",
    "norm",
    "skip",
    "skip_placement",
)
PLAYERS = ("generator", "discriminator")
KEYS = (
    *(f"network.{key}" for key in (*NETWORK, "kernel", "forget_bias")),
    *(f"{player}.{key}" for player in PLAYERS for key in NETWORK),
    "network.architecture",
    "network.loss",
    "gan.loss",
    "gan.clip_weights",
    "data.name",
    "data.lag",
    "training.optimizer",
    "training.rate",
    "training.batch",
    "training.steps",
    "training.clip_norm",
    "training.eps",
    "training.stages",
    "run.seed",
    "run.replicas",
    "run.dtype",
)
"""What can be changed, where it has an effect."""

OFTEN_FIXED = ("network.architecture", "training.stages")
"""What is left out where there is nothing else to choose."""
EMPTY = "[]"
"""A list without anything in it, as it is typed."""

LADDERS: Mapping[str, Sequence[float]] = {
    "depth": (*range(1, 13), 15, 20, 30, 50, 100, 200),
    "width": (4, 8, 16, 32, 64, 128, 256, 512),
    "gain": (0.1, 0.25, 0.5, 0.7, 1.0, 1.2, 1.41421, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0),
    "slope": (0.0, 0.01, 0.1, 0.2, 0.3, 0.5, 0.9),
    "rate": (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0),
    "batch": (1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
    "steps": (10, 30, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10000, 20000),
    "seed": range(100),
    "clip_norm": (0.0, 0.001, 0.01, 0.02, 0.1, 0.5, 1.0, 5.0, 10.0),
    "clip_weights": (0.0, 0.01, 0.03, 0.1, 0.3, 1.0),
    "eps": (1e-30, 1e-20, 1e-15, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4),
    "kernel": (1, 3, 5, 7),
    "forget_bias": (0.0, 1.0, 2.0, 3.0, 4.0, 5.0),
    "lag": (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 50, 75, 100),
    "replicas": (1, 2, 4, 8, 16, 32),
}
"""The numbers that are stepped through; any other can be typed."""

WORD = re.compile(r"[a-z][a-z0-9_]*")
"""A value that needs no quotes."""


class EditableKey(NamedTuple):
    """A key that can be changed."""

    key: str
    value: str
    choices: tuple[str, ...]
    """The words to choose among; none where it is a number."""
    changed: bool


def editable_keys(scenario: Scenario, changes: Changes) -> list[EditableKey]:
    """The keys that have an effect in a scenario, as they are."""
    found = [
        EditableKey(
            key, typed_text(value_at(scenario, key)), suiting(scenario, key), key in changes
        )
        for key in KEYS
        if not unmet_conditions(scenario, key)
    ]
    return [
        entry
        for entry in found
        if entry.changed or entry.key not in OFTEN_FIXED or {*entry.choices} - {entry.value}
    ]


def key_choices(key: str) -> tuple[str, ...]:
    """The words that a key may be; none where it is a number. A list can only be emptied."""
    if key == "training.stages":
        return (EMPTY,)
    kind: object = ScenarioFile
    for name in key.split("."):
        kind = fields(kind).get(name) if is_table(kind) else None
    return choices(kind)


def suiting(scenario: Scenario, key: str) -> tuple[str, ...]:
    """The words that a key may be; of data and architectures those that suit each other."""
    words = key_choices(key)
    if key not in ("data.name", "network.architecture"):
        return words
    table, _dot, name = key.partition(".")
    own = getattr(scenario, table)
    tried = [(word, replace(scenario, **{table: replace(own, **{name: word})})) for word in words]
    return tuple(word for word, changed in tried if not any(clashes(changed, "")))


def typed_text(value: object) -> str:
    """A value as it is typed; of a list how much there is in it."""
    if isinstance(value, tuple):
        return str(len(value)) if value else EMPTY
    return bare_word(value) if isinstance(value, str) else repr(value)


def bare_word(text: str) -> str:
    """A text, in quotes where it needs them."""
    return text if WORD.fullmatch(text) else as_setting("", text)[1:]


def next_value(entry: EditableKey, by: int) -> str:
    """The next value up or down: of the words in a circle, of the numbers as far as they go."""
    if entry.choices:
        at = entry.choices.index(entry.value) if entry.value in entry.choices else 0
        return entry.choices[(at + by) % len(entry.choices)]
    here = typed_number(entry.value)
    ladder = LADDERS[entry.key.rpartition(".")[2]]
    further = [step for step in ladder if (step > here if by > 0 else step < here)]
    return typed_text(further[0] if by > 0 else further[-1]) if further else entry.value


def typed_number(text: str) -> float:
    """A typed number; 0 where it is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def as_settings(changes: Changes) -> list[str]:
    """The changes as `--set` takes them."""
    return [f"{key}={said}" for key, said in changes.items()]


def edit(
    name: str, settings: Sequence[str], changes: Changes, key: str, value: str | None
) -> dict[str, str]:
    """The changes with one more, or without the one of that key.

    What has no effect any more is left out, and so is what the scenario says by itself.
    Raises ScenarioError where the value is refused.
    """
    wanted = (
        {**changes, key: value or ""} if value else {k: v for k, v in changes.items() if k != key}
    )
    firm = {k: v for k, v in wanted.items() if k == key or k not in NEEDS}
    plain, so_far = load(name, settings), load(name, [*settings, *as_settings(firm)])
    kept = {k: v for k, v in wanted.items() if k in firm or not unmet_conditions(so_far, k)}
    now = load(name, [*settings, *as_settings(kept)])
    return {k: v for k, v in kept.items() if value_at(now, k) != value_at(plain, k)}
