"""What a sweep states besides its axes: a preset, and the settings that differ from it.

Every line of a sweep's file holds both, so that its runs can be carried out again from it alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any, NamedTuple

import msgspec

from ..errors import ScenarioError, shorten, toml_text
from ..i18n import _
from ..loading.changes import settings
from ..loading.course import is_preset_id
from ..loading.inheritance import load
from ..loading.toml_reader import as_setting
from ..runs.tasks import SEED
from ..schema.rules import unmet_conditions
from ..schema.spec import Scenario

APART = (SEED, "run.replicas")
"""What a line says for itself, whatever the sweep."""
MOST = 3
"""Differences that are named."""
ROOT = "deep-sigmoid"
"""The preset that a file without a base is held against."""

Stated = Mapping[str, Any]
"""Settings by dotted path, each as JSON holds it."""


class SweepStatement(NamedTuple):
    """A sweep as it is stated."""

    scenario: str
    """Its id."""
    keys: tuple[str, ...]
    """What is varied."""
    preset: str
    stated: Stated


def preset_of(name: str, scenario: Scenario) -> str:
    """The preset that the scenario of that name extends in the end."""
    while not is_preset_id(name):
        if not scenario.extends:
            return ROOT
        name = scenario.extends
        scenario = load(name)
    return name


def stated_settings(preset: str, scenario: Scenario, varied: Sequence[str]) -> Stated:
    """What differs from the preset and has an effect, but for axes, seeds and replicas."""
    was, apart = dict(settings(load(preset))), {*varied, *APART}
    return {
        key: as_json(value)
        for key, value in settings(scenario)
        if key not in apart and value != was.get(key) and not unmet_conditions(scenario, key)
    }


def as_json(value: object) -> Any:
    """A setting's value as a file holds it: a tuple is a list there."""
    return msgspec.json.decode(msgspec.json.encode(value))


def restore(preset: str, *stated: Stated) -> Scenario | None:
    """The preset with these settings, the last of each key; None where that no longer is to be
    had: its data have gone, or a part of one's own is not registered."""
    merged = {key: value for one in stated for key, value in one.items()}
    if not is_preset_id(preset) or any(map(is_table_list, merged.values())):
        return None
    try:
        return load(preset, [*starmap(as_setting, merged.items())])
    except ScenarioError:
        return None


def is_table_list(value: object) -> bool:
    """Whether it is a list that `--set` cannot take, as the stages of layerwise training."""
    return isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value)


def differences_text(there: SweepStatement, here: SweepStatement) -> str:
    """In what a sweep is another than the one here, the first few things; empty where they do not
    tell."""
    form, parts = _("{there}, not {here}"), list[str]()
    if there.scenario != here.scenario:
        parts.append(form.format(there=there.scenario, here=here.scenario))
    varied = [sorted({*one.keys} - {SEED}) for one in (there, here)]
    if varied[0] != varied[1]:
        over = (_("over {keys}").format(keys=", ".join(keys) or SEED) for keys in varied)
        parts.append(form.format(**dict(zip(("there", "here"), over, strict=True))))
    if there.preset == here.preset:
        parts += differing_settings(there, here)
    return "; ".join(parts[:MOST])


def differing_settings(there: SweepStatement, here: SweepStatement) -> Iterator[str]:
    """Each setting in which two sweeps of the same preset differ, with its value in both."""
    usual = dict(settings(load(here.preset))) if is_preset_id(here.preset) else {}
    form = _("{there}, not {here}")
    for key in dict.fromkeys([*there.stated, *here.stated]):
        values = [one.stated.get(key, as_json(usual.get(key))) for one in (there, here)]
        if values[0] != values[1] and key not in (*there.keys, *here.keys):
            said = [shorten(toml_text(value)) for value in values]
            yield form.format(there=f"{key} = {said[0]}", here=said[1])
