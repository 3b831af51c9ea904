"""A single value is the one that the whole document has at its path."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from vglab.scenarios.documents.partial import value_at
from vglab.scenarios.documents.run import document, encode
from vglab.scenarios.experiment.build import build
from vglab.scenarios.loading.inheritance import load
from vglab.scenarios.schema.exercise_rules import number_at
from vglab.scenarios.schema.expectations import INDEX, PATTERN, ExpectationError

WIDTH = 3
"""Entries of a list that are walked into, from its end."""


def leaves(here: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(here, dict):
        for key, value in here.items():
            yield from leaves(value, (*path, key))
    elif isinstance(here, list):
        for at in range(min(len(here), WIDTH)):
            yield from leaves(here[-1 - at], (*path, str(-1 - at)))
    else:
        yield path, here


@pytest.mark.parametrize("preset", ["layerwise", "rnn", "gan-staged"])
def test_every_value_is_found_without_the_document(preset: str) -> None:
    small = ["training.batch=8"]
    scenario = load(preset, small)
    experiment = build(scenario)
    for _row in islice(experiment.steps, 5):
        pass
    whole = json.loads(encode(document(scenario, experiment)))
    del whole["seconds"]
    checked = 0
    for steps, value in leaves(whole):
        path = ".".join(steps)
        if not PATTERN.fullmatch(f"{path} == 0") or INDEX.fullmatch(steps[0]):
            continue
        found = value_at(number_at(path), scenario, experiment)
        assert (
            found == pytest.approx(value, nan_ok=True) if type(value) is float else found == value
        )
        checked += 1
    assert checked > 100


def test_a_path_that_leads_nowhere_names_the_nearest() -> None:
    scenario = load("tanh")
    experiment = build(scenario)
    next(experiment.steps)
    with pytest.raises(ExpectationError, match=r"did you mean networks\.model\.diagnosis"):
        value_at(number_at("networks.model.diagnose"), scenario, experiment)
