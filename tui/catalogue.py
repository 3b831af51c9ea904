"""The scenarios of the lab's list, as words: what there is to open, and what each one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..scenarios.changes import settings
from ..scenarios.own import named
from ..scenarios.reading import ScenarioError, load, presets
from ..scenarios.rules import missing
from ..scenarios.spec import Scenario
from .lines import Entry, Fact

ALWAYS = (
    "network.depth",
    "network.width",
    "network.activation",
    "network.init",
    "gan.loss",
    "generator.activation",
    "discriminator.activation",
    "data.name",
    "training.optimizer",
    "training.rate",
    "training.batch",
    "training.steps",
    "run.seed",
)
"""What is said of every scenario it has an effect in, in this order; the rest where it is not the
default."""

HANDLED = (*ALWAYS, "kind")


@dataclass(frozen=True)
class Catalogue:
    """What can be opened, in the order of the list."""

    ids: list[str]
    entries: list[Entry]
    stated: Sequence[str] = ()
    """What the person has set, for all of them."""
    known: dict[str, list[Fact]] = field(default_factory=dict[str, list[Fact]])

    def facts(self, index: int, changes: Sequence[str] = ()) -> list[Fact]:
        """The figures of a scenario with what is changed about it; none when it cannot be read, as
        the worker will say."""
        name = self.ids[index]
        known = "\n".join([name, *changes])
        if known not in self.known:
            try:
                found = load(name, [*self.stated, *changes])
                self.known[known] = facts(found, self.entries[index])
            except ScenarioError:
                self.known[known] = []
        return self.known[known]


def catalogue(scenario: str, stated: Sequence[str] = ()) -> Catalogue:
    """The presets, and before them the scenario itself when it is a file of the user's.

    Raises ScenarioError when the scenario that is to be opened cannot be read.
    """
    opened = load(scenario, stated)
    listed = presets()
    ids = [preset.id for preset in listed]
    entries = [
        Entry(
            preset.title.chosen() or preset.id,
            preset.group.chosen(),
            frozenset(change.key for change in preset.changes),
        )
        for preset in listed
    ]
    if scenario not in ids:
        ids.insert(0, scenario)
        entries.insert(0, Entry(opened.title.chosen() or opened.id, "", frozenset()))
    return Catalogue(ids, entries, stated)


def facts(scenario: Scenario, entry: Entry) -> list[Fact]:
    """What is to be known of a scenario, and which of it is its own against its base."""
    values = {key: value for key, value in settings(scenario) if not missing(scenario, key)}
    usual = dict(settings(Scenario()))
    also = [key for key in values if key not in HANDLED and values[key] != usual[key]]
    return [
        Fact(_name(key), _said(key, values[key]), key in entry.changes)
        for key in (*ALWAYS, *also)
        if key in values
    ]


def _name(key: str) -> str:
    """The key as the list writes it: two players' layers are told apart, a name says of what."""
    table, _, name = key.rpartition(".")
    player = {"generator": "G ", "discriminator": "D "}.get(table, "")
    name = table if name == "name" else name
    return player + name.replace("discriminator_", "D ").replace("_", " ")


def _said(key: str, value: object) -> str:
    """A value, or how many there are of it; of a file its name."""
    if key == "data.path":
        return named(str(value))
    return str(len(value)) if isinstance(value, tuple) else str(value)
