"""What a scenario changes against its base: the controlled experiment, key by key."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import asdict

from ..schema.rules import unmet_conditions
from ..schema.spec import OWN, Scenario, StageSpec, Text
from .course import chapters, paper_ids
from .inheritance import load
from .toml_reader import as_setting

SHARED = ("data", "run")
"""The tables that the first of several scenarios states for all: points, seeds, replicas,
precision."""

Value = int | float | str | tuple[StageSpec | str, ...]


class Change(Struct, frozen=True):
    """One key that differs from the base."""

    key: str
    """Its dotted path."""
    before: Value
    after: Value


def load_base(scenario: Scenario) -> Scenario | None:
    """The scenario this one is held against."""
    return load(scenario.extends) if scenario.extends else None


def changes(scenario: Scenario) -> list[Change]:
    """What this experiment changes; nothing where it has no base.

    Raises ScenarioError if its base is no longer there.
    """
    before = load_base(scenario)
    return differences(before, scenario) if before else []


def differences(before: Scenario, after: Scenario) -> list[Change]:
    """The keys in which two experiments differ, and which have an effect in one of them."""
    was, now = dict(settings(before)), dict(settings(after))
    return [
        Change(key, was[key], now[key])
        for key in now
        if was[key] != now[key]
        and not (unmet_conditions(before, key) and unmet_conditions(after, key))
    ]


def settings(scenario: Scenario) -> Iterator[tuple[str, Value]]:
    """Every key of the experiment itself, and what it is; what is said about it is left out."""
    for name, table in asdict(scenario).items():
        if name in (*OWN, "id"):
            continue
        if isinstance(table, Struct):
            yield from ((f"{name}.{key}", value) for key, value in asdict(table).items())
        else:
            yield name, table


def shared_settings(first: Scenario) -> list[str]:
    """The first scenario's data and run settings, as --set takes them: for the others of a
    comparison."""
    return [
        as_setting(key, value)
        for key, value in settings(first)
        if key.split(".")[0] in SHARED
        and isinstance(value, (int, float, str))
        and not unmet_conditions(first, key)
    ]


class PresetSummary(Struct, frozen=True):
    """A preset, as the list shows it."""

    id: str
    group: Text
    """The chapter of the course it belongs to."""
    title: Text
    base: str
    """The id of the scenario it extends; empty where it has none."""
    changes: tuple[Change, ...]
    """What it changes against its base."""


PAPERS_TITLE = Text("Papers", "Artículos")


def presets() -> list[PresetSummary]:
    """All presets, in the order of the course."""
    return [
        preset_summary(preset, chapter.title)
        for chapter in chapters()
        for preset in chapter.presets
    ]


def papers() -> list[PresetSummary]:
    """The presets that reproduce a paper; what they change is against a preset of the course or
    of the same paper."""
    return [preset_summary(preset, PAPERS_TITLE) for preset in paper_ids()]


def preset_summary(preset: str, group: Text) -> PresetSummary:
    """A preset, as the list shows it under that heading."""
    scenario = load(preset)
    return PresetSummary(
        id=preset,
        group=group,
        title=scenario.title,
        base=scenario.extends or "",
        changes=tuple(changes(scenario)),
    )
