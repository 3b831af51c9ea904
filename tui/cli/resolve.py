"""Scenarios by name, with their faults turned into what the command line says.

Needs msgspec and the scenario files, and is imported by the commands that read scenarios.
"""

from collections.abc import Iterable, Sequence
from typing import NoReturn

import click
from msgspec.structs import replace

from ...scenarios.errors import Fault, ScenarioError
from ...scenarios.loading.course import ids
from ...scenarios.loading.inheritance import load
from ...scenarios.loading.toml_reader import SOURCE
from ...scenarios.schema.spec import Scenario
from .localized import Refusal
from .options import spelling


def resolved(name: str, settings: Sequence[str]) -> Scenario:
    """The scenario of that name, with the settings over it."""
    try:
        return load(name, settings)
    except ScenarioError as error:
        refuse(error.faults)


def first_preset() -> str:
    """What the lab opens on."""
    return ids()[0]


def refuse(faults: Iterable[Fault]) -> NoReturn:
    """End with a line for each fault, in the words in which the command line was written."""
    context = click.get_current_context(silent=True)
    spelt = spelling(context) if context else {}
    names = {fault: spelt.get(fault.key, SOURCE) for fault in faults if fault.file == SOURCE}
    raise Refusal(replace(fault, file=names.get(fault, fault.file)) for fault in faults)


def faults_of(file: str) -> tuple[Fault, ...]:
    """What is wrong with a scenario file."""
    try:
        load(file)
    except ScenarioError as error:
        return error.faults
    return ()


def is_preset(name: str) -> bool:
    """Whether it is a preset's id."""
    return name in ids()
